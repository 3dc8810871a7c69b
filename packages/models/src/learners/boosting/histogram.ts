import type { BinnedColumn } from './bins.ts'

/** Numbers a bin has: the sums of gradients and of hessians, and the number of rows. */
export const binWidth = 3

/** Histograms of all columns, one behind the other. */
export interface HistogramLayout {
  /** By column, where its bins begin, in numbers; the bin of missing values is the last. */
  readonly offsets: Int32Array
  readonly length: number
}

export function histogramLayout(columns: readonly BinnedColumn[]): HistogramLayout {
  const offsets = new Int32Array(columns.length)
  let length = 0
  columns.forEach(({ bins }, j) => {
    offsets[j] = length
    length += (bins + 1) * binWidth
  })
  return { offsets, length }
}

/**
 * Sums gradients and hessians by bin over the rows `from` to `to` - 1 of a list of rows.
 * @param scratch of the length of the list, for the gradients in its order
 */
export function sumByBin(
  histogram: Float64Array,
  { offsets }: HistogramLayout,
  columns: readonly BinnedColumn[],
  used: readonly number[],
  rows: Int32Array,
  from: number,
  to: number,
  gradients: Float64Array,
  hessians: Float64Array,
  scratch: { readonly gradients: Float64Array; readonly hessians: Float64Array },
): void {
  histogram.fill(0)
  for (let i = from; i < to; i++) {
    scratch.gradients[i] = gradients[rows[i]!]!
    scratch.hessians[i] = hessians[rows[i]!]!
  }
  for (const j of used)
    sumColumn(histogram, offsets[j]!, columns[j]!.codes, rows, from, to, scratch)
}

function sumColumn(
  histogram: Float64Array,
  offset: number,
  codes: Uint8Array,
  rows: Int32Array,
  from: number,
  to: number,
  scratch: { readonly gradients: Float64Array; readonly hessians: Float64Array },
): void {
  const { gradients, hessians } = scratch
  for (let i = from; i < to; i++) {
    const at = offset + codes[rows[i]!]! * binWidth
    histogram[at]! += gradients[i]!
    histogram[at + 1]! += hessians[i]!
    histogram[at + 2]!++
  }
}

/** Leaves of the histogram of a node what is not in that of one child: the histogram of the other. */
export function subtract(histogram: Float64Array, child: Float64Array): void {
  for (let i = 0; i < histogram.length; i++) histogram[i]! -= child[i]!
}
