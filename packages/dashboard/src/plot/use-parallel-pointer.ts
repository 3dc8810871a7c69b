import type { TargetedPointerEvent } from 'preact'
import { useRef, useState } from 'preact/hooks'

import type { Selection, SelectionCondition } from '../data/selection.ts'
import { rangeCondition } from './brush.ts'
import type { ParallelAxis, ParallelFrame } from './parallel-frame.ts'
import { lineAt } from './parallel-frame.ts'
import type { ParallelPlotProps } from './parallel-plot.tsx'

/** A part of an axis, in pixels. */
export interface AxisBrush {
  /** The place of the axis among those of the chart. */
  readonly index: number
  readonly from: number
  readonly to: number
}

type Place = readonly [x: number, y: number]

/** How far beside an axis a pointer still means it. */
const grip = 11
const slip = 4

/** What pointers do on parallel coordinates: point at lines, open and pick them, brush axes. */
export function useParallelPointer(
  props: ParallelPlotProps & {
    readonly frame: ParallelFrame
    readonly keep: Uint8Array | undefined
    readonly point: (line: number) => void
  },
) {
  const { chart, frame, keep, point, onBrush, onOpen, onPick, selection } = props
  const [drag, setDrag] = useState<AxisBrush>()
  const [at, setAt] = useState<Place>()
  const [own, setOwn] = useState<Selection>([])
  const press = useRef<
    { readonly start: Place; readonly axis: ParallelAxis | undefined } | undefined
  >(undefined)
  const conditions = props.conditions ?? (selection === undefined ? [] : own)

  const placeOf = (event: TargetedPointerEvent<HTMLDivElement>): Place => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    return [event.clientX - left, event.clientY - top]
  }
  const axisAt = ([x, y]: Place): ParallelAxis | undefined => {
    if (onBrush === undefined || y < frame.top - 6 || y > frame.bottom + 6) return undefined
    return frame.axes.find(
      ({ x: place, axis }) => axis.column !== undefined && Math.abs(place - x) <= grip,
    )
  }
  /** The selection with a condition on an axis, or without one. */
  const brush = (column: string, next: readonly SelectionCondition[]): void => {
    const others = conditions.filter((one) => !('column' in one) || one.column !== column)
    setOwn([...others, ...next])
    onBrush?.([...others, ...next], false)
  }

  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || isControl(event)) return
    const start = placeOf(event)
    press.current = { start, axis: axisAt(start) }
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    const place = placeOf(event)
    const { current } = press
    if (current === undefined) {
      setAt(place)
      point(isControl(event) ? -1 : lineAt(frame, place[0], place[1], keep))
      return
    }
    const { axis, start } = current
    if (axis === undefined || Math.abs(place[1] - start[1]) < slip) return
    point(-1)
    setDrag({ index: axis.index, from: start[1], to: place[1] })
  }
  const onPointerUp = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    const { current } = press
    press.current = undefined
    setDrag(undefined)
    if (current === undefined) return
    const { axis, start } = current
    const place = placeOf(event)
    if (axis !== undefined && drag !== undefined) {
      brush(
        axis.axis.column!,
        rangeCondition(axis.axis, axis.scale, start[1], place[1], axis.axis.range.whole),
      )
      return
    }
    if (Math.hypot(place[0] - start[0], place[1] - start[1]) >= slip) return
    if (
      axis !== undefined &&
      conditions.some((one) => 'column' in one && one.column === axis.axis.column)
    ) {
      brush(axis.axis.column!, [])
      return
    }
    const line = lineAt(frame, place[0], place[1], keep)
    const trial = chart.trials[line] ?? -1
    if (trial < 0) return
    if (event.ctrlKey || event.metaKey || event.shiftKey) onPick?.(trial, true)
    else onOpen?.(trial)
  }
  const drop = (): void => {
    press.current = undefined
    setDrag(undefined)
    setAt(undefined)
    point(-1)
  }
  return {
    drag,
    at,
    brushes: brushesOf(frame, conditions),
    handlers: {
      ...{ onPointerDown, onPointerMove, onPointerUp, onPointerCancel: drop },
      onPointerLeave: () => {
        if (press.current === undefined) drop()
      },
    },
  }
}

/** Whether an event belongs to something that stands on the chart. */
const isControl = (event: Event): boolean =>
  event.target instanceof Element && event.target.closest('button') !== null

/** What the conditions of a selection leave of each axis. */
function brushesOf({ axes }: ParallelFrame, conditions: Selection): AxisBrush[] {
  return axes.flatMap(({ axis, index, scale }): AxisBrush[] => {
    const own = conditions.find((one) => 'column' in one && one.column === axis.column)
    if (own === undefined || axis.column === undefined) return []
    if (own.kind === 'range') return [{ index, from: scale.at(own.low), to: scale.at(own.high) }]
    if (own.kind !== 'labels') return []
    const places = own.labels
      .map((label) => axis.labels?.indexOf(label) ?? -1)
      .filter((i) => i >= 0)
    if (places.length === 0) return []
    return [
      { index, from: scale.at(Math.min(...places) - 0.4), to: scale.at(Math.max(...places) + 0.4) },
    ]
  })
}
