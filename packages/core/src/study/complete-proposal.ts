import type { Rng } from '../math/rng.ts'
import type { Proposal } from '../samplers/sampler.ts'
import { assemble, isActive } from '../space/activity.ts'
import { isFeasible } from '../space/constraint.ts'
import { contains } from '../space/distribution.ts'
import type { Label } from '../space/distribution.ts'
import { sharedCodec } from '../space/encode.ts'
import type { SearchSpace, Values } from '../space/space.ts'

const attempts = 1000

/**
 * Joins the values that were set by hand with those a sampler proposes; what neither gives is
 * drawn. The sampler is not asked when everything active is set. When the mixture breaks a
 * constraint the values that were not set are drawn again; what was set by hand is never changed.
 */
export async function completeProposal(
  space: SearchSpace,
  fixed: Values | undefined,
  rng: Rng,
  propose: () => Proposal | Promise<Proposal>,
): Promise<Proposal> {
  let draws: Rng | undefined
  const fill = (proposed: Values): Record<string, Label> =>
    assemble(space, ({ name, distribution }) => {
      const set = fixed?.[name]
      if (set !== undefined) return set
      const value = proposed[name]
      if (value !== undefined && contains(distribution, value)) return value
      return sharedCodec(distribution).decode((draws ??= rng.fork('complete')).next())
    })
  if (fixed === undefined) {
    const proposal = await propose()
    // Mostly there is nothing to be completed.
    if (isWhole(space, proposal.values)) return proposal
    return { ...proposal, values: fill(proposal.values) }
  }
  const alone = fill({})
  const missing = Object.keys(alone).filter((name) => fixed[name] === undefined)
  if (missing.length === 0) return { values: alone, why: 'enqueued' }
  const proposal = await propose()
  let values = fill(proposal.values)
  for (let i = 0; i < attempts && !isFeasible(space, values); i++) values = fill({})
  return { ...proposal, values, why: `enqueued in part; ${proposal.why ?? 'the rest proposed'}` }
}

/** Whether these are the active parameters in their order, each with one of its values. */
function isWhole({ params }: SearchSpace, values: Values): boolean {
  let next = 0
  const skipInactive = (): void => {
    while (next < params.length && !isActive(params[next]!, values)) next++
  }
  for (const name in values) {
    skipInactive()
    const param = params[next++]
    if (param?.name !== name || !contains(param.distribution, values[name]!)) return false
  }
  skipInactive()
  return next === params.length
}
