import { AttuneError, createRng, float } from '@attune/core'
import type { Json } from '@attune/core'
import { refuseExamples } from '../learners/parts/examples.ts'
import type { Learner } from '../learners/learner.ts'
import type { Matrix, Target } from '../matrix.ts'
import { codedOptions, learntPlan, prepareOnline } from '../online/prepare.ts'
import type { NetworkPlan } from './check-network.ts'
import { checkNetworkOptions, networkDefaults } from './check-options.ts'
import { sharedExecutor } from './executors.ts'
import type { NetworkModel } from './model.ts'
import { loadNetwork, networkModel, refuseIndices } from './model.ts'
import type { CheckedOptions, NetworkOptions } from './options.ts'
import { planOf } from './plan.ts'
import { tableSpace } from './spaces.ts'
import type { TargetCoding } from './targets.ts'
import { codingOf, exampleWeights, taskOf } from './targets.ts'
import type { NetworkRun, Training } from './train.ts'
import { defaultRate, train } from './train.ts'

/** Learns networks; checkpoints, an executor of one's own and an abort signal come with the run. */
export interface NetworkLearner extends Learner<NetworkOptions> {
  /**
   * @throws AttuneError `models/impossible` with every layer that cannot be, `models/options` and
   *   `models/data` as all learners, `models/engine` when no executor can be loaded
   */
  fit(
    x: Matrix,
    y: Target,
    options: Partial<NetworkOptions>,
    run?: NetworkRun,
  ): Promise<NetworkModel>
  load(data: Json): NetworkModel
}

/**
 * Neural networks by their layers, learnt by gradients in batches. A classification's model gives
 * probabilities, a regression's numbers; features should be brought to a like scale before.
 */
export function network(): NetworkLearner {
  return {
    name: 'network',
    tasks: ['classification', 'regression'],
    takesMissing: false,
    defaults: networkDefaults,
    space: (task, { rows }) =>
      task === 'classification' ? { ...tableSpace(rows), labelSmoothing } : tableSpace(rows),
    fit,
    load: loadNetwork,
  }
}

const labelSmoothing = float(0, 0.2, { default: 0 })

async function fit(
  x: Matrix,
  y: Target,
  given: Partial<NetworkOptions>,
  run: NetworkRun = {},
): Promise<NetworkModel> {
  refuseExamples('network', ['classification', 'regression'], x, y, run)
  const options = checkNetworkOptions(taskOf(y), y.kind === 'classes' ? y.labels : [], given)
  const coding = codingFor(y, codedOptions(options))
  const plan = learntPlan(planOf(options, x, coding.outputs), options.online, coding.task)
  const { rows: shared, validation } = sharedOut(x, y, options, run)
  refuseIndices(plan, x)
  if (validation !== undefined) refuseIndices(plan, validation.x)
  const executor = run.executor ?? (await sharedExecutor(options.executor))
  const weights = exampleWeights(y, options.classWeights, run.weights)
  const { rows, online } = tunedOnline({
    plan,
    options,
    coding,
    x,
    rows: shared,
    seed: run.seed ?? 0,
  })
  const training: Training = {
    ...{ plan, coding, options, rows, online, validation, executor, run },
    examples: { x, y, weights },
    seed: run.seed ?? 0,
  }
  const learnt = await train(training)
  const parts = { plan, ...learnt, columns: x.columns, executor: executor.name }
  return networkModel(parts, async () => executor)
}

/** The rows that weights learn from, and those that hyperparameters learn from if any are tuned. */
function tunedOnline(of: {
  readonly plan: NetworkPlan
  readonly options: CheckedOptions
  readonly coding: TargetCoding
  readonly x: Matrix
  readonly rows: Int32Array
  readonly seed: number
}): Pick<Training, 'rows' | 'online'> {
  const { plan, options, coding, x, rows, seed } = of
  if (options.online === null) return { rows, online: undefined }
  const planWith = (l2: number): NetworkPlan => planOf({ ...options, l2 }, x, coding.outputs)
  const { kind, rate = defaultRate(kind) } = options.optimizer
  return prepareOnline(options.online, options, coding.task, plan, planWith, rate, rows, seed)
}

/** @throws AttuneError `models/impossible` for a classification whose output is not linear */
export function codingFor(y: Target, options: CheckedOptions): TargetCoding {
  const last = options.layers?.at(-1)
  // Numbers that a bent output stands for, such as positive ones, must stay in their own units.
  const bent = last?.kind === 'output' && (last.activation ?? 'linear') !== 'linear'
  if (bent && y.kind === 'classes') {
    throw new AttuneError(
      'models/impossible',
      `layers.${options.layers!.length - 1} (output): The output of a classification is linear, because its loss makes probabilities of it; leave its activation out.`,
    )
  }
  const scaleTarget = options.scaleTarget && !bent
  return codingOf(y, options.loss, { labelSmoothing: options.labelSmoothing, scaleTarget })
}

/** The rows that are learnt from, and those that are watched: a part of the examples if need be. */
function sharedOut(
  x: Matrix,
  y: Target,
  { earlyStopping }: CheckedOptions,
  run: NetworkRun,
): Pick<Training, 'rows' | 'validation'> {
  const rows = Int32Array.from({ length: x.rows }, (_, i) => i)
  if (run.validation !== undefined) {
    refuseWatched(x, y, run.validation)
    return { rows, validation: run.validation }
  }
  if (earlyStopping === null) return { rows, validation: undefined }
  createRng(run.seed ?? 0, 'network validation').shuffle(rows)
  const count = Math.min(x.rows - 1, Math.max(1, Math.round((earlyStopping.share ?? 0.1) * x.rows)))
  if (count < 1) {
    throw new AttuneError(
      'models/data',
      'Early stopping needs rows to watch, but there is one example only: give validation rows.',
    )
  }
  const watched = rows.slice(0, count).sort()
  const validation = { x: rowsOf(x, watched), y: targetsOf(y, watched) }
  return { rows: rows.slice(count).sort(), validation }
}

/** Validation rows must be of the same columns and labels. */
function refuseWatched(x: Matrix, y: Target, watched: { x: Matrix; y: Target }): void {
  refuseExamples('network', [taskOf(y)], watched.x, watched.y, {})
  if (watched.x.columns !== x.columns) {
    throw new AttuneError(
      'models/data',
      `The examples have ${x.columns} columns, but the validation rows ${watched.x.columns}.`,
    )
  }
  if (y.kind !== 'classes' || watched.y.kind !== 'classes') return
  const same =
    y.labels.length === watched.y.labels.length &&
    y.labels.every((label, i) => label === (watched.y as typeof y).labels[i])
  if (same) return
  throw new AttuneError(
    'models/data',
    'The validation rows have other labels than the examples: code both by the same list of labels.',
  )
}

function rowsOf(x: Matrix, rows: Int32Array): Matrix {
  const data = new Float32Array(rows.length * x.columns)
  for (const [i, row] of rows.entries()) {
    data.set(x.data.subarray(row * x.columns, (row + 1) * x.columns), i * x.columns)
  }
  return { ...x, rows: rows.length, data }
}

function targetsOf(y: Target, rows: Int32Array): Target {
  return y.kind === 'classes'
    ? { ...y, codes: Int32Array.from(rows, (row) => y.codes[row]!) }
    : { ...y, values: Float64Array.from(rows, (row) => y.values[row]!) }
}
