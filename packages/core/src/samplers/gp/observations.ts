import { lossesOf } from '../../analysis/best.ts'
import type { History } from '../../journal/history.ts'
import { cell } from '../../journal/history.ts'
import type { HistoryView } from '../../journal/view.ts'
import { settledReport, settledState } from '../../journal/view.ts'
import type { Layout } from './layout.ts'

/** A settled trial as the model sees it. */
export interface Observation {
  readonly trial: number
  readonly codes: Float64Array
  /** How it ended; a complete trial without a number for every objective counts as failed. */
  readonly state: 'complete' | 'pruned' | 'failed'
  /** One an objective; of pruned trials the last report of the first; empty for failed ones. */
  readonly losses: readonly number[]
  /** By outcome constraint, how far it was broken; NaN where unknown. */
  readonly margins: readonly number[]
  /** Whether it is known to break an outcome constraint. */
  readonly infeasible: boolean
}

interface Log {
  readonly layout: Layout
  readonly by: HistoryView['order']
  readonly era: number
  settled: number
  readonly seen: Observation[]
  /** How many of `seen` were there when that many trials had settled. */
  readonly counts: number[]
}

/**
 * Makes a function that lists the settled trials that say anything about this space, in the order
 * in which they settled: complete and failed ones, and pruned ones that reported. It remembers what
 * it has read.
 */
export function createObservations(): (
  view: HistoryView,
  layout: Layout,
) => readonly Observation[] {
  const logs = new WeakMap<History, Log>()
  return (view, layout) => {
    const { history } = view
    let log = logs.get(history)
    if (log?.layout !== layout || log.by !== view.order || log.era !== history.era) {
      log = { layout, by: view.order, era: history.era, settled: 0, seen: [], counts: [0] }
      logs.set(history, log)
    }
    for (; log.settled < view.settledCount; log.settled++) {
      const observation = observe(view, layout, view.settledAt(log.settled))
      if (observation !== undefined) log.seen.push(observation)
      log.counts.push(log.seen.length)
    }
    const count = log.counts[view.settledCount]!
    return count === log.seen.length ? log.seen : log.seen.slice(0, count)
  }
}

/** The codes of the trials shown as running, as far as they were given values of this space. */
export function pendingCodes(view: HistoryView, layout: Layout): readonly Float64Array[] {
  return view.pending.flatMap((trial) => {
    const suggested = view.history.details.get(trial)?.suggested === true
    const codes = suggested ? layout.read(view, trial) : undefined
    return codes === undefined ? [] : [codes]
  })
}

function observe(view: HistoryView, layout: Layout, trial: number): Observation | undefined {
  const { history } = view
  const codes = layout.read(view, trial)
  if (codes === undefined) return undefined
  const state = settledState(history, trial)
  const margins = history.constraints.map((c) => cell(history, `constraint:${c.source}`, trial))
  const known = { trial, codes, margins, infeasible: cell(history, 'violation', trial) > 0 }
  if (state === 'complete') {
    const losses = lossesOf(history, trial)
    if (!losses.some(Number.isNaN)) return { ...known, state: 'complete', losses }
  }
  if (state === 'pruned') {
    const objective = history.config?.objectives[0]
    const last = settledReport(history, trial, objective?.name ?? '')
    if (Number.isNaN(last)) return undefined
    const losses = [objective?.direction === 'maximize' ? -last : last]
    return { ...known, state: 'pruned', losses }
  }
  return { ...known, state: 'failed', losses: [] }
}

/**
 * At most `limit` of the observations, in their order: the best 3/8 of them by their losses, the
 * latest 1/4 and an even sample of the rest. The losses of the first objective decide.
 */
export function capped(all: readonly Observation[], limit: number): readonly Observation[] {
  if (all.length <= limit) return all
  const keep = new Uint8Array(all.length)
  const latest = Math.floor(limit / 4)
  const best = Math.floor((3 * limit) / 8)
  const order = all
    .flatMap((o, i) => (o.state === 'complete' ? [i] : []))
    .sort((a, b) => compare(all[a]!.losses[0]!, all[b]!.losses[0]!) || a - b)
  for (const i of order.slice(0, best)) keep[i] = 1
  for (let i = all.length - latest; i < all.length; i++) keep[i] = 1
  const rest = all.flatMap((_, i) => (keep[i] === 0 ? [i] : []))
  const wanted = limit - (all.length - rest.length)
  for (let k = 0; k < wanted; k++) keep[rest[Math.floor((k * rest.length) / wanted)]!] = 1
  return all.filter((_, i) => keep[i] === 1)
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)
