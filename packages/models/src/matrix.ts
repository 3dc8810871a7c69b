/** Numbers as learners take them: a row an example, a column a feature; NaN is a missing value. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** Row by row, rows · columns. */
  readonly data: Float32Array
  /** Names of the columns, for pictures and messages. */
  readonly names?: readonly string[]
  /**
   * By column, how many categories it has when its numbers are their indices, else 0. Left out: all
   * columns are numbers. Learners that cannot treat a category as one take the index for a number.
   */
  readonly categories?: readonly number[]
}

/** What is to be learnt. */
export type Target = ClassTarget | NumberTarget

export interface ClassTarget {
  readonly kind: 'classes'
  /** By row, the index of its label. */
  readonly codes: Int32Array
  readonly labels: readonly string[]
}

export interface NumberTarget {
  readonly kind: 'numbers'
  readonly values: Float64Array
}

/** What a model says of the rows of a matrix. */
export type Prediction = ClassPrediction | NumberPrediction

export interface ClassPrediction {
  readonly kind: 'classes'
  readonly labels: readonly string[]
  /** Row by row, a probability a label; every row adds up to 1. */
  readonly probabilities: Float64Array
  /** By row the index of the likeliest label, of equals the first. */
  readonly codes: Int32Array
}

export interface NumberPrediction {
  readonly kind: 'numbers'
  readonly values: Float64Array
}

export type Task = 'classification' | 'regression'
