import type { Shape } from '@attune/core'
import { choice, float, int } from '@attune/core'
import type { Task } from '../../matrix.ts'
import type { ClassWeights } from '../parts/examples.ts'
import { classWeightNames } from '../parts/examples.ts'
import type { OptionRule } from '../../options.ts'
import { numberAbove, numberAtLeast, oneOf, wholeNumber } from '../../options.ts'
import { aboveUpTo } from '../trees/share.ts'

/** Options of histogram boosting; the defaults are those of scikit-learn 1.2. */
export interface BoostingOptions {
  /** Rounds of one tree, with more than two classes of one tree a class; default 100. */
  readonly rounds?: number
  /** By how much of what a tree says the model moves; default 0.1. */
  readonly rate?: number
  /** Most leaves of a tree, at most 4096; default 31. */
  readonly leaves?: number
  /** 0 (default): no limit. */
  readonly maxDepth?: number
  /** Fewest rows of a leaf; default 20. */
  readonly minLeaf?: number
  /** Added to the sum of second derivatives of a leaf; default 0. */
  readonly l2?: number
  /** Most bins of a column beside that of missing values, 2 … 255; default 255. */
  readonly bins?: number
  /** Share of the rows that a round learns from, drawn without replacement; default 1. */
  readonly rowShare?: number
  /** Share of the columns that a tree may use, drawn for each round; default 1. */
  readonly columnShare?: number
  /**
   * Where there are validation rows: after how many rounds without a lower loss on them learning ends,
   * with the model of the round of the lowest. 0: never, and all rounds count; default 10.
   */
  readonly patience?: number
  /** `balanced` gives every class the same weight; default `none`. Of no effect in regression. */
  readonly classWeights?: ClassWeights
}

export const boostingDefaults: Required<BoostingOptions> = {
  rounds: 100,
  rate: 0.1,
  leaves: 31,
  maxDepth: 0,
  minLeaf: 20,
  l2: 0,
  bins: 255,
  rowShare: 1,
  columnShare: 1,
  patience: 10,
  classWeights: 'none',
}

export const boostingRules: { readonly [K in keyof Required<BoostingOptions>]: OptionRule } = {
  rounds: wholeNumber(1),
  rate: numberAbove(0),
  leaves: wholeNumber(2, 4096),
  maxDepth: wholeNumber(0),
  minLeaf: wholeNumber(1),
  l2: numberAtLeast(0),
  bins: wholeNumber(2, 255),
  rowShare: aboveUpTo(0, 1),
  columnShare: aboveUpTo(0, 1),
  patience: wholeNumber(0),
  classWeights: oneOf(...classWeightNames),
}

/** The least of a range is not 0 on a logarithmic scale; so little changes nothing. */
const leastL2 = 1e-6

/** Depth is bounded by leaves, and more bins do no harm: these two are not searched. */
export function boostingSpace(
  task: Task,
  { rows }: { readonly rows: number; readonly columns: number },
): Shape {
  const most = Math.max(20, Math.min(100, Math.floor(rows / 10)))
  return {
    rounds: int(30, 500, { scale: 'log', default: 100 }),
    rate: float(0.01, 0.5, { scale: 'log', default: 0.1 }),
    leaves: int(4, 128, { scale: 'log', default: 31 }),
    minLeaf: int(1, most, { scale: 'log', default: 20 }),
    l2: float(leastL2, 10, { scale: 'log', default: leastL2 }),
    rowShare: float(0.5, 1, { default: 1 }),
    columnShare: float(0.3, 1, { default: 1 }),
    ...(task === 'classification'
      ? { classWeights: choice(classWeightNames, { default: 'none' }) }
      : {}),
  }
}
