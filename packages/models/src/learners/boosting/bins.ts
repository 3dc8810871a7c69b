import { isCategorical } from '../trees/categories.ts'
import { roundUp } from '../trees/float32.ts'

/** A column whose values are numbers of bins. */
export interface BinnedColumn {
  /** By row. */
  readonly codes: Uint8Array
  /** How many bins there are for values; the number of the bin of missing values. */
  readonly bins: number
  /** Numbers: bin b holds thresholds[b - 1] <= x < thresholds[b]; all are float32 numbers. */
  readonly thresholds: Float64Array
  /** Categories: by bin its category, -1 for the bin of all others; undefined for numbers. */
  readonly categories: Int32Array | undefined
}

/** Whether rows differ in a column. */
export function varies({ codes }: BinnedColumn): boolean {
  return codes.some((code) => code !== codes[0])
}

/**
 * Bins of a column, at most `most`: of few distinct values one each, else between quantiles of the
 * rows. Of too many categories the rarest share the last bin.
 *
 * @param column a number a row, NaN where it is missing
 * @param count how many categories there are; 0 for numbers
 * @param most 2 … 255
 */
export function binColumn(column: Float64Array, count: number, most: number): BinnedColumn {
  return count > 0 && isCategorical(column, count)
    ? binCategories(column, count, most)
    : binNumbers(column, most)
}

function binNumbers(column: Float64Array, most: number): BinnedColumn {
  const sorted = column.filter((x) => !Number.isNaN(x)).sort()
  const distinct = sorted.filter((x, i) => i === 0 || x !== sorted[i - 1])
  const cuts =
    distinct.length <= most ? allCuts(distinct.length) : quantileCuts(sorted, distinct, most)
  const thresholds = Float64Array.from(cuts, (i) =>
    roundUp(distinct[i]! + (distinct[i + 1]! - distinct[i]!) / 2),
  )
  const bins = thresholds.length + 1
  const codes = Uint8Array.from(column, (x) => (Number.isNaN(x) ? bins : binOf(thresholds, x)))
  return { codes, bins, thresholds, categories: undefined }
}

function allCuts(distinct: number): number[] {
  return Array.from({ length: Math.max(0, distinct - 1) }, (_, i) => i)
}

/** Behind which distinct values bins end so that they have about the same number of rows. */
function quantileCuts(sorted: Float64Array, distinct: Float64Array, most: number): number[] {
  const cuts: number[] = []
  let i = 0
  for (let k = 1; k < most; k++) {
    const place = (k / most) * (sorted.length - 1)
    const at = (sorted[Math.floor(place)]! + sorted[Math.ceil(place)]!) / 2
    while (i + 1 < distinct.length && distinct[i + 1]! <= at) i++
    if (i < distinct.length - 1 && cuts.at(-1) !== i) cuts.push(i)
  }
  return cuts
}

/** How many thresholds are not above x. */
function binOf(thresholds: Float64Array, x: number): number {
  let low = 0
  let high = thresholds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (x < thresholds[middle]!) high = middle
    else low = middle + 1
  }
  return low
}

function binCategories(column: Float64Array, count: number, most: number): BinnedColumn {
  const rows = new Int32Array(count)
  for (const x of column) if (!Number.isNaN(x)) rows[x]!++
  const seen = Array.from(rows.keys()).filter((category) => rows[category]! > 0)
  const common =
    seen.length <= most
      ? seen
      : seen
          .sort((a, b) => rows[b]! - rows[a]! || a - b)
          .slice(0, most - 1)
          .sort((a, b) => a - b)
  const categories = Int32Array.from(common.length < seen.length ? [...common, -1] : common)
  const bins = Math.max(1, categories.length)
  const binBy = new Int32Array(count).fill(bins - 1)
  common.forEach((category, bin) => (binBy[category] = bin))
  const codes = Uint8Array.from(column, (x) => (Number.isNaN(x) ? bins : binBy[x]!))
  return { codes, bins, thresholds: new Float64Array(0), categories }
}
