import type { RefObject, TargetedPointerEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import { brushBox, brushConditions, lassoConditions } from './brush.ts'
import type { Hit, Hits } from './hits.ts'
import type { Box } from './pen.ts'
import type { PlanePlotProps } from './plane-plot.tsx'
import type { Scene, Zoom } from './scene.ts'
import { barLabel, wholeOf } from './scene.ts'
import { movedZoom, scaledZoom, zoomTo } from './zoom-steps.ts'

type Place = readonly [x: number, y: number]

/** What is being dragged. */
export interface Drag {
  readonly kind: 'brush' | 'zoom' | 'lasso' | 'pan'
  readonly box?: Box
  readonly loop?: readonly Place[]
}

interface Press {
  readonly kind: Drag['kind']
  readonly start: Place
  readonly zoom: Zoom
  readonly scene: Scene
  readonly isAdd: boolean
  isMoved: boolean
  loop: Place[]
}

/** Shorter strokes are clicks. */
const slip = 4

/** What pointers do on a chart: point, open, pick, brush, draw a loop, zoom, pan. */
export function usePlanePointer(
  props: PlanePlotProps & {
    readonly scene: Scene
    readonly hits: () => Hits
    readonly point: (hit: Hit | undefined) => void
    readonly root: RefObject<HTMLDivElement | null>
  },
) {
  const { chart, view, tool, scene, hits, point, root, onBrush, onPick, onOpen, onBar } = props
  const [drag, setDrag] = useState<Drag>()
  const press = useRef<Press | undefined>(undefined)
  const pointers = useRef(new Map<number, Place>())
  const latest = useRef(scene)
  latest.current = scene
  const setZoom = (zoom: Zoom): void => {
    view.value = { ...view.value, zoom }
  }

  useWheel(root, tool === 'zoom', (x, y, factor) => {
    setZoom(scaledZoom(latest.current, wholeOf(chart), [x, y], factor))
  })

  const placeOf = (event: TargetedPointerEvent<HTMLDivElement>): Place => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    return [event.clientX - left, event.clientY - top]
  }

  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || !isOwn(event)) return
    const start = placeOf(event)
    pointers.current.set(event.pointerId, start)
    if (pointers.current.size > 1) {
      press.current = undefined
      setDrag(undefined)
      return
    }
    event.currentTarget.setPointerCapture(event.pointerId)
    const kind = tool !== 'brush' ? tool : event.shiftKey ? 'pan' : 'brush'
    const isAdd = event.ctrlKey || event.metaKey
    press.current = {
      ...{ kind, start, zoom: view.value.zoom, scene, isAdd },
      ...{ isMoved: false, loop: [start] },
    }
  }

  const onPointerMove = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    const place = placeOf(event)
    const before = pointers.current.get(event.pointerId)
    if (before !== undefined) pointers.current.set(event.pointerId, place)
    if (pointers.current.size === 2 && before !== undefined) {
      pinch(event.pointerId, before, place)
      return
    }
    const { current } = press
    if (current === undefined) {
      point(hits().at(place[0], place[1], event.pointerType === 'touch' ? 22 : 14))
      return
    }
    const [dx, dy] = [place[0] - current.start[0], place[1] - current.start[1]]
    if (!current.isMoved && Math.hypot(dx, dy) < slip) return
    if (!current.isMoved) point(undefined)
    current.isMoved = true
    move(current, place)
  }

  const move = (current: Press, place: Place): void => {
    const { kind, start } = current
    if (kind === 'pan') {
      setZoom(movedZoom(current.scene, place[0] - start[0], place[1] - start[1]))
      setDrag({ kind })
    } else if (kind === 'lasso') {
      current.loop = [...current.loop, place]
      setDrag({ kind, loop: current.loop })
    } else if (kind === 'zoom') setDrag({ kind, box: zoomBox(scene, start, place) })
    else if (onBrush !== undefined) setDrag({ kind, box: brushBox(scene, ...start, ...place) })
  }

  const pinch = (id: number, before: Place, place: Place): void => {
    const other = [...pointers.current].find(([own]) => own !== id)?.[1]
    if (other === undefined) return
    const far = (a: Place): number => Math.max(20, Math.hypot(a[0] - other[0], a[1] - other[1]))
    setZoom(scaledZoom(latest.current, wholeOf(chart), other, far(before) / far(place)))
  }

  const onPointerUp = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    pointers.current.delete(event.pointerId)
    const { current } = press
    press.current = undefined
    setDrag(undefined)
    if (current === undefined) return
    const place = placeOf(event)
    if (current.isMoved) finish(current, place)
    else click(event, place)
  }

  const finish = ({ kind, start, loop, isAdd }: Press, place: Place): void => {
    if (kind === 'zoom') setZoom(zoomTo(scene, zoomBox(scene, start, place)))
    else if (kind === 'lasso') onBrush?.(lassoConditions(scene, loop), isAdd)
    else if (kind === 'brush') {
      const conditions = brushConditions(scene, brushBox(scene, ...start, ...place))
      if (conditions.length > 0) onBrush?.(conditions, isAdd)
    }
  }

  const click = (event: TargetedPointerEvent<HTMLDivElement>, [x, y]: Place): void => {
    const isTouch = event.pointerType === 'touch'
    const hit = hits().at(x, y, isTouch ? 22 : 14)
    point(hit)
    if (hit?.mark.kind === 'bars') onBar?.(barLabel(scene.chart, hit.index))
    if (hit === undefined || hit.trial < 0) return
    if (event.ctrlKey || event.metaKey || event.shiftKey) onPick?.(hit.trial, true)
    else onOpen?.(hit.trial)
  }

  const drop = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    pointers.current.delete(event.pointerId)
    press.current = undefined
    setDrag(undefined)
    point(undefined)
  }

  return {
    drag,
    handlers: {
      ...{ onPointerDown, onPointerMove, onPointerUp, onPointerCancel: drop },
      onPointerLeave: (event: TargetedPointerEvent<HTMLDivElement>) => {
        if (press.current === undefined && event.pointerType !== 'touch') point(undefined)
      },
      onDblClick: () => setZoom({}),
    },
  }
}

