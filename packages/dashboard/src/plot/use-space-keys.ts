import type { SpaceTurn } from '@attune/core'
import { useState } from 'preact/hooks'

import type { Direction } from './hit-grid.ts'
import { nearestToward } from './hit-grid.ts'
import type { SpaceHit, SpaceHits } from './space-hits.ts'
import type { SpacePlotProps } from './space-plot.tsx'
import type { SpaceScene } from './space-scene.ts'
import { magnified, turned } from './space-turn.ts'

/** Pixels of a drag that a key stands for. */
const step = 12

const arrows: Readonly<
  Record<string, { readonly toward: Direction; readonly dx: number; readonly dy: number }>
> = {
  ArrowLeft: { toward: 'left', dx: -step, dy: 0 },
  ArrowRight: { toward: 'right', dx: step, dy: 0 },
  ArrowUp: { toward: 'up', dx: 0, dy: -step },
  ArrowDown: { toward: 'down', dx: 0, dy: step },
}

/**
 * Keys on points in space: arrows turn the box, with Shift they walk along its points, Enter opens the
 * trial, the space bar picks it, + and - zoom, 0 shows it as at first, Escape ends the walk, then clears
 * the selection.
 */
export function useSpaceKeys(
  props: SpacePlotProps & {
    readonly scene: SpaceScene
    readonly hits: () => SpaceHits
    readonly hit: SpaceHit | undefined
    readonly point: (hit: SpaceHit | undefined) => void
    readonly setTurn: (turn: SpaceTurn | undefined) => void
  },
) {
  const { scene, hits, hit, point, setTurn, onOpen, onPick, onBrush, selection } = props
  const [isWalking, setWalking] = useState(false)
  const zoomBy = (factor: number): void =>
    setTurn(magnified(scene, [scene.width / 2, scene.height / 2], factor))
  const walk = (toward: Direction): void => {
    const next = nearestToward(hits().xy, hit?.place ?? -1, toward)
    if (next >= 0) point(hits().hitAt(next))
    setWalking(true)
  }
  const act = (key: string, isShift: boolean): boolean => {
    const arrow = arrows[key]
    if (arrow !== undefined && isShift) walk(arrow.toward)
    else if (arrow !== undefined) setTurn(turned(scene.turn, arrow.dx, arrow.dy))
    else if (key === '+' || key === '=') zoomBy(0.8)
    else if (key === '-') zoomBy(1 / 0.8)
    else if (key === '0') setTurn(undefined)
    else if (key === 'Enter' && hit !== undefined && hit.trial >= 0) onOpen?.(hit.trial)
    else if (key === ' ' && hit !== undefined && hit.trial >= 0) onPick?.(hit.trial, true)
    else if (key === 'Escape' && hit !== undefined) point(undefined)
    else if (key === 'Escape' && selection !== undefined) onBrush?.([], false)
    else return false
    return true
  }
  return {
    isWalking,
    onKeyDown(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget)
        return
      if (!act(event.key, event.shiftKey)) return
      event.preventDefault()
      event.stopPropagation()
    },
  }
}
