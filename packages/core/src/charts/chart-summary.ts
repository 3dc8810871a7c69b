import type { AnyChart, Chart, SpaceChart } from './chart.ts'
import { isParallel, isSpace } from './chart.ts'
import { axisTitle } from './chart-table.ts'
import { chartData } from './chart-data.ts'
import { count, say } from './words.ts'

/** What a chart says, in one sentence. */
export function chartSummary(chart: AnyChart): string {
  if (chart.summary !== undefined) return chart.summary
  if (chart.note !== undefined) return `${chart.title}: ${chart.note}`
  const about = isSpace(chart)
    ? `${count(pointsIn(chart), 'point')} by ${chart.axes.map(axisTitle).join(', ')}`
    : isParallel(chart)
      ? count(chart.lines.length, 'line')
      : describe(chart)
  return `${chart.title}: ${about}.`
}

const pointsIn = ({ marks }: SpaceChart): number =>
  marks.reduce((sum, { points }) => sum + points.length, 0)

function describe(chart: Chart): string {
  const names = [...new Set(chart.marks.map(({ name }) => name))].slice(0, 6).join(', ')
  const y = chartData(chart).extentOf('y')
  const range = y === undefined ? '' : ` from ${say(y[0])} to ${say(y[1])}`
  return `${axisTitle(chart.y)}${range} by ${axisTitle(chart.x)}; shown: ${names}`
}
