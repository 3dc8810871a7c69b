import type { Rng } from '../../math/rng.ts'
import type { Label } from '../../space/distribution.ts'
import { countValues, indexOfValue, valueAt } from '../../space/distribution.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { FlatParam, SearchSpace, Values } from '../../space/space.ts'
import type { Genome, ListGene } from './genome.ts'
import { genesOf, isNumeric, listsOf, mutableGenes } from './genome.ts'

/** Moves a coordinate in [0, 1]. */
export type Move = (u: number, rng: Rng) => number

/**
 * Changes each gene of a configuration with the given probability (default: one over their number),
 * and at least one when `force` is set. Numbers move; labels become another label; a list loses an
 * element or gets a new one, anywhere. What that brings into being is left open, to be drawn.
 */
export function mutate(
  space: SearchSpace,
  values: Values,
  move: Move,
  rng: Rng,
  options: { readonly rate?: number; readonly force: boolean },
): Genome {
  const genes = genesOf(space, values)
  const active = mutableGenes(space, values)
  if (active.length === 0) return genes
  const rate = options.rate ?? 1 / active.length
  let chosen = active.filter(() => rng.next() < rate)
  if (chosen.length === 0 && options.force) chosen = [active[rng.int(active.length)]!]
  const lists = listsOf(space)
  // Children before parents: a change of a list's length moves the genes behind it.
  for (let c = chosen.length - 1; c >= 0; c--) {
    const i = chosen[c]!
    const list = lists.get(i)
    if (list !== undefined) resize(genes, i, list, rng)
    else genes[i] = other(space.params[i]!, genes[i]!, move, rng)
  }
  return genes
}

/** Another value of a parameter that has several. */
function other({ distribution: d }: FlatParam, value: Label, move: Move, rng: Rng): Label {
  const count = countValues(d)
  const codec = sharedCodec(d)
  if (!isNumeric(d)) {
    const step = 1 + rng.int(count - 1)
    return valueAt(d, (indexOfValue(d, value) + step) % count)
  }
  const from = codec.encode(value)
  const to = move(from, rng)
  const moved = codec.decode(to)
  if (moved !== value || count === Infinity) return moved
  // A step within its own cell would change nothing.
  const index = indexOfValue(d, value)
  const down = index === count - 1 || (index > 0 && to < from)
  return valueAt(d, down ? index - 1 : index + 1)
}

function resize(genes: (Label | undefined)[], i: number, list: ListGene, rng: Rng): void {
  const { min, max, first, size } = list
  const length = genes[i] as number
  const grow = length === min || (length < max && rng.next() < 0.5)
  const start = first + rng.int(grow ? length + 1 : length) * size
  const end = first + max * size
  if (grow) {
    genes.copyWithin(start + size, start, end - size)
    genes.fill(undefined, start, start + size)
  } else {
    genes.copyWithin(start, start + size, end)
    genes.fill(undefined, end - size, end)
  }
  genes[i] = grow ? length + 1 : length - 1
}
