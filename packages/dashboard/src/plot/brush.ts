import type { SelectionCondition } from '../data/selection.ts'
import type { PackedPlane } from './packed-chart.ts'
import type { Box } from './pen.ts'
import type { Scale } from './scale.ts'
import type { Scene } from './scene.ts'
import { pointX, pointY, tellsTrials } from './scene.ts'

/** A rectangle that was dragged: the ends of the area where the axis has nothing to tell trials apart. */
export function brushBox(scene: Scene, x0: number, y0: number, x1: number, y1: number): Box {
  const { area, chart } = scene
  const { left, top, width, height } = area
  const clamp = (at: number, low: number, size: number): number =>
    Math.min(low + size, Math.max(low, at))
  const [a, b] = [clamp(Math.min(x0, x1), left, width), clamp(Math.max(x0, x1), left, width)]
  const [c, d] = [clamp(Math.min(y0, y1), top, height), clamp(Math.max(y0, y1), top, height)]
  const [hasX, hasY] = [chart.x.column !== undefined, chart.y.column !== undefined]
  // A stroke along an axis is meant for it alone.
  const isFlat = hasX && d - c < 6 && b - a > 24
  const isSteep = hasY && b - a < 6 && d - c > 24
  const fullX = (hasY && !hasX) || isSteep
  const fullY = (hasX && !hasY) || isFlat
  return {
    ...(fullX ? { left, width } : { left: a, width: b - a }),
    ...(fullY ? { top, height } : { top: c, height: d - c }),
  }
}

/**
 * What a rectangle selects: a range or the labels of each axis that has a column and that it does not
 * span; the trials within it when no axis has one.
 */
export function brushConditions(scene: Scene, box: Box): SelectionCondition[] {
  const { chart, x, y, area } = scene
  const { left, top, width, height } = box
  if (chart.x.column === undefined && chart.y.column === undefined) {
    const inside = (a: number, b: number): boolean =>
      a >= left && a <= left + width && b >= top && b <= top + height
    return trialsCondition(trialsWithin(scene, inside))
  }
  const isWholeX = left <= area.left && left + width >= area.left + area.width
  const isWholeY = top <= area.top && top + height >= area.top + area.height
  return [
    ...(isWholeX ? [] : rangeCondition(chart.x, x, left, left + width, chart.range.x.whole)),
    ...(isWholeY ? [] : rangeCondition(chart.y, y, top, top + height, chart.range.y.whole)),
  ]
}

/** A condition that names trials; none when there are none. */
export const trialsCondition = (trials: readonly number[]): SelectionCondition[] =>
  trials.length === 0 ? [] : [{ kind: 'trials', trials }]

/**
 * A condition on the column of an axis between two pixels.
 * @param whole whether only whole numbers stand on it
 */
export function rangeCondition(
  { column, labels, scale: kind }: PackedPlane['x'],
  scale: Scale,
  from: number,
  to: number,
  whole: boolean,
): SelectionCondition[] {
  if (column === undefined) return []
  const ends = [scale.valueAt(from), scale.valueAt(to)]
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  if (kind === 'categories') {
    const within = (labels ?? []).filter((_, i) => i >= low && i <= high)
    return within.length === 0 ? [] : [{ kind: 'labels', column, labels: within }]
  }
  if (whole) return [{ kind: 'range', column, low: Math.ceil(low), high: Math.floor(high) }]
  if (kind === 'log') {
    return [
      { kind: 'range', column, low: Number(low.toPrecision(4)), high: Number(high.toPrecision(4)) },
    ]
  }
  return [{ kind: 'range', column, low: rounded(low, high - low), high: rounded(high, high - low) }]
}

/** As many digits as the spread has need of, so that an address of a page stays short. */
function rounded(x: number, spread: number): number {
  if (!(spread > 0) || !Number.isFinite(x)) return x
  const decimals = Math.min(15, Math.max(0, 3 - Math.floor(Math.log10(spread))))
  return decimals > 0 ? Number(x.toFixed(decimals)) : Math.round(x)
}

/** What a loop of a pointer selects: the trials within it. */
export function lassoConditions(
  scene: Scene,
  loop: readonly (readonly [x: number, y: number])[],
): SelectionCondition[] {
  if (loop.length < 3) return []
  return trialsCondition(trialsWithin(scene, (x, y) => isWithin(loop, x, y)))
}

/** Whether a place lies within a loop: a ray from it crosses the loop an odd number of times. */
export function isWithin(
  loop: readonly (readonly [x: number, y: number])[],
  x: number,
  y: number,
): boolean {
  let inside = false
  let [lastX, lastY] = loop.at(-1) ?? [0, 0]
  for (const [a, b] of loop) {
    if (b > y !== lastY > y && x < ((lastX - a) * (y - b)) / (lastY - b) + a) inside = !inside
    lastX = a
    lastY = b
  }
  return inside
}

/** The trials of points, or of any point of a line, that lie somewhere; by number. */
function trialsWithin(scene: Scene, inside: (x: number, y: number) => boolean): number[] {
  const { marks, x, y } = scene
  const found = new Set<number>()
  for (const mark of marks) {
    if (!tellsTrials(mark)) continue
    if (mark.kind === 'points') {
      mark.trials.forEach((trial, i) => {
        if (inside(pointX(scene, mark, i), pointY(scene, mark, i))) found.add(trial)
      })
    } else if (mark.kind === 'line') {
      for (let i = 0; i < mark.xy.length; i += 2) {
        if (inside(x.at(mark.xy[i]!), y.at(mark.xy[i + 1]!))) found.add(mark.trial)
      }
    } else if (mark.kind === 'spans') {
      mark.trials.forEach((trial, i) => {
        const middle = (mark.spans[3 * i + 1]! + mark.spans[3 * i + 2]!) / 2
        if (inside(x.at(middle), y.at(mark.spans[3 * i]!))) found.add(trial)
      })
    }
  }
  found.delete(-1)
  return [...found].sort((a, b) => a - b)
}
