import { AttuneError } from '../errors.ts'
import type { Json } from '../errors.ts'
import type { Axis, Chart, HeatMark } from './chart.ts'
import { fontOf, layoutOf } from './echarts-layout.ts'
import { lookOf } from './echarts-look.ts'
import type { Look } from './echarts-look.ts'
import { seriesOf } from './echarts-series.ts'
import type { ChartData } from './chart-data.ts'
import { chartData } from './chart-data.ts'

export interface ChartOptionOptions {
  /** Of the picture, in pixels; the title and the legend are laid out for it. */
  readonly width: number
  /** Default light. */
  readonly theme?: 'light' | 'dark'
  /** Whether it reacts to a pointer, with what is under it; default false. */
  readonly interactive?: boolean
}

/** An option of ECharts: plain data, without functions. */
export type EChartsOption = { readonly [key: string]: Json | undefined }

/**
 * A chart as an option of ECharts 5.6 and 6. It needs the line, scatter, bar and heatmap charts and the
 * components grid, title, legend, markLine and visualMap (with `interactive`: tooltip), as far as the
 * chart has them.
 *
 * @throws AttuneError `usage` for a mark that does not fit the axes
 */
export function chartOption(chart: Chart, options: ChartOptionOptions): EChartsOption {
  const { width, interactive = false } = options
  const look = lookOf(options.theme ?? 'light')
  const data = chartData(chart)
  const heat = chart.marks.find((mark) => mark.kind === 'heat')
  refuseMisfits(chart)
  const layout = layoutOf(chart, { width, colourBar: heat !== undefined })
  return {
    animation: false,
    backgroundColor: look.ground,
    color: [...look.palette],
    textStyle: { fontFamily: fontOf.family, color: look.ink },
    title: titleOf(chart, look, layout.textWidth),
    ...(layout.legend.length === 0 ? {} : { legend: legendOf(layout, look) }),
    grid: {
      ...{ left: 14, right: 22, top: layout.top, bottom: layout.bottom, containLabel: false },
      ...{ outerBoundsMode: 'same', outerBoundsContain: 'all' },
      outerBounds: { left: 8, right: 14, top: layout.top - 8, bottom: layout.bottom },
    },
    xAxis: axesOf(chart.x, 'x', data, look, chart),
    yAxis: axesOf(chart.y, 'y', data, look, chart),
    ...(heat === undefined ? {} : { visualMap: colourBar(heat, look) }),
    series: chart.marks.flatMap((mark, i) => seriesOf(mark, i, { chart, data, look })) as Json[],
    ...(interactive ? { tooltip: { trigger: 'item', confine: true } } : {}),
  }
}

/** What an axis is called, with its unit. */
export function axisTitle({ name, unit }: Axis): string {
  return unit === undefined ? name : `${name} (${unit})`
}

function refuseMisfits({ title, x, y, marks }: Chart): void {
  const refuse = (what: string): never => {
    throw new AttuneError('usage', `Chart "${title}": ${what}`)
  }
  const categories = [x, y].filter((axis) => axis.scale === 'categories')
  for (const axis of categories) {
    if (axis.labels === undefined) refuse(`axis "${axis.name}" has categories without labels.`)
  }
  for (const { kind, name } of marks) {
    if (kind === 'bars' && categories.length !== 1) {
      refuse(`bars ("${name}") stand on one axis of categories, it has ${categories.length}.`)
    }
    if (kind === 'heat' && categories.length !== 2) {
      refuse(`cells ("${name}") lie on two axes of categories, it has ${categories.length}.`)
    }
  }
}

