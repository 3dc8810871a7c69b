import type { Problem } from '@attune/core'
import { refuseProblems } from '@attune/core'
import type { OptimizerSpec } from '../engine/optimizer.ts'
import { fieldsOf, nothing, optimizer } from '../network/check-options.ts'
import type { NetworkOptions } from '../network/options.ts'
import type { OptionRule } from '../options.ts'
import { checkedOptions, numberAbove, numberAtLeast, oneOf, wholeNumber } from '../options.ts'

/**
 * How a network is learnt by clients that keep their rows: FedAvg (H. B. McMahan and others,
 * "Communication-efficient learning of deep networks from decentralized data", AISTATS 2017) and what grew
 * out of it. The client's batch, rate and optimiser are options of the network.
 */
export interface FederatedOptions {
  /** Times the server gathers what clients learnt; default 50. */
  readonly rounds?: number
  /** Times a client goes through its rows in a round; default 1. */
  readonly localEpochs?: number
  /** Share of the clients that a round asks, rounded, at least one; in (0, 1], default 1. */
  readonly fraction?: number
  /**
   * Strength μ of FedProx (T. Li and others, "Federated optimization in heterogeneous networks", MLSys
   * 2020): a client's loss has μ / 2 · |w - w of the server|² more; default 0.
   */
  readonly prox?: number
  /** How far the server goes towards the mean of the clients; default 1: all the way. */
  readonly serverRate?: number
  /**
   * What the server does with the difference from that mean, which stands in the place of a gradient
   * (S. Reddi and others, "Adaptive federated optimization", ICLR 2021); default sgd. Adaptive ones need
   * a smaller `serverRate`, such as 0.03, and there 1e-3 for `epsilon`.
   */
  readonly serverOptimizer?: OptimizerSpec
  /** Whether clients count by their examples (default) or alike. */
  readonly weighting?: 'examples' | 'equal'
  /** Probability that a client which was asked never answers; default 0. */
  readonly dropOut?: number
  /** Seconds of the cost model after which a round ends without those who are late; default null: never. */
  readonly deadline?: number | null
  /**
   * What a client does that cannot end in time: `leaveOut` (default), work for nothing; `partial`, send what
   * it has by then, which FedProx is meant for.
   */
  readonly late?: 'leaveOut' | 'partial'
  /** What seconds are; see `costs.ts`. */
  readonly cost?: CostModel
  /** No round begins that would exceed this, in bytes sent and seconds of the cost model; default null. */
  readonly budget?: { readonly bytes?: number; readonly seconds?: number } | null
  /** Report every so many rounds, and after the last; default 1. */
  readonly reportEvery?: number
}

/** How long a round takes, by a model: results do not depend on the machine that computes. */
export type CostModel = DeviceCost | RiseCost

/** The slowest client decides: what it computes over its speed, and twice the weights over its bandwidth. */
export interface DeviceCost {
  readonly kind: 'device'
  /** Multiply-adds a second, of the client in the middle; default 1e8. */
  readonly speed?: number
  /** Standard deviation of the logarithm of the speeds of clients; default 0: all alike. */
  readonly spread?: number
  /** Bytes a second, each way; default 1e6. */
  readonly bandwidth?: number
  /** Seconds a round takes besides; default 0.1. */
  readonly overhead?: number
}

/**
 * Seconds of all rounds, T = a · rounds + b(batch) · rounds · localEpochs · fraction: clients compute one
 * after another on one machine. Fitted to the three times in table 1 of K. Mishchenko, "Hyperparameter
 * Optimization for improving ML algorithms in Industrial Applications" (RISE): a = 0.4515 s, b(16) = 0.595 s
 * and b(32) = 0.436 s, of which ours makes b(batch) = 0.277 s + 5.088 s / batch for other batches.
 */
export interface RiseCost {
  readonly kind: 'rise'
}

export type CheckedFederated = Required<FederatedOptions>

export const federatedDefaults: CheckedFederated = {
  rounds: 50,
  localEpochs: 1,
  fraction: 1,
  prox: 0,
  serverRate: 1,
  serverOptimizer: { kind: 'sgd' },
  weighting: 'examples',
  dropOut: 0,
  deadline: null,
  late: 'leaveOut',
  cost: { kind: 'device' },
  budget: null,
  reportEvery: 1,
}

const device = fieldsOf({
  kind: oneOf('device'),
  speed: numberAbove(0),
  spread: numberAtLeast(0),
  bandwidth: numberAbove(0),
  overhead: numberAtLeast(0),
})
const rise = fieldsOf({ kind: oneOf('rise') })

const cost: OptionRule = {
  rule: `${device.rule}, or { kind: rise }`,
  allows: (value) => {
    const { kind } = (value ?? {}) as { readonly kind?: unknown }
    return kind !== undefined && (device.allows(value) || rise.allows(value))
  },
}

const share: OptionRule = {
  rule: 'a number above 0 and at most 1',
  allows: (value) => typeof value === 'number' && value > 0 && value <= 1,
}

/** The rate has its own option. */
const serverOptimizer: OptionRule = {
  rule: `${optimizer.rule}, without its rate: that is serverRate`,
  allows: (value) =>
    optimizer.allows(value) && (value as { readonly rate?: unknown }).rate === undefined,
}

const rules: { readonly [K in keyof CheckedFederated]: OptionRule } = {
  rounds: wholeNumber(1),
  localEpochs: wholeNumber(1),
  fraction: share,
  prox: numberAtLeast(0),
  serverRate: numberAbove(0),
  serverOptimizer,
  weighting: oneOf('examples', 'equal'),
  dropOut: {
    rule: 'a number of at least 0 and below 1',
    allows: (value) => typeof value === 'number' && value >= 0 && value < 1,
  },
  deadline: nothing(numberAbove(0)),
  late: oneOf('leaveOut', 'partial'),
  cost,
  budget: nothing(fieldsOf({ bytes: numberAbove(0), seconds: numberAbove(0) })),
  reportEvery: wholeNumber(1),
}

/**
 * The options with their defaults.
 * @throws AttuneError `models/options` with every option that is out of range
 */
export function checkFederatedOptions(given: Partial<FederatedOptions>): CheckedFederated {
  const options = checkedOptions<FederatedOptions>('federated', federatedDefaults, given, rules)
  if (options.deadline !== null && options.cost.kind === 'rise') {
    const message = 'needs the seconds of every client, which the cost model rise does not know.'
    refuseProblems('models/options', 'federated', [{ path: 'deadline', message }])
  }
  return options
}

/** Options of the network that rounds have no use for. */
export function roundless(options: Partial<NetworkOptions>): Problem[] {
  const problems: Problem[] = []
  const instead = {
    epochs: 'rounds and localEpochs say how long clients learn',
    reportEvery: 'the reportEvery of the federation counts rounds',
    earlyStopping: 'a budget, a report or a scheduler ends learning',
    online: 'what is tuned while weights train would differ from client to client',
  }
  for (const [path, text] of Object.entries(instead)) {
    const value = (options as Readonly<Record<string, unknown>>)[path]
    if (value === undefined || value === null) continue
    problems.push({ path, message: `is not for clients: ${text}. Leave it out.` })
  }
  return problems
}
