import { refuseProblems, type Problem } from '@attune/core'
import type { Matrix } from '../../matrix.ts'
import type { MediaSet } from './media-set.ts'
import { exampleSize } from './media-set.ts'
import { momentsOf, quantileOf } from './statistics.ts'

export interface ImageFeatureOptions {
  /** Pixels of the side of a cell of the gradient histograms. Default 8. */
  readonly cell?: number
  /** Directions of the gradient histograms, over half a turn. Default 9. */
  readonly directions?: number
  /** The image is cut into so many parts a side for the patterns and grey values. Default 3. */
  readonly parts?: number
}

/**
 * Features of images for learners that take rows of numbers, from the mean of the channels:
 * histograms of oriented gradients; uniform local binary patterns at radius 1 and 2, of the whole
 * image and its parts; mean, spread and quantiles of the grey values of the image and its parts.
 *
 * @throws AttuneError `models/options` when the images are smaller than two cells or the parts
 */
export function imageFeatures(set: MediaSet, options: ImageFeatureOptions = {}): Matrix {
  const { cell = 8, directions = 9, parts = 3 } = options
  const [channels = 1, height = 0, width = 0] = set.shape
  refuseImages(height, width, cell, directions, parts)
  const size = exampleSize(set)
  const rows: Float64Array[] = []
  for (let i = 0; i < set.count; i++) {
    const grey = greyOf(set.x, i * size, channels, height * width)
    rows.push(
      joined([
        orientedGradients(grey, height, width, cell, directions),
        patternFeatures(grey, height, width, parts),
        greyFeatures(grey, height, width, parts),
      ]),
    )
  }
  const columns = rows[0]?.length ?? 0
  const data = new Float32Array(set.count * columns)
  rows.forEach((row, i) => data.set(row, i * columns))
  return { rows: set.count, columns, data }
}

function refuseImages(
  height: number,
  width: number,
  cell: number,
  directions: number,
  parts: number,
): void {
  const problems: Problem[] = []
  const least = Math.min(height, width)
  if (!(Number.isInteger(cell) && cell >= 2 && 2 * cell <= least)) {
    problems.push({
      path: 'cell',
      message: `${cell} for images of ${width} x ${height}; an integer in 2 … ${Math.floor(least / 2)} is needed.`,
    })
  }
  if (!(Number.isInteger(directions) && directions >= 2 && directions <= 36)) {
    problems.push({ path: 'directions', message: `${directions}; an integer in 2 … 36 is needed.` })
  }
  if (!(Number.isInteger(parts) && parts >= 1 && parts * 5 <= least)) {
    problems.push({
      path: 'parts',
      message: `${parts} a side; every part must be 5 pixels wide at least.`,
    })
  }
  refuseProblems('models/options', 'imageFeatures', problems)
}

/** The mean of the channels, 0 … 1. */
function greyOf(
  x: Uint8Array | Float32Array,
  from: number,
  channels: number,
  plane: number,
): Float64Array {
  const scale = (x instanceof Uint8Array ? 1 / 255 : 1) / channels
  const grey = new Float64Array(plane)
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < plane; i++) grey[i] = grey[i]! + x[from + c * plane + i]! * scale
  }
  return grey
}

/**
 * Histograms of oriented gradients (N. Dalal and B. Triggs, 2005): by cell the sizes of the gradients
 * by direction without sign, each shared by the two nearest directions; blocks of 2 x 2 cells, one
 * cell apart, divided by their norm, cut at 0.2 and divided again. Pixels count for their own cell
 * only.
 *
 * @param image [height][width]
 * @returns [blocks down][blocks across][4][directions]
 */
export function orientedGradients(
  image: Float64Array,
  height: number,
  width: number,
  cell: number,
  directions: number,
): Float64Array {
  const down = Math.floor(height / cell)
  const across = Math.floor(width / cell)
  const cells = gradientCells(image, height, width, cell, directions)
  const block = 4 * directions
  const out = new Float64Array((down - 1) * (across - 1) * block)
  let at = 0
  for (let i = 0; i + 1 < down; i++) {
    for (let j = 0; j + 1 < across; j++) {
      const top = (i * across + j) * directions
      const bottom = top + across * directions
      out.set(cells.subarray(top, top + 2 * directions), at)
      out.set(cells.subarray(bottom, bottom + 2 * directions), at + 2 * directions)
      normalise(out.subarray(at, at + block))
      at += block
    }
  }
  return out
}