/** A rectangle to zoom to; a stroke along an axis is meant for it alone. */
function zoomBox({ area }: Scene, [x0, y0]: Place, [x1, y1]: Place): Box {
  const clampX = (at: number): number => Math.min(area.left + area.width, Math.max(area.left, at))
  const clampY = (at: number): number => Math.min(area.top + area.height, Math.max(area.top, at))
  const [left, right] = [clampX(Math.min(x0, x1)), clampX(Math.max(x0, x1))]
  const [top, bottom] = [clampY(Math.min(y0, y1)), clampY(Math.max(y0, y1))]
  const [width, height] = [right - left, bottom - top]
  if (height < 10 && width >= 10) return { ...area, left, width }
  if (width < 10 && height >= 10) return { ...area, top, height }
  return { left, top, width, height }
}

/** Whether an event is meant for the chart, and not for something that stands in it. */
export const isOwn = (event: Event): boolean =>
  !(event.target instanceof Element && event.target.closest('button, a, input') !== null)

/** With Ctrl, or in the mode for it, the wheel zooms; else it moves the page as everywhere. */
export function useWheel(
  root: RefObject<HTMLElement | null>,
  always: boolean,
  zoom: (x: number, y: number, factor: number) => void,
): void {
  const latest = useRef(zoom)
  latest.current = zoom
  useEffect(() => {
    const element = root.current
    if (element === null) return undefined
    const onWheel = (event: WheelEvent): void => {
      if (!always && !event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      const { left, top } = element.getBoundingClientRect()
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      const step = Math.max(-80, Math.min(80, event.deltaY * lines))
      latest.current(event.clientX - left, event.clientY - top, Math.exp(step * 0.005))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [root, always])
}
