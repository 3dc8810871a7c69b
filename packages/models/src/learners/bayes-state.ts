import { log } from '@attune/core/math'
import type { Matrix } from '../matrix.ts'

/** What a model of naive Bayes consists of. */
export interface BayesState {
  readonly labels: readonly string[]
  readonly columns: number
  /** By class that has examples its code. */
  readonly codes: readonly number[]
  /** By column the number of its categories, of numbers 0. */
  readonly categories: readonly number[]
  /** By class the logarithm of its share. */
  readonly prior: Float64Array
  /** Class by class, of columns of numbers. */
  readonly means: Float64Array
  readonly variances: Float64Array
  /**
   * Of the columns of categories one after another, by category and then by class, the logarithm of its
   * share.
   */
  readonly tables: Float64Array
}

/** Where the tables of the columns begin, in lines; columns of numbers have none. */
export function tableStarts(categories: readonly number[]): number[] {
  let next = 0
  return categories.map((count) => {
    const start = next
    next += count
    return start
  })
}

/** The logarithms of prior and likelihood, row by row. */
export function scoresOf(state: BayesState, x: Matrix): Float64Array {
  const { columns, codes, categories, prior, means, variances, tables } = state
  const classes = codes.length
  const starts = tableStarts(categories)
  const scores = new Float64Array(x.rows * classes)
  const constants = normalConstants(state)
  for (let i = 0; i < x.rows; i++) {
    for (let k = 0; k < classes; k++) {
      let score = prior[k]! + constants[k]!
      for (let j = 0; j < columns; j++) {
        const value = x.data[i * columns + j]!
        const count = categories[j]!
        if (count === 0) {
          const distance = value - means[k * columns + j]!
          score -= (0.5 * distance * distance) / variances[k * columns + j]!
        } else if (isCategory(value, count)) {
          score += tables[(starts[j]! + value) * classes + k]!
        }
      }
      scores[i * classes + k] = score
    }
  }
  return scores
}

/** By class −½ Σ ln 2πσ² over the columns of numbers. */
export function normalConstants({
  codes,
  columns,
  categories,
  variances,
}: BayesState): Float64Array {
  return Float64Array.from(codes, (_, k) => {
    let sum = 0
    for (let j = 0; j < columns; j++) {
      if (categories[j] === 0) sum -= 0.5 * log(2 * Math.PI * variances[k * columns + j]!)
    }
    return sum
  })
}

/** Whether a number is the index of one of `count` categories. */
export function isCategory(value: number, count: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < count
}
