import { AttuneError } from '@attune/core'
import type { Json } from '@attune/core'
import { checkpointFromBytes, checkpointToBytes } from '../engine/checkpoint.ts'
import { packAll, unpackAll } from '../network/checkpoint.ts'
import { packNumbers, unpackNumbers } from '../packed.ts'
import type { FederatedRound } from './rounds.ts'
import type { Server } from './server.ts'

/** Everything that changes from round to round; clients keep nothing. */
export interface FederatedState {
  readonly server: Server
  /** Rounds that are over. */
  readonly rounds: FederatedRound[]
}

/** @param key names the network, the clients and the options, which must be the same to go on */
export function federatedCheckpoint({ server, rounds }: FederatedState, key: string): Uint8Array {
  const { statistics, optimizer } = server
  const extra = {
    key,
    // A loss may be NaN, which JSON has not.
    rounds: rounds.map((round) => ({ ...round, loss: 0 })),
    losses: packNumbers(Float64Array.from(rounds, ({ loss }) => loss)),
    statistics: packAll(statistics.values),
    filled: packNumbers(statistics.filled),
  }
  return checkpointToBytes(optimizer, extra)
}

/** @throws AttuneError `data/format` for other bytes, and for a checkpoint of another federation */
export function restoreFederated(
  bytes: Uint8Array,
  { server, rounds }: FederatedState,
  key: string,
): void {
  const extra = checkpointFromBytes(bytes, server.optimizer) as unknown as Stored
  if (extra?.key !== key) {
    throw new AttuneError(
      'data/format',
      'The checkpoint is of clients that learn otherwise: network, options, clients, seed and data must be those it was made with, but for rounds and budget.',
    )
  }
  const losses = unpackNumbers(extra.losses, 'float64')
  extra.rounds.forEach((round, i) => rounds.push({ ...round, loss: losses[i]! }))
  for (const [name, values] of Object.entries(unpackAll(extra.statistics))) {
    server.statistics.values[name]!.set(values)
  }
  server.statistics.filled.set(unpackNumbers(extra.filled, 'float64'))
}

interface Stored {
  readonly key: string
  readonly rounds: readonly FederatedRound[]
  readonly losses: Json
  readonly statistics: Readonly<Record<string, Json>>
  readonly filled: Json
}
