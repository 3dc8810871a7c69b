import type { Matrix, Target } from '../matrix.ts'
import type { NetworkModel } from './model.ts'
import type { NetworkOptions } from './options.ts'
import type { NetworkRun } from './train.ts'
import type { Grouping } from './vectorised/shared-fitting.ts'
import { plannedNetwork, sharedFitting } from './vectorised/shared-fitting.ts'

/** One of several networks: what it has of its own, over what all of them have. */
export interface NetworkMember extends Omit<NetworkRun, 'executor'> {
  readonly options?: Partial<NetworkOptions>
}

export interface NetworksRun extends NetworkRun {
  /** Default auto. */
  readonly grouping?: Grouping
}

/**
 * Learns several networks at the same time, step by step: those of the same layers, activations and loss
 * compute as one graph with an axis of members, and may differ in everything else, such as seeds, rates,
 * optimisers, penalties, strengths of dropout, weights of rows and epochs; batches of other sizes are
 * computed apart. Others learn by themselves. Each is the network that `network().fit` gives, but for
 * rounding, and does not depend on the others. A member that a report or its signal ends leaves the
 * others alone; a report is waited for by all.
 *
 * @returns the networks in the order of the members
 * @throws AttuneError as `network().fit`, before anything is learnt where a member's options are wrong
 */
export async function fitNetworks(
  x: Matrix,
  y: Target,
  options: Partial<NetworkOptions>,
  members: readonly NetworkMember[],
  run: NetworksRun = {},
): Promise<NetworkModel[]> {
  const { grouping = 'auto', ...common } = run
  const each = members.map(({ options: own, ...rest }) => ({
    options: { ...options, ...own },
    run: { ...common, ...rest },
  }))
  for (const member of each) plannedNetwork(x, y, member.options)
  const fit = sharedFitting(grouping)
  const ends = await Promise.allSettled(each.map((member) => fit(x, y, member.options, member.run)))
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
}
