import { AttuneError } from '@attune/core'

/** What is counted of one class: how its rows were told. */
export interface ClassCounts {
  /** Weight of the rows of the class. */
  readonly support: number
  /** Weight of the rows that were said to be of the class. */
  readonly predicted: number
  /** Weight of the rows of the class that were told right. */
  readonly correct: number
  /** Weight of all rows. */
  readonly total: number
}

/** One row of the table of classes. */
export interface ClassReport {
  /** Index of the class. */
  readonly code: number
  /** Weight of its rows; their number where no weights are given. */
  readonly support: number
  readonly predicted: number
  /** Share of its rows that were told right (recall). */
  readonly sensitivity: number
  /** Share of the other rows that were not taken for it. */
  readonly specificity: number
  /** Share of the rows said to be of it that are. */
  readonly precision: number
  readonly f1: number
}

/**
 * Row by row the actual class, column by column the predicted one.
 *
 * @param actual indices of classes, 0 … classes − 1
 * @param predicted as many
 * @param weights by row; default 1 each
 * @returns classes · classes weights
 * @throws AttuneError `models/data` for lengths that differ and indices out of range
 */
export function confusionMatrix(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
): Float64Array {
  refuseLengths(actual, predicted, weights)
  const counts = new Float64Array(classes * classes)
  for (let i = 0; i < actual.length; i++) {
    const row = actual[i]!
    const column = predicted[i]!
    if (!isCode(row, classes) || !isCode(column, classes)) {
      const which = isCode(row, classes) ? `predicted class is ${column}` : `class is ${row}`
      throw new AttuneError(
        'models/data',
        `Row ${i}: the ${which}, but must be a whole number from 0 to ${classes - 1}.`,
      )
    }
    counts[row * classes + column]! += weights === undefined ? 1 : weights[i]!
  }
  return counts
}

/** The counts of every class of a confusion matrix. */
export function countsOf(confusion: Float64Array): ClassCounts[] {
  const classes = Math.round(Math.sqrt(confusion.length))
  const support = new Float64Array(classes)
  const predicted = new Float64Array(classes)
  let total = 0
  for (let i = 0; i < classes; i++) {
    for (let j = 0; j < classes; j++) {
      const count = confusion[i * classes + j]!
      support[i]! += count
      predicted[j]! += count
      total += count
    }
  }
  return Array.from(support, (weight, k) => ({
    support: weight,
    predicted: predicted[k]!,
    correct: confusion[k * classes + k]!,
    total,
  }))
}

/** What can be said of every class, in the order of the classes; shares of nothing are 0. */
export function perClass(confusion: Float64Array): ClassReport[] {
  return countsOf(confusion).map((counts, code) => ({
    code,
    support: counts.support,
    predicted: counts.predicted,
    sensitivity: sensitivityOf(counts),
    specificity: specificityOf(counts),
    precision: precisionOf(counts),
    f1: f1Of(counts),
  }))
}

export function sensitivityOf(counts: ClassCounts): number {
  return share(counts.correct, counts.support)
}

export function specificityOf(counts: ClassCounts): number {
  const others = counts.total - counts.support
  return share(others - (counts.predicted - counts.correct), others)
}

export function precisionOf(counts: ClassCounts): number {
  return share(counts.correct, counts.predicted)
}

/** The harmonic mean of precision and sensitivity. */
export function f1Of(counts: ClassCounts): number {
  return share(2 * counts.correct, counts.support + counts.predicted)
}

/** @throws AttuneError `models/data` when there are no rows, or not as many predictions or weights */
export function refuseLengths(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
): void {
  const rows = actual.length
  if (rows === 0) {
    throw new AttuneError('models/data', 'There are no rows to evaluate: at least one is needed.')
  }
  if (predicted.length !== rows) {
    throw new AttuneError(
      'models/data',
      `There are ${rows} actual values but ${predicted.length} predicted ones: one each a row is needed.`,
    )
  }
  if (weights !== undefined) refuseWeights(weights, rows)
}

/** @throws AttuneError `models/data` unless there is a finite weight ≥ 0 a row and one above 0 */
export function refuseWeights(weights: ArrayLike<number>, rows: number): void {
  if (weights.length !== rows) {
    throw new AttuneError(
      'models/data',
      `There are ${weights.length} weights for ${rows} rows: one a row is needed.`,
    )
  }
  let sum = 0
  for (let i = 0; i < rows; i++) {
    const weight = weights[i]!
    if (!(weight >= 0 && weight < Infinity)) {
      throw new AttuneError(
        'models/data',
        `The weight of row ${i} is ${weight}: weights must be finite and not negative.`,
      )
    }
    sum += weight
  }
  if (!(sum > 0)) {
    throw new AttuneError('models/data', 'All weights are 0: at least one must be above 0.')
  }
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0
}

function isCode(value: number, classes: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < classes
}
