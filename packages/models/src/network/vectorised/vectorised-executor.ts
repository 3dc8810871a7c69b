import type { Executor, ObjectiveSpec, Outcome, Trial } from '@attune/core'
import { outcomeOf, outcomeOfError, untilAborted } from '@attune/core'
import type { GraphExecutor } from '../../engine/executor.ts'
import type { Matrix, Target } from '../../matrix.ts'
import { createJudge } from '../evaluation.ts'
import { sharedExecutor } from '../executors.ts'
import type { NetworkModel } from '../model.ts'
import type { NetworkLearner } from '../network.ts'
import type { NetworkOptions } from '../options.ts'
import type { NetworkRun } from '../train.ts'
import type { Grouping } from './shared-fitting.ts'
import { plannedNetwork, sharedFitting } from './shared-fitting.ts'

export interface VectorisedOptions<P> {
  readonly x: Matrix
  readonly y: Target
  /** The rows by which trials are judged, and that early stopping watches. */
  readonly validation: { readonly x: Matrix; readonly y: Target }
  /** The objectives of the study, among `validationLoss`, `validationAccuracy`, `validationRmse` and `loss`. */
  readonly objectives: readonly ObjectiveSpec[]
  /** The network of a trial. */
  optionsOf(trial: Trial<P>): Partial<NetworkOptions>
  /** Weights of rows and where checkpoints are kept; default none, so a trial that goes on begins anew. */
  runOf?(trial: Trial<P>): Pick<NetworkRun, 'weights' | 'checkpoint'>
  /** Default auto: networks whose layers are at most 64 wide compute together. */
  readonly group?: Grouping
  /** Trials at the same time; default 32. */
  readonly slots?: number
  /** What computes; default what the option `executor` of a network says. */
  readonly executor?: GraphExecutor
}

/**
 * Runs trials that learn networks, many at a time in one thread: those whose layers, activations and loss
 * are the same compute together. Nobody waits for a group to be complete: a trial joins those that learn,
 * and leaves them when it ends, is stopped or aborted. What a trial comes to does not depend on which
 * others run beside it; next to a training by itself last bits may differ. Of batches of other sizes, and
 * where half of the trials are of other layers, less is gained.
 *
 * Every report of learning is a report of the trial. The result has the `loss` that was reported last and,
 * of the network that was learnt, `validationLoss` and `validationAccuracy` or `validationRmse`.
 */
export function vectorisedExecutor<P>(options: VectorisedOptions<P>): Executor<P> {
  const fit = sharedFitting(options.group)
  return {
    name: 'vectorised',
    slots: options.slots ?? 32,
    run: (trial) => untilAborted(trial.signal, () => learn(fit, trial, options)),
    async [Symbol.asyncDispose]() {},
  }
}

async function learn<P>(
  fit: NetworkLearner['fit'],
  trial: Trial<P>,
  { x, y, validation, objectives, optionsOf, runOf, executor }: VectorisedOptions<P>,
): Promise<Outcome> {
  let stopped = false
  let loss = Number.NaN
  try {
    const given = optionsOf(trial)
    const model = await fit(x, y, given, {
      ...runOf?.(trial),
      ...(executor === undefined ? {} : { executor }),
      validation,
      seed: trial.seed,
      signal: trial.signal,
      async report({ step, metrics }) {
        loss = metrics['loss'] ?? loss
        const decision = await trial.report(metrics, { step })
        stopped ||= decision.kind === 'stop'
        return decision.kind
      },
    })
    if (stopped) return { state: 'pruned' }
    if (trial.signal.aborted) return { state: 'interrupted' }
    const found = await judged(model, given, { x, y, validation, executor })
    return outcomeOf({ loss, ...found }, objectives)
  } catch (error) {
    return stopped ? { state: 'pruned' } : outcomeOfError(error)
  }
}

/** The network as it was learnt, which with early stopping is that of the best epoch. */
async function judged(
  model: NetworkModel,
  given: Partial<NetworkOptions>,
  on: Pick<VectorisedOptions<never>, 'x' | 'y' | 'validation'> & {
    readonly executor: GraphExecutor | undefined
  },
): Promise<Record<string, number>> {
  const { options, plan } = plannedNetwork(on.x, on.y, given)
  // That of a checkpoint, if learning went on from one.
  const { coding } = model
  const executor = on.executor ?? (await sharedExecutor(options.executor))
  const judge = await createJudge(executor, plan, coding, options.huberDelta, on.validation)
  try {
    const { loss, score } = await judge.judge(model.tensors)
    const name = coding.task === 'classification' ? 'validationAccuracy' : 'validationRmse'
    return { validationLoss: loss, [name]: score }
  } finally {
    await judge.release()
  }
}
