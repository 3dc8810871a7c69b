import type { Json } from '../errors.ts'
import type {
  Axis,
  BandMark,
  BarsMark,
  Chart,
  LineMark,
  Mark,
  PointsMark,
  RuleMark,
  SpansMark,
  SurfaceMark,
} from './chart.ts'
import { labelAt } from './chart.ts'
import type { ChartData } from './chart-data.ts'
import { isShown } from './chart-data.ts'
import type { Look } from './echarts-look.ts'
import { symbolOf } from './echarts-look.ts'

interface Place {
  readonly chart: Chart
  readonly data: ChartData
  readonly look: Look
  /** Of the picture, in pixels. */
  readonly size: { readonly width: number; readonly height: number }
}

type Series = Readonly<Record<string, Json>>

/** The series of a mark: itself, and what an interval or band needs beside it. */
export function seriesOf(mark: Mark, index: number, place: Place): Series[] {
  const { chart } = place
  const colour = colourOf(mark, place)
  const axes = {
    xAxisIndex: chart.x.scale === 'categories' ? 1 : 0,
    yAxisIndex: chart.y.scale === 'categories' ? 1 : 0,
  }
  switch (mark.kind) {
    case 'line':
      return [lineSeries(mark, colour, axes, chart)]
    case 'band':
      return bandSeries(mark, index, colour, axes, chart)
    case 'points':
      return [pointsSeries(mark, colour, axes, place)]
    case 'bars':
      return barsSeries(mark, colour, place)
    case 'heat':
      return [
        {
          ...{ type: 'heatmap', name: mark.name, data: mark.cells.map((cell) => [...cell]) },
          itemStyle: { borderColor: place.look.ground, borderWidth: 1 },
        },
      ]
    case 'surface':
      return [surfaceSeries(mark, place)]
    case 'spans':
      return [spansSeries(mark, colour, place)]
    case 'rule':
      return [ruleSeries(mark, colour, axes, place)]
  }
}

/** Marks of a name share a colour: the one that any of them asks for, or the next by order of names. */
function colourOf(mark: Mark, { chart, look }: Place): string {
  if (mark.kind === 'heat' || mark.kind === 'surface') return look.ink
  const named = chart.marks.filter(({ kind }) => kind !== 'heat' && kind !== 'surface')
  const asked = named.find((other) => other.name === mark.name && other.colour !== undefined)
  const names = [...new Set(named.map(({ name }) => name))]
  const place = (asked as { colour?: number } | undefined)?.colour ?? names.indexOf(mark.name)
  return look.palette[place % look.palette.length]!
}

interface Axes {
  readonly xAxisIndex: number
  readonly yAxisIndex: number
}

/** Numbers as they stand in an option; null leaves a gap. */
const shown = (axis: Axis, x: number): number | null => (isShown(axis, x) ? x : null)

function lineSeries(mark: LineMark, colour: string, axes: Axes, { x, y }: Chart): Series {
  const points = mark.points.map(([a, b]) => [shown(x, a), shown(y, b)])
  // A point without an x only parts pieces, such as whiskers, which have no dots.
  const whole = mark.points.every(([a]) => !Number.isNaN(a))
  const dots = whole && points.length <= 12 && mark.faint !== true && mark.step !== true
  return {
    ...{ type: 'line', name: mark.name, ...axes, data: points, silent: mark.faint === true },
    ...{ showSymbol: dots, symbol: 'circle', symbolSize: 5, connectNulls: false },
    ...(mark.step === true ? { step: 'end' } : {}),
    lineStyle: {
      ...{ color: colour, width: mark.faint === true ? 1 : 2 },
      ...{
        type: mark.dashed === true ? 'dashed' : 'solid',
        opacity: mark.faint === true ? 0.35 : 1,
      },
    },
    itemStyle: { color: colour },
  }
}

/** Two lines of which the upper is stacked on the lower, with the area between them filled. */
function bandSeries(
  mark: BandMark,
  index: number,
  colour: string,
  axes: Axes,
  { x, y }: Chart,
): Series[] {
  const whole = mark.points.filter(
    ([at, low, high]) => isShown(x, at) && isShown(y, low) && isShown(y, high),
  )
  const common = {
    ...{ type: 'line', name: mark.name, ...axes, stack: `band ${index}`, stackStrategy: 'all' },
    ...{ symbol: 'none', silent: true, lineStyle: { opacity: 0 }, itemStyle: { color: colour } },
    ...(mark.step === true ? { step: 'end' } : {}),
  }
  return [
    { ...common, data: whole.map(([at, low]) => [at, low]) },
    {
      ...common,
      areaStyle: { color: colour, opacity: 0.18 },
      data: whole.map(([at, low, high]) => [at, high - low]),
    },
  ]
}

function pointsSeries(mark: PointsMark, colour: string, axes: Axes, place: Place): Series {
  const { x, y, marks } = place.chart
  const isOnSurface = marks.some(({ kind }) => kind === 'surface')
  const many = mark.points.length > 200
  const { symbol, size } = symbolOf(mark.shape ?? 'circle')
  return {
    ...{ type: 'scatter', name: mark.name, ...axes, symbol },
    symbolSize: many ? size * 0.7 : size,
    itemStyle: {
      ...(mark.shades === undefined ? { color: colour } : {}),
      opacity: many && !isOnSurface ? 0.6 : 0.85,
      ...(isOnSurface ? { borderColor: '#ffffff', borderWidth: 1 } : {}),
    },
    data: mark.points.flatMap(([a, b], i): Json[] => {
      if (!isShown(x, a) || !isShown(y, b)) return []
      const name = labelAt(mark, i)
      const shade = mark.shades?.values[i]
      const value = shade === undefined ? [a, b] : [a, b, shade]
      return [name === undefined ? value : { name, value }]
    }),
  }
}

