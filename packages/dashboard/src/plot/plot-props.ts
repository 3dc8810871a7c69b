import type { ComponentChildren } from 'preact'

import type { Selection, SelectionCondition } from '../data/selection.ts'
import type { PackedChart } from './packed-chart.ts'

export interface PlotProps {
  /** Undefined while it is not there yet: its place is kept. */
  readonly chart: PackedChart | undefined
  /** By trial 1 for those that are selected; undefined when nothing is. */
  readonly selection?: Uint8Array | undefined
  /** The conditions behind it, of which those on the axes of a chart are shown and can be changed. */
  readonly conditions?: Selection | undefined
  /**
   * Something was brushed: these conditions take the place of the selection, or with `add` are added
   * to it; none of them clears it. Without it nothing can be brushed.
   */
  readonly onBrush?: (conditions: readonly SelectionCondition[], add: boolean) => void
  /** A trial was picked, with Ctrl, Shift or the space bar: it joins the selection or leaves it. */
  readonly onPick?: (trial: number, add: boolean) => void
  readonly onOpen?: (trial: number) => void
  /** A bar was picked: its label on the axis of categories. */
  readonly onBar?: ((label: string) => void) | undefined
  /** A trial is pointed at; undefined when none is any more. */
  readonly onHover?: (trial: number | undefined) => void
  /** A trial that is pointed at elsewhere, and is marked. */
  readonly hovered?: number | undefined
  /** Pixels, with the titles; default 340, compact 240. */
  readonly height?: number
  /** Default: that of the page. */
  readonly theme?: 'light' | 'dark'
  /** For small multiples: less around the marks. */
  readonly compact?: boolean
  /** Beside the tools of the chart. */
  readonly actions?: ComponentChildren
  /** What it shows as a table, asked for when somebody wants to see it. */
  readonly table?: () => Promise<{
    readonly columns: readonly string[]
    readonly rows: readonly (readonly string[])[]
  }>
  /** The y axis shall be logarithmic, or not any more; without it there is no such switch. */
  readonly onLog?: (log: boolean) => void
  /** Significant digits in tooltips; default that of the settings. */
  readonly digits?: number
}

/** What a drag does. */
export type Tool = 'brush' | 'zoom' | 'lasso'
