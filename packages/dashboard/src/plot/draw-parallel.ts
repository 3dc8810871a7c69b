import { addSegment, binPixels, createBins } from './density.ts'
import type { Bins } from './density.ts'
import { paletteAt, shadeAt, shadeCount, shadeEnds, shadesOf } from './look.ts'
import type { PlotLook } from './look.ts'
import type { PackedParallel } from './packed-chart.ts'
import type { ParallelFrame } from './parallel-frame.ts'
import { placesOn } from './parallel-frame.ts'
import type { Box, Pen, StrokeStyle } from './pen.ts'
import type { Work } from './slices.ts'

/** Of more lines density is drawn. */
const mostLines = 1200
/** Lines of a colour that are one path. */
const inPath = 60

/** The colours of lines from good to bad results; good ones stand out from the ground. */
export const lineColours = (look: PlotLook): readonly string[] => shadesOf(look, true)

const goodnessKept = new WeakMap<PackedParallel, Int8Array>()

/** By line its place from good to bad; -1 without a result. Worked out once. */
function goodness(chart: PackedParallel): Int8Array {
  let kept = goodnessKept.get(chart)
  if (kept === undefined) {
    const { shades, value, good, asides } = chart
    const [low, high] = shadeEnds(value, shades)
    kept = new Int8Array(shades.length)
    for (let line = 0; line < shades.length; line++) {
      const place = asides[line]! > 0 ? -1 : shadeAt(shades[line]!, low, high)
      kept[line] = place < 0 || good === 'low' ? place : shadeCount - 1 - place
    }
    goodnessKept.set(chart, kept)
  }
  return kept
}

/** The lines that are drawn. */
function linesIn(count: number, keep: Uint8Array | undefined): Uint32Array {
  const lines = new Uint32Array(count)
  let shown = 0
  for (let line = 0; line < count; line++) {
    if (keep === undefined || keep[line] === 1) lines[shown++] = line
  }
  return lines.subarray(0, shown)
}

/**
 * Draws the lines of parallel coordinates, those that stand aside first, the best last.
 * @param keep by line 1 for those that are drawn; default all
 */
export function* drawParallel(pen: Pen, frame: ParallelFrame, keep?: Uint8Array): Work {
  const { chart, axes, look } = frame
  const lines = linesIn(chart.trials.length, keep)
  const shown = lines.length
  const places: Float32Array[] = []
  for (let place = 0; place < axes.length; place++) {
    places.push(placesOn(frame, place))
    yield
  }
  const good = goodness(chart)
  if (shown > mostLines) yield* drawDensity(pen, frame, lines, good)
  else {
    const alpha = shown > 300 ? 0.4 : 0.7
    const colours = lineColours(look)
    yield* drawStrokes(
      pen,
      frame,
      lines,
      places,
      (line) => {
        if (chart.best[line] === 1) return undefined
        return good[line]! < 0 ? -1 : good[line]! >> 1
      },
      (bucket) =>
        bucket < 0
          ? { colour: asideColour(look), width: 1, alpha: 0.5, dash: [4, 3] }
          : { colour: colours[2 * bucket]!, width: 1.2, alpha },
    )
  }
  const best = { colour: paletteAt(look, 1), width: 2.4 }
  yield* drawStrokes(
    pen,
    frame,
    lines.filter((line) => chart.best[line] === 1),
    places,
    () => 0,
    () => best,
  )
}

const asideColour = (look: PlotLook): string => look.palette.at(-1)!

/** Lines as strokes, those that follow each other in a bucket as one path. */
function* drawStrokes(
  pen: Pen,
  { axes }: ParallelFrame,
  lines: Uint32Array,
  places: readonly Float32Array[],
  bucketOf: (line: number) => number | undefined,
  styleOf: (bucket: number) => StrokeStyle,
): Work {
  let [open, count] = [Number.NaN, 0]
  for (const line of lines) {
    const bucket = bucketOf(line)
    if (bucket === undefined) continue
    if (bucket !== open || count >= inPath) {
      if (count > 0) {
        pen.stroke(styleOf(open))
        yield
      }
      pen.begin()
      open = bucket
      count = 0
    }
    count++
    axes.forEach(({ x }, k) => {
      const y = places[k]![line]!
      if (Number.isNaN(y)) return
      const before = k > 0 ? places[k - 1]![line]! : Number.NaN
      const after = places[k + 1]?.[line] ?? Number.NaN
      if (!Number.isNaN(before)) pen.lineTo(x, y)
      else {
        pen.moveTo(x, y)
        // One alone between two gaps is a dash.
        if (Number.isNaN(after)) pen.lineTo(x + 3, y)
      }
    })
  }
  if (count > 0) pen.stroke(styleOf(open))
}

