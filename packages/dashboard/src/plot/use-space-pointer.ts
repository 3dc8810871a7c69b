import type { SpaceTurn } from '@attune/core'
import type { RefObject, TargetedPointerEvent } from 'preact'
import { useRef, useState } from 'preact/hooks'

import type { SpaceHit, SpaceHits } from './space-hits.ts'
import { spaceLasso } from './space-hits.ts'
import type { SpacePlotProps } from './space-plot.tsx'
import type { SpaceScene } from './space-scene.ts'
import { magnified, shifted, turned } from './space-turn.ts'
import { isOwn, useWheel } from './use-plane-pointer.ts'

type Place = readonly [x: number, y: number]

interface Press {
  readonly kind: 'turn' | 'shift' | 'lasso'
  readonly start: Place
  readonly turn: SpaceTurn
  readonly isAdd: boolean
  isMoved: boolean
  loop: Place[]
}

/** Shorter strokes are clicks. */
const slip = 4

/** What pointers do on points in space: turn, move and magnify the box, point, open, pick, draw a loop. */
export function useSpacePointer(
  props: SpacePlotProps & {
    readonly scene: SpaceScene
    readonly hits: () => SpaceHits
    readonly point: (hit: SpaceHit | undefined) => void
    readonly setTurn: (turn: SpaceTurn | undefined) => void
    readonly root: RefObject<HTMLDivElement | null>
  },
) {
  const { tool, scene, hits, point, setTurn, root, onBrush, onPick, onOpen } = props
  const [loop, setLoop] = useState<readonly Place[]>()
  const [isMoving, setMoving] = useState(false)
  const press = useRef<Press | undefined>(undefined)
  const pointers = useRef(new Map<number, Place>())
  const latest = useRef(scene)
  latest.current = scene

  useWheel(root, tool === 'zoom', (x, y, factor) =>
    setTurn(magnified(latest.current, [x, y], factor)),
  )

  const placeOf = (event: TargetedPointerEvent<HTMLDivElement>): Place => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    return [event.clientX - left, event.clientY - top]
  }
  const rest = (): void => {
    press.current = undefined
    setLoop(undefined)
    setMoving(false)
  }

  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || !isOwn(event)) return
    const start = placeOf(event)
    pointers.current.set(event.pointerId, start)
    if (pointers.current.size > 1) {
      rest()
      return
    }
    event.currentTarget.setPointerCapture(event.pointerId)
    const kind = tool === 'lasso' ? 'lasso' : event.shiftKey ? 'shift' : 'turn'
    const isAdd = event.ctrlKey || event.metaKey
    press.current = { kind, start, turn: scene.turn, isAdd, isMoved: false, loop: [start] }
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
      point(hits().at(place[0], place[1], event.pointerType === 'touch' ? 22 : 12))
      return
    }
    const [dx, dy] = [place[0] - current.start[0], place[1] - current.start[1]]
    if (!current.isMoved && Math.hypot(dx, dy) < slip) return
    if (!current.isMoved) point(undefined)
    current.isMoved = true
    if (current.kind === 'lasso') {
      current.loop = [...current.loop, place]
      setLoop(current.loop)
      return
    }
    setMoving(true)
    setTurn(current.kind === 'turn' ? turned(current.turn, dx, dy) : shifted(current.turn, dx, dy))
  }

  const pinch = (id: number, before: Place, place: Place): void => {
    const other = [...pointers.current].find(([own]) => own !== id)?.[1]
    if (other === undefined) return
    const far = (a: Place): number => Math.max(20, Math.hypot(a[0] - other[0], a[1] - other[1]))
    setTurn(magnified(latest.current, other, far(before) / far(place)))
  }

  const onPointerUp = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    pointers.current.delete(event.pointerId)
    const { current } = press
    rest()
    if (current === undefined) return
    if (!current.isMoved) click(event, placeOf(event))
    else if (current.kind === 'lasso') onBrush?.(spaceLasso(scene, current.loop), current.isAdd)
  }

  const click = (event: TargetedPointerEvent<HTMLDivElement>, [x, y]: Place): void => {
    const hit = hits().at(x, y, event.pointerType === 'touch' ? 22 : 12)
    point(hit)
    if (hit === undefined || hit.trial < 0) return
    if (event.ctrlKey || event.metaKey || event.shiftKey) onPick?.(hit.trial, true)
    else onOpen?.(hit.trial)
  }

  const drop = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    pointers.current.delete(event.pointerId)
    rest()
    point(undefined)
  }

  return {
    loop,
    isMoving,
    handlers: {
      ...{ onPointerDown, onPointerMove, onPointerUp, onPointerCancel: drop },
      onPointerLeave: (event: TargetedPointerEvent<HTMLDivElement>) => {
        if (press.current === undefined && event.pointerType !== 'touch') point(undefined)
      },
      onDblClick: () => setTurn(undefined),
    },
  }
}
