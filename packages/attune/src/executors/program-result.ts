import { judgeMetrics } from '@attune/core'
import type { ObjectiveSpec, Outcome } from '@attune/core'
import type { MetricLine } from './metric-parser.ts'

/** Which of the values a program gave is its result. */
export type ResultRule = 'last' | 'best' | 'final'

interface Metrics {
  readonly metrics: Record<string, number>
  readonly standardErrors?: Readonly<Record<string, number>>
}

/** The result of a program as it grows line by line. */
export interface ProgramResult {
  /** Takes what one line said; the numbers in it, without `step`. */
  add(line: MetricLine): Readonly<Record<string, number>>
  /** Why the program refused its configuration: the value of `refused`, if a line had one. */
  readonly refused: string | undefined
  outcome(): Outcome
}

/**
 * `last`: the last value of every metric. `best`: all metrics of the line with the best first
 * objective. `final`: the metrics of the last line alone. A program that owes no objective, because people
 * judge what it made, may say nothing; `best` is `last` then.
 */
export function createProgramResult(
  rule: ResultRule,
  objectives: readonly ObjectiveSpec[],
): ProgramResult {
  const first = objectives[0]
  const sign = first?.direction === 'minimize' ? 1 : -1
  let kept: Metrics = { metrics: {} }
  let refused: string | undefined
  return {
    add(line) {
      const found = numbersOf(line)
      const why = line['refused']
      if (typeof why === 'string' || why === true) refused ??= why === true ? '' : why
      const better = (): boolean => {
        const value = found.metrics[first?.name ?? '']
        const best = kept.metrics[first?.name ?? '']
        if (value === undefined) return false
        return best === undefined || Number.isNaN(best) || sign * value < sign * best
      }
      if (rule === 'final') kept = found
      else if (rule === 'last' || first === undefined) {
        kept = { ...kept, ...found, metrics: { ...kept.metrics, ...found.metrics } }
      } else if (better()) kept = { ...found, metrics: { ...kept.metrics, ...found.metrics } }
      return found.metrics
    },
    get refused() {
      return refused
    },
    outcome: () =>
      judgeMetrics(
        kept.metrics,
        kept.standardErrors,
        objectives.map((o) => o.name),
      ),
  }
}

function numbersOf(line: MetricLine): Metrics {
  const metrics: Record<string, number> = {}
  let standardErrors: Record<string, number> | undefined
  for (const [name, value] of Object.entries(line)) {
    if (typeof value === 'number' && name !== 'step') metrics[name] = value
    else if (name === 'standardErrors' && typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).filter(([, x]) => typeof x === 'number')
      standardErrors = Object.fromEntries(entries) as Record<string, number>
    }
  }
  return standardErrors === undefined ? { metrics } : { metrics, standardErrors }
}
