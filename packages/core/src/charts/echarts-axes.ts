import type { Json } from '../errors.ts'
import type { Axis, Chart } from './chart.ts'
import type { ChartData } from './chart-data.ts'
import { axisWords } from './chart-table.ts'
import { fontOf, readable } from './echarts-layout.ts'
import type { Look } from './echarts-look.ts'
import { short } from './words.ts'

/** The size of the picture in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

const isRound = (x: number): boolean => Number(x.toPrecision(1)) === x

/** Labels that fit; long ones lose their middle, since names often begin alike. */
function shownLabels({ labels = [] }: Axis, side: 'x' | 'y', { width }: Size): string[] {
  // Labels below stand in as many columns as there are categories.
  const below = (width - 80) / Math.max(1, Math.min(labels.length, 12)) - 6
  const room = side === 'y' ? Math.min(130, width / 3) : Math.max(24, below)
  const letters = Math.floor(room / (0.55 * (fontOf.text - 1)))
  return labels.map((label) => short(label, letters))
}

/**
 * The axis; with categories a second, hidden one of numbers runs along, on which points and lines stand
 * between categories too.
 */
export function axesOf(
  axis: Axis,
  side: 'x' | 'y',
  data: ChartData,
  look: Look,
  chart: Chart,
  size: Size,
): Json {
  const isEmpty = chart.note !== undefined
  const line = { show: true, onZero: false, lineStyle: { color: look.line } }
  const name = {
    // The name of an upright axis is turned to be read from below, and its arrow with it.
    name: readable(`${axisWords(axis, 'across')}${axis.time === true ? ' (UTC)' : ''}`),
    nameLocation: 'middle',
    nameGap: side === 'x' ? 26 : 34,
    nameTruncate: { maxWidth: side === 'x' ? size.width - 90 : 0.5 * size.height },
    nameTextStyle: { fontSize: fontOf.text, color: look.ink },
  }
  const labels = { show: !isEmpty, fontSize: fontOf.text - 1, color: look.soft, hideOverlap: true }
  if (axis.scale === 'categories') {
    const count = axis.labels?.length ?? 0
    const opposite = side === 'x' ? chart.y.scale : chart.x.scale
    const grid = { show: false }
    return [
      {
        ...{ type: 'category', data: shownLabels(axis, side, size), ...name },
        ...{ axisLine: line, axisTick: { show: opposite !== 'categories' }, splitLine: grid },
        axisLabel: {
          ...labels,
          // Beside each other they need their width, one below the other hardly any height.
          ...(side === 'y' && count * 12 < size.height - 120 ? { interval: 0 } : {}),
        },
      },
      { type: 'value', show: false, min: -0.5, max: count - 0.5 },
    ]
  }
  const range = data.rangeOf(side)
  const surface = chart.marks.find((mark) => mark.kind === 'surface')
  const cells = side === 'x' ? surface?.rows[0]?.length : surface?.rows.length
  return [
    {
      ...{ type: axis.time === true ? 'time' : axis.scale === 'log' ? 'log' : 'value', ...name },
      ...(range.base === undefined ? {} : { logBase: range.base }),
      ...(range.min === undefined ? {} : { min: range.min }),
      ...(range.max === undefined ? {} : { max: range.max }),
      // An axis of lengths begins at 0, one of places where the data are.
      scale: !chart.marks.some((mark) => mark.kind === 'bars'),
      ...{ axisLine: line, axisTick: { show: !isEmpty, lineStyle: { color: look.line } } },
      axisLabel: {
        ...labels,
        // Where an axis was told to end its last label would be any number.
        ...(axis.min === undefined || isRound(axis.min) ? {} : { showMinLabel: false }),
        ...(axis.max === undefined || isRound(axis.max) ? {} : { showMaxLabel: false }),
      },
      splitLine: { show: !isEmpty && surface === undefined, lineStyle: { color: look.grid } },
      ...(range.whole ? { minInterval: 1 } : {}),
    },
    // The cells of a surface are counted along an axis of their own.
    ...(cells === undefined
      ? []
      : [{ type: 'category', show: false, data: Array.from({ length: cells }, (_, i) => `${i}`) }]),
  ]
}
