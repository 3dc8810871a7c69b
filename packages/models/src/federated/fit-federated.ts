import { AttuneError, hashText, refuseProblems } from '@attune/core'
import type { GraphExecutor } from '../engine/executor.ts'
import type { RateOf } from '../engine/schedule.ts'
import { createSchedule } from '../engine/schedule.ts'
import { refuseExamples } from '../learners/parts/examples.ts'
import type { FitProgress, FitRun } from '../learners/learner.ts'
import type { Matrix, Target } from '../matrix.ts'
import type { Judge } from '../network/evaluation.ts'
import { createJudge } from '../network/evaluation.ts'
import { sharedExecutor } from '../network/executors.ts'
import type { NetworkModel } from '../network/model.ts'
import { networkModel, refuseIndices } from '../network/model.ts'
import type { NetworkOptions } from '../network/options.ts'
import { exampleWeights } from '../network/targets.ts'
import type { NetworkRun } from '../network/train.ts'
import { defaultRate } from '../network/train.ts'
import type { PlannedNetwork } from '../network/vectorised/shared-fitting.ts'
import { plannedNetwork } from '../network/vectorised/shared-fitting.ts'
import { statisticsOf, weightsOf } from '../network/weights.ts'
import { product } from '../network/shapes.ts'
import { federatedCheckpoint, restoreFederated } from './checkpoint.ts'
import type { FederatedState } from './checkpoint.ts'
import type { ClientWork } from './client-work.ts'
import { createClientWork } from './client-work.ts'
import type { Clients } from './clients.ts'
import { refuseClients } from './clients.ts'
import { multiplyAddsOf } from './multiply-adds.ts'
import type { CheckedFederated, FederatedOptions } from './options.ts'
import { checkFederatedOptions, roundless } from './options.ts'
import type { Costs, Federation, FederatedRound, PlannedRound } from './rounds.ts'
import { createRoundPlanner, noCosts, sumOfCosts } from './rounds.ts'
import { createServer } from './server.ts'

/** How clients learn beside their options. */
export interface FederatedRun extends FitRun {
  /** What computes; default what the option `executor` of the network says. */
  readonly executor?: GraphExecutor
  /** Where the server's state comes from and goes to, as of networks; more rounds are no other learning. */
  readonly checkpoint?: NetworkRun['checkpoint']
  /** Seconds of processor time so far; then reports have `cpuSeconds`, which no two runs share. */
  cpuSeconds?(): number
}

/** What clients learnt together. */
export interface FederatedModel {
  readonly model: NetworkModel
  readonly rounds: readonly FederatedRound[]
  /** Of all rounds. */
  readonly costs: Costs
}

/**
 * Learns a network by clients that keep their rows. Every round the server sends its weights to some
 * clients, these learn from their own rows, and the server takes the mean of what comes back, weighted by
 * examples; running statistics of batch normalisation go with the weights. Reports tell, after a round,
 * the mean `loss` of the clients, the validation rows' loss and score, and what all rounds so far cost:
 * `seconds` of the cost model, `bytes` both ways and `multiplyAdds`.
 *
 * A round depends on the seed, its number and the weights before, so the reports of a longer federation
 * begin with those of a shorter one (with a constant rate). Labels, the scale of a number target and
 * weights of labels are worked out from all rows together, which clients that trust nobody could not do.
 *
 * @param network without `epochs`, `reportEvery` and `earlyStopping`; its schedule goes by rounds
 * @throws AttuneError as `network().fit`; `models/options` also for a budget that is too small for one
 *   round, `models/data` also for clients without rows
 */
export async function fitFederated(
  x: Matrix,
  y: Target,
  clients: Clients,
  given: { readonly network?: Partial<NetworkOptions> } & Partial<FederatedOptions> = {},
  run: FederatedRun = {},
): Promise<FederatedModel> {
  const { network: networkOptions = {}, ...rest } = given
  const options = checkFederatedOptions(rest)
  refuseProblems('models/options', 'network', roundless(networkOptions))
  refuseExamples('network', ['classification', 'regression'], x, y, run)
  refuseClients(clients, x.rows)
  const network = plannedNetwork(x, y, networkOptions)
  refuseIndices(network.plan, x)
  const executor = run.executor ?? (await sharedExecutor(network.options.executor))
  const fitting: Fitting = { x, y, clients, network, options, executor, run, seed: run.seed ?? 0 }
  const state: FederatedState = {
    server: createServer(network.plan, options, fitting.seed),
    rounds: [],
  }
  await learn(fitting, state)
  return outcomeOf(fitting, state)
}

interface Fitting {
  readonly x: Matrix
  readonly y: Target
  readonly clients: Clients
  readonly network: PlannedNetwork
  readonly options: CheckedFederated
  readonly executor: GraphExecutor
  readonly run: FederatedRun
  readonly seed: number
}

async function learn(fitting: Fitting, state: FederatedState): Promise<void> {
  const { x, y, clients, network, options, executor, run, seed } = fitting
  const { from } = run.checkpoint ?? {}
  if (from !== undefined && from !== null) restoreFederated(from, state, keyOf(fitting))
  const weights = exampleWeights(y, network.options.classWeights, run.weights)
  const work = await createClientWork({
    ...{ network, clients, executor, seed, examples: { x, y, weights } },
    ...{ localEpochs: options.localEpochs, prox: options.prox },
  })
  let judge: Judge | undefined
  try {
    judge = await judgeOf(fitting)
    await runRounds(fitting, state, work, judge)
  } finally {
    await work.release()
    await judge?.release()
  }
}

async function judgeOf({ network, executor, run }: Fitting): Promise<Judge | undefined> {
  if (run.validation === undefined) return undefined
  const { plan, coding, options } = network
  return createJudge(executor, plan, coding, options.huberDelta, run.validation)
}