function titleOf({ title, subtitle }: Chart, look: Look, width: number): Json {
  const wrapped = { width, overflow: 'break' }
  return {
    ...{ text: title, left: 14, top: 8, padding: 0, itemGap: 3 },
    textStyle: {
      ...{ ...wrapped, fontSize: fontOf.title, lineHeight: fontOf.titleLine },
      ...{ fontWeight: 'bold', color: look.ink },
    },
    ...(subtitle === undefined
      ? {}
      : {
          subtext: subtitle,
          subtextStyle: {
            ...{ ...wrapped, fontSize: fontOf.text, lineHeight: fontOf.line, color: look.soft },
          },
        }),
  }
}

function legendOf(layout: ReturnType<typeof layoutOf>, look: Look): Json {
  return {
    ...{ type: 'plain', left: 14, right: 14, top: layout.legendTop, padding: 0 },
    ...{ itemGap: layout.itemGap, itemWidth: layout.iconWidth, itemHeight: 10 },
    textStyle: { fontSize: fontOf.text, color: look.ink },
    data: layout.legend.map(({ name, icon }) => ({ name, icon })),
  }
}

/**
 * The axis; with categories a second, hidden one of numbers runs along, on which points and lines stand
 * between categories too.
 */
function axesOf(axis: Axis, side: 'x' | 'y', data: ChartData, look: Look, chart: Chart): Json {
  const line = { show: true, onZero: false, lineStyle: { color: look.line } }
  const name = {
    name: axisTitle(axis),
    nameLocation: 'middle',
    nameGap: side === 'x' ? 26 : 34,
    nameTextStyle: { fontSize: fontOf.text, color: look.ink },
  }
  const labels = { fontSize: fontOf.text - 1, color: look.soft, hideOverlap: true }
  if (axis.scale === 'categories') {
    const count = axis.labels?.length ?? 0
    const opposite = side === 'x' ? chart.y.scale : chart.x.scale
    const grid = { show: false }
    return [
      {
        ...{ type: 'category', data: [...(axis.labels ?? [])], ...name },
        ...{ axisLine: line, axisTick: { show: opposite !== 'categories' }, splitLine: grid },
        axisLabel: { ...labels, ...(side === 'y' ? { width: 130, overflow: 'truncate' } : {}) },
      },
      { type: 'value', show: false, min: -0.5, max: count - 0.5 },
    ]
  }
  const range = data.rangeOf(side)
  return [
    {
      ...{ type: axis.scale === 'log' ? 'log' : 'value', ...name },
      ...(range.base === undefined ? {} : { logBase: range.base }),
      ...(range.min === undefined ? {} : { min: range.min }),
      ...(range.max === undefined ? {} : { max: range.max }),
      // An axis of lengths begins at 0, one of places where the data are.
      scale: !chart.marks.some((mark) => mark.kind === 'bars'),
      ...{ axisLine: line, axisTick: { show: true, lineStyle: { color: look.line } } },
      axisLabel: labels,
      splitLine: { show: true, lineStyle: { color: look.grid } },
      ...(range.whole ? { minInterval: 1 } : {}),
    },
  ]
}

function colourBar({ value, cells }: HeatMark, look: Look): Json {
  const values = cells.map(([, , x]) => x).filter(Number.isFinite)
  const low = value.min ?? values.reduce((a, b) => Math.min(a, b), values[0] ?? 0)
  const high = value.max ?? values.reduce((a, b) => Math.max(a, b), values[0] ?? 1)
  return {
    ...{ type: 'continuous', min: low, max: high > low ? high : low + 1, calculable: false },
    ...{ orient: 'horizontal', left: 'center', bottom: 4, itemWidth: 12, itemHeight: 160 },
    ...{
      precision: digitsFor(high - low),
      text: [shown(high), `${axisTitle(value)}  ${shown(low)}`],
    },
    inRange: { color: [...look.ramp] },
    textStyle: { fontSize: fontOf.text, color: look.ink },
    dimension: 2,
  }
}

const digitsFor = (range: number): number =>
  range > 0 ? Math.max(0, 2 - Math.floor(Math.log10(range))) : 2
const shown = (x: number): string => String(Number(x.toPrecision(3)))
