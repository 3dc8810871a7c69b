import { metricNames } from '../trial/trial-scope.ts'
import { resolveParam } from '../trial/param-names.ts'
import { proposeLearningRate } from '../analysis/learning-rate-sweep.ts'
import { AttuneError } from '../errors.ts'
import type { History } from '../journal/history.ts'
import { cell, stateOf } from '../journal/history.ts'
import { nearest } from '../nearest.ts'
import type { AnyChart } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { budgetCharts } from './budget-charts.ts'
import type { StudyGroup } from './comparison-chart.ts'
import { comparisonChart } from './comparison-chart.ts'
import { curvesChart, trajectoriesChart } from './curves-chart.ts'
import { diagnosisCharts } from './diagnosis-charts.ts'
import type { NamedHistory } from './edf-chart.ts'
import { edfChart } from './edf-chart.ts'
import { effectsCharts } from './effects-chart.ts'
import { failuresCharts } from './failures-chart.ts'
import { frontCharts } from './front-chart.ts'
import type { HistoryMeasure } from './history-chart.ts'
import { historyChart } from './history-chart.ts'
import { hypervolumeChart } from './hypervolume-chart.ts'
import { importanceCharts } from './importance-chart.ts'
import { importantParams } from './important-params.ts'
import { learningRateChart } from './learning-rate.ts'
import { parallelChart } from './parallel-chart.ts'
import { pruningCharts } from './pruning-charts.ts'
import { rankChart } from './rank-chart.ts'
import type { ReportedTrial } from './reports.ts'
import { scatterChart, sliceChart } from './scatter-chart.ts'
import { surfaceCharts } from './surface-chart.ts'
import type { TrialAttempt } from './attempts.ts'
import type { CourseBy } from './trial-course.ts'
import { timelineChart } from './timeline-chart.ts'
import { trialsOf } from './words.ts'

/** What a chart is asked for beside the study. */
export interface ChartRequest {
  readonly labels: ColumnLabels
  /** Columns or parameters by flat name, in order; empty: what the chart chooses. */
  readonly params: readonly string[]
  /** A metric, or `seconds` and its like; where several are taken, all of them. */
  readonly metrics: readonly string[]
  /** The place of the objective. */
  readonly objective: number
  /** Options of a chart function by name, such as `robust: false` for a history. */
  readonly options?: ChartFunctionOptions
}

/** What some charts take beside columns; each takes what its function knows, and passes over the rest. */
export interface ChartFunctionOptions {
  /** Of `history`: whether results far from all others stand at the edge. */
  readonly robust?: boolean
  /** Of `history`: what it goes along. */
  readonly by?: CourseBy
  /** Of `history`: results, or their distance to the best. */
  readonly view?: HistoryMeasure
  /** Of `history`: whether quartiles of the last results are drawn. */
  readonly quantiles?: boolean
  /** Of `effects`. */
  readonly method?: 'surrogate' | 'means'
  /** Of `contour`: the trial whose values the other parameters have. */
  readonly trial?: number
  /** Of `curves` and `trajectories`: what a step is. */
  readonly step?: string
  readonly title?: string
}

/** A study to be drawn. */
export interface PlottedStudy {
  readonly name: string
  readonly history: History
  /** What its trials reported; asked for only by charts that show it. */
  reported(metrics: readonly string[]): Promise<readonly ReportedTrial[]>
  /** Every run of its trials. */
  attempts(): Promise<readonly TrialAttempt[]>
}

/** Options that a chart may take, beside those that all of them do. */
export type ChartFlag =
  | 'param'
  | 'metric'
  | 'objective'
  | 'log'
  | 'units'
  | 'seeds'
  | 'by'
  | 'view'
  | 'quantiles'

export interface ChartKind {
  /** What it shows, in a few words. */
  readonly about: string
  readonly flags: readonly ChartFlag[]
  /** The picture of one study. */
  readonly draw?: (study: PlottedStudy, request: ChartRequest) => Promise<readonly AnyChart[]>
  /** One picture of several studies; without it each has its own. */
  readonly drawAll?: (groups: readonly StudyGroup[], request: ChartRequest) => AnyChart
  /** Whether its charts are small multiples. */
  readonly small?: boolean
}

const labelled: readonly ChartFlag[] = ['log', 'units']
const ofObjective: readonly ChartFlag[] = ['objective', ...labelled]

