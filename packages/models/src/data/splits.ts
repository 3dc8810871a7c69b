import { AttuneError, createRng, type Problem, refuseProblems } from '@attune/core'
import type { Target } from '../matrix.ts'
import { assignByOrder, assignGroups, assignStratified } from './assignment.ts'
import type { Column } from './table.ts'

/** Rows to learn from and rows to judge by. */

/** What is to be kept in mind when rows are parted. */
export interface SplitOptions {
  /** By row, a class whose share should be the same in all parts; see `strataOf`. */
  readonly stratify?: ArrayLike<number>
  /** By row, a group (a speaker, a patient) that must not be on two sides; see `groupsOf`. */
  readonly groups?: ArrayLike<number>
  /** By row, a time: earlier rows are learnt from, later ones judged by. Not with the others. */
  readonly order?: ArrayLike<number>
  /** Default 0. */
  readonly seed?: number
}

/** Indices of rows, rising. */
export type Rows = Int32Array

export interface Fold {
  readonly train: Rows
  readonly test: Rows
  /** Which time the rows were parted, from 0. */
  readonly repeat: number
  /** Which fold of that time, from 0. */
  readonly fold: number
}

/**
 * Parts rows by shares: stratified (within one row of each class's share), by groups, by both, by
 * time (the first name gets the earliest rows), or at random.
 *
 * @param rows how many there are
 * @param shares by name of the part, positive, adding up to 1, such as {train: 0.8, test: 0.2}
 * @throws AttuneError `models/options` for options, `models/data` when a part would have no row
 */
export function splitRows<K extends string>(
  rows: number,
  shares: Readonly<Record<K, number>>,
  options: SplitOptions = {},
): Record<K, Rows> {
  const names = Object.keys(shares) as K[]
  const values = names.map((name) => shares[name])
  refuseProblems('models/options', 'The split', [
    ...shareProblems(shares, values),
    ...optionProblems(rows, options),
  ])
  const sum = values.reduce((a, b) => a + b, 0)
  const parts = partsOf(
    rows,
    values.map((share) => share / sum),
    options,
    0,
  )
  const lists = rowsOfParts(parts, names.length)
  const empty = names.filter((_, p) => lists[p]!.length === 0)
  if (empty.length > 0) {
    const text = `${rows} rows leave nothing for ${empty.join(', ')}; give more rows, or other shares.`
    throw new AttuneError('models/data', text)
  }
  return Object.fromEntries(names.map((name, p) => [name, lists[p]!])) as Record<K, Rows>
}

/**
 * Parts rows into folds, each judged once by what the others teach: plain, stratified, grouped or
 * both. By time, the rows are cut into one part more than there are folds: fold i learns from the
 * first i + 1 parts and is judged by the next, so that nothing is learnt from what came later.
 *
 * @param rows how many there are
 * @param options.folds default 5
 * @param options.repeats how many times the rows are parted anew; default 1, and not by time
 * @throws AttuneError `models/options` for options, `models/data` when there are fewer rows or groups
 *   than folds
 */
export function foldsOf(
  rows: number,
  options: SplitOptions & { readonly folds?: number; readonly repeats?: number } = {},
): Fold[] {
  const { folds = 5, repeats = 1 } = options
  refuseProblems('models/options', 'The folds', [
    ...countProblems('folds', folds, 2),
    ...countProblems('repeats', repeats, 1),
    ...(repeats > 1 && options.order !== undefined
      ? [{ path: 'repeats', message: 'time has one order only; give repeats: 1.' }]
      : []),
    ...optionProblems(rows, options),
  ])
  const count = options.order === undefined ? folds : folds + 1
  if (rows < count) {
    const text = `${rows} rows cannot fill ${count} parts; give fewer folds.`
    throw new AttuneError('models/data', text)
  }
  const shares = new Array<number>(count).fill(1 / count)
  const all: Fold[] = []
  for (let repeat = 0; repeat < repeats; repeat++) {
    const parts = partsOf(rows, shares, options, repeat)
    for (let fold = 0; fold < folds; fold++) {
      all.push(
        options.order === undefined
          ? {
              ...sides(
                parts,
                (p) => p !== fold,
                (p) => p === fold,
              ),
              repeat,
              fold,
            }
          : {
              ...sides(
                parts,
                (p) => p <= fold,
                (p) => p === fold + 1,
              ),
              repeat,
              fold,
            },
      )
    }
  }
  const empty = all.find((fold) => fold.train.length === 0 || fold.test.length === 0)
  if (empty === undefined) return all
  const text = `Fold ${empty.fold} has no rows to learn from or to judge by: too many rows share a time. Give fewer folds.`
  throw new AttuneError('models/data', text)
}

/**
 * Checks parts that are given.
 *
 * @throws AttuneError `models/options` when a part is empty, a row is none of the table's, or a row is
 *   in two parts
 */
