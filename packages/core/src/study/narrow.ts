import type { Problem } from '../errors.ts'
import { refuseProblems } from '../errors.ts'
import { withAdjustments } from '../journal/adjusted.ts'
import type { History } from '../journal/history.ts'
import { nearest } from '../nearest.ts'
import { refuseInfeasible } from '../space/constraint.ts'
import type { Distribution, Label, NumericDistribution } from '../space/distribution.ts'
import { contains, describeDistribution, valueAt } from '../space/distribution.ts'
import type { FlatParam, SearchSpace } from '../space/space.ts'
import { adjustedSpace } from './current-space.ts'

/** Where a parameter is to be searched from now on; null: where the space declares it. */
export type Range =
  | { readonly low: number; readonly high: number }
  | { readonly choices: readonly Label[] }
  | null
/** Ranges by flat name. */
export type Ranges = Readonly<Record<string, Range>>

/**
 * The distributions that new ranges mean: scale and step stay as declared, and with a step the ends
 * move inwards to the nearest value. A range may also be wider than the declared one, and a choice may
 * get new labels, except where other parameters depend on them.
 *
 * @throws AttuneError `space/values` with every mistake; `space/infeasible` when fewer than one draw in
 *   1,000 would satisfy the constraints of the space.
 */
export function distributionsOf(
  history: History,
  space: SearchSpace,
  ranges: Ranges,
): Readonly<Record<string, Distribution | null>> {
  const problems: Problem[] = []
  const adjusted: Record<string, Distribution | null> = {}
  for (const [name, range] of Object.entries(ranges)) {
    const param = space.params[space.index.get(name) ?? -1]
    const refuse = (message: string): unknown => problems.push({ path: name, message })
    if (param === undefined) {
      const near = nearest(name, [...space.index.keys()])
      const hint = near === undefined ? '' : ` Did you mean "${near}"?`
      refuse(`the space declares no such parameter.${hint}`)
    } else if (range === null) adjusted[name] = null
    else {
      const isParent = space.params.some(({ when }) => when.some((c) => c.parent === name))
      const distribution = replaced(param, range, isParent)
      if (typeof distribution === 'string') refuse(distribution)
      else adjusted[name] = distribution
    }
  }
  refuseProblems('space/values', 'The new ranges', problems)
  const next = { ...history, adjusted: withAdjustments(history.adjusted, adjusted) }
  refuseInfeasible(adjustedSpace(next, space))
  return adjusted
}

/** The distribution with another range, or what is wrong with that. */
function replaced(
  { distribution: declared }: FlatParam,
  range: Exclude<Range, null>,
  isParent: boolean,
): Distribution | string {
  const is = `it is declared as ${describeDistribution(declared)}`
  if (declared.kind === 'choice') {
    if (!('choices' in range)) return `a choice takes a list of its labels; ${is}.`
    const choices = [...new Set(range.choices)]
    if (choices.length === 0) return 'at least one label must be left.'
    const added = choices.filter((label) => !declared.choices.includes(label))
    if (isParent && added.length > 0) {
      return `other parameters depend on its labels, so it cannot get ${added.map((l) => JSON.stringify(l)).join(', ')}; ${is}.`
    }
    // Labels keep their declared order, which means something where they are ordered.
    const kept = declared.choices.filter((label) => choices.includes(label))
    return { ...declared, choices: [...kept, ...added] }
  }
  if (!('low' in range)) return `a number takes a range such as 0.1..0.5; ${is}.`
  return narrowed(declared, range, isParent, is)
}

function narrowed(
  declared: NumericDistribution,
  { low, high }: { readonly low: number; readonly high: number },
  isParent: boolean,
  is: string,
): Distribution | string {
  const shown = `${low}..${high}`
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    return `a range has finite ends, the lower one first; got ${shown}.`
  }
  if (declared.scale === 'log' && !(low > 0)) return `a log scale starts above 0; got ${shown}.`
  if (isParent && (low < declared.low || high > declared.high)) {
    return `other parameters depend on it, so it cannot leave its declared range; ${is}, got ${shown}.`
  }
  const { step } = declared
  if (step === undefined) return { ...declared, low, high }
  // Values stay on the declared grid, which is counted from the declared lower end.
  const first = Math.ceil((low - declared.low) / step - 1e-9)
  const last = Math.floor((high - declared.low) / step + 1e-9)
  if (first > last) return `no value of step ${step} lies in ${shown}; ${is}.`
  const endless: Distribution = { ...declared, high: Number.POSITIVE_INFINITY }
  const ends = [first, last].map((index) => valueAt(endless, index) as number)
  const next = { ...declared, low: ends[0] as number, high: ends[1] as number }
  return contains(next, next.low) ? next : `the ends must be values it can take; ${is}.`
}
