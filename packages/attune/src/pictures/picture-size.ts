import type { AnyChart } from '@attune/core'
import { isParallel, isSpace } from '@attune/core'

export interface PictureSize {
  /** Of one chart, in pixels. */
  readonly width: number
  readonly height: number
  /** Charts beside each other. */
  readonly columns: number
}

/** The size of charts that are drawn together: as asked for, else what they need. */
export function pictureSize(
  charts: readonly AnyChart[],
  asked: {
    readonly width?: number | undefined
    readonly height?: number | undefined
    /** Whether they are small multiples. */
    readonly small?: boolean
  } = {},
): PictureSize {
  const { small = false } = asked
  const columns = Math.min(charts.length, small ? 3 : 2)
  const isWide = charts.some(isParallel)
  const width = asked.width ?? (small ? 360 : isWide ? 960 : columns > 1 ? 560 : 720)
  const height = asked.height ?? Math.max(...charts.map((chart) => heightOf(chart, small)))
  return { width, height, columns: Math.max(1, columns) }
}

function heightOf(chart: AnyChart, small: boolean): number {
  if (isParallel(chart)) return 520
  const usual = small ? 260 : 420
  if (isSpace(chart)) return usual
  if (chart.y.scale !== 'categories') return usual
  const rows = chart.y.labels?.length ?? 0
  const each = chart.marks.some(({ kind }) => kind === 'spans') ? 20 : 26
  return Math.max(small ? 200 : 240, Math.min(1600, 130 + each * rows))
}
