import { AttuneError } from '../errors.ts'
import type { History } from '../journal/history.ts'
import type { HistoryView } from '../journal/view.ts'
import type { Label } from '../space/distribution.ts'
import type { SearchSpace } from '../space/space.ts'
import type { Cells } from './grid-cells.ts'
import { cellKey, orderCells } from './grid-cells.ts'
import type { Sampler } from './sampler.ts'

export interface GridOptions {
  /** How many values a continuous parameter gets, evenly on its scale; default 5. */
  readonly levels?: number
  /** The same for single parameters by flat name; also thins out integers. */
  readonly levelsOf?: Readonly<Record<string, number>>
}

/**
 * Exhaustive search over all configurations, conditional ones included, each exactly once.
 *
 * The order is shuffled but even: cells are visited as the study's scrambled Sobol' sequence meets
 * them, so that any beginning of the search covers the space; cells the sequence has not met after
 * four times their number follow in a random order. A cell is skipped when an earlier trial has
 * it, whoever proposed it. The study ends when every feasible cell has been visited. At most
 * 1,000,000 cells.
 */
export function grid(options: GridOptions = {}): Sampler {
  const { levels = 5, levelsOf = {} } = options
  for (const [name, n] of [['levels', levels], ...Object.entries(levelsOf)] as const) {
    if (!(Number.isInteger(n) && n >= 1)) {
      throw new AttuneError('sampler/options', `grid: ${name} is a whole number >= 1, got ${n}.`)
    }
  }
  const cache = new WeakMap<SearchSpace['params'], Map<number, Cells>>()
  const cellsOf = (space: SearchSpace, seed: number): Cells => {
    let bySeed = cache.get(space.params)
    if (bySeed === undefined) cache.set(space.params, (bySeed = new Map()))
    let cells = bySeed.get(seed)
    if (cells === undefined) {
      bySeed.set(seed, (cells = orderCells(space, seed, { levels, levelsOf })))
    }
    return cells
  }
  const visits = createVisits()
  return {
    name: 'grid',
    options: { levels, levelsOf },
    supports: { objectives: 'many', conditional: true, constraints: true, continuous: true },
    propose(space, { view, seed, trial }) {
      const cells = cellsOf(space, seed)
      const visited = visits(space, cells, view)
      let skip = ahead(view)
      const position = cells.order.findIndex((_, i) => !visited.has(i) && skip-- === 0)
      const count = cells.order.length
      // After the end only what an enqueued trial left open is asked for.
      if (position < 0) {
        const again = cells.order[trial % count] as Record<string, Label>
        return { values: again, why: 'grid: every cell has been proposed; one again' }
      }
      const why = `grid: cell ${visited.size + 1} of ${count}`
      return { values: cells.order[position] as Record<string, Label>, why }
    },
    remaining(space, view, seed) {
      const cells = cellsOf(space, seed)
      return cells.order.length - visits(space, cells, view).size - ahead(view)
    },
  }
}

/** Trials opened before this one that have no values yet will take a cell each. */
function ahead(view: HistoryView): number {
  return view.pending.filter((t) => t < view.trial && !hasValues(view, t)).length
}

function hasValues(view: HistoryView, trial: number): boolean {
  return view.history.details.get(trial)?.suggested === true
}

/** The cells that settled and pending trials have; those of settled ones are looked up once. */
function createVisits(): (space: SearchSpace, cells: Cells, view: HistoryView) => Set<number> {
  const settled = new WeakMap<
    History,
    Map<Cells, { by: HistoryView['order']; era: number; upTo: number; cells: Set<number> }>
  >()
  return (space, cells, view) => {
    let byCells = settled.get(view.history)
    if (byCells === undefined) settled.set(view.history, (byCells = new Map()))
    let known = byCells.get(cells)
    // A view may show less than an earlier one did; then the look-up starts anew.
    const { era } = view.history
    const isOther = known?.by !== view.order || known.era !== era
    if (known === undefined || known.upTo > view.settledCount || isOther) {
      byCells.set(cells, (known = { by: view.order, era, upTo: 0, cells: new Set() }))
    }
    const cellOf = (trial: number): number | undefined => {
      if (trial === view.trial || !hasValues(view, trial)) return undefined
      const values: Record<string, Label> = {}
      for (const { name } of space.params) {
        const value = view.valueOf(trial, name)
        if (value !== undefined) values[name] = value
      }
      return cells.positions.get(cellKey(space, values))
    }
    for (; known.upTo < view.settledCount; known.upTo++) {
      const cell = cellOf(view.settledAt(known.upTo))
      if (cell !== undefined) known.cells.add(cell)
    }
    const pending = view.pending.map(cellOf).filter((cell) => cell !== undefined)
    return new Set([...known.cells, ...pending])
  }
}
