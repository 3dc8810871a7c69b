import type { History } from '../../journal/history.ts'
import type { FlatParam, Values } from '../../space/space.ts'
import { contains, countValues, indexOfValue } from '../../space/distribution.ts'
import { sharedCodec } from '../../space/encode.ts'
import { maxLabels } from '../../math/tree.ts'

/** A parameter as a feature of a forest. */
export interface Feature {
  readonly param: FlatParam
  /** Number of labels, one of them for "inactive"; 0 for numbers, which lie in [0, 1]. */
  readonly count: number
  /** What stands for an inactive parameter: beside the range, or the last label. */
  readonly inactive: number
  codeOf(history: History, trial: number): number
}

/** Where a number stands that is not there. */
const outside = -1

/** Parameters as features of a forest; those that never change are left out. */
export function featuresOf(params: readonly FlatParam[]): Feature[] {
  return params
    .filter((param) => countValues(param.distribution) > 1)
    .map((param) => {
      const { name, distribution } = param
      const labels = countValues(distribution)
      const categorical =
        distribution.kind === 'choice' && !distribution.ordered && labels < maxLabels
      const inactive = categorical ? labels : outside
      return {
        param,
        count: categorical ? labels + 1 : 0,
        inactive,
        codeOf(history, trial) {
          const value = history.values.get(name, trial)
          if (value === undefined || !contains(distribution, value)) return inactive
          if (categorical) return indexOfValue(distribution, value)
          return sharedCodec(distribution).encode(value)
        },
      }
    })
}

/** The code of a parameter in a configuration of its space. */
export function featureCode({ param, count, inactive }: Feature, values: Values): number {
  const value = values[param.name]
  if (value === undefined) return inactive
  if (count > 0) return indexOfValue(param.distribution, value)
  return sharedCodec(param.distribution).encode(value)
}
