import type { GraphExecutor } from '../../engine/executor.ts'
import { onnxBytes } from '../../graph/onnx-bytes.ts'
import type { Matrix, Target } from '../../matrix.ts'
import { checkNetworkOptions } from '../check-options.ts'
import type { NetworkPlan } from '../check-network.ts'
import { sharedExecutor } from '../executors.ts'
import { trainingGraph } from '../graphs.ts'
import type { NetworkModel } from '../model.ts'
import type { NetworkLearner } from '../network.ts'
import { codingFor, network } from '../network.ts'
import type { CheckedOptions, NetworkOptions } from '../options.ts'
import { planOf } from '../plan.ts'
import { product } from '../shapes.ts'
import type { TargetCoding } from '../targets.ts'
import { taskOf } from '../targets.ts'
import { flattenLayers } from '../weights.ts'
import type { Stack } from './stack.ts'
import { createStack } from './stack.ts'
import { canStack } from './stacked-graphs.ts'

/**
 * Which networks compute together: `auto`, those that can and whose layers are at most 64 wide, where it
 * was measured to pay; `always`, all that can; `never`, none.
 */
export type Grouping = 'auto' | 'always' | 'never'

/** The widest layer, or input, of networks that are computed together by themselves. */
const widest = 64

/** A network as options make it. */
export interface PlannedNetwork {
  readonly options: CheckedOptions
  readonly coding: TargetCoding
  readonly plan: NetworkPlan
}

/** @throws AttuneError as `network().fit` for options and layers that cannot be */
export function plannedNetwork(
  x: Matrix,
  y: Target,
  given: Partial<NetworkOptions>,
): PlannedNetwork {
  const options = checkNetworkOptions(taskOf(y), y.kind === 'classes' ? y.labels : [], given)
  const coding = codingFor(y, options)
  return { options, coding, plan: planOf(options, x, coding.outputs) }
}

/**
 * Learns networks as `network().fit` does, but those that learn at the same time compute together where
 * their graphs are the same. What is learnt does not depend on who else learns.
 */
export function sharedFitting(grouping: Grouping = 'auto'): NetworkLearner['fit'] {
  const stacks = new Map<GraphExecutor, Map<string, Stack>>()
  const alone = network()

  /** Runs `work` on an executor that computes with whoever learns the same graph. */
  async function together<T>(
    executor: GraphExecutor,
    { plan, coding: { loss }, options: { huberDelta } }: PlannedNetwork,
    work: (executor: GraphExecutor) => Promise<T>,
  ): Promise<T> {
    const own = stacks.get(executor) ?? new Map<string, Stack>()
    stacks.set(executor, own)
    const key = textOf(onnxBytes(trainingGraph(plan, loss, huberDelta).graph))
    const stack = own.get(key) ?? createStack(executor, { plan, loss, huberDelta })
    own.set(key, stack)
    const seat = stack.join()
    try {
      return await work(seat.executor)
    } finally {
      await seat.leave()
      if (stack.isEmpty()) own.delete(key)
    }
  }

  return async (x, y, given, run = {}): Promise<NetworkModel> => {
    const planned = grouping === 'never' ? undefined : plannedNetwork(x, y, given)
    const tuned = planned !== undefined && planned.options.online !== null
    if (planned === undefined || tuned || !isStacked(planned.plan, grouping)) {
      return alone.fit(x, y, given, run)
    }
    const shared = run.executor ?? (await sharedExecutor(planned.options.executor))
    return together(shared, planned, (executor) => alone.fit(x, y, given, { ...run, executor }))
  }
}

function isStacked(plan: NetworkPlan, grouping: Grouping): boolean {
  if (!canStack(plan)) return false
  const widths = flattenLayers(plan.layers).flatMap(({ input, output }) => [
    product(input),
    product(output),
  ])
  return grouping === 'always' || Math.max(...widths) <= widest
}

/** A letter a byte. */
const textOf = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)
