import type { OptionRule } from '../../options.ts'
import { numberAbove, numberAtLeast, oneOf, trueOrFalse, wholeNumber } from '../../options.ts'
import { classWeightNames } from './examples.ts'

type MarginOption =
  | 'c'
  | 'epsilon'
  | 'classWeights'
  | 'calibration'
  | 'standardize'
  | 'tolerance'
  | 'iterations'

/** What the options may be that all support vector machines have. */
export const marginRules: Readonly<Record<MarginOption, OptionRule>> = {
  c: numberAbove(0),
  epsilon: numberAtLeast(0),
  classWeights: oneOf(...classWeightNames),
  calibration: oneOf('platt', 'none'),
  standardize: trueOrFalse,
  tolerance: numberAbove(0),
  iterations: wholeNumber(1),
}
