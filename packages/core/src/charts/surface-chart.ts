import { bestTrials } from '../analysis/best.ts'
import { responseSurface, fewValues } from '../analysis/response-surface.ts'
import { AttuneError } from '../errors.ts'
import { jointSpace } from '../journal/discovered.ts'
import type { History } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import { countValues, valueAt } from '../space/distribution.ts'
import type { NumericDistribution } from '../space/distribution.ts'
import type { Axis, Chart, Mark } from './chart.ts'
import type { ChartColumn, ColumnLabels } from './chart-column.ts'
import { chartColumn, metricColumn, paramsOf, withoutColumn } from './chart-column.ts'
import { objectiveAt } from './objective-at.ts'
import { isUntold, unlessUntold } from './telling.ts'
import { completeTrials, count, say } from './words.ts'

export interface SurfaceChartsOptions extends ColumnLabels {
  /** The objective, by its place among those of the study; default 0. */
  readonly objective?: number
  /** The trial whose values the other parameters have; default: the best one. */
  readonly trial?: number
}

/**
 * What the surrogate says of an objective over two parameters, all others as in one trial (see
 * `responseSurface`), and how unsure it is, with the trials on top. Choices, and numbers with few values,
 * have a cell for each, so that nothing is drawn between them.
 *
 * @throws AttuneError `usage` when there is no such objective or parameter
 */
export function surfaceCharts(
  history: History,
  [x, y]: readonly [x: string, y: string],
  options: SurfaceChartsOptions = {},
): [middle: Chart, uncertainty: Chart] {
  const { objective = 0 } = options
  const { name } = objectiveAt(history, objective)
  const [across, up] = [x, y].map((param) => surfaceColumn(history, param, options))
  const space = jointSpace(history, spaceOf(history))
  const found = unlessUntold(() => responseSurface(space, history, [x, y], options))
  const results = metricColumn(history, name, options).axis
  const titles = [`${name} over ${x} and ${y}`, `Uncertainty of ${name} over ${x} and ${y}`]
  const axes = { x: across!.axis, y: up!.axis }
  if (isUntold(found)) {
    const empty = (title: string): Chart => ({
      ...{ title, summary: `${title}: ${found.untold}`, note: found.untold, ...axes, marks: [] },
    })
    return [empty(titles[0]!), empty(titles[1]!)]
  }
  const params = paramsOf(history).filter(({ distribution }) => countValues(distribution) > 1)
  const others = params.length > 2 ? `, others as in trial ${found.trial}` : ''
  const subtitle = `surrogate of ${count(found.results, 'result')}${others}`
  const trials = trialMarks(history, across!, up!)
  const chartOf = (title: string, rows: typeof found.rows, value: Axis): Chart => {
    const all = rows.flat().filter(Number.isFinite)
    const [least, most] = [
      all.reduce((a, b) => Math.min(a, b)),
      all.reduce((a, b) => Math.max(a, b)),
    ]
    return {
      ...{ title, subtitle, ...axes },
      summary: `${title}: ${value.name} from ${say(least)} to ${say(most)}; ${subtitle}.`,
      marks: [{ kind: 'surface', name: value.name, rows, value }, ...trials],
    }
  }
  return [
    chartOf(titles[0]!, found.rows, results),
    chartOf(titles[1]!, found.deviations, {
      ...withoutColumn(results),
      scale: 'linear',
      name: `± ${name} (68 %)`,
    }),
  ]
}

/** A parameter on an axis that ends where its cells do. */
function surfaceColumn(history: History, name: string, labels: ColumnLabels): ChartColumn {
  const column = chartColumn(history, name, labels)
  const distribution = paramsOf(history).find((param) => param.name === name)?.distribution
  if (distribution === undefined) {
    throw new AttuneError('usage', `A surface lies over two parameters; "${name}" is none.`)
  }
  if (distribution.kind === 'choice') return column
  const size = countValues(distribution)
  if (size <= fewValues) {
    const values = Array.from({ length: size }, (_, i) => valueAt(distribution, i))
    return {
      axis: { ...withoutColumn(column.axis), scale: 'categories', labels: values.map(String) },
      valueOf(trial) {
        const place = values.indexOf(column.valueOf(trial))
        return place < 0 ? Number.NaN : place
      },
    }
  }
  const [min, max] = endsOf(distribution)
  // The cells are even on the scale of the parameter, whatever the labels ask for.
  const scale = distribution.scale === 'log' ? 'log' : 'linear'
  return { ...column, axis: { ...column.axis, scale, min, max } }
}

/** Where the cells of a range begin and end, see `codecOf`. */
function endsOf(distribution: NumericDistribution): readonly [number, number] {
  const { low, high, scale, step } = distribution
  if (step === undefined) return [low, high]
  const half = step / 2
  if (scale === 'linear' || low > half) return [low - half, high + half]
  return [low ** 2 / (low + half), high + half]
}

function trialMarks(history: History, x: ChartColumn, y: ChartColumn): Mark[] {
  const best = new Set(bestTrials(history))
  const at = (trial: number): readonly [number, number] => [x.valueOf(trial), y.valueOf(trial)]
  const all = completeTrials(history).filter((trial) => at(trial).every(Number.isFinite))
  const dots = (name: string, colour: number, shape: 'circle' | 'diamond', of: number[]): Mark => ({
    ...{ kind: 'points', name, colour, shape },
    points: of.map(at),
    trials: of,
  })
  return [
    dots(
      'trials',
      6,
      'circle',
      all.filter((trial) => !best.has(trial)),
    ),
    dots(
      'best',
      1,
      'diamond',
      all.filter((trial) => best.has(trial)),
    ),
  ].filter((mark) => mark.kind === 'points' && mark.points.length > 0)
}