/** The charts of a study by name, as `attune plot` and the dashboard draw them. */
export const chartKinds: Readonly<Record<string, ChartKind>> = {
  history: {
    about: 'results by trial, time or cost with the best so far',
    flags: [...ofObjective, 'by', 'view', 'quantiles'],
    draw: async ({ history }, { objective, labels, options }) => [
      historyChart(history, { ...options, ...labels, objective }),
    ],
  },
  importance: {
    about: 'which parameters decide about objectives and duration',
    flags: ['metric'],
    draw: async ({ history }, { metrics }) =>
      importanceCharts(history, metrics.length === 0 ? {} : { targets: metrics }),
  },
  slice: {
    about: 'results by the value of each parameter',
    flags: ['param', ...ofObjective],
    small: true,
    draw: async ({ history }, { params, objective, labels }) => {
      const { name } = history.config!.objectives[objective]!
      const wanted = params.length === 0 ? importantParams(history, name) : params
      return wanted.map((param) => sliceChart(history, param, { ...labels, objective }))
    },
  },
  effects: {
    about: 'what each parameter does on average, by the surrogate',
    flags: ['param', ...ofObjective],
    small: true,
    draw: async ({ history }, { params, objective, labels, options }) =>
      effectsCharts(history, { ...options, ...labels, objective, ...some({ params }) }),
  },
  contour: {
    about: 'the surrogate over two parameters, and how unsure it is',
    flags: ['param', ...ofObjective],
    draw: async ({ history }, { params, objective, labels, options }) =>
      surfaceCharts(history, pairOf(history, params, objective), {
        ...{ ...options, ...labels, objective },
      }),
  },
  parallel: {
    about: 'all parameters of all trials side by side',
    flags: ['param', ...ofObjective],
    draw: async ({ history }, { params, objective, labels }) => [
      parallelChart(history, { ...labels, objective, ...some({ params }) }),
    ],
  },
  rank: {
    about: 'two parameters, coloured by rank',
    flags: ['param', ...ofObjective],
    draw: async ({ history }, { params, objective, labels }) => {
      const [x, y] = pairOf(history, params, objective)
      return [rankChart(history, x, y, { ...labels, objective })]
    },
  },
  scatter: {
    about: 'any two columns: parameters, metrics, seconds, trial',
    flags: ['param', ...labelled],
    draw: async ({ history }, { params, labels }) => {
      const [x, y] = params
      if (x !== undefined && y !== undefined) return [scatterChart(history, x, y, labels)]
      throw new AttuneError('usage', 'scatter draws two columns: --param lr,seconds')
    },
  },
  curves: {
    about: 'what trials reported, step by step',
    flags: ['metric', ...labelled],
    draw: async ({ history, reported }, { metrics, labels, options }) => {
      const metric = metrics[0] ?? history.config?.objectives[0]?.name
      const trials = await reported(metric === undefined ? [] : [metric])
      const named = metric === undefined ? {} : { metric }
      return [curvesChart(history, trials, { ...options, ...labels, ...named })]
    },
  },
  trajectories: {
    about: 'other values that trials reported: --metric lr,l2',
    flags: ['metric', ...labelled],
    draw: async ({ history, reported }, { metrics, labels, options }) => {
      const shown = new Set(trialsOf(history))
      const kept = (await reported(metrics)).filter(({ trial }) => shown.has(trial))
      if (metrics.length === 0) {
        throw new AttuneError('usage', 'trajectories needs the values to draw: --metric lr,l2')
      }
      const isLog = metrics.some((name) => labels.log?.includes(name))
      const y = { name: metrics.join(', '), scale: isLog ? ('log' as const) : ('linear' as const) }
      const look = { ...options, ...labels, y, faint: kept.length > 8 }
      return [trajectoriesChart(kept, metrics, look)]
    },
  },
  edf: {
    about: 'the distribution of results; several studies in one picture',
    flags: ['metric', ...labelled],
    drawAll: (groups, { metrics, labels }) => {
      const [metric] = metrics
      const studies = groups.flatMap(({ name, histories }): NamedHistory[] =>
        histories.map((history) => ({ name, history })),
      )
      return edfChart(studies, { ...labels, ...(metric === undefined ? {} : { metric }) })
    },
  },
  compare: {
    about: 'the best so far of several studies; --seeds joins those that differ by a number',
    flags: ['seeds', ...ofObjective],
    drawAll: (groups, { objective, labels }) => comparisonChart(groups, { ...labels, objective }),
  },
  front: {
    about: 'the Pareto front; of three objectives all together, of more every two',
    flags: labelled,
    draw: async ({ history }, { labels }) => frontCharts(history, labels),
  },
  hypervolume: {
    about: 'how the Pareto front grew',
    flags: [],
    draw: async ({ history }) => [hypervolumeChart(history)],
  },
  timeline: {
    about: 'when each worker ran which trial, and how it ended',
    flags: [],
    draw: async ({ history, attempts }) => [timelineChart(history, await attempts())],
  },
  pruning: {
    about: 'at which steps trials were stopped, and what those had that went on',
    flags: ofObjective,
    draw: async ({ history }, { objective, labels }) =>
      pruningCharts(history, { ...labels, objective }),
  },
  budget: {
    about: 'trials and time used up, with the limits of the newest run',
    flags: [],
    draw: async ({ history }) => budgetCharts(history),
  },
  failures: {
    about: 'why trials failed, and what they share',
    flags: [],
    draw: async ({ history }) => failuresCharts(history),
  },
  surrogate: {
    about: 'how well a surrogate predicts the results, and how honest it is',
    flags: ofObjective,
    draw: async ({ history }, { objective, labels }) =>
      diagnosisCharts(history, { ...labels, objective }),
  },
  'learning-rate': {
    about: 'a sweep of learning rates, as attune lr-find draws it: --param lr',
    flags: ['param', 'objective'],
    draw: async ({ history }, { params, objective }) => [sweepChart(history, params[0], objective)],
  },
}

