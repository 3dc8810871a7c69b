import { AttuneError } from '../errors.ts'
import type { Json } from '../errors.ts'
import type { Axis, Chart, Mark } from './chart.ts'
import { axesOf } from './echarts-axes.ts'
import { fontOf, layoutOf, readable } from './echarts-layout.ts'
import { lookOf } from './echarts-look.ts'
import type { Look } from './echarts-look.ts'
import { seriesOf } from './echarts-series.ts'
import { chartData } from './chart-data.ts'
import { axisTitle } from './chart-table.ts'

export interface ChartOptionOptions {
  /** Of the picture, in pixels; the title and the legend are laid out for it. */
  readonly width: number
  /** Default 400. */
  readonly height?: number
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
  const shaded = chart.marks.findIndex((mark) => shadesOf(mark) !== undefined)
  const shades = shaded < 0 ? undefined : shadesOf(chart.marks[shaded]!)
  refuseMisfits(chart)
  const layout = layoutOf(chart, { width, colourBar: shades !== undefined })
  const size = { width, height: options.height ?? 400 }
  const series = chart.marks.map((mark, i) => seriesOf(mark, i, { chart, data, look, size }))
  return {
    animation: false,
    // Everywhere the same picture.
    ...([chart.x, chart.y].some(({ time }) => time === true) ? { useUTC: true } : {}),
    backgroundColor: look.ground,
    color: [...look.palette],
    textStyle: { fontFamily: fontOf.family, color: look.ink },
    title: titlesOf(chart, look, layout.textWidth),
    ...(layout.legend.length === 0 ? {} : { legend: legendOf(layout, look) }),
    grid: {
      ...{ left: 14, right: 22, top: layout.top, bottom: layout.bottom, containLabel: false },
      ...{ outerBoundsMode: 'same', outerBoundsContain: 'all' },
      outerBounds: { left: 8, right: 14, top: layout.top - 8, bottom: layout.bottom },
    },
    xAxis: axesOf(chart.x, 'x', data, look, chart, size),
    yAxis: axesOf(chart.y, 'y', data, look, chart, size),
    ...(shades === undefined
      ? {}
      : {
          visualMap: {
            ...colourBar(shades, look),
            seriesIndex: series.slice(0, shaded).flat().length,
          },
        }),
    series: series.flat() as Json[],
    ...(interactive ? { tooltip: { trigger: 'item', confine: true } } : {}),
  }
}

function refuseMisfits({ title, x, y, marks }: Chart): void {
  const refuse = (what: string): never => {
    throw new AttuneError('usage', `Chart "${title}": ${what}`)
  }
  const categories = [x, y].filter((axis) => axis.scale === 'categories')
  for (const axis of categories) {
    if (axis.labels === undefined) refuse(`axis "${axis.name}" has categories without labels.`)
  }
  const isOpen = ({ scale, min, max }: Axis): boolean =>
    scale !== 'categories' && (min === undefined || max === undefined)
  for (const { kind, name } of marks) {
    if (kind === 'surface' && [x, y].some(isOpen)) {
      refuse(`a surface ("${name}") needs axes whose ends are set.`)
    }
    if (kind === 'bars' && categories.length !== 1) {
      refuse(`bars ("${name}") stand on one axis of categories, it has ${categories.length}.`)
    }
    if (kind === 'spans' && y.scale !== 'categories') {
      refuse(`spans ("${name}") lie on a y axis of categories.`)
    }
    if (kind === 'heat' && categories.length !== 2) {
      refuse(`cells ("${name}") lie on two axes of categories, it has ${categories.length}.`)
    }
  }
}

/** The title, and in the middle of an empty picture why it is empty. */
function titlesOf(chart: Chart, look: Look, width: number): Json {
  const title = titleOf(chart, look, width)
  if (chart.note === undefined) return title
  const style = {
    width: 0.8 * width,
    overflow: 'break',
    fontWeight: 'normal',
    fontSize: fontOf.text,
    color: look.soft,
  }
  const middle = { left: 'center', top: 'middle', padding: 0, textAlign: 'center' }
  return [title, { text: readable(chart.note), ...middle, left: '50%', textStyle: style }]
}

function titleOf({ title, subtitle }: Chart, look: Look, width: number): Json {
  const wrapped = { width, overflow: 'break' }
  return {
    ...{ text: readable(title), left: 14, top: 8, padding: 0, itemGap: 3 },
    textStyle: {
      ...{ ...wrapped, fontSize: fontOf.title, lineHeight: fontOf.titleLine },
      ...{ fontWeight: 'bold', color: look.ink },
    },
    ...(subtitle === undefined
      ? {}
      : {
          subtext: readable(subtitle),
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

interface Shades {
  readonly value: Axis
  readonly numbers: readonly number[]
  /** Whether they colour what stands on the ground, which must not hide it. */
  readonly onGround: boolean
}

/** What of a mark is told by a scale of colours. */
function shadesOf(mark: Mark): Shades | undefined {
  if (mark.kind === 'heat') {
    return { value: mark.value, numbers: mark.cells.map(([, , x]) => x), onGround: false }
  }
  if (mark.kind === 'surface')
    return { value: mark.value, numbers: mark.rows.flat(), onGround: false }
  if (mark.kind !== 'points' || mark.shades === undefined) return undefined
  return { value: mark.shades.value, numbers: mark.shades.values, onGround: true }
}

function colourBar({ value, numbers, onGround }: Shades, look: Look): { [key: string]: Json } {
  const values = numbers.filter(Number.isFinite)
  const low = value.min ?? values.reduce((a, b) => Math.min(a, b), values[0] ?? 0)
  const high = value.max ?? values.reduce((a, b) => Math.max(a, b), values[0] ?? 1)
  return {
    ...{ type: 'continuous', min: low, max: high > low ? high : low + 1, calculable: false },
    ...{ orient: 'horizontal', left: 'center', bottom: 4, itemWidth: 12, itemHeight: 160 },
    ...{
      precision: digitsFor(high - low),
      text: [shown(high), `${axisTitle(value)}  ${shown(low)}`],
    },
    inRange: { color: onGround && look.isDark ? look.ramp.toReversed() : [...look.ramp] },
    textStyle: { fontSize: fontOf.text, color: look.ink },
    dimension: 2,
  }
}

const digitsFor = (range: number): number =>
  range > 0 ? Math.max(0, 2 - Math.floor(Math.log10(range))) : 2
const shown = (x: number): string =>
  String(Number.isInteger(x) && Math.abs(x) < 1e6 ? x : Number(x.toPrecision(3)))
