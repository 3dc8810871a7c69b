import type { LearningRateProposal, SweepNote } from '@attune/core'
import { formatNumber } from '../text/format.ts'

/** A rate as it is written into a program: three digits are more than a sweep can tell. */
export const formatRate = (rate: number): string => formatNumber(Number(rate.toPrecision(3)), 3)

export interface SweepWords {
  readonly metric: string
  readonly direction: 'minimize' | 'maximize'
  /** Where the rate was swept. */
  readonly range: { readonly low: number; readonly high: number }
  /** Runs that failed for other reasons than divergence. */
  readonly failed: number
}

/** What a sweep proposes and what speaks for it, a line each. */
export function describeProposal(proposal: LearningRateProposal, words: SweepWords): string[] {
  const { near, best, expected, runs, diverged, prediction } = proposal
  const { metric, failed, range } = words
  const number = (x: number): string => formatNumber(x)
  const lost = [
    ...(diverged.length > 0 ? [`${diverged.length} more diverged`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ]
  const count = `${runs.length} run${runs.length === 1 ? '' : 's'}`
  const named = best.name === undefined ? '' : ` (${best.name})`
  return [
    `nearly as good: ${formatRate(near.low)} to ${formatRate(near.high)}, where ${metric} should be ${words.direction === 'minimize' ? 'at most' : 'at least'} ${number(near.value)}`,
    `predicted there: ${metric} ${number(expected)}; best run: ${number(best.value)} at ${formatRate(best.learningRate)}${named}`,
    `evidence: ${[count, ...lost].join(', ')}, from ${formatRate(range.low)} to ${formatRate(range.high)}; ${describeMethod(prediction)}`,
  ]
}

function describeMethod({ method, pieces, side }: LearningRateProposal['prediction']): string {
  if (method === 'slope') return `where the slope of the ${side} hull changes its sign`
  if (method === 'onion') return `mean over ${pieces} ${side} hulls`
  return `${side} hull of ${pieces} strips`
}

/** What to know before the rate is used: a sentence each, with what to do. */
export function describeNotes(
  notes: readonly SweepNote[],
  { range }: Pick<SweepWords, 'range'>,
): string[] {
  return notes.map((note): string => {
    switch (note.kind) {
      case 'few-runs':
        return `Fewer than ${note.enough} runs came through: take the rate for a rough guess, or give more --trials.`
      case 'end-of-range':
        return note.end === 'high'
          ? `The best run has the highest rate: a better one may lie beyond. Widen: --range ${formatRate(range.low)}..${formatRate(range.high * 10)}`
          : `The best run has the lowest rate: a better one may lie below. Widen: --range ${formatRate(range.low / 10)}..${formatRate(range.high)}`
      case 'edge-of-divergence':
        return 'Every run with a higher rate diverged: longer training may need a lower one.'
      case 'one-run':
        return `One run decides: without the best one the rate would be ${formatRate(note.without)}. Give more --trials before you trust it.`
      case 'moved':
        return `The curve would lead to ${formatRate(note.predicted)}, where runs were worse than the best: this is the nearest rate that is nearly as good.`
      case 'mostly-diverged':
        return `Most runs diverged. Sweep lower rates: --range ${formatRate(range.low / 100)}..${formatRate(Math.sqrt(range.low * range.high))}`
      default:
        return 'Most of the range is nearly as good: the runs are too short to tell rates apart, or the rate hardly matters.'
    }
  })
}
