import { useState } from 'preact/hooks'

import type { Direction } from './hit-grid.ts'
import { nearestToward } from './hit-grid.ts'
import type { Hit, Hits } from './hits.ts'
import type { PlanePlotProps } from './plane-plot.tsx'
import type { Scene } from './scene.ts'
import { barLabel, wholeOf } from './scene.ts'
import { scaledZoom } from './zoom-steps.ts'

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/**
 * Keys on a chart: arrows walk along its points, Enter opens the trial, the space bar picks it, + and -
 * zoom, 0 shows all again, Escape ends the walk, then clears the selection.
 */
export function usePlaneKeys(
  props: PlanePlotProps & {
    readonly scene: Scene
    readonly hits: () => Hits
    readonly hit: Hit | undefined
    readonly point: (hit: Hit | undefined) => void
  },
) {
  const { chart, view, scene, hits, hit, point, onOpen, onBar, onPick, onBrush, selection } = props
  const [isWalking, setWalking] = useState(false)
  const zoomBy = (factor: number): void => {
    const { left, top, width, height } = scene.area
    const middle = [left + width / 2, top + height / 2] as const
    view.value = { ...view.value, zoom: scaledZoom(scene, wholeOf(chart), middle, factor) }
  }
  const act = (key: string): boolean => {
    const direction = directions[key]
    if (direction !== undefined) {
      const next = nearestToward(hits().xy, hit?.place ?? -1, direction)
      if (next >= 0) point(hits().hitAt(next))
      setWalking(true)
      return true
    }
    if (key === '+' || key === '=') zoomBy(0.7)
    else if (key === '-') zoomBy(1 / 0.7)
    else if (key === '0') view.value = { ...view.value, zoom: {} }
    else if (key === 'Enter' && hit !== undefined && hit.trial >= 0) onOpen?.(hit.trial)
    else if (key === 'Enter' && hit?.mark.kind === 'bars') onBar?.(barLabel(chart, hit.index))
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
      if (!act(event.key)) return
      event.preventDefault()
      event.stopPropagation()
    },
  }
}
