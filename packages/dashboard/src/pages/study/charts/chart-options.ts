import type { CourseBy } from '@attune/core'
import type { ReadonlySignal } from '@preact/signals'
import { computed } from '@preact/signals'

import type { ChartQuery, OpenedStudy } from '../../../data/engine.ts'
import type { Selection } from '../../../data/selection.ts'
import { pageQuery } from '../model/page-query.ts'

/** What the row above the charts chose for all of them; the address holds it. */
export interface ChartOptions {
  /** The place of the objective. */
  readonly objective: number
  /** Metrics that are drawn on a log axis. */
  readonly log: readonly string[]
  /** Whether results far from the others are cut off. */
  readonly robust: boolean
  /** Whether pruned trials are drawn. */
  readonly pruned: boolean
  /** What histories go along. */
  readonly by: CourseBy
  /** Whether histories show the distance to the best. */
  readonly regret: boolean
  /** Whether histories show the quartiles of the last results. */
  readonly quartiles: boolean
}

/** What histories may go along, in words. */
export const courseWords = {
  trial: 'trial',
  time: 'time',
  seconds: 'time spent',
  cpuSeconds: 'processor time',
} as const satisfies Readonly<Record<CourseBy, string>>
export const courses = Object.keys(courseWords) as readonly CourseBy[]

let last: { readonly text: string; readonly options: ChartOptions } | undefined

/** The same object while none of them changes: other parts of the address change often. */
export const chartOptions: ReadonlySignal<ChartOptions> = computed(() => {
  const options = optionsOf(pageQuery.value)
  const text = JSON.stringify(options)
  if (last?.text !== text) last = { text, options }
  return last.options
})

function optionsOf(query: URLSearchParams): ChartOptions {
  const objective = Number(query.get('o') ?? 0)
  return {
    objective: Number.isInteger(objective) && objective >= 0 ? objective : 0,
    log: (query.get('log') ?? '').split(',').filter((name) => name !== ''),
    robust: query.get('robust') !== '0',
    pruned: query.get('pruned') !== '0',
    by: courses.find((each) => each === query.get('by')) ?? 'trial',
    regret: query.get('view') === 'regret',
    quartiles: query.get('quartiles') === '1',
  }
}

const withoutPruned: Selection = [{ kind: 'where', expression: 'trial.state != "pruned"' }]

/** Charts without an axis of a metric: these are not worked out anew when one becomes logarithmic. */
const withoutMetricAxis: ReadonlySet<string> = new Set([
  'importance',
  'failures',
  'timeline',
  'budget',
])

/** A question with the options of the page in it. */
export function queryOf(
  { about }: OpenedStudy,
  asked: ChartQuery,
  options: ChartOptions,
  out: Selection | undefined,
): ChartQuery {
  const objective = Math.min(options.objective, about.objectives.length - 1)
  const more = {
    ...(asked.chart === 'history' ? ofHistory(options) : {}),
    ...asked.options,
  }
  return {
    ...asked,
    ...(objective > 0 && asked.objective === undefined ? { objective } : {}),
    ...(options.log.length === 0 || withoutMetricAxis.has(asked.chart)
      ? {}
      : { log: [...(asked.log ?? []), ...options.log] }),
    ...(options.pruned ? {} : { only: withoutPruned }),
    ...(out === undefined ? {} : { without: out }),
    ...(Object.keys(more).length === 0 ? {} : { options: more }),
  }
}

/** Only what is not as usual, so that the question stays the same. */
function ofHistory({ robust, by, regret, quartiles }: ChartOptions): ChartQuery['options'] & {} {
  return {
    ...(robust ? {} : { robust: false }),
    ...(by === 'trial' ? {} : { by }),
    ...(regret ? { view: 'regret' } : {}),
    ...(quartiles ? { quantiles: true } : {}),
  }
}
