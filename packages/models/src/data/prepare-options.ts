import { type Problem, refuseProblems } from '@attune/core'
import {
  checkedOptions,
  numberAbove,
  numberFrom,
  oneOf,
  type OptionRule,
  trueOrFalse,
  wholeNumber,
} from '../options.ts'
import type { Task } from '../matrix.ts'

/** How the values of a column become features; all of it plain data, which a study may tune. */
export interface ColumnOptions {
  /**
   * What stands in for missing numbers and parts of dates: the mean, the median (default) or the most
   * frequent value of the training rows, `fill`, or nothing (`keep`) for learners that take them.
   */
  readonly imputation: 'mean' | 'median' | 'mostFrequent' | 'constant' | 'keep'
  /** What `constant` puts in; default 0. */
  readonly fill: number
  /** Adds a feature, 1 where a number or date is missing, to columns with missing values; default true. */
  readonly indicators: boolean
  /**
   * What numbers are brought to: mean 0 and standard deviation 1 (`standard`, the default), 0 … 1
   * (`minMax`), median 0 and interquartile range 1 (`robust`), a normal distribution by their ranks
   * (`quantileNormal`), or left (`none`). Learnt from the values that are there.
   */
  readonly scaling: 'standard' | 'minMax' | 'robust' | 'quantileNormal' | 'none'
  /**
   * One feature a label (`oneHot`, the default), the index of the label by falling frequency
   * (`ordinal`; the matrix says how many there are), the mean of the target where the label stands
   * (`target`), or one feature a hash of labels (`hashing`).
   */
  readonly categories: 'oneHot' | 'ordinal' | 'target' | 'hashing'
  /** The most frequent labels that `oneHot` and `ordinal` keep; the others are one. Default 20. */
  readonly maxCategories: number
  /** Labels in fewer training rows are no labels of their own for them; default 1, which keeps all. */
  readonly minCount: number
  /**
   * A missing category is a label of its own (default), the most frequent one, or, for `ordinal`, stays
   * missing (`keep`).
   */
  readonly missingCategories: 'level' | 'mostFrequent' | 'keep'
  /** How many rows the mean of all weighs in that of a label, for `target`; default 10. */
  readonly smoothing: number
  /** How many hashes `hashing` tells apart; default 32. */
  readonly buckets: number
  /**
   * Year, month, day, weekday (0 is Sunday) and hour as numbers (`parts`, the default), or the year as
   * a number and the others as points of a circle (`cyclic`), all in UTC; or nothing (`drop`).
   */
  readonly dates: 'parts' | 'cyclic' | 'drop'
  /** How often words of each hash occur (`hashed`, the default), or nothing (`drop`). */
  readonly texts: 'hashed' | 'drop'
  /** How many hashes of words are told apart; default 64. */
  readonly textBuckets: number
}

export interface PreparationOptions extends Partial<ColumnOptions> {
  /** The column to be learnt; without it there is nothing but features. */
  readonly target?: string
  /**
   * Default: regression for a number column, unless its values are whole and few (2, or at most 20
   * that stand for ten rows each), else classification.
   */
  readonly task?: Task
  /** The only columns to use; default: all but the target. */
  readonly use?: readonly string[]
  /** Columns not to use. */
  readonly drop?: readonly string[]
  /** What becomes of columns that only tell rows apart (`ColumnSummary.id`); default 'drop'. */
  readonly ids?: 'drop' | 'keep'
  /** Options of single columns, by name. */
  readonly byColumn?: Readonly<Record<string, Partial<ColumnOptions>>>
  /** Of the folds in which target encodings of training rows are learnt; default 0. */
  readonly seed?: number
  /** How many of them; default 5. */
  readonly folds?: number
}

export interface CheckedOptions {
  readonly target: string | undefined
  readonly task: Task | undefined
  readonly use: readonly string[] | undefined
  readonly drop: readonly string[]
  readonly ids: 'drop' | 'keep'
  readonly seed: number
  readonly folds: number
  /** The columns that have options of their own. */
  readonly special: readonly string[]
  /** The options of a column. */
  of(column: string): ColumnOptions
}

export const columnDefaults: ColumnOptions = {
  imputation: 'median',
  fill: 0,
  indicators: true,
  scaling: 'standard',
  categories: 'oneHot',
  maxCategories: 20,
  minCount: 1,
  missingCategories: 'level',
  smoothing: 10,
  buckets: 32,
  dates: 'parts',
  texts: 'hashed',
  textBuckets: 64,
}

const columnRules: { readonly [K in keyof ColumnOptions]: OptionRule } = {
  imputation: oneOf('mean', 'median', 'mostFrequent', 'constant', 'keep'),
  fill: numberFrom(-Number.MAX_VALUE, Number.MAX_VALUE),
  indicators: trueOrFalse,
  scaling: oneOf('standard', 'minMax', 'robust', 'quantileNormal', 'none'),
  categories: oneOf('oneHot', 'ordinal', 'target', 'hashing'),
  maxCategories: wholeNumber(1),
  minCount: wholeNumber(1),
  missingCategories: oneOf('level', 'mostFrequent', 'keep'),
  smoothing: numberAbove(0),
  buckets: wholeNumber(2),
  dates: oneOf('parts', 'cyclic', 'drop'),
  texts: oneOf('hashed', 'drop'),
  textBuckets: wholeNumber(2, 65_536),
}

/** @throws AttuneError `models/options` with every option that breaks its rule */
export function checkPreparationOptions(given: PreparationOptions): CheckedOptions {
  const { target, task, use, drop, ids, byColumn, seed, folds, ...general } = given
  const common = checkedOptions<ColumnOptions>(
    'The preparation',
    columnDefaults,
    general,
    columnRules,
  )
  const special = new Map(
    Object.entries(byColumn ?? {}).map(([name, options]) => [
      name,
      checkedOptions<ColumnOptions>(
        `The preparation of column "${name}"`,
        common,
        options,
        columnRules,
      ),
    ]),
  )
  const problems: Problem[] = []
  const check = (path: string, value: unknown, rule: OptionRule): void => {
    if (value === undefined || rule.allows(value)) return
    problems.push({ path, message: `is ${JSON.stringify(value)}, but must be ${rule.rule}.` })
  }
  check('task', task, oneOf('classification', 'regression'))
  check('ids', ids, oneOf('drop', 'keep'))
  check('folds', folds, wholeNumber(2))
  check('seed', seed, numberFrom(-Number.MAX_VALUE, Number.MAX_VALUE))
  for (const [name, options] of [...special, ['', common] as const]) {
    if (options.categories !== 'target' || target !== undefined) continue
    const path = name === '' ? 'categories' : `byColumn.${name}.categories`
    problems.push({ path, message: `is 'target', which needs a target.` })
  }
  refuseProblems('models/options', 'The preparation', problems)
  return {
    target,
    task,
    use,
    drop: drop ?? [],
    ids: ids ?? 'drop',
    seed: seed ?? 0,
    folds: folds ?? 5,
    special: [...special.keys()],
    of: (column) => special.get(column) ?? common,
  }
}