/** Lines between two axes from place to place, counted, so that equal ones are drawn once. */
function* drawDensity(pen: Pen, frame: ParallelFrame, lines: Uint32Array, good: Int8Array): Work {
  const { axes, look, height } = frame
  const left = axes[0]!.x
  const box: Box = { left, top: 0, width: axes.at(-1)!.x - left, height }
  // Of very many lines every other pixel tells as much.
  const thin = good.length <= 4000 ? 1 : 0.5
  const rows = rowCount(height * thin)
  const hasAside = lines.some((line) => good[line]! < 0)
  const aside = createBins(thin * box.width, rows, false)
  const bins = createBins(thin * box.width, rows, true)
  const pairs = emptyPairs(rows)
  // On whole columns level lines fill each of them once, so that none stands out.
  const columnOf = (place: number): number => Math.round(thin * (axes[place]!.x - left))
  for (let gap = 0; gap < axes.length - 1; gap++) {
    const across = [columnOf(gap), columnOf(gap + 1)] as const
    const [from, to] = [rowsOn(frame, gap, thin), rowsOn(frame, gap + 1, thin)]
    yield
    countPairs(pairs, from, to, lines, good)
    yield
    if (hasAside) yield* addPairs(aside, pairs.aside, undefined, across, rows)
    yield* addPairs(bins, pairs.counts, pairs.shades, across, rows)
  }
  if (hasAside) {
    pen.image(binPixels(aside, [asideColour(look)], 0.1), box)
    yield
  }
  const pixels = binPixels(bins, lineColours(look), 0.16)
  yield
  pen.image(pixels, box)
}

const rowCount = (height: number): number => Math.ceil(height) + 1
/** Where a line has a gap. */
const noRow = 0xffff

const rowsKept = new WeakMap<Float32Array, { readonly thin: number; readonly rows: Uint16Array }>()

/** By line the row of pixels in which it stands on an axis; worked out once. */
function rowsOn(frame: ParallelFrame, place: number, thin: number): Uint16Array {
  const places = placesOn(frame, place)
  const kept = rowsKept.get(places)
  if (kept?.thin === thin) return kept.rows
  const rows = new Uint16Array(places.length)
  for (let line = 0; line < rows.length; line++) {
    const y = places[line]!
    rows[line] = Number.isNaN(y) ? noRow : Math.round(thin * y)
  }
  rowsKept.set(places, { thin, rows })
  return rows
}

/** By pair of rows, from the one of the left axis on, the lines between them. */
interface Pairs {
  readonly rows: number
  readonly aside: Float32Array
  readonly counts: Float32Array
  /** The sums of their places from good to bad. */
  readonly shades: Float32Array
}

const emptyPairs = (rows: number): Pairs => ({
  rows,
  aside: new Float32Array(rows * rows),
  counts: new Float32Array(rows * rows),
  shades: new Float32Array(rows * rows),
})

/** Counts lines into pairs that are empty. */
function countPairs(
  { rows, aside, counts, shades }: Pairs,
  from: Uint16Array,
  to: Uint16Array,
  lines: Uint32Array,
  good: Int8Array,
): void {
  for (let k = 0; k < lines.length; k++) {
    const line = lines[k]!
    const [a, b] = [from[line]!, to[line]!]
    if (a === noRow || b === noRow) continue
    const pair = a * rows + b
    const place = good[line]!
    if (place < 0) aside[pair]! += 1
    else {
      counts[pair]! += 1
      shades[pair]! += place
    }
  }
}

/** Draws pairs, and empties them. */
function* addPairs(
  bins: Bins,
  counts: Float32Array,
  shades: Float32Array | undefined,
  [from, to]: readonly [number, number],
  rows: number,
): Work {
  let since = 0
  // Between axes of few values there are few lines, which have room to be seen.
  let different = 0
  for (let pair = 0; pair < counts.length; pair++) if (counts[pair]! > 0) different++
  const isSparse = different < 100
  for (let pair = 0; pair < counts.length; pair++) {
    const n = counts[pair]!
    if (n === 0) continue
    const shade = shades === undefined ? 0 : shades[pair]! / n
    counts[pair] = 0
    if (shades !== undefined) shades[pair] = 0
    const [start, end] = [Math.floor(pair / rows), pair % rows]
    addSegment(bins, from, start, to, end, n, shade)
    if (isSparse) addSegment(bins, from, start + 1, to, end + 1, n, shade)
    if (++since < 1500) continue
    since = 0
    yield
  }
}