/**
 * The chart of a name.
 * @throws AttuneError `usage` with the names there are
 */
export function chartKind(name: string): ChartKind {
  if (Object.hasOwn(chartKinds, name)) return chartKinds[name]!
  const names = Object.keys(chartKinds)
  const near = nearest(name, names)
  const hint = near === undefined ? '' : ` Did you mean ${near}?`
  throw new AttuneError(
    'usage',
    `There is no chart "${name}".${hint} There are ${names.join(', ')}.`,
  )
}

/** Columns by the names that people have for them: parameters also by their last part. */
export function columnsOf(history: History, given: readonly string[]): string[] {
  return given.map((name) => resolveParam(history, name) ?? name)
}

/**
 * The place of an objective, which is given by name or place.
 * @throws AttuneError `usage` when there is no such objective
 */
export function objectivePlace(history: History, given: string | undefined): number {
  if (given === undefined) return 0
  const objectives = history.config?.objectives ?? []
  const named = objectives.findIndex(({ name }) => name === given)
  if (named >= 0) return named
  if (/^\d+$/.test(given) && Number(given) < objectives.length) return Number(given)
  const names = objectives.map(({ name }) => name)
  const near = nearest(given, names)
  const hint = near === undefined ? '' : ` Did you mean ${near}?`
  throw new AttuneError(
    'usage',
    `--objective: the study has no objective "${given}".${hint} It has ${names.join(', ')}.`,
  )
}

/** Without an option that has nothing in it. */
const some = ({ params }: { params: readonly string[] }): { params?: readonly string[] } =>
  params.length === 0 ? {} : { params }

/**
 * Refuses metrics that no trial has.
 * @throws AttuneError `usage`
 */
export function checkMetrics(history: History, given: readonly string[], resources: boolean): void {
  const known = [
    ...metricNames(history),
    ...(resources ? ['seconds', 'cpuSeconds', 'peakMemoryBytes'] : []),
  ]
  for (const name of given) {
    if (known.includes(name)) continue
    const near = nearest(name, known)
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`
    throw new AttuneError(
      'usage',
      `--metric: no trial has a metric "${name}".${hint} There are ${known.slice(0, 12).join(', ')}.`,
    )
  }
}

/** Two parameters: those that were asked for, or those that decide most. */
function pairOf(
  history: History,
  params: readonly string[],
  objective: number,
): [x: string, y: string] {
  const name = history.config?.objectives[objective]?.name
  const [x, y] = [...new Set([...params, ...importantParams(history, name)])]
  if (x !== undefined && y !== undefined) return [x, y]
  throw new AttuneError('usage', 'This chart needs two parameters, and the study has only one.')
}

/** The runs of a sweep: by learning rate, what they came to. */
function sweepChart(history: History, rate: string | undefined, objective: number): AnyChart {
  const { name, direction } = history.config!.objectives[objective]!
  if (rate === undefined) {
    throw new AttuneError('usage', 'learning-rate needs the parameter that is one: --param lr')
  }
  const runs = trialsOf(history).flatMap((trial) => {
    const learningRate = history.values.get(rate, trial)
    const state = stateOf(history, trial)
    if (typeof learningRate !== 'number' || (state !== 'complete' && state !== 'failed')) return []
    return [{ learningRate, value: cell(history, `metric:${name}`, trial), name: `trial ${trial}` }]
  })
  const title = `${name} by ${rate}`
  if (runs.some(({ value }) => Number.isFinite(value))) {
    return learningRateChart(proposeLearningRate(runs, { direction }), { metric: name, title })
  }
  const note = `No run with a ${rate} came to a finite ${name}.`
  const x = { name: rate, scale: 'log' as const }
  return { title, note, x, y: { name }, marks: [] }
}