function gradientCells(
  image: Float64Array,
  height: number,
  width: number,
  cell: number,
  directions: number,
): Float64Array {
  const down = Math.floor(height / cell)
  const across = Math.floor(width / cell)
  const cells = new Float64Array(down * across * directions)
  for (let y = 0; y < down * cell; y++) {
    const above = Math.max(0, y - 1) * width
    const below = Math.min(height - 1, y + 1) * width
    for (let x = 0; x < across * cell; x++) {
      const dy = image[below + x]! - image[above + x]!
      const dx =
        image[y * width + Math.min(width - 1, x + 1)]! - image[y * width + Math.max(0, x - 1)]!
      const size = Math.sqrt(dx * dx + dy * dy)
      if (size === 0) continue
      const turn = Math.atan2(dy, dx) / Math.PI
      // Direction d stands for (d + 0.5) / directions of half a turn.
      const place = (turn < 0 ? turn + 1 : turn) * directions - 0.5
      const first = Math.floor(place)
      const share = place - first
      const at = (Math.floor(y / cell) * across + Math.floor(x / cell)) * directions
      const here = at + ((first + directions) % directions)
      const next = at + ((first + 1) % directions)
      cells[here] = cells[here]! + size * (1 - share)
      cells[next] = cells[next]! + size * share
    }
  }
  return cells
}

function normalise(block: Float64Array): void {
  for (const limit of [0.2, Infinity]) {
    let squares = 1e-10
    for (let i = 0; i < block.length; i++) squares += block[i]! * block[i]!
    const norm = Math.sqrt(squares)
    for (let i = 0; i < block.length; i++) block[i] = Math.min(limit, block[i]! / norm)
  }
}

/** Patterns of eight neighbours that differ by rotation alone, and one for all that are not uniform. */
const patternKinds = 10

/** By pattern of eight bits: how many are set when they change at most twice around, else 9. */
const uniform = Uint8Array.from({ length: 256 }, (_, bits) => {
  let changes = 0
  let ones = 0
  for (let i = 0; i < 8; i++) {
    const bit = (bits >> i) & 1
    ones += bit
    if (bit !== ((bits >> ((i + 1) % 8)) & 1)) changes++
  }
  return changes <= 2 ? ones : patternKinds - 1
})

/**
 * By pixel the local binary pattern "riu2" of T. Ojala, M. Pietikäinen and T. Mäenpää (2002): how
 * many of the eight neighbours are not darker, 9 when light and dark alternate more than once.
 * Neighbours are pixels of the square, where Ojala interpolates on the circle. Margins have 255.
 */
export function binaryPatterns(
  image: Float64Array,
  height: number,
  width: number,
  radius: number,
): Uint8Array {
  const out = new Uint8Array(height * width).fill(255)
  const r = radius
  const steps = [
    -r * width - r,
    -r * width,
    -r * width + r,
    r,
    r * width + r,
    r * width,
    r * width - r,
    -r,
  ]
  for (let y = r; y < height - r; y++) {
    for (let x = r; x < width - r; x++) {
      const at = y * width + x
      const centre = image[at]!
      let bits = 0
      for (let k = 0; k < 8; k++) if (image[at + steps[k]!]! >= centre) bits |= 1 << k
      out[at] = uniform[bits]!
    }
  }
  return out
}

/** Shares of the patterns at radius 1 and 2 of the whole image, then of its parts. */
function patternFeatures(
  image: Float64Array,
  height: number,
  width: number,
  parts: number,
): Float64Array {
  const areas = areasOf(height, width, parts)
  const out = new Float64Array(2 * areas.length * patternKinds)
  let at = 0
  for (const radius of [1, 2]) {
    const patterns = binaryPatterns(image, height, width, radius)
    for (const area of areas) {
      let count = 0
      for (let y = area.top; y < area.bottom; y++) {
        for (let x = area.left; x < area.right; x++) {
          const kind = patterns[y * width + x]!
          if (kind === 255) continue
          out[at + kind] = out[at + kind]! + 1
          count++
        }
      }
      for (let k = 0; k < patternKinds; k++) out[at + k] = out[at + k]! / Math.max(1, count)
      at += patternKinds
    }
  }
  return out
}

/** Mean, spread and quartiles of the whole image, then of its parts; and its lightest and darkest. */
function greyFeatures(
  image: Float64Array,
  height: number,
  width: number,
  parts: number,
): Float64Array {
  const numbers: number[] = []
  for (const area of areasOf(height, width, parts)) {
    const values: number[] = []
    for (let y = area.top; y < area.bottom; y++) {
      for (let x = area.left; x < area.right; x++) values.push(image[y * width + x]!)
    }
    const { mean, sd, skewness } = momentsOf(values)
    const sorted = Float64Array.from(values).sort()
    numbers.push(mean, sd, skewness)
    for (const q of [0.05, 0.25, 0.5, 0.75, 0.95]) numbers.push(quantileOf(sorted, q))
  }
  return Float64Array.from(numbers)
}

interface Area {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

/** The whole image, then parts² parts of it, row by row. */
function areasOf(height: number, width: number, parts: number): Area[] {
  const areas: Area[] = [{ top: 0, bottom: height, left: 0, right: width }]
  if (parts === 1) return areas
  for (let i = 0; i < parts; i++) {
    for (let j = 0; j < parts; j++) {
      areas.push({
        top: Math.floor((i * height) / parts),
        bottom: Math.floor(((i + 1) * height) / parts),
        left: Math.floor((j * width) / parts),
        right: Math.floor(((j + 1) * width) / parts),
      })
    }
  }
  return areas
}

function joined(pieces: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
