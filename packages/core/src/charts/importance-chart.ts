import { fanova } from '../analysis/importance/fanova.ts'
import { importanceIntervals } from '../analysis/importance/bootstrap.ts'
import type { Importance } from '../analysis/importance/ped-anova.ts'
import { pedAnova } from '../analysis/importance/ped-anova.ts'
import type { History } from '../journal/history.ts'
import { cell } from '../journal/history.ts'
import type { Chart } from './chart.ts'
import { isUntold, unlessUntold } from './telling.ts'
import { completeTrials, count } from './words.ts'

export interface ImportanceChartOptions {
  /** What the shares are of; default: the objective. */
  readonly target?: string
  readonly title?: string
  /** Parameters at most, the most important ones; default 15. */
  readonly most?: number
  /** By parameter, an interval around its share, such as of a bootstrap over seeds. */
  readonly intervals?: Readonly<Record<string, readonly [low: number, high: number]>>
  /** What else there is to know, such as what the intervals are. */
  readonly subtitle?: string
}

/** The share of the outcome that each parameter decides, as `pedAnova` and `fanova` give it. */
export function importanceChart(
  importances: readonly Importance[],
  options: ImportanceChartOptions = {},
): Chart {
  const { target = 'the objective', most = 15, intervals } = options
  const shown = importances.toSorted((a, b) => b.value - a.value).slice(0, most)
  // An axis begins below; the most important one stands on top.
  const listed = shown.toReversed()
  const { length } = importances
  const title = options.title ?? `Importance for ${target}`
  const parts = [
    ...(shown.length < length
      ? [`the ${shown.length} most important of ${length} parameters`]
      : []),
    ...(options.subtitle === undefined ? [] : [options.subtitle]),
  ]
  const words = shown.slice(0, 3).map(({ name, value }) => `${name} ${percent(value)}`)
  return {
    title,
    ...(parts.length === 0 ? {} : { subtitle: parts.join('; ') }),
    summary: `${title}: ${words.join(', ') || 'no parameter has more than one value'}${length > 3 ? `, then ${count(length - 3, 'other')}` : ''}.`,
    ...(length === 0 ? { note: 'No parameter has more than one value.' } : {}),
    x: { name: 'share of the outcome', unit: '%', min: 0 },
    y: { name: 'parameter', scale: 'categories', labels: listed.map(({ name }) => name) },
    marks: [
      {
        ...{ kind: 'bars', name: 'importance' },
        values: listed.map(({ value }) => 100 * value),
        ...(intervals === undefined
          ? {}
          : {
              intervals: listed.map(({ name, value }) => {
                const [low, high] = intervals[name] ?? [value, value]
                return [100 * low, 100 * high] as const
              }),
            }),
      },
    ],
  }
}

export interface ImportanceChartsOptions {
  /** Metrics, `seconds`, `cpuSeconds` or `peakMemoryBytes`; default: all objectives, and the duration. */
  readonly targets?: readonly string[]
  /** Default `ped-anova`. */
  readonly method?: 'ped-anova' | 'fanova'
  /** By `ped-anova`, intervals of a bootstrap over trials where that takes no time; default true. */
  readonly intervals?: boolean
  readonly most?: number
}

/** One chart of importances a target; those that cannot be told say why. */
export function importanceCharts(
  history: History,
  { targets, method = 'ped-anova', intervals = true, most }: ImportanceChartsOptions = {},
): Chart[] {
  return (targets ?? usualTargets(history)).map((target) => {
    const called = target === 'seconds' ? 'the duration' : target
    const found = unlessUntold(() => (method === 'fanova' ? fanova : pedAnova)(history, { target }))
    if (isUntold(found)) {
      return { ...importanceChart([], { target: called }), ...untoldParts(called, found.untold) }
    }
    const around =
      method === 'ped-anova' && intervals ? importanceIntervals(history, { target }) : undefined
    return importanceChart(found, {
      target: called,
      ...(most === undefined ? {} : { most }),
      ...(around === undefined ? {} : { intervals: around }),
      subtitle: `${method === 'fanova' ? 'fANOVA' : 'PED-ANOVA'}${around === undefined ? '' : ', whiskers: 90 % over resampled trials'}`,
    })
  })
}

const untoldParts = (target: string, why: string): Pick<Chart, 'summary' | 'note' | 'marks'> => ({
  summary: `Importance for ${target}: ${why}`,
  note: why,
  marks: [],
})

function usualTargets(history: History): string[] {
  const objectives = (history.config?.objectives ?? []).map(({ name }) => name)
  const timed = completeTrials(history).filter((trial) =>
    Number.isFinite(cell(history, 'seconds', trial)),
  )
  return timed.length >= 4 ? [...objectives, 'seconds'] : objectives
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
