import { AttuneError } from '@attune/core'
import type { Matrix, Target, Task } from '../../matrix.ts'
import { refuseWeights } from '../../metrics/confusion.ts'
import type { FitRun } from '../learner.ts'

/** The classes of a classification that have examples. */
export interface PresentClasses {
  /** By present class its code among all labels. */
  readonly codes: readonly number[]
  /** By row the index of its class among the present ones. */
  readonly classOf: Int32Array
}

export const classWeightNames = ['none', 'balanced'] as const
/** `balanced` makes all classes count alike. */
export type ClassWeights = (typeof classWeightNames)[number]

/**
 * Checks what is to be learnt from by learners that cannot leave values out.
 * @throws AttuneError `models/data` for sizes that do not fit, values that are not finite, and rows that
 *   all weigh nothing; `models/options` for a task that the learner does not have
 */
export function refuseExamples(
  learner: string,
  tasks: readonly Task[],
  x: Matrix,
  y: Target,
  run: FitRun,
): void {
  const task = y.kind === 'classes' ? 'classification' : 'regression'
  if (!tasks.includes(task)) {
    throw new AttuneError(
      'models/options',
      `${learner} learns ${tasks.join(' and ')}, but the target is for ${task}: choose another learner or target.`,
    )
  }
  const rows = y.kind === 'classes' ? y.codes.length : y.values.length
  if (x.rows === 0 || x.columns === 0) {
    throw new AttuneError(
      'models/data',
      `${learner} was given ${x.rows} rows of ${x.columns} columns: at least one of each is needed.`,
    )
  }
  if (rows !== x.rows) {
    throw new AttuneError(
      'models/data',
      `${learner} was given ${x.rows} rows but ${rows} targets: one a row is needed.`,
    )
  }
  refuseUnfilled(learner, x)
  if (y.kind === 'numbers') {
    const bad = y.values.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0) {
      throw new AttuneError(
        'models/data',
        `The target of row ${bad} is ${y.values[bad]}: leave out rows whose target is not a finite number.`,
      )
    }
  } else {
    const bad = y.codes.findIndex((code) => y.labels[code] === undefined)
    if (bad >= 0) {
      throw new AttuneError(
        'models/data',
        `The target of row ${bad} has the code ${y.codes[bad]}, but there are ${y.labels.length} labels.`,
      )
    }
  }
  if (run.weights !== undefined) refuseWeights(run.weights, x.rows)
}

/** Checks what is to be predicted. */
export function refuseQueries(learner: string, columns: number, x: Matrix): void {
  if (x.columns !== columns) {
    throw new AttuneError(
      'models/data',
      `This model of ${learner} was learnt from ${columns} columns, but is given ${x.columns}.`,
    )
  }
  refuseUnfilled(learner, x)
}

function refuseUnfilled(learner: string, x: Matrix): void {
  if (x.data.length !== x.rows * x.columns) {
    throw new AttuneError(
      'models/data',
      `A matrix of ${x.rows} rows and ${x.columns} columns needs ${x.rows * x.columns} numbers, but has ${x.data.length}.`,
    )
  }
  const missing = new Float64Array(x.columns)
  let any = false
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++, at++) {
      if (Number.isFinite(x.data[at])) continue
      missing[j]! += 1
      any = true
    }
  }
  if (!any) return
  const columns = Array.from(missing.keys()).filter((j) => missing[j]! > 0)
  const told = columns.slice(0, 5).map((j) => {
    const name = x.names?.[j]
    const rows = missing[j] === 1 ? '1 row' : `${missing[j]} rows`
    return `${name === undefined ? `column ${j}` : `'${name}'`} (${rows})`
  })
  const more =
    columns.length > told.length ? ` and ${columns.length - told.length} more columns` : ''
  throw new AttuneError(
    'models/data',
    `${learner} needs a finite number in every cell, but values are missing in ${told.join(', ')}${more}: ` +
      'fill them in, for example with the median of the column, leave the column out, ' +
      'or use a learner that takes missing values, such as boosted trees.',
    { details: { columns } },
  )
}

/** The classes that have rows of a weight above 0. */
export function presentClasses(
  y: { readonly codes: Int32Array; readonly labels: readonly string[] },
  weights: Float64Array | undefined,
): PresentClasses {
  const seen = new Uint8Array(y.labels.length)
  for (let i = 0; i < y.codes.length; i++) {
    if (weights === undefined || weights[i]! > 0) seen[y.codes[i]!] = 1
  }
  const codes = Array.from(seen.keys()).filter((code) => seen[code] === 1)
  const index = new Int32Array(y.labels.length).fill(-1)
  for (const [k, code] of codes.entries()) index[code] = k
  return { codes, classOf: y.codes.map((code) => index[code]!) }
}

/** @throws AttuneError `models/data` when all rows are of one class */
export function refuseOneClass(
  learner: string,
  labels: readonly string[],
  present: PresentClasses,
): void {
  if (present.codes.length > 1) return
  throw new AttuneError(
    'models/data',
    `${learner} needs rows of at least two labels, but all are of '${labels[present.codes[0]!]}'.`,
  )
}

/** Weights by row that are scaled to a mean of 1 over all rows, with those of the classes in them. */
export function rowWeights(
  rows: number,
  weights: Float64Array | undefined,
  classWeights: ClassWeights = 'none',
  present?: PresentClasses,
): Float64Array {
  const result = weights === undefined ? new Float64Array(rows).fill(1) : weights.slice()
  if (classWeights === 'balanced' && present !== undefined) {
    const sums = new Float64Array(present.codes.length)
    for (let i = 0; i < rows; i++) if (result[i]! > 0) sums[present.classOf[i]!]! += result[i]!
    for (let i = 0; i < rows; i++) if (result[i]! > 0) result[i]! /= sums[present.classOf[i]!]!
  }
  let sum = 0
  for (let i = 0; i < rows; i++) sum += result[i]!
  for (let i = 0; i < rows; i++) result[i]! *= rows / sum
  return result
}
