import type { SpaceTurn } from '@attune/core'
import { linearAt } from '@attune/core'

import type { SpaceScene } from './space-scene.ts'

/** Radians a pixel. */
const perPixel = 0.01
/** So that the box never turns over. */
const steepest = 1.45

/** A box that was dragged by so many pixels: what lies in front follows the pointer. */
export function turned(turn: SpaceTurn, dx: number, dy: number): SpaceTurn {
  const pitch = Math.min(steepest, Math.max(-steepest, turn.pitch + dy * perPixel))
  return { ...turn, yaw: turn.yaw + dx * perPixel, pitch }
}

/**
 * A box that is seen larger or smaller around a place in pixels, which stays where it is.
 * @param factor below 1 to see less of it, above 1 to see more
 */
export function magnified(
  { turn, frame }: SpaceScene,
  [px, py]: readonly [number, number],
  factor: number,
): SpaceTurn {
  const zoom = Math.min(30, Math.max(0.4, turn.zoom / factor))
  const grown = zoom / turn.zoom - 1
  const middle = [frame.across, frame.down].map((linear) => linearAt(linear, 0.5, 0.5, 0.5))
  return {
    ...{ ...turn, zoom },
    x: turn.x - (px - middle[0]!) * grown,
    y: turn.y - (py - middle[1]!) * grown,
  }
}

export const shifted = (turn: SpaceTurn, dx: number, dy: number): SpaceTurn => ({
  ...{ ...turn, x: turn.x + dx, y: turn.y + dy },
})
