import { AttuneError, createRng } from '@attune/core'
import type { Task } from '../matrix.ts'
import type { NetworkPlan } from '../network/check-network.ts'
import type { CheckedOptions } from '../network/options.ts'
import type { OnlineOptions } from './options.ts'
import { tunableOf } from './options.ts'
import type { OnlinePlan } from './places.ts'
import { onlinePlan } from './places.ts'

/** Online tuning in a training: what is tuned where, and by which rows. */
export interface OnlineTraining extends OnlinePlan {
  readonly rows: Int32Array
  /** The learning rate that the options say. */
  readonly rate: number
}

/** The options as targets are coded by: without the label smoothing that is tuned. */
export function codedOptions(options: CheckedOptions): CheckedOptions {
  const { online } = options
  if (online === null || tunableOf(online, 'labelSmoothing') === null) return options
  return { ...options, labelSmoothing: 0 }
}

/** The notebook's output layer is relu, before a cross-entropy of logits. */
export function learntPlan(
  plan: NetworkPlan,
  online: OnlineOptions | null,
  task: Task,
): NetworkPlan {
  const output = plan.layers.at(-1)!
  const { layer } = output
  if (online?.variant !== 'fioravanti-notebook' || task !== 'classification') return plan
  if (layer.kind !== 'output') return plan
  const bent = { ...output, layer: { ...layer, activation: 'relu' } as const }
  return { ...plan, layers: [...plan.layers.slice(0, -1), bent] }
}

/**
 * Takes the T2 rows out of those that are learnt from.
 *
 * @param planWith the network with another l2 for the weights that have none of their own
 * @returns the rows that are left, and what is tuned
 * @throws AttuneError `models/data` for rows that are not there or leave none, `models/impossible` as
 *   `onlinePlan`
 */
export function prepareOnline(
  online: OnlineOptions,
  network: CheckedOptions,
  task: Task,
  plan: NetworkPlan,
  planWith: (l2: number) => NetworkPlan,
  rate: number,
  learnt: Int32Array,
  seed: number,
): { readonly rows: Int32Array; readonly online: OnlineTraining } {
  const tuned = onlinePlan(online, network, task, plan, planWith(network.l2 + 1), rate)
  const second = online.rows == null ? drawn(online, learnt, seed) : given(online.rows, learnt)
  const taken = new Set(second)
  const rows = learnt.filter((row) => !taken.has(row))
  if (rows.length === 0 || second.length === 0) {
    throw new AttuneError(
      'models/data',
      `Online tuning parts ${learnt.length} rows into ${rows.length} to learn from and ${second.length} for the hyperparameters, but both need at least one: give more rows, or another share.`,
    )
  }
  return { rows, online: { ...tuned, rows: second, rate } }
}

function drawn({ share = 0.1 }: OnlineOptions, learnt: Int32Array, seed: number): Int32Array {
  const order = learnt.slice()
  createRng(seed, 'online rows').shuffle(order)
  const count = Math.min(learnt.length - 1, Math.max(1, Math.round(share * learnt.length)))
  return order.slice(0, count).sort()
}

function given(rows: readonly number[], learnt: Int32Array): Int32Array {
  const known = new Set(learnt)
  const strange = rows.find((row) => !known.has(row))
  if (strange === undefined) return Int32Array.from(new Set(rows)).sort()
  throw new AttuneError(
    'models/data',
    `online.rows names row ${strange}, which is not among the rows that are learnt from: rows are counted from 0, and those that early stopping watches are taken out before. Give validation rows, or a share.`,
  )
}
