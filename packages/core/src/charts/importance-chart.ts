import type { Importance } from '../analysis/importance/ped-anova.ts'
import type { Chart } from './chart.ts'

export interface ImportanceChartOptions {
  /** What the shares are of; default: the objective. */
  readonly target?: string
  readonly title?: string
  /** Parameters at most, the most important ones; default 15. */
  readonly most?: number
  /** By parameter, an interval around its share, such as of a bootstrap over seeds. */
  readonly intervals?: Readonly<Record<string, readonly [low: number, high: number]>>
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
  return {
    title: options.title ?? `Importance for ${target}`,
    ...(shown.length < length
      ? { subtitle: `the ${shown.length} most important of ${length} parameters` }
      : {}),
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
