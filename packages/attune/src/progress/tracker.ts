import type { History, StudyEvent, TrialState } from '@attune/core'
import { cell, dominates, lossesOf, stateOf } from '@attune/core'
import type { WatchedStudy } from './progress-contract.ts'

/** What an event meant for people who watch; a trial that paused has finished for now. */
export type Happening =
  | { readonly kind: 'finished'; readonly trial: number }
  | { readonly kind: 'requeued'; readonly trial: number; readonly cause: string }

/** The standing of a study, kept up to date event by event without looking at old trials again. */
export interface Tracker {
  readonly finished: number
  count(state: 'complete' | 'pruned' | 'failed' | 'paused'): number
  /** The best feasible trial, or the Pareto front with the best first objective first. */
  best(): readonly number[]
  /** Trials that finished since the best one, or since the front changed. */
  sinceBest(): number
  /** The best value of the first objective after so many shares of the trials; NaN before any. */
  curve(points: number): number[]
  /** The last trials that failed, newest first. */
  failures(): readonly number[]
  /** Takes in an event that the history has applied; undefined when it changed nothing to see. */
  apply(event: StudyEvent): Happening | undefined
}

/** This many failures are remembered. */
const lastFailures = 5

interface Candidate {
  readonly trial: number
  readonly losses: readonly number[]
}

interface Standing {
  readonly counts: Record<TrialState, number>
  best: readonly Candidate[]
  bestSince: number
  readonly steps: { readonly finished: number; readonly value: number }[]
  failures: readonly number[]
  finished: number
}

/** Follows a study from the state it is in. */
export function trackStudy({ history }: Pick<WatchedStudy, 'history'>): Tracker {
  let standing = standingOf(history)
  const epochs = new Map([...history.open].map((t) => [t, cell(history, 'epoch', t)]))

  let { era } = history
  const renew = (): void => {
    standing = standingOf(history)
    era = history.era
  }
  const catchUp = (): void => {
    while (standing.finished < history.finished) addNext(standing, history)
  }

  return {
    get finished() {
      return standing.finished
    },
    count: (state) => standing.counts[state],
    best: () => standing.best.map((c) => c.trial),
    sinceBest: () => standing.finished - standing.bestSince,
    curve(points) {
      const n = Math.min(points, standing.finished)
      return Array.from({ length: n }, (_, i) => {
        const upTo = Math.ceil(((i + 1) * standing.finished) / n)
        return standing.steps.findLast((s) => s.finished <= upTo)?.value ?? Number.NaN
      })
    },
    failures: () => standing.failures,
    apply(event) {
      switch (event.type) {
        case 'study-changed':
        case 'trial-promoted':
        case 'annotated':
          renew()
          return undefined
        case 'trial-paused':
        case 'trial-finished':
          // A result under an old epoch changes nothing.
          if (history.finished === standing.finished && history.era === era) return undefined
          if (history.era === era) catchUp()
          else renew()
          return { kind: 'finished', trial: event.trial }
        case 'trial-requeued': {
          const { trial, epoch, cause, failure } = event
          const known = epochs.get(trial) ?? 0
          if (!history.open.has(trial) || epoch <= known) return undefined
          if (cell(history, 'epoch', trial) !== epoch) return undefined
          epochs.set(trial, epoch)
          return { kind: 'requeued', trial, cause: failure?.reason ?? cause }
        }
        default:
          return undefined
      }
    },
  }
}

function standingOf(history: History): Standing {
  const counts = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0, paused: 0 }
  const standing = { counts, best: [], bestSince: 0, steps: [], failures: [], finished: 0 }
  while (standing.finished < history.finished) addNext(standing, history)
  return standing
}

/** Takes in the trial that finished next. */
function addNext(standing: Standing, history: History): void {
  const trial = history.finishOrder[standing.finished++] as number
  const state = stateOf(history, trial)
  standing.counts[state]++
  if (state === 'failed') {
    standing.failures = [trial, ...standing.failures].slice(0, lastFailures)
  }
  if (state === 'complete')
    addCandidate(standing, history, { trial, losses: lossesOf(history, trial) })
}

function addCandidate(standing: Standing, history: History, candidate: Candidate): void {
  const { losses, trial } = candidate
  if (history.excluded.has(trial)) return
  if (losses.some(Number.isNaN) || cell(history, 'violation', trial) > 0) return
  if (losses.length === 1) {
    const [best] = standing.best
    if (best !== undefined && compareBest(best, candidate) <= 0) return
    standing.best = [candidate]
    const name = history.config?.objectives[0]?.name ?? ''
    const value = cell(history, `metric:${name}`, trial)
    standing.steps.push({ finished: standing.finished, value })
  } else {
    if (standing.best.some((other) => dominates(other.losses, losses))) return
    const kept = standing.best.filter((other) => !dominates(losses, other.losses))
    standing.best = [...kept, candidate].sort(compareBest)
  }
  standing.bestSince = standing.finished
}

/** By the first loss; equals in the order of their numbers. */
function compareBest(a: Candidate, b: Candidate): number {
  const la = a.losses[0] as number
  const lb = b.losses[0] as number
  if (la !== lb) return la < lb ? -1 : 1
  return a.trial - b.trial
}
