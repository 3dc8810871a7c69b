import { hypervolumeConvergence } from '../analysis/convergence.ts'
import type { History } from '../journal/history.ts'
import type { Chart } from './chart.ts'
import { count, say, whyEmpty } from './words.ts'

export interface HypervolumeChartOptions {
  /** The reference point in units of the objectives; default as `hypervolumeConvergence`. */
  readonly reference?: readonly number[]
  readonly title?: string
}

/**
 * The hypervolume of the Pareto front by trial, as `hypervolumeConvergence` gives it by number.
 * @throws AttuneError `usage` when the reference has not as many entries as there are objectives
 */
export function hypervolumeChart(
  history: History,
  { reference, title = 'Hypervolume by trial' }: HypervolumeChartOptions = {},
): Chart {
  const found = hypervolumeConvergence(history, {
    order: 'number',
    ...(reference === undefined ? {} : { reference }),
  })
  const { trials, best, gains } = found
  const last = best.at(-1) ?? Number.NaN
  const objectives = history.config?.objectives ?? []
  const from = objectives.map(({ name }, k) => `${name} ${say(found.reference[k]!)}`).join(', ')
  const isEmpty = Number.isNaN(last)
  return {
    title,
    ...(isEmpty ? {} : { subtitle: `measured from ${from}` }),
    summary: isEmpty
      ? `${title}: ${whyEmpty(history)}`
      : `${title}: ${say(last)} after ${count(trials.length, 'trial')}, grown ${count(gains.length, 'time')}, last at trial ${trials[gains.at(-1)!]}.`,
    ...(isEmpty ? { note: whyEmpty(history) } : {}),
    x: { name: 'trial', column: 'trial' },
    y: { name: 'hypervolume' },
    marks: isEmpty
      ? []
      : [
          {
            ...{ kind: 'line', name: 'hypervolume', step: true },
            points: Array.from(trials, (trial, k) => [trial, best[k]!] as const),
          },
        ],
  }
}
