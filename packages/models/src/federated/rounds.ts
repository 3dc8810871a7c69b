import { createRng } from '@attune/core'
import { exp, normalDraw } from '@attune/core/math'
import type { CheckedFederated, DeviceCost } from './options.ts'

/** What rounds are planned from: everything but the rows themselves. */
export interface Federation {
  readonly options: CheckedFederated
  /** By client, how many rows it has. */
  readonly sizes: readonly number[]
  /** Rows of a batch, at most. */
  readonly batch: number
  /** Of one example that is learnt from. */
  readonly multiplyAdds: number
  /** Of the numbers that are sent one way: weights and running statistics, 4 each. */
  readonly modelBytes: number
  readonly seed: number
}

/** What a round cost, or all of them. */
export interface Costs {
  /** Of the cost model. */
  readonly seconds: number
  /** From the server to clients, and back. */
  readonly bytesDown: number
  readonly bytesUp: number
  /** Of all clients together, also of those whose work came too late. */
  readonly multiplyAdds: number
}

export const noCosts: Costs = { seconds: 0, bytesDown: 0, bytesUp: 0, multiplyAdds: 0 }

export const sumOfCosts = (a: Costs, b: Costs): Costs => ({
  seconds: a.seconds + b.seconds,
  bytesDown: a.bytesDown + b.bytesDown,
  bytesUp: a.bytesUp + b.bytesUp,
  multiplyAdds: a.multiplyAdds + b.multiplyAdds,
})

/** A client that answers in time, and how many batches it learns from. */
export interface Answer {
  readonly client: number
  readonly steps: number
}

/** Who takes part in a round and what it costs, before anything is learnt. */
export interface PlannedRound extends Costs {
  /** Clients that were asked. */
  readonly asked: number
  readonly answers: readonly Answer[]
  /** Of those asked, how many never answer, and how many answer too late to be counted. */
  readonly dropped: number
  readonly late: number
}

/** What happened in a round, and what it cost. */
export interface FederatedRound extends Costs {
  /** Clients that were asked. */
  readonly asked: number
  /** Of these: who never answered, who was too late, and whose numbers were not finite. */
  readonly dropped: number
  readonly late: number
  readonly discarded: number
  /** Mean over the rows that clients learnt from, without penalties; of a round without any, NaN. */
  readonly loss: number
}

/** Batches of a client that goes through all its rows as often as asked. */
export const stepsOf = ({ options, sizes, batch }: Federation, client: number): number =>
  options.localEpochs * Math.ceil(sizes[client]! / Math.min(batch, sizes[client]!))

/** Rows in so many batches, the last batch of an epoch being smaller. */
function rowsOf({ sizes, batch }: Federation, client: number, steps: number): number {
  const rows = sizes[client]!
  const size = Math.min(batch, rows)
  const perEpoch = Math.ceil(rows / size)
  return Math.floor(steps / perEpoch) * rows + (steps % perEpoch) * size
}

/**
 * Plans rounds: each depends on the seed, its number and the clients alone, so that rounds can be planned
 * without those before, and a longer federation begins like a shorter one.
 */
export function createRoundPlanner(federation: Federation): (round: number) => PlannedRound {
  const { options, sizes, seed } = federation
  const speeds = speedsOf(options, sizes.length, seed)
  const asked = Math.max(1, Math.round(options.fraction * sizes.length))
  return (round) => {
    const order = Int32Array.from(sizes, (_, k) => k)
    createRng(seed, 'federated clients', round).shuffle(order)
    const chosen = order.slice(0, asked).sort()
    const silent = (client: number): boolean =>
      options.dropOut > 0 &&
      createRng(seed, 'federated drop-outs', round, client).next() < options.dropOut
    const present = [...chosen].filter((client) => !silent(client))
    const works = present.map((client) => workOf(federation, client, speeds[client]!))
    const answers = works.filter(({ late }) => !late)
    const absent = asked - answers.length
    const { modelBytes } = federation
    return {
      asked,
      answers: answers.map(({ client, steps }) => ({ client, steps })),
      dropped: asked - present.length,
      late: works.length - answers.length,
      bytesDown: asked * modelBytes,
      bytesUp: answers.length * modelBytes,
      multiplyAdds: works.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
      seconds: secondsOf(
        federation,
        answers.map(({ seconds }) => seconds),
        absent,
      ),
    }
  }
}

interface Work extends Answer {
  readonly multiplyAdds: number
  /** Until the answer is there, both ways of the weights included. */
  readonly seconds: number
  readonly late: boolean
}

/** What a client does in a round that it does not drop out of. */
function workOf(federation: Federation, client: number, speed: number): Work {
  const { options, multiplyAdds: each } = federation
  const { deadline, late } = options
  const sending = sendingSeconds(federation)
  const costOf = (steps: number): number => each * rowsOf(federation, client, steps)
  const secondsFor = (steps: number): number => costOf(steps) / speed + sending
  const all = stepsOf(federation, client)
  const seconds = secondsFor(all)
  if (deadline === null || seconds <= deadline) {
    return { client, steps: all, multiplyAdds: costOf(all), seconds, late: false }
  }
  let steps = all
  while (steps > 0 && secondsFor(steps) > deadline) steps--
  const inTime = late === 'partial' && steps > 0
  return { client, steps, multiplyAdds: costOf(steps), seconds: deadline, late: !inTime }
}

/** Down and up again. */
function sendingSeconds({ options: { cost }, modelBytes }: Federation): number {
  return cost.kind === 'rise' ? 0 : (2 * modelBytes) / deviceOf(cost).bandwidth
}

/** The server waits for all it asked, or until the deadline; without one it knows who dropped out. */
function secondsOf(
  { options, batch }: Federation,
  answers: readonly number[],
  absent: number,
): number {
  const { cost, deadline, localEpochs, fraction } = options
  if (cost.kind === 'rise') return riseSeconds(batch, localEpochs, fraction)
  const waited = absent > 0 && deadline !== null ? deadline : Math.max(0, ...answers)
  return deviceOf(cost).overhead + waited
}

/** Of one round; see `RiseCost`. */
function riseSeconds(batch: number, localEpochs: number, fraction: number): number {
  return 0.4515 + (0.277 + 5.088 / batch) * localEpochs * fraction
}

const deviceOf = ({
  speed = 1e8,
  spread = 0,
  bandwidth = 1e6,
  overhead = 0.1,
}: DeviceCost): Required<Omit<DeviceCost, 'kind'>> => ({ speed, spread, bandwidth, overhead })

/** Multiply-adds a second by client: log-normal around the middle. */
function speedsOf({ cost }: CheckedFederated, clients: number, seed: number): Float64Array {
  const speeds = new Float64Array(clients).fill(Infinity)
  if (cost.kind === 'rise') return speeds
  const { speed, spread } = deviceOf(cost)
  return speeds.map((_, k) =>
    spread === 0 ? speed : speed * exp(spread * normalDraw(createRng(seed, 'federated speed', k))),
  )
}
