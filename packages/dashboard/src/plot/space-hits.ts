import type { SelectionCondition } from '../data/selection.ts'
import { isWithin, trialsCondition } from './brush.ts'
import { formatAt } from './format-value.ts'
import { createHitGrid } from './hit-grid.ts'
import type { Found } from './hits.ts'
import type { PackedCloud, PackedSpace } from './packed-chart.ts'
import type { SpaceScene } from './space-scene.ts'
import { pointsIn } from './space-scene.ts'

/** A point that was found. */
export interface SpaceHit {
  readonly mark: PackedCloud
  readonly index: number
  /** -1 for none. */
  readonly trial: number
  readonly x: number
  readonly y: number
  /** Its place among all points that are shown. */
  readonly place: number
}

export interface SpaceHits {
  at(x: number, y: number, radius: number): SpaceHit | undefined
  /** Of all points that are shown, x, y after one another in pixels. */
  readonly xy: Float32Array
  hitAt(place: number): SpaceHit | undefined
  ofTrial(trial: number): SpaceHit | undefined
}

/** What pointers and keys can find in a picture. */
export function spaceHits(scene: SpaceScene): SpaceHits {
  const { clouds, width, height } = scene
  const xy = new Float32Array(2 * pointsIn(scene))
  const starts: number[] = []
  let count = 0
  for (const cloud of clouds) {
    starts.push(count)
    xy.set(cloud.xy, 2 * count)
    count += cloud.away.length
  }
  const hitAt = (place: number): SpaceHit | undefined => {
    const m = starts.findLastIndex((start) => start <= place)
    const mark = clouds[m]?.mark
    if (mark === undefined || place < 0 || place >= count) return undefined
    const index = place - starts[m]!
    const trial = mark.trials[index] ?? -1
    return { mark, index, trial, x: xy[2 * place]!, y: xy[2 * place + 1]!, place }
  }
  const grid = createHitGrid(xy, width, height)
  return {
    xy,
    hitAt,
    at: (x, y, radius) => hitAt(grid.nearest(x, y, radius)),
    ofTrial(trial) {
      for (const [m, { mark }] of clouds.entries()) {
        const index = mark.trials.indexOf(trial)
        if (index >= 0 && !Number.isNaN(xy[2 * (starts[m]! + index)]!))
          return hitAt(starts[m]! + index)
      }
      return undefined
    },
  }
}

/** What was found in words. */
export function describeSpaceHit(
  { axes }: PackedSpace,
  { mark, index, trial }: SpaceHit,
  digits: number,
): Found {
  return {
    title: trial < 0 ? mark.name : `trial ${trial}`,
    ...(trial < 0 ? {} : { mark: mark.name }),
    facts: axes.map((axis, k) => ({
      name: axis.name,
      value: formatAt(axis, mark.xyz[3 * index + k]!, digits),
    })),
  }
}

/** The trials within a loop of a pointer, as they are seen. */
export function spaceLasso(
  { clouds }: SpaceScene,
  loop: readonly (readonly [x: number, y: number])[],
): SelectionCondition[] {
  if (loop.length < 3) return []
  const found = new Set<number>()
  for (const { mark, xy } of clouds) {
    mark.trials.forEach((trial, i) => {
      if (trial >= 0 && isWithin(loop, xy[2 * i]!, xy[2 * i + 1]!)) found.add(trial)
    })
  }
  return trialsCondition([...found].sort((a, b) => a - b))
}