/** Cells on axes of categories: those of the chart, or hidden ones beside those of numbers. */
function surfaceSeries(mark: SurfaceMark, { chart }: Place): Series {
  return {
    ...{ type: 'heatmap', name: mark.name, silent: true },
    xAxisIndex: chart.x.scale === 'categories' ? 0 : 1,
    yAxisIndex: chart.y.scale === 'categories' ? 0 : 1,
    data: mark.rows.flatMap((row, j) =>
      row.flatMap((value, i) => (Number.isFinite(value) ? [[i, j, value]] : [])),
    ),
  }
}

/** What the shortest span takes in pixels, so that it can be seen; ECharts leaves out shorter ones. */
const shortest = 1.5

/** One thick line with gaps. */
function spansSeries(mark: SpansMark, colour: string, { chart, data, size }: Place): Series {
  const [low, high] = data.extentOf('x') ?? [0, 1]
  const pixel = (high - low) / size.width
  const least = shortest * pixel
  // A gap tells neighbours apart, where there is room for it.
  const endOf = (from: number, to: number): number =>
    to - from > 4 * pixel ? to - pixel : Math.max(to, from + least)
  const rows = Math.max(1, chart.y.labels?.length ?? 1)
  const width = Math.max(1.5, Math.min(14, (0.6 * (size.height - 120)) / rows))
  return {
    ...{ type: 'line', name: mark.name, xAxisIndex: 0, yAxisIndex: 1, silent: true },
    ...{ showSymbol: false, symbol: 'none', connectNulls: false },
    lineStyle: { color: colour, width, cap: 'butt' },
    itemStyle: { color: colour },
    data: mark.spans.flatMap(([row, from, to]): Json[] => [
      [from, row],
      [endOf(from, to), row],
      [to, null],
    ]),
  }
}

/** The part of a category that its bars take together. */
const barShare = 0.7

function barsSeries(mark: BarsMark, colour: string, place: Place): Series[] {
  const { chart, look } = place
  const upright = chart.x.scale === 'categories'
  const axis = upright ? chart.y : chart.x
  const alone = chart.marks.filter(({ kind }) => kind === 'bars').length === 1
  const bars: Series = {
    ...{ type: 'bar', name: mark.name, xAxisIndex: 0, yAxisIndex: 0, itemStyle: { color: colour } },
    ...{ barCategoryGap: `${100 - 100 * barShare}%`, barGap: '0%' },
    // Alone, few bars would be walls.
    ...(alone ? { barMaxWidth: 40 } : {}),
    data: mark.values.map((value) => shown(axis, value)),
  }
  if (mark.intervals === undefined) return [bars]
  const groups = chart.marks.filter(({ kind }) => kind === 'bars')
  const beside = barShare * ((groups.indexOf(mark) + 0.5) / groups.length - 0.5)
  // Lying bars go from the top down, their axis from the bottom up.
  const offset = upright ? beside : -beside
  const whiskers = mark.intervals.flatMap(([low, high], i): Json[] => {
    if (!isShown(axis, low) || !isShown(axis, high)) return []
    const at = i + offset
    return upright
      ? [
          [at, low],
          [at, high],
          [at, null],
        ]
      : [
          [low, at],
          [high, at],
          [null, at],
        ]
  })
  return [
    bars,
    {
      ...{ type: 'line', name: mark.name, data: whiskers, connectNulls: false, silent: true },
      ...{ xAxisIndex: upright ? 1 : 0, yAxisIndex: upright ? 0 : 1, z: 3 },
      ...{ symbol: upright ? 'path://M0,0L8,0L8,1L0,1Z' : 'path://M0,0L1,0L1,8L0,8Z' },
      symbolSize: upright ? [8, 1.5] : [1.5, 8],
      lineStyle: { color: look.ink, width: 1.2 },
      itemStyle: { color: look.ink },
    },
  ]
}

function ruleSeries(mark: RuleMark, colour: string, axes: Axes, place: Place): Series {
  const { data } = place
  const look = { color: colour, width: 1.5, type: 'dashed' }
  const common = {
    ...{ type: 'line', name: mark.name, ...axes, silent: true, symbol: 'none' },
    ...{ lineStyle: look, itemStyle: { color: colour } },
  }
  const [x, y] = [data.extentOf('x'), data.extentOf('y')]
  if (mark.at === 'diagonal') {
    const { chart } = place
    const low = Math.min(chart.x.min ?? x?.[0] ?? 0, chart.y.min ?? y?.[0] ?? 0)
    const high = Math.max(chart.x.max ?? x?.[1] ?? 1, chart.y.max ?? y?.[1] ?? 1)
    return {
      ...common,
      data: [
        [low, low],
        [high, high],
      ],
    }
  }
  // The point is not drawn; it makes the axis reach the line.
  const at = mark.at
  const point = 'x' in at ? [at.x, y?.[0] ?? null] : [x?.[0] ?? null, at.y]
  return {
    ...common,
    data: [point],
    markLine: {
      ...{ silent: true, symbol: 'none', label: { show: false }, lineStyle: look },
      // By itself ECharts would round where it stands to two decimals.
      precision: -1,
      data: ['x' in at ? { xAxis: at.x } : { yAxis: at.y }],
    },
  }
}
