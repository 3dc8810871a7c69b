import { splitRows, takeExamples, toMatrix, toTarget } from '@attune/models'

/** Features and targets of some examples of a set, pixels from 0 to 1. */
export function examplesOf(set, rows) {
  const part = takeExamples(set, rows)
  return { x: toMatrix(part), y: toTarget(part) }
}

/** The rows of a matrix with its target. */
export function rowsOf({ x, y }, rows) {
  const data = new Float32Array(rows.length * x.columns)
  rows.forEach((row, i) => {
    data.set(x.data.subarray(row * x.columns, (row + 1) * x.columns), i * x.columns)
  })
  return {
    x: { ...x, rows: rows.length, data },
    y: { ...y, codes: Int32Array.from(rows, (row) => y.codes[row]) },
  }
}

/** The first part to learn from and the second to judge by, of each class its share. */
export function parted(set, shares, seed = 1) {
  return splitRows(set.count, shares, { stratify: set.labels, seed })
}
