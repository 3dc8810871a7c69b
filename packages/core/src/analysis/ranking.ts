import { lossesOf } from './best.ts'
import { crowdingDistances } from './crowding.ts'
import { memberOf, memberPlaces } from './member.ts'
import { paretoFronts } from './pareto.ts'
import type { History } from '../journal/history.ts'
import type { HistoryView } from '../journal/view.ts'
import { liveView } from '../journal/view.ts'

/**
 * Settled trials from best to worst, as far as they say anything: complete feasible ones by their
 * loss, then pruned ones by how far they came and their last report, then infeasible ones by
 * their violation. Failed trials and results that are not numbers are left out.
 */
export interface Ranking {
  readonly order: readonly number[]
  /** The loss by place for complete feasible trials of a single objective, else NaN. */
  lossAt(place: number): number
  /** The Pareto front by place, 0 the best, for complete feasible trials of several objectives, else NaN. */
  frontAt(place: number): number
}

interface Ranks {
  settled: number
  order: number[]
  kind: Uint8Array
  first: Float64Array
  second: Float64Array
}

/** With more trials than this to add at once, sorting beats inserting. */
const bulk = 64

/** Makes a ranking function that remembers what it ranked; one history at a time. */
export function createRanking(): (view: HistoryView) => Ranking {
  const cache = new WeakMap<History, Ranks & { by: HistoryView['order']; era: number }>()
  return (view) => {
    const { history } = view
    const many = (history.config?.objectives.length ?? 1) > 1
    let ranks = cache.get(history)
    if (
      ranks === undefined ||
      ranks.settled > view.settledCount ||
      ranks.by !== view.order ||
      ranks.era !== history.era ||
      many
    ) {
      ranks = { ...emptyRanks(), by: view.order, era: history.era }
      cache.set(history, ranks)
    }
    update(ranks, view, many)
    const { order, kind, first } = ranks
    const keyAt = (place: number): number => {
      const trial = order[place]
      if (trial === undefined || kind[trial] !== memberPlaces.feasible) return Number.NaN
      return first[trial] as number
    }
    return {
      order,
      lossAt: (place) => (many ? Number.NaN : keyAt(place)),
      frontAt: (place) => (many ? keyAt(place) : Number.NaN),
    }
  }
}

/** All finished trials that say anything, from best to worst; see Ranking. */
export function rankFinished(history: History): readonly number[] {
  const view = liveView(history, -1)
  return rankPrefix(view, view.settledCount)
}

/** The ranking of the first `count` settled trials alone. */
export function rankPrefix(view: HistoryView, count: number): readonly number[] {
  const ranks = emptyRanks()
  const many = (view.history.config?.objectives.length ?? 1) > 1
  update(ranks, { ...view, settledCount: count }, many)
  return ranks.order
}

function emptyRanks(): Ranks {
  return {
    settled: 0,
    order: [],
    kind: new Uint8Array(64),
    first: new Float64Array(64),
    second: new Float64Array(64),
  }
}

function update(ranks: Ranks, view: HistoryView, many: boolean): void {
  const { history } = view
  if (ranks.kind.length < history.length) grow(ranks, history.length * 2)
  const added: number[] = []
  for (; ranks.settled < view.settledCount; ranks.settled++) {
    const trial = view.settledAt(ranks.settled)
    if (describe(ranks, history, trial)) added.push(trial)
  }
  if (added.length === 0) return
  if (many) rankFronts(ranks, history, added)
  const compare = (a: number, b: number): number =>
    (ranks.kind[a] as number) - (ranks.kind[b] as number) ||
    order(ranks.first[a] as number, ranks.first[b] as number) ||
    order(ranks.second[a] as number, ranks.second[b] as number) ||
    a - b
  if (added.length > bulk) {
    // One by one: as arguments of one call they would be too many for the stack of a browser's worker.
    for (const trial of added) ranks.order.push(trial)
    ranks.order.sort(compare)
    return
  }
  for (const trial of added) {
    let low = 0
    let high = ranks.order.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(ranks.order[middle] as number, trial) < 0) low = middle + 1
      else high = middle
    }
    ranks.order.splice(low, 0, trial)
  }
}

const order = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

function grow(ranks: Ranks, size: number): void {
  const { kind, first, second } = ranks
  ranks.kind = new Uint8Array(size)
  ranks.kind.set(kind)
  ranks.first = new Float64Array(size)
  ranks.first.set(first)
  ranks.second = new Float64Array(size)
  ranks.second.set(second)
}

/** Fills in the sort keys of a trial; false when it cannot be ranked. */
function describe(ranks: Ranks, history: History, trial: number): boolean {
  const member = memberOf(history, trial)
  if (member === undefined) return false
  ranks.kind[trial] = memberPlaces[member.standing]
  ranks.first[trial] = member.losses[0] as number
  ranks.second[trial] = member.standing === 'pruned' ? (member.losses[1] as number) : 0
  return true
}

/** With several objectives complete trials rank by their Pareto front, then by crowding. */
function rankFronts(ranks: Ranks, history: History, trials: readonly number[]): void {
  const complete = trials.filter((t) => ranks.kind[t] === memberPlaces.feasible)
  const points = complete.map((t) => lossesOf(history, t))
  const fronts = paretoFronts(points)
  const crowding = crowdingDistances(points, fronts)
  complete.forEach((trial, i) => {
    ranks.first[trial] = fronts[i] as number
    ranks.second[trial] = -(crowding[i] as number)
  })
}
