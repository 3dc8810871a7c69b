import type { Problem } from '@attune/core'
import { refuseProblems } from '@attune/core'
import type { Matrix } from '../matrix.ts'
import { layersFromSpace } from './blocks.ts'
import type { NetworkPlan } from './check-network.ts'
import { checkNetwork } from './check-network.ts'
import type { Layer } from './layers.ts'
import type { CheckedOptions } from './options.ts'
import { product } from './shapes.ts'
import { power } from '../elementary.ts'

/**
 * The network that options ask for.
 *
 * @param categories by column how many it has, 0 of numbers
 * @param outputs numbers that the task needs
 * @throws AttuneError `models/impossible` with every layer that cannot be
 */
export function planOf(
  options: CheckedOptions,
  data: { readonly columns: number; readonly categories?: Matrix['categories'] },
  outputs: number,
): NetworkPlan {
  const input = options.inputShape ?? [data.columns]
  const problems: Problem[] = []
  if (product(input) !== data.columns) {
    const message = `[${input.join(', ')}] has ${product(input)} numbers, but a row has ${data.columns} columns.`
    problems.push({ path: 'inputShape', message })
  }
  refuseProblems('models/impossible', 'The network cannot be built', problems)
  const layers = options.layers ?? defaultLayers(options, data.categories ?? [])
  return checkNetwork(penalised(layers, options), input, outputs)
}

function defaultLayers(options: CheckedOptions, categories: readonly number[]): Layer[] {
  const { depth, units, activation, batchNorm, dropout, noise } = options
  const layers: Layer[] = []
  const embedded = embeddedColumns(options.embedding, categories)
  if (embedded.length > 0) layers.push({ kind: 'columnEmbedding', columns: embedded })
  if (noise > 0) layers.push({ kind: 'gaussianNoise', sd: noise })
  if ((options.inputShape?.length ?? 1) > 1) layers.push({ kind: 'flatten' })
  const block = { units, activation, batchNorm, dropout }
  const hidden = Array.from({ length: depth }, () => block)
  return [...layers, ...layersFromSpace({ hidden })]
}

function embeddedColumns(
  embedding: number | 'auto',
  categories: readonly number[],
): { column: number; categories: number; units: number }[] {
  if (embedding === 0) return []
  return categories.flatMap((count, column) => {
    if (count === 0) return []
    const rule = Math.min(50, Math.round(1.6 * power(count, 0.56)))
    return [{ column, categories: count, units: embedding === 'auto' ? rule : embedding }]
  })
}

/** Layers with the penalties of the options where they have none of their own. */
function penalised(layers: readonly Layer[], options: CheckedOptions): Layer[] {
  const { l1, l2 } = options
  const last = layers.at(-1)
  // The output layer is written out, so that it has its penalties as well.
  const all: readonly Layer[] = last?.kind === 'output' ? layers : [...layers, { kind: 'output' }]
  return l1 === 0 && l2 === 0 ? [...all] : all.map((layer) => withPenalties(layer, { l1, l2 }))
}

function withPenalties(layer: Layer, penalties: { l1: number; l2: number }): Layer {
  switch (layer?.kind) {
    case 'dense':
    case 'conv1d':
    case 'conv2d':
    case 'lstm':
    case 'gru':
    case 'embedding':
    case 'columnEmbedding':
    case 'output':
      return { ...penalties, ...layer }
    case 'bidirectional':
      return { ...layer, layer: { ...penalties, ...layer.layer } }
    case 'residual': {
      // Layers may come from a file, and are checked later.
      const through = (list: readonly Layer[]): readonly Layer[] =>
        Array.isArray(list) ? list.map((inner) => withPenalties(inner, penalties)) : list
      const shortcut = layer.shortcut === undefined ? {} : { shortcut: through(layer.shortcut) }
      return { ...layer, layers: through(layer.layers), ...shortcut }
    }
    default:
      return layer
  }
}
