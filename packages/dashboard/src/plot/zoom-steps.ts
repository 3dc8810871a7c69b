import { canZoom } from './frame.ts'
import type { Box } from './pen.ts'
import type { Domain } from './scale.ts'
import { panDomain, zoomDomain } from './scale.ts'
import type { Scene, Zoom } from './scene.ts'

const domainAt = ({ low, high }: Domain): Domain => ({ low, high })

/** A zoom that shows a box of what is seen; axes of categories stay as they are. */
export function zoomTo({ x, y, area }: Scene, { left, top, width, height }: Box): Zoom {
  const ends = (a: number, b: number): Domain => ({ low: Math.min(a, b), high: Math.max(a, b) })
  const isWholeX = width >= area.width - 0.5
  const isWholeY = height >= area.height - 0.5
  if (width < 5 || height < 5) return keptZoom({ x, y })
  const across = isWholeX ? domainAt(x) : ends(x.valueAt(left), x.valueAt(left + width))
  const up = isWholeY ? domainAt(y) : ends(y.valueAt(top), y.valueAt(top + height))
  return { ...(canZoom(x) ? { x: across } : {}), ...(canZoom(y) ? { y: up } : {}) }
}

/** What is seen, kept as it is. */
const keptZoom = ({ x, y }: Pick<Scene, 'x' | 'y'>): Zoom => ({
  ...(canZoom(x) ? { x: domainAt(x) } : {}),
  ...(canZoom(y) ? { y: domainAt(y) } : {}),
})

/**
 * A zoom around a place in pixels that stays where it is; beside the area, only along the axis there.
 * @param factor below 1 to see less, above 1 to see more
 */
export function scaledZoom(
  { x, y, area }: Scene,
  whole: { readonly x: Domain; readonly y: Domain },
  [atX, atY]: readonly [number, number],
  factor: number,
): Zoom {
  const { left, top, width, height } = area
  const shareX = Math.min(1, Math.max(0, (atX - left) / width))
  const shareY = Math.min(1, Math.max(0, 1 - (atY - top) / height))
  const isBelow = atY > top + height
  const isBeside = atX < left
  return {
    ...(canZoom(x)
      ? { x: isBeside ? domainAt(x) : zoomDomain(x.kind, x, shareX, factor, whole.x) }
      : {}),
    ...(canZoom(y)
      ? { y: isBelow ? domainAt(y) : zoomDomain(y.kind, y, shareY, factor, whole.y) }
      : {}),
  }
}

/** What is seen, moved by so many pixels with what was there when the move began. */
export function movedZoom({ x, y, area }: Scene, dx: number, dy: number): Zoom {
  return {
    ...(canZoom(x) ? { x: panDomain(x.kind, x, -dx / area.width) } : {}),
    ...(canZoom(y) ? { y: panDomain(y.kind, y, dy / area.height) } : {}),
  }
}