export function givenSplit<K extends string>(
  rows: number,
  parts: Readonly<Record<K, ArrayLike<number>>>,
): Record<K, Rows> {
  const owner = new Map<number, string>()
  const problems: Problem[] = []
  const names = Object.keys(parts) as K[]
  for (const name of names) {
    const given = parts[name]
    if (given.length === 0) problems.push({ path: name, message: 'has no rows.' })
    for (let i = 0; i < given.length && problems.length < 10; i++) {
      const row = given[i]!
      const other = owner.get(row)
      if (!Number.isInteger(row) || row < 0 || row >= rows) {
        problems.push({ path: name, message: `${row} is not a row; rows are 0 to ${rows - 1}.` })
      } else if (other !== undefined) {
        problems.push({ path: name, message: `row ${row} is already in ${other}.` })
      } else owner.set(row, name)
    }
  }
  refuseProblems('models/options', 'The split', problems)
  return Object.fromEntries(
    names.map((name) => [name, Int32Array.from(parts[name]).sort()]),
  ) as Record<K, Rows>
}

/**
 * Classes to stratify by: those of a classification, or of a regression tenths of the values (fewer
 * when there are few rows).
 *
 * @param options.bins how many parts of equal size numbers are cut into; default 10, and at least five
 *   rows each
 */
export function strataOf(target: Target, options: { readonly bins?: number } = {}): Int32Array {
  if (target.kind === 'classes') return target.codes
  const rows = target.values.length
  const bins = Math.max(1, Math.min(options.bins ?? 10, Math.floor(rows / 5)))
  return assignByOrder(target.values, new Array<number>(bins).fill(1 / bins))
}

/**
 * Numbers for the values of a column, equal where the values are; a missing value is a group of its own
 * in every row.
 */
export function groupsOf(column: Column): Int32Array {
  const values: ArrayLike<number | string | null> =
    column.kind === 'category'
      ? column.codes
      : column.kind === 'text'
        ? column.texts
        : column.values
  const known = new Map<number | string, number>()
  let next = 0
  return Int32Array.from(values, (value) => {
    if (value === null || Number.isNaN(value) || (column.kind === 'category' && value === -1)) {
      return next++
    }
    let group = known.get(value)
    if (group === undefined) known.set(value, (group = next++))
    return group
  })
}

function partsOf(
  rows: number,
  shares: readonly number[],
  options: SplitOptions,
  repeat: number,
): Int32Array {
  if (options.order !== undefined) return assignByOrder(options.order, shares)
  const rng = createRng(options.seed ?? 0, 'split', repeat)
  if (options.groups === undefined) {
    return assignStratified(options.stratify ?? new Int32Array(rows), shares, rng)
  }
  const parts = assignGroups(options.groups, options.stratify, shares, rng)
  if (parts !== undefined) return parts
  const count = new Set(Array.from(options.groups)).size
  const text = `${count} ${count === 1 ? 'group' : 'groups'} cannot fill ${shares.length} parts without being torn apart; give fewer parts.`
  throw new AttuneError('models/data', text, { details: { groups: count, parts: shares.length } })
}

function rowsOfParts(parts: Int32Array, count: number): Rows[] {
  return Array.from({ length: count }, (_, p) => rowsWhere(parts, (part) => part === p))
}

function sides(
  parts: Int32Array,
  train: (part: number) => boolean,
  test: (part: number) => boolean,
): { train: Rows; test: Rows } {
  return { train: rowsWhere(parts, train), test: rowsWhere(parts, test) }
}

function rowsWhere(parts: Int32Array, holds: (part: number) => boolean): Rows {
  const rows = new Int32Array(parts.length)
  let count = 0
  for (let i = 0; i < parts.length; i++) if (holds(parts[i]!)) rows[count++] = i
  return rows.slice(0, count)
}

function shareProblems(shares: Readonly<Record<string, number>>, values: number[]): Problem[] {
  const problems = Object.entries(shares)
    .filter(([, share]) => !(share > 0 && share <= 1))
    .map(([name, share]) => ({
      path: `shares.${name}`,
      message: `must be above 0 and at most 1, but is ${share}.`,
    }))
  const sum = values.reduce((a, b) => a + b, 0)
  if (problems.length === 0 && Math.abs(sum - 1) > 1e-6) {
    problems.push({ path: 'shares', message: `must add up to 1, but add up to ${sum}.` })
  }
  return problems
}

function countProblems(path: string, count: number, least: number): Problem[] {
  if (Number.isInteger(count) && count >= least) return []
  return [{ path, message: `must be a whole number of at least ${least}, but is ${count}.` }]
}

function optionProblems(rows: number, options: SplitOptions): Problem[] {
  const problems: Problem[] = countProblems('rows', rows, 1)
  for (const path of ['stratify', 'groups', 'order'] as const) {
    const given = options[path]
    if (given === undefined) continue
    if (given.length !== rows) {
      const message = `has ${given.length} entries, but there are ${rows} rows.`
      problems.push({ path, message })
    } else problems.push(...numberProblems(path, given))
  }
  const others = options.stratify !== undefined || options.groups !== undefined
  if (options.order !== undefined && others) {
    const message =
      'rows that are parted by time are neither stratified nor grouped; give one of them.'
    problems.push({ path: 'order', message })
  }
  return problems
}

function numberProblems(path: string, values: ArrayLike<number>): Problem[] {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) continue
    return [{ path, message: `row ${i} has no value; leave out rows without one.` }]
  }
  return []
}
