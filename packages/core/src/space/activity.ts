import type { Label } from './distribution.ts'
import type { Condition, FlatParam, SearchSpace, Values } from './space.ts'

/** Whether one condition holds; a parent that is absent is inactive itself. */
export function conditionHolds(condition: Condition, values: Values): boolean {
  const parent = values[condition.parent]
  if (parent === undefined) return false
  if ('in' in condition) return condition.in.includes(parent)
  return typeof parent === 'number' && parent >= condition.atLeast
}

/** Whether a parameter exists in a configuration that holds its parents' values. */
export function isActive(param: FlatParam, values: Values): boolean {
  for (const condition of param.when) if (!conditionHolds(condition, values)) return false
  return true
}

/** Builds a configuration parameter by parameter, asking only for those that are active. */
export function assemble(
  space: SearchSpace,
  valueOf: (param: FlatParam, index: number) => Label,
): Record<string, Label> {
  const values: Record<string, Label> = {}
  const { params } = space
  for (let i = 0; i < params.length; i++) {
    const param = params[i]!
    if (param.when.length === 0 || isActive(param, values)) values[param.name] = valueOf(param, i)
  }
  return values
}

/** The names of the parameters that exist in a configuration. */
export function activeNames(space: SearchSpace, values: Values): string[] {
  return space.params.filter((param) => isActive(param, values)).map((param) => param.name)
}
