import { log } from '../../math/elementary.ts'
import { isRankable } from '../../analysis/member.ts'
import type { Ranking } from '../../analysis/ranking.ts'
import { rankPrefix } from '../../analysis/ranking.ts'
import type { HistoryView } from '../../journal/view.ts'

/** At most this many trials serve as kernels. */
const maxKernels = 5000
/** Beyond it: the best trials, an even sample of the ranking, and the latest ones. */
const cappedGood = 750
const cappedLatest = 250
/** The sample is drawn anew each time the number of trials has grown by this factor. */
const stageGrowth = 1.05

export interface KernelTrials {
  readonly trials: readonly number[]
  /** How many of the best of the ranking are among them for certain. */
  readonly best: number
}

/**
 * Makes a function that chooses the trials that serve as kernels: all that are ranked and pending,
 * or a part of them beyond 5,000. It keeps the sample of one history; a function of the view alone.
 * The list is filled anew each time.
 */
export function createKernelTrials(): (view: HistoryView, ranking: Ranking) => KernelTrials {
  let sample: { readonly stage: number; readonly trials: readonly number[] } = {
    stage: 0,
    trials: [],
  }
  const all: number[] = []
  return (view, { order }) => {
    const pending = view.pending.filter((t) => view.history.details.get(t)?.suggested === true)
    if (order.length <= maxKernels) {
      all.length = Math.min(all.length, order.length + pending.length)
      for (let i = 0; i < order.length; i++) all[i] = order[i]!
      for (let i = 0; i < pending.length; i++) all[order.length + i] = pending[i]!
      return { trials: all, best: order.length }
    }
    const stage = Math.floor(log(view.settledCount / maxKernels) / log(stageGrowth))
    if (sample.stage !== stage || sample.trials.length === 0) {
      sample = { stage, trials: sampleOf(view, stage) }
    }
    const chosen = new Uint8Array(view.history.length)
    const trials: number[] = []
    const take = (trial: number): void => {
      if (chosen[trial] === 1) return
      chosen[trial] = 1
      trials.push(trial)
    }
    sample.trials.forEach(take)
    for (let i = 0; i < cappedGood; i++) take(order[i] as number)
    for (let i = Math.max(0, view.settledCount - cappedLatest); i < view.settledCount; i++) {
      const trial = view.settledAt(i)
      if (isRankable(view.history, trial)) take(trial)
    }
    pending.forEach(take)
    return { trials, best: cappedGood }
  }
}

function sampleOf(view: HistoryView, stage: number): readonly number[] {
  const settled = Math.min(view.settledCount, Math.ceil(maxKernels * stageGrowth ** stage))
  const ranked = rankPrefix(view, settled)
  const wanted = maxKernels - cappedGood - cappedLatest
  const step = Math.max(1, ranked.length / wanted)
  const trials = Array.from({ length: wanted }, (_, i) => ranked[Math.floor(i * step)])
  return trials.filter((t) => t !== undefined)
}