async function runRounds(
  fitting: Fitting,
  state: FederatedState,
  work: ClientWork,
  judge: Judge | undefined,
): Promise<void> {
  const { options, network, run } = fitting
  const { rounds } = state
  const planRound = createRoundPlanner(federationOf(fitting))
  const { kind, rate = defaultRate(kind) } = network.options.optimizer
  const rateOf = createSchedule(network.options.schedule, rate, options.rounds)
  let costs = rounds.reduce<Costs>(sumOfCosts, noCosts)
  while (rounds.length < options.rounds && run.signal?.aborted !== true) {
    const planned = planRound(rounds.length)
    const next = sumOfCosts(costs, planned)
    if (exceeds(next, options.budget)) {
      if (rounds.length === 0) throw tooSmall(planned)
      break
    }
    const done = await runRound(fitting, state, work, planned, rateOf)
    if (done === undefined) return
    costs = next
    rounds.push(done)
    if (!isReported(rounds.length, options)) continue
    if ((await reportRound(fitting, state, judge, costs)) === 'stop') return
  }
}

const isReported = (round: number, { rounds, reportEvery }: CheckedFederated): boolean =>
  round === rounds || round % reportEvery === 0

function federationOf({ clients, network, options, seed }: Fitting): Federation {
  const { plan } = network
  const numbers =
    weightsOf(plan).reduce((sum, { dims }) => sum + product(dims), 0) +
    statisticsOf(plan).reduce((sum, { size }) => sum + size, 0)
  return {
    options,
    sizes: clients.map((rows) => rows.length),
    batch: network.options.batch,
    multiplyAdds: multiplyAddsOf(plan).training,
    modelBytes: 4 * numbers,
    seed,
  }
}

/** @returns undefined when the signal came, and nothing was taken in */
async function runRound(
  { clients, options, run }: Fitting,
  { server, rounds }: FederatedState,
  work: ClientWork,
  planned: PlannedRound,
  rateOf: RateOf,
): Promise<FederatedRound | undefined> {
  const rate = rateOf(
    rounds.length,
    rounds.map(({ loss }) => loss),
  )
  const { answers, ...round } = planned
  let [losses, seen, discarded] = [0, 0, 0]
  server.begin()
  for (const answer of answers) {
    if (run.signal?.aborted === true) return undefined
    const loss = await work.learn(server, answer, rounds.length, rate)
    const rows = clients[answer.client]!.length
    if (server.take(work.state, options.weighting === 'equal' ? 1 : rows)) {
      losses += loss * rows
      seen += rows
    } else discarded++
  }
  server.finish()
  return { ...round, discarded, loss: losses / seen }
}

async function reportRound(
  fitting: Fitting,
  state: FederatedState,
  judge: Judge | undefined,
  costs: Costs,
): Promise<'continue' | 'stop'> {
  const { options, run, network } = fitting
  const { server, rounds } = state
  const judged = await judge?.judge({ ...server.parameters.inputs, ...server.statistics.values })
  const metrics: Record<string, number> = { loss: rounds.at(-1)!.loss }
  if (judged !== undefined) {
    const name = network.coding.task === 'classification' ? 'validationAccuracy' : 'validationRmse'
    metrics['validationLoss'] = judged.loss
    metrics[name] = judged.score
  }
  Object.assign(metrics, costMetrics(costs))
  if (run.cpuSeconds !== undefined) metrics['cpuSeconds'] = run.cpuSeconds()
  const progress: FitProgress = { step: rounds.length, steps: options.rounds, metrics }
  const { save } = run.checkpoint ?? {}
  if (save !== undefined) await save(federatedCheckpoint(state, keyOf(fitting)), progress)
  return (await run.report?.(progress)) ?? 'continue'
}

/** Costs as they are reported. */
export const costMetrics = ({
  seconds,
  bytesDown,
  bytesUp,
  multiplyAdds,
}: Costs): Record<'seconds' | 'bytes' | 'multiplyAdds', number> => ({
  seconds,
  bytes: bytesDown + bytesUp,
  multiplyAdds,
})

function exceeds(costs: Costs, budget: CheckedFederated['budget']): boolean {
  const { bytes = Infinity, seconds = Infinity } = budget ?? {}
  return costs.bytesDown + costs.bytesUp > bytes || costs.seconds > seconds
}

function tooSmall(round: Costs): AttuneError {
  const bytes = round.bytesDown + round.bytesUp
  return new AttuneError(
    'models/options',
    `The budget is too small for the first round, which takes ${bytes} bytes and ${round.seconds} s: raise it, or ask fewer clients.`,
    { details: { bytes, seconds: round.seconds } },
  )
}

/** Names everything that must be the same to go on. */
function keyOf({ network, options, clients, seed }: Fitting): string {
  const { rounds: _, budget: __, reportEvery: ___, ...federated } = options
  const { executor: ____, layers: _____, ...own } = network.options
  const { plan, coding } = network
  const layers = plan.layers.map(({ layer }) => layer)
  const rows = clients.map((list) => Array.from(list))
  return hashText(JSON.stringify({ layers, input: plan.input, coding, own, federated, rows, seed }))
}

function outcomeOf({ x, network, executor }: Fitting, state: FederatedState): FederatedModel {
  const { plan, coding } = network
  const { server, rounds } = state
  const weights = server.parameters.segments.map(({ name, values }) => [name, values.slice()])
  const tensors = { ...Object.fromEntries(weights), ...server.statistics.values }
  const parts = { plan, coding, tensors, epochs: rounds.length, columns: x.columns }
  return {
    model: networkModel({ ...parts, executor: executor.name }, async () => executor),
    rounds,
    costs: rounds.reduce<Costs>(sumOfCosts, noCosts),
  }
}
