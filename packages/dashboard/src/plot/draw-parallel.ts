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

/** By line its place from good to bad; -1 without a result. */
function goodness({ shades, value, good, asides }: PackedParallel): Int8Array {
  const [low, high] = shadeEnds(value, shades)
  return Int8Array.from(shades, (x, line) => {
    if (asides[line]! > 0) return -1
    const place = shadeAt(x, low, high)
    return place < 0 || good === 'low' ? place : shadeCount - 1 - place
  })
}

/**
 * Draws the lines of parallel coordinates, those that stand aside first, the best last.
 * @param keep by line 1 for those that are drawn; default all
 */
export function* drawParallel(pen: Pen, frame: ParallelFrame, keep?: Uint8Array): Work {
  const { chart, axes, look } = frame
  const lines = chart.trials.length
  const shown = keep === undefined ? lines : keep.reduce((sum, one) => sum + one, 0)
  const places: Float32Array[] = []
  for (let place = 0; place < axes.length; place++) {
    places.push(placesOn(frame, place))
    yield
  }
  const isDrawn = (line: number): boolean => keep === undefined || keep[line] === 1
  const good = goodness(chart)
  if (shown > mostLines) yield* drawDensity(pen, frame, places, good, isDrawn)
  else {
    const alpha = shown > 300 ? 0.4 : 0.7
    const colours = lineColours(look)
    yield* drawStrokes(
      pen,
      frame,
      places,
      (line) => {
        if (!isDrawn(line) || chart.best[line] === 1) return undefined
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
    places,
    (line) => (isDrawn(line) && chart.best[line] === 1 ? 0 : undefined),
    () => best,
  )
}

const asideColour = (look: PlotLook): string => look.palette.at(-1)!

/** Lines as strokes, those that follow each other in a bucket as one path. */
function* drawStrokes(
  pen: Pen,
  { axes, chart }: ParallelFrame,
  places: readonly Float32Array[],
  bucketOf: (line: number) => number | undefined,
  styleOf: (bucket: number) => StrokeStyle,
): Work {
  let [open, count] = [Number.NaN, 0]
  for (let line = 0; line < chart.trials.length; line++) {
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
function* drawDensity(
  pen: Pen,
  frame: ParallelFrame,
  places: readonly Float32Array[],
  good: Int8Array,
  isDrawn: (line: number) => boolean,
): Work {
  const { axes, look, height } = frame
  const left = axes[0]!.x
  const box: Box = { left, top: 0, width: axes.at(-1)!.x - left, height }
  // Of very many lines every other pixel tells as much.
  const isFine = good.length <= 4000
  const thin = isFine ? 1 : 0.5
  const fine = isFine ? 1 : 2
  const hasAside = good.some((place, line) => place < 0 && isDrawn(line))
  const aside = createBins(thin * box.width, height, false)
  const bins = createBins(thin * box.width, height, true)
  const rows = Math.ceil(height / fine) + 1
  for (let gap = 0; gap < axes.length - 1; gap++) {
    const across = [thin * (axes[gap]!.x - left), thin * (axes[gap + 1]!.x - left)] as const
    const pairs = countPairs(places[gap]!, places[gap + 1]!, { good, isDrawn, fine, rows })
    if (hasAside) yield* addPairs(aside, pairs.aside, undefined, across, fine, rows)
    yield* addPairs(bins, pairs.counts, pairs.shades, across, fine, rows)
  }
  if (hasAside) {
    pen.image(binPixels(aside, [asideColour(look)], 0.1), box)
    yield
  }
  const pixels = binPixels(bins, lineColours(look), 0.16)
  yield
  pen.image(pixels, box)
}

interface Pairs {
  readonly aside: Float32Array
  readonly counts: Float32Array
  readonly shades: Float32Array
}

function countPairs(
  from: Float32Array,
  to: Float32Array,
  {
    good,
    isDrawn,
    fine,
    rows,
  }: {
    readonly good: Int8Array
    readonly isDrawn: (line: number) => boolean
    readonly fine: number
    readonly rows: number
  },
): Pairs {
  const [aside, counts, shades] = [0, 1, 2].map(() => new Float32Array(rows * rows)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  for (let line = 0; line < good.length; line++) {
    const [a, b] = [from[line]!, to[line]!]
    if (Number.isNaN(a + b) || !isDrawn(line)) continue
    const pair = Math.round(a / fine) * rows + Math.round(b / fine)
    const place = good[line]!
    if (place < 0) aside[pair]! += 1
    else {
      counts[pair]! += 1
      shades[pair]! += place
    }
  }
  return { aside, counts, shades }
}

function* addPairs(
  bins: Bins,
  counts: Float32Array,
  shades: Float32Array | undefined,
  [from, to]: readonly [number, number],
  fine: number,
  rows: number,
): Work {
  let since = 0
  // Between axes of few values there are few lines, which have room to be seen.
  const isSparse = counts.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0) < 100
  for (let pair = 0; pair < counts.length; pair++) {
    const n = counts[pair]!
    if (n === 0) continue
    const shade = shades === undefined ? 0 : shades[pair]! / n
    const [start, end] = [Math.floor(pair / rows) * fine, (pair % rows) * fine]
    addSegment(bins, from, start, to, end, n, shade)
    if (isSparse) addSegment(bins, from, start + 1, to, end + 1, n, shade)
    if (++since < 1500) continue
    since = 0
    yield
  }
}
