import { addSegment, binPixels, createBins } from './density.ts'
import { paletteAt } from './look.ts'
import type { PackedLine } from './packed-chart.ts'
import type { Pen } from './pen.ts'
import type { Scene } from './scene.ts'
import type { Work } from './slices.ts'
import { sizeOf } from './symbols.ts'

/** Lines of so few points have a dot at each. */
const mostDots = 12
/** Of more faint lines, or more of their points, density is drawn. */
const mostLines = 1500
const mostVertices = 40_000

/** Shorter moves than this, in pixels, are not seen. */
const still = 0.4

/** Adds a line to the path of a pen; tells how many points it has. */
export function traceLine(pen: Pen, { x, y }: Scene, { xy, step }: PackedLine): number {
  let [lastX, lastY, count, isOpen] = [0, 0, 0, false]
  for (let i = 0; i < xy.length; i += 2) {
    const a = x.at(xy[i]!)
    const b = y.at(xy[i + 1]!)
    if (!Number.isFinite(a) || !Number.isFinite(b)) {
      isOpen = false
      continue
    }
    if (!isOpen) pen.moveTo(a, b)
    else if (Math.abs(a - lastX) < still && Math.abs(b - lastY) < still && i + 2 < xy.length)
      continue
    else {
      if (step) pen.lineTo(a, lastY)
      pen.lineTo(a, b)
    }
    isOpen = true
    lastX = a
    lastY = b
    count++
  }
  return count
}

export function drawLine(pen: Pen, scene: Scene, mark: PackedLine, width = 2): void {
  const { look } = scene
  const colour = paletteAt(look, mark.colour)
  pen.begin()
  traceLine(pen, scene, mark)
  pen.stroke({ colour, width, ...(mark.dashed ? { dash: [6, 4] } : {}) })
  drawDots(pen, scene, mark, colour)
}

/** Dots at the points of a short line; what has gaps without an x is whiskers and has none. */
function drawDots(pen: Pen, { x, y }: Scene, { xy, step }: PackedLine, colour: string): void {
  const count = xy.length / 2
  if (step || count > mostDots) return
  const places = new Float32Array(2 * count)
  let shown = 0
  for (let i = 0; i < xy.length; i += 2) {
    if (Number.isNaN(xy[i]!)) return
    const [a, b] = [x.at(xy[i]!), y.at(xy[i + 1]!)]
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue
    places[2 * shown] = a
    places[2 * shown + 1] = b
    shown++
  }
  const style = { shape: 'circle', size: sizeOf.circle - 1, alpha: 1, colours: [colour] } as const
  pen.symbols(style, places, shown)
}

/** Many lines of a kind, thin and pale; those of a selection a little stronger. */
export function* drawFaintLines(
  pen: Pen,
  scene: Scene,
  lines: readonly PackedLine[],
  keep?: Uint8Array,
): Work {
  const { look } = scene
  const shown = keep === undefined ? lines : lines.filter(({ trial }) => keep[trial] === 1)
  const vertices = shown.reduce((sum, { xy }) => sum + xy.length / 2, 0)
  const groups = new Map<string, PackedLine[]>()
  for (const line of shown) {
    const key = `${line.colour} ${line.dashed}`
    const own = groups.get(key)
    if (own === undefined) groups.set(key, [line])
    else own.push(line)
  }
  const isMany = shown.length > mostLines || vertices > mostVertices
  const alpha = shown.length > 300 ? 0.25 : shown.length > 60 ? 0.4 : 0.55
  for (const group of groups.values()) {
    const [{ colour: place, dashed }] = group as [PackedLine]
    // Grey tells that they are no longer selected; those that are have the first colour.
    const colour = paletteAt(look, keep !== undefined && place === 6 ? 0 : place)
    if (isMany) {
      yield* drawLineDensity(pen, scene, group, colour)
      continue
    }
    const style = {
      colour,
      width: keep === undefined ? 1 : 1.3,
      ...(dashed ? { dash: [4, 3] } : {}),
    }
    for (const line of group) {
      pen.begin()
      traceLine(pen, scene, line)
      pen.stroke({ ...style, alpha: keep === undefined ? alpha : Math.min(0.9, alpha * 1.8) })
      yield
    }
  }
}

function* drawLineDensity(
  pen: Pen,
  scene: Scene,
  lines: readonly PackedLine[],
  colour: string,
): Work {
  const { x, y, area } = scene
  const bins = createBins(area.width, area.height, false)
  let since = 0
  for (const { xy, step } of lines) {
    let [lastX, lastY] = [Number.NaN, Number.NaN]
    for (let i = 0; i < xy.length; i += 2) {
      const a = x.at(xy[i]!) - area.left
      const b = y.at(xy[i + 1]!) - area.top
      const isWhole = Number.isFinite(a + b + lastX + lastY)
      if (isWhole && step) {
        addSegment(bins, lastX, lastY, a, lastY, 1, 0)
        addSegment(bins, a, lastY, a, b, 1, 0)
      } else if (isWhole) addSegment(bins, lastX, lastY, a, b, 1, 0)
      lastX = a
      lastY = b
    }
    since += xy.length
    if (since < 4000) continue
    since = 0
    yield
  }
  const pixels = binPixels(bins, [colour], 0.14)
  yield
  pen.image(pixels, area)
}
