import type { Layer, Matrix, NetworkOptions } from '@attune/models'
import { createRng } from '@attune/core'
import { network } from '@attune/models'
import { fitNetworks } from '../../packages/models/src/network/vectorised.ts'

/** What several networks cost that compute together, next to one after another. */
export interface VectorisedCost {
  readonly name: string
  readonly members: number
  /** CPU milliseconds a step of one network, the least of the rounds. */
  readonly together: number
  readonly alone: number
  /** The median over the rounds, which ran in turns, of alone / together: above 1 it pays. */
  readonly gain: number
}

interface Case {
  readonly name: string
  readonly columns: number
  readonly units: readonly number[]
  readonly batchNorm?: boolean
}

const cases: readonly Case[] = [
  { name: '2-64-32-16-2', columns: 2, units: [64, 32, 16] },
  { name: '20-128-128-2', columns: 20, units: [128, 128] },
]

const batch = 64
const steps = 40

/** Training of K networks of other rates and seeds, batch 64, Adam, batches and updates included. */
export async function* vectorisedCost(
  rounds: number = 5,
  sizes: readonly number[] = [8, 32],
  of: readonly Case[] = cases,
): AsyncGenerator<VectorisedCost> {
  for (const task of of) for (const members of sizes) yield costOf(task, members, rounds)
}

async function costOf(task: Case, members: number, rounds: number): Promise<VectorisedCost> {
  const { x, y } = examplesOf(task.columns)
  const options = optionsOf(task)
  const each = Array.from({ length: members }, (_, seed) => ({
    seed,
    options: { optimizer: { kind: 'adam', rate: 0.001 * (1 + seed / members) } as const },
  }))
  const together = async (): Promise<void> => {
    await fitNetworks(x, y, options, each, { grouping: 'always' })
  }
  const alone = async (): Promise<void> => {
    for (const { seed, options: own } of each) {
      await network().fit(x, y, { ...options, ...own }, { seed })
    }
  }
  const costs: { readonly together: number; readonly alone: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    const cost = { together: await spent(together), alone: await spent(alone) }
    // The first compiles graphs and kernels.
    if (round > 0) costs.push(cost)
  }
  const share = members * steps * (options.epochs ?? 1)
  const gains = costs.map((cost) => cost.alone / cost.together).sort((a, b) => a - b)
  return {
    name: task.name,
    members,
    together: Math.min(...costs.map((cost) => cost.together)) / share,
    alone: Math.min(...costs.map((cost) => cost.alone)) / share,
    gain: gains[gains.length >> 1]!,
  }
}

function optionsOf({ units, batchNorm }: Case): NetworkOptions {
  const layers = units.flatMap((size): Layer[] => [
    { kind: 'dense', units: size, activation: batchNorm === true ? 'linear' : 'relu' },
    ...(batchNorm === true
      ? ([{ kind: 'batchNorm' }, { kind: 'activation', activation: 'relu' }] as const)
      : []),
  ])
  return { layers, batch, epochs: 5, executor: 'onnxruntime-node' }
}

function examplesOf(columns: number) {
  const rng = createRng('bench vectorised', columns)
  const rows = steps * batch
  const data = Float32Array.from({ length: rows * columns }, () => rng.next() - 0.5)
  const codes = Int32Array.from({ length: rows }, () => rng.int(2))
  return {
    x: { rows, columns, data } satisfies Matrix,
    y: { kind: 'classes', codes, labels: ['a', 'b'] } as const,
  }
}

async function spent(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
