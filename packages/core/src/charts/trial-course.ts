import type { Convergence } from '../analysis/convergence.ts'
import { convergence } from '../analysis/convergence.ts'
import type { History } from '../journal/history.ts'
import type { Axis } from './chart.ts'
import { columnValues } from './column-values.ts'
import { timeUnit } from './time-unit.ts'

/**
 * What a history goes along: the number of the trial; the wall-clock time since the first trial began; or
 * what all trials that had ended by then took together, in seconds or in seconds of the processor.
 */
export const courses = ['trial', 'time', 'seconds', 'cpuSeconds'] as const
export type CourseBy = (typeof courses)[number]

/** Where the trials of a study stand on such an axis. */
export interface TrialCourse {
  readonly axis: Axis
  /** Such as `by trial`. */
  readonly words: string
  /** NaN for a trial that has not ended, unless it goes by number. */
  readonly xOf: (trial: number) => number
  /** How the objective got better, in the order of the axis. */
  readonly course: Convergence
  /** How many ended trials do not say what they took; they count as nothing. */
  readonly unmeasured: number
}

const named = {
  time: { words: 'by time', name: 'time since the first trial began' },
  seconds: { words: 'by time spent', name: 'time spent on trials so far' },
  cpuSeconds: { words: 'by processor time', name: 'processor time of trials so far' },
} as const

/** @throws AttuneError `usage` when there is no such objective */
export function trialCourse(history: History, by: CourseBy, objective: number): TrialCourse {
  if (by === 'trial') {
    return {
      axis: { name: 'trial', column: 'trial' },
      words: 'by trial',
      xOf: (trial) => trial,
      course: convergence(history, { objective, order: 'number' }),
      unmeasured: 0,
    }
  }
  const course = convergence(history, { objective })
  const costs = by === 'time' ? undefined : columnValues(history, by).values
  const seconds = costs === undefined ? course.seconds : summed(course.trials, costs)
  const { unit, size } = timeUnit(seconds.at(-1) || 0)
  const places = new Float64Array(history.length).fill(Number.NaN)
  course.trials.forEach((trial, k) => (places[trial] = seconds[k]! / size))
  const { words, name } = named[by]
  return {
    axis: { name, unit, min: 0 },
    words,
    xOf: (trial) => places[trial] ?? Number.NaN,
    course,
    unmeasured: course.trials.filter((trial) => Number.isNaN(costs?.[trial])).length,
  }
}

/** What the trials took together, by row those before it and its own. */
function summed(trials: Int32Array, costs: Float64Array): Float64Array {
  let sum = 0
  return Float64Array.from(trials, (trial) => (sum += costs[trial]! || 0))
}
