import { createRng } from '@attune/core'
import { createOptimizer } from '../engine/optimizer.ts'
import { createParameters } from '../engine/parameters.ts'
import type { Parameters } from '../engine/parameters.ts'
import type { TrainingStep } from '../engine/step.ts'
import { createStep } from '../engine/step.ts'
import type { GraphExecutor } from '../engine/executor.ts'
import type { Examples } from '../network/feed.ts'
import { createFeeder, orderOf } from '../network/feed.ts'
import { trainingGraph } from '../network/graphs.ts'
import type { RunningStatistics } from '../network/running-statistics.ts'
import { createRunningStatistics } from '../network/running-statistics.ts'
import { ratesOf } from '../network/train.ts'
import type { PlannedNetwork } from '../network/vectorised/shared-fitting.ts'
import { drawsOf, statisticsOf, weightsOf } from '../network/weights.ts'
import type { Clients } from './clients.ts'
import type { Answer } from './rounds.ts'

/** What is sent between server and clients. */
export interface SharedState {
  readonly parameters: Parameters
  readonly statistics: RunningStatistics
}

/** What clients do, one after another in the same memory. */
export interface ClientWork {
  /** What the last client came to; valid until the next. */
  readonly state: SharedState
  /**
   * Learns from the rows of a client, beginning with what the server has; the optimiser begins anew.
   * @returns the mean loss over the rows that were learnt from, without penalties
   */
  learn(server: SharedState, answer: Answer, round: number, rate: number): Promise<number>
  release(): Promise<void>
}

export interface ClientWorkOptions {
  readonly network: PlannedNetwork
  readonly examples: Examples
  readonly clients: Clients
  readonly executor: GraphExecutor
  readonly localEpochs: number
  readonly prox: number
  readonly seed: number
}

/**
 * The seed of what a client draws. The first has the seed itself, so that a client that is alone learns as
 * the network would.
 */
const clientSeed = (seed: number, client: number): number =>
  client === 0 ? seed : createRng(seed, 'federated client', client).uint32()

export async function createClientWork(work: ClientWorkOptions): Promise<ClientWork> {
  const { network, examples, clients, executor, localEpochs, prox, seed } = work
  const { plan, coding, options } = network
  const specs = weightsOf(plan)
  const parameters = createParameters(specs.map(({ name, dims }) => ({ name, dims })))
  const statistics = createRunningStatistics(statisticsOf(plan))
  const optimizer = createOptimizer(options.optimizer, parameters)
  const graph = trainingGraph(plan, coding.loss, options.huberDelta)
  const step: TrainingStep = await createStep(executor, graph, parameters)
  const draws = drawsOf(plan)
  const clipping = options.clip ?? {}

  /** Made when a client is first asked. */
  const seats = new Map<number, Seat>()
  function seatOf(client: number): Seat {
    const known = seats.get(client)
    if (known !== undefined) return known
    const rows = clients[client]!
    const size = Math.min(options.batch, rows.length)
    const own = clientSeed(seed, client)
    const feeder = createFeeder(examples, coding, draws, size, own)
    const seat = { rows, size, batches: Math.ceil(rows.length / size), seed: own, feeder }
    seats.set(client, seat)
    return seat
  }

  return {
    state: { parameters, statistics },
    async learn(server, { client, steps }, round, rate) {
      const seat = seatOf(client)
      copyState(server, { parameters, statistics })
      optimizer.reset()
      const rates = ratesOf(specs, rate)
      const centre = server.parameters.values
      let losses = 0
      let seen = 0
      let order = seat.rows
      for (let done = 0; done < steps; done++) {
        const epoch = round * localEpochs + Math.floor(done / seat.batches)
        const index = done % seat.batches
        if (index === 0) order = orderOf(seat.rows, seat.seed, epoch)
        const batch = seat.feeder(order, epoch, index)
        const { loss, outputs } = await step.run(batch.feed)
        if (prox > 0) pull(parameters, centre, prox)
        optimizer.update(rates, clipping)
        statistics.observe(outputs, batch.rows / seat.size)
        losses += loss * batch.rows
        seen += batch.rows
      }
      return losses / seen
    },
    release: () => step.release(),
  }
}

interface Seat {
  readonly rows: Int32Array
  readonly size: number
  readonly batches: number
  readonly seed: number
  readonly feeder: ReturnType<typeof createFeeder>
}

function copyState(from: SharedState, to: SharedState): void {
  to.parameters.values.set(from.parameters.values)
  to.statistics.filled.set(from.statistics.filled)
  for (const [name, values] of Object.entries(from.statistics.values)) {
    to.statistics.values[name]!.set(values)
  }
}

/** Adds the gradient of μ / 2 · |w - centre|². */
function pull({ values, gradients }: Parameters, centre: Float32Array, prox: number): void {
  for (let i = 0; i < values.length; i++) {
    gradients[i] = gradients[i]! + prox * (values[i]! - centre[i]!)
  }
}
