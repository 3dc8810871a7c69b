import type { ColumnOptions } from './prepare-options.ts'
import type { SlotBlock, ValueBlock } from './prepare-state.ts'
import type { CategoryColumn } from './table.ts'

/** Categories to features. */

/** How often the labels of a column occur, the most frequent first. */
export interface LabelCounts {
  /** Only those that occur; of equally frequent ones in the order of their texts. */
  readonly labels: readonly string[]
  readonly counts: readonly number[]
  readonly missing: number
}

export function countLabels(column: CategoryColumn): LabelCounts {
  const counts = new Int32Array(column.labels.length)
  let missing = 0
  for (let i = 0; i < column.codes.length; i++) {
    const code = column.codes[i]!
    if (code === -1) missing++
    else counts[code]!++
  }
  const order = [...counts.keys()].filter((code) => counts[code]! > 0)
  const before = (a: number, b: number): number => (column.labels[a]! < column.labels[b]! ? -1 : 1)
  order.sort((a, b) => counts[b]! - counts[a]! || before(a, b))
  return {
    labels: order.map((code) => column.labels[code]!),
    counts: order.map((code) => counts[code]!),
    missing,
  }
}

/** The labels that are kept come first, so that their number says which. */
function keptLabels(found: LabelCounts, options: ColumnOptions): number {
  const frequent = found.counts.filter((count) => count >= options.minCount).length
  return Math.min(frequent, options.maxCategories)
}

/** One feature a label that is kept, one for the others, one for missing values. */
export function oneHotBlock(name: string, found: LabelCounts, options: ColumnOptions): SlotBlock {
  const kept = keptLabels(found, options)
  const names = found.labels.slice(0, kept).map((label) => `${name}=${label}`)
  const other = kept < found.labels.length ? names.push(`${name}=(other)`) - 1 : -1
  let missing = other
  if (options.missingCategories === 'mostFrequent') missing = kept > 0 ? 0 : other
  else if (found.missing > 0) missing = names.push(`${name}=(missing)`) - 1
  const slots = found.labels.map((_, i) => (i < kept ? i : other))
  return { kind: 'slots', names, slots: [...slots, other, missing] }
}

/** The index by falling frequency; behind those kept the others, then missing values. */
export function ordinalBlock(name: string, found: LabelCounts, options: ColumnOptions): ValueBlock {
  const kept = keptLabels(found, options)
  const own = found.missing > 0 && options.missingCategories === 'level'
  const missing =
    options.missingCategories === 'keep'
      ? null
      : options.missingCategories === 'mostFrequent'
        ? 0
        : own
          ? kept + 1
          : kept
  const values = found.labels.map((_, i) => Math.min(i, kept))
  return {
    kind: 'values',
    names: [name],
    values: [...values, kept, missing],
    categories: kept + (own ? 2 : 1),
  }
}

/**
 * One feature a hash that occurs.
 *
 * @param buckets by row the hash; NaN is a missing value
 */
export function hashBlock(
  name: string,
  buckets: Float64Array,
  most: number | undefined,
  options: ColumnOptions,
): SlotBlock {
  const slots = new Array<number>(options.buckets + 2).fill(-1)
  const names: string[] = []
  for (const bucket of [...new Set(buckets)].sort((a, b) => a - b)) {
    if (!Number.isNaN(bucket)) slots[bucket] = names.push(`${name}#${bucket}`) - 1
  }
  if (options.missingCategories === 'mostFrequent' && most !== undefined) {
    slots[options.buckets + 1] = slots[most]!
  } else if (buckets.some(Number.isNaN)) {
    slots[options.buckets + 1] = names.push(`${name}=(missing)`) - 1
  }
  return { kind: 'slots', names, slots }
}

/** What labels are encoded by: numbers of each row, such as 1 for the class and 0 for others. */
export interface EncodingTarget {
  readonly width: number
  /** What each number stands for, for names. */
  readonly names: readonly string[]
  /** Row by row. */
  readonly values: Float64Array
  /** By row, the fold whose rows do not help to encode it. */
  readonly folds: Int32Array
  readonly foldCount: number
}

export interface TargetEncoding {
  readonly block: ValueBlock
  /** What the training rows get: row by row, learnt from the rows of the other folds. */
  readonly crossFitted: Float64Array
}

/**
 * The mean of the target where a label stands, drawn towards the mean of all rows as if `smoothing` rows
 * more had it (D. Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes",
 * SIGKDD Explorations 3, 2001, with a weight of n / (n + smoothing)). An unknown label gets the mean of
 * all; a missing value is a label.
 *
 * @param codes by row the index of the label among `labels`, or NaN
 */
export function targetBlock(
  name: string,
  codes: Float64Array,
  labels: number,
  target: EncodingTarget,
  smoothing: number,
): TargetEncoding {
  const { width, folds, foldCount } = target
  const levels = labels + 1
  const sums = levelSums(codes, labels, target)
  const all = encodeLevels(sums, undefined, levels, width, foldCount, smoothing)
  const values = [
    ...all.slice(0, labels * width),
    ...all.slice(levels * width),
    ...all.slice(labels * width, levels * width),
  ]
  const crossFitted = new Float64Array(codes.length * width)
  const byFold = Array.from({ length: foldCount }, (_, fold) =>
    encodeLevels(sums, fold, levels, width, foldCount, smoothing),
  )
  for (let i = 0; i < codes.length; i++) {
    const level = Number.isNaN(codes[i]!) ? labels : codes[i]!
    const encoded = byFold[folds[i]!]!
    for (let w = 0; w < width; w++) crossFitted[i * width + w] = encoded[level * width + w]!
  }
  const names = target.names.map((what) => (what === '' ? name : `${name}: ${what}`))
  return { block: { kind: 'values', names, values, categories: 0 }, crossFitted }
}

/** By fold and level: how many rows, then the sums of the target's numbers. */
function levelSums(codes: Float64Array, labels: number, target: EncodingTarget): Float64Array {
  const { width, values, folds, foldCount } = target
  const step = width + 1
  const sums = new Float64Array(foldCount * (labels + 1) * step)
  for (let i = 0; i < codes.length; i++) {
    const level = Number.isNaN(codes[i]!) ? labels : codes[i]!
    const at = (folds[i]! * (labels + 1) + level) * step
    sums[at]!++
    for (let w = 0; w < width; w++) sums[at + 1 + w]! += values[i * width + w]!
  }
  return sums
}

/**
 * Level by level the smoothed means of all folds but one, and behind the last level the mean of all.
 */
function encodeLevels(
  sums: Float64Array,
  without: number | undefined,
  levels: number,
  width: number,
  foldCount: number,
  smoothing: number,
): Float64Array {
  const step = width + 1
  const totals = new Float64Array((levels + 1) * step)
  for (let fold = 0; fold < foldCount; fold++) {
    if (fold === without) continue
    for (let k = 0; k < levels * step; k++) {
      const value = sums[fold * levels * step + k]!
      totals[k]! += value
      totals[levels * step + (k % step)]! += value
    }
  }
  const encoded = new Float64Array((levels + 1) * width)
  const rows = totals[levels * step]!
  for (let w = 0; w < width; w++) {
    const prior = rows === 0 ? 0 : totals[levels * step + 1 + w]! / rows
    for (let level = 0; level < levels; level++) {
      const sum = totals[level * step + 1 + w]! + smoothing * prior
      encoded[level * width + w] = sum / (totals[level * step]! + smoothing)
    }
    encoded[levels * width + w] = prior
  }
  return encoded
}
