import { addDot, binPixels, createBins } from './density.ts'
import { paletteAt } from './look.ts'
import type { PackedPoints } from './packed-chart.ts'
import type { Pen, SymbolStyle } from './pen.ts'
import type { Scene } from './scene.ts'
import { coloursOf, pointShades, pointX, pointY } from './scene.ts'
import type { Work } from './slices.ts'
import { sizeOf } from './symbols.ts'

/** Of more points in a picture density is drawn, except of marks with few. */
const mostPoints = 20_000
const fewPoints = 2000
const chunk = 4000

/** How many points the axes show, of those that are kept. */
export function countShown(scene: Scene, keep: Uint8Array | undefined): number {
  let count = 0
  for (const mark of scene.marks) {
    if (mark.kind === 'points') count += countOf(scene, mark, keep)
  }
  return count
}

function countOf({ x, y }: Scene, { xy, trials }: PackedPoints, keep?: Uint8Array): number {
  let count = 0
  for (let i = 0; i < xy.length; i += 2) {
    if (keep !== undefined && keep[trials[i >> 1]!] !== 1) continue
    const [a, b] = [xy[i]!, xy[i + 1]!]
    if (a >= x.low && a <= x.high && b >= y.low && b <= y.high) count++
  }
  return count
}

/** @param all how many points are drawn in the picture together */
export function* drawPoints(
  pen: Pen,
  scene: Scene,
  mark: PackedPoints,
  all: number,
  keep?: Uint8Array,
): Work {
  if (all > mostPoints && countOf(scene, mark, keep) > fewPoints) {
    yield* drawDensity(pen, scene, mark, keep)
    return
  }
  const { look, marks } = scene
  const shades = pointShades(mark)
  const isOnCells = marks.some(({ kind }) => kind === 'cells')
  const { shape } = mark
  // A few that stand out stay large, however many others there are.
  const isFew = mark.xy.length / 2 <= Math.max(20, 0.02 * all) && shape !== 'circle'
  const many = all > 200 && !isFew
  const scale = !many ? 1 : all > 4000 ? 0.5 : all > 1000 ? 0.62 : 0.78
  const style: SymbolStyle = {
    shape,
    size: sizeOf[shape] * scale,
    alpha: isOnCells || !many ? 0.9 : all > 4000 ? 0.55 : 0.7,
    colours: shades === undefined ? [paletteAt(look, mark.colour)] : coloursOf(look, true),
    ...(isOnCells ? { halo: '#ffffff' } : all <= 4000 || isFew ? { halo: look.ground } : {}),
  }
  const places = new Float32Array(2 * chunk)
  const own = shades === undefined ? undefined : new Uint8Array(chunk)
  for (let start = 0; start < mark.xy.length / 2; start += chunk) {
    const count = project(scene, mark, start, places, { keep, shades, own })
    if (count > 0) pen.symbols(style, places, count, own)
    yield
  }
}

/** Puts the places in pixels of a chunk of points that are shown into an array; tells how many. */
function project(
  scene: Scene,
  mark: PackedPoints,
  start: number,
  out: Float32Array,
  {
    keep,
    shades,
    own,
  }: {
    readonly keep: Uint8Array | undefined
    readonly shades: Uint8Array | undefined
    readonly own: Uint8Array | undefined
  },
): number {
  const { area } = scene
  const { xy, trials } = mark
  const end = Math.min(xy.length / 2, start + chunk)
  const [right, bottom] = [area.left + area.width + 5, area.top + area.height + 5]
  let count = 0
  for (let i = start; i < end; i++) {
    if (keep !== undefined && keep[trials[i]!] !== 1) continue
    const a = pointX(scene, mark, i)
    const b = pointY(scene, mark, i)
    // What is not a number is not shown either.
    if (!(a >= area.left - 5 && a <= right && b >= area.top - 5 && b <= bottom)) continue
    out[2 * count] = a
    out[2 * count + 1] = b
    if (own !== undefined) own[count] = shades![i]!
    count++
  }
  return count
}

function* drawDensity(pen: Pen, scene: Scene, mark: PackedPoints, keep?: Uint8Array): Work {
  const { area, look } = scene
  const shades = pointShades(mark)
  const bins = createBins(area.width, area.height, shades !== undefined)
  const places = new Float32Array(2 * chunk)
  const own = shades === undefined ? undefined : new Uint8Array(chunk)
  for (let start = 0; start < mark.xy.length / 2; start += chunk) {
    const count = project(scene, mark, start, places, { keep, shades, own })
    for (let i = 0; i < count; i++) {
      addDot(bins, places[2 * i]! - area.left, places[2 * i + 1]! - area.top, own?.[i] ?? 0)
    }
    yield
  }
  const colours = shades === undefined ? [paletteAt(look, mark.colour)] : coloursOf(look, true)
  const pixels = binPixels(bins, colours, 0.4)
  yield
  pen.image(pixels, area)
}
