import { signal } from '@preact/signals'
import type { Signal } from '@preact/signals'
import type { SpaceTurn } from '@attune/core'

import type { Zoom } from './scene.ts'

/** What somebody has set on a chart; it belongs to the chart's key and stays when the chart grows. */
export interface ChartView {
  readonly zoom: Zoom
  /** Names of marks that are not shown. */
  readonly hidden: ReadonlySet<string>
  /** Of parallel coordinates: axes by name in the order they were put, empty for that of the chart. */
  readonly order: readonly string[]
  /** Of parallel coordinates: the share of best lines that are shown, in percent. */
  readonly top: number
  /** Of points in space: how they are looked at; left out as at first. */
  readonly turn?: SpaceTurn
}

export const untouched: ChartView = { zoom: {}, hidden: new Set(), order: [], top: 100 }

const kept = new Map<string, Signal<ChartView>>()

/** The view of a chart, the same signal for the same key as long as the page is open. */
export function viewOf(key: string): Signal<ChartView> {
  let view = kept.get(key)
  if (view === undefined) {
    view = signal(untouched)
    kept.set(key, view)
  }
  return view
}

/** Whether somebody has zoomed or turned it. */
export const isZoomed = ({ zoom, turn }: ChartView): boolean =>
  zoom.x !== undefined || zoom.y !== undefined || turn !== undefined
