import type { Problem } from '../../errors.ts'
import { refuseProblems } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import type {
  ChoiceDistribution,
  Distribution,
  NumericDistribution,
} from '../../space/distribution.ts'
import { countValues, describeDistribution } from '../../space/distribution.ts'
import type { SearchSpace } from '../../space/space.ts'
import type { Belief, LabelBelief, NumberBelief } from './belief.ts'
import { labelAt, labelBelief, numberBelief } from './belief.ts'

/** What is expected of parameters before any trial, by their flat names. */
export type Prior = {
  readonly [parameter: string]: NumberBelief | LabelBelief
}

export type Beliefs = ReadonlyMap<string, Belief>

/** What is wrong with a prior whatever the space. */
export function checkPrior(prior: Prior): Problem[] {
  return Object.entries(prior).flatMap(([name, belief]: [string, unknown]) => {
    const numbers =
      typeof belief === 'object' && belief !== null && !Array.isArray(belief)
        ? Object.values(belief)
        : []
    if (numbers.length > 0 && numbers.every((x) => Number.isFinite(x))) return []
    return [
      {
        path: `prior.${name}`,
        message: `A belief is { around, spread } with numbers or a weight for each label, but got ${JSON.stringify(belief)}.`,
      },
    ]
  })
}

/**
 * The beliefs about the parameters of a space.
 *
 * @param open whether more parameters may be met, so that an unknown name is no mistake yet
 * @throws AttuneError `sampler/options` with every belief that does not fit its parameter
 */
export function beliefsOf(prior: Prior, space: SearchSpace, open: boolean): Beliefs {
  const problems: Problem[] = []
  const beliefs = new Map<string, Belief>()
  for (const [name, belief] of Object.entries(prior)) {
    const d = space.params[space.index.get(name) ?? -1]?.distribution
    const message = d === undefined ? unknownName(name, space) : misfit(belief, d)
    if (d === undefined ? !open : message !== undefined) {
      problems.push({ path: `prior.${name}`, message: message as string })
    } else if (d !== undefined && countValues(d) > 1) {
      beliefs.set(
        name,
        d.kind === 'choice'
          ? labelBelief(belief as LabelBelief, d)
          : numberBelief(belief as NumberBelief, d),
      )
    }
  }
  refuseProblems('sampler/options', 'tpe', problems)
  return beliefs
}

function unknownName(name: string, space: SearchSpace): string {
  const names = space.params.map((p) => p.name)
  const near = nearest(name, names)
  const meant = near === undefined ? `Known: ${names.join(', ')}.` : `Did you mean "${near}"?`
  return `The space has no such parameter. ${meant}`
}

function misfit(belief: NumberBelief | LabelBelief, d: Distribution): string | undefined {
  return d.kind === 'choice' ? misfitLabels(belief as LabelBelief, d) : misfitNumber(belief, d)
}

function misfitLabels(belief: LabelBelief, d: ChoiceDistribution): string | undefined {
  const unknown = Object.keys(belief).find((label) => labelAt(d, label) < 0)
  if (unknown !== undefined) {
    return `There is no label "${unknown}" in ${describeDistribution(d)}.`
  }
  const negative = Object.entries(belief).find(([, weight]) => weight < 0)
  if (negative !== undefined) {
    return `Weights are at least 0, but that of "${negative[0]}" is ${negative[1]}.`
  }
  return Object.values(belief).some((weight) => weight > 0)
    ? undefined
    : 'At least one label needs a weight above 0.'
}

function misfitNumber(
  belief: NumberBelief | LabelBelief,
  d: NumericDistribution,
): string | undefined {
  const { around, spread, ...others } = belief as NumberBelief
  const odd = Object.keys(others)[0]
  const what = describeDistribution(d)
  if (odd !== undefined)
    return `The belief about ${what} is { around, spread }; "${odd}" is neither.`
  if (around === undefined || around < d.low || around > d.high) {
    return `around must lie in ${what}, but got ${around}.`
  }
  const least = d.scale === 'log' ? 1 : 0
  if (spread === undefined || spread > least) return undefined
  return d.scale === 'log'
    ? `spread is a factor above 1 on a log scale, but got ${spread}.`
    : `spread > 0 must hold, but got ${spread}.`
}
