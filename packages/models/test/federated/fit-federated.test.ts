import { expect, test } from 'vitest'
import type {
  Clients,
  FederatedModel,
  FederatedOptions,
  FederatedRun,
  NetworkOptions,
} from '../../src/index.ts'
import { evenClients, fitFederated, network } from '../../src/index.ts'
import { exclusiveOr, points } from '../network/data.ts'

const x = points(60, 3)
const y = exclusiveOr(x)
const validation = { x: points(40, 3, 2), y: exclusiveOr(points(40, 3, 2)) }
const clients = evenClients(60, 5, { seed: 1 })
const small: Partial<NetworkOptions> = {
  depth: 1,
  units: 6,
  batch: 4,
  optimizer: { kind: 'sgd', rate: 0.3 },
}

const all: Clients = [Int32Array.from({ length: 60 }, (_, i) => i)]

interface Reported {
  readonly reports: Record<string, number>[]
  readonly fitted: FederatedModel
}

async function fit(
  options: Partial<FederatedOptions>,
  run: FederatedRun = {},
  of: Clients = clients,
  own: Partial<NetworkOptions> = small,
): Promise<Reported> {
  const reports: Record<string, number>[] = []
  const fitted = await fitFederated(
    x,
    y,
    of,
    { network: own, ...options },
    {
      seed: 7,
      validation,
      ...run,
      report: (progress) => {
        reports.push({ step: progress.step, ...progress.metrics })
        return run.report?.(progress) ?? 'continue'
      },
    },
  )
  return { reports, fitted }
}

const flat = ({ model }: FederatedModel): number[] =>
  Object.values(model.tensors).flatMap((values) => [...values])

test.each([{}, { batchNorm: true, dropout: 0.2 }])(
  'one client that is always asked learns as the network does, bit for bit: %o',
  async (more) => {
    const own = { ...small, ...more }
    const { fitted, reports } = await fit({ rounds: 4 }, {}, all, own)
    const losses: number[] = []
    const central = await network().fit(
      x,
      y,
      { ...own, epochs: 4 },
      { seed: 7, report: ({ metrics }) => (losses.push(metrics['loss']!), 'continue') },
    )
    expect(fitted.model.tensors).toEqual(central.tensors)
    reports.forEach(({ loss }, i) => expect(loss).toBeCloseTo(losses[i]!, 12))
  },
)

test('clients together learn what no client is told', async () => {
  const { reports } = await fit({ rounds: 60, localEpochs: 3 })
  expect(reports.at(-1)!['validationAccuracy']).toBeGreaterThan(0.85)
})

test('a longer federation begins like a shorter one', async () => {
  const options = { fraction: 0.5, dropOut: 0.2, prox: 0.1 }
  const short = await fit({ ...options, rounds: 5 })
  const long = await fit({ ...options, rounds: 9 })
  expect(long.reports.slice(0, 5)).toEqual(short.reports)
  expect(long.fitted.rounds.slice(0, 5)).toEqual(short.fitted.rounds)
  expect((await fit({ ...options, rounds: 5, reportEvery: 2 })).reports).toEqual(
    [1, 3, 4].map((i) => short.reports[i]),
  )
})

test('the server takes the mean, weighted by examples or not', async () => {
  const uneven: Clients = [all[0]!.slice(0, 10), all[0]!.slice(10, 50)]
  const own = { ...small, batch: 64 }
  const alone = async (k: number): Promise<number[]> =>
    flat((await fit({ rounds: 1 }, {}, [uneven[k]!], own)).fitted)
  const [a, b] = [await alone(0), await alone(1)]
  // One batch a client, so that the order of rows, which is another for the second client, says nothing.
  const byExamples = flat((await fit({ rounds: 1 }, {}, uneven, own)).fitted)
  const alike = flat((await fit({ rounds: 1, weighting: 'equal' }, {}, uneven, own)).fitted)
  byExamples.forEach((value, i) => expect(value).toBeCloseTo(0.2 * a[i]! + 0.8 * b[i]!, 6))
  alike.forEach((value, i) => expect(value).toBeCloseTo((a[i]! + b[i]!) / 2, 6))
  expect(byExamples.some((value, i) => Math.abs(value - alike[i]!) > 1e-4)).toBe(true)
})

test('the server goes as far as its rate, with an optimiser of its own', async () => {
  const [from, to, half, momentum] = await Promise.all([
    fit({ rounds: 1, serverRate: 1e-30 }),
    fit({ rounds: 1 }),
    fit({ rounds: 1, serverRate: 0.5 }),
    fit({ rounds: 2, serverOptimizer: { kind: 'momentum', momentum: 0.5 } }),
  ])
  const [start, mean, middle] = [flat(from.fitted), flat(to.fitted), flat(half.fitted)]
  middle.forEach((value, i) => expect(value).toBeCloseTo((start[i]! + mean[i]!) / 2, 6))
  const next = flat((await fit({ rounds: 2 })).fitted)
  // The second round begins at the same place; the velocity adds half of the first step.
  flat(momentum.fitted).forEach((value, i) =>
    expect(value).toBeCloseTo(next[i]! + 0.5 * (mean[i]! - start[i]!), 5),
  )
})

test('the proximal term keeps clients near to the server', async () => {
  const moved = async (prox: number): Promise<number> => {
    const options = { rounds: 1, localEpochs: 5, prox }
    const [from, to] = [await fit({ rounds: 1, serverRate: 1e-30 }), await fit(options)]
    const start = flat(from.fitted)
    return Math.hypot(...flat(to.fitted).map((value, i) => value - start[i]!))
  }
  const [free, near, nearer] = [await moved(0), await moved(1), await moved(3)]
  expect(near).toBeLessThan(0.8 * free)
  expect(nearer).toBeLessThan(0.8 * near)
})

test('drop-outs and stragglers are the same every time and are told', async () => {
  const late = { cost: { kind: 'device', speed: 1e4, spread: 1 } as const, deadline: 0.1 }
  const options = { rounds: 6, dropOut: 0.3, ...late }
  const [first, again] = [await fit(options), await fit(options)]
  expect(again.reports).toEqual(first.reports)
  expect(again.fitted.model.tensors).toEqual(first.fitted.model.tensors)
  const sum = (of: FederatedModel, key: 'dropped' | 'late'): number =>
    of.rounds.reduce((all, round) => all + round[key], 0)
  expect(sum(first.fitted, 'dropped')).toBeGreaterThan(0)
  expect(sum(first.fitted, 'late')).toBeGreaterThan(0)
  const partial = await fit({ ...options, late: 'partial' })
  expect(sum(partial.fitted, 'late')).toBeLessThan(sum(first.fitted, 'late'))
  expect(sum(partial.fitted, 'dropped')).toBe(sum(first.fitted, 'dropped'))
  expect(partial.fitted.model.tensors).not.toEqual(first.fitted.model.tensors)
})

test('numbers that are not finite are left out', async () => {
  const own = { ...small, loss: 'crossEntropy' as const, optimizer: { kind: 'sgd', rate: 1e38 } }
  const { fitted, reports } = await fit({ rounds: 2 }, {}, clients, own as Partial<NetworkOptions>)
  expect(fitted.rounds.map(({ discarded }) => discarded)).toEqual([5, 5])
  expect(flat(fitted).every(Number.isFinite)).toBe(true)
  expect(reports[1]!['loss']).toBeNaN()
})

test('a checkpoint goes on as if nothing had happened', async () => {
  const options = {
    fraction: 0.6,
    serverOptimizer: { kind: 'adam', epsilon: 1e-3 },
    serverRate: 0.03,
  } as const
  // Clients keep nothing, not the velocity of their optimiser either.
  const optimizer = { kind: 'momentum', rate: 0.1 } as const
  const own = { ...small, batchNorm: true, dropout: 0.1, optimizer }
  const whole = await fit({ ...options, rounds: 6 }, {}, clients, own)
  let kept: Uint8Array | undefined
  const save = (bytes: Uint8Array): void => void (kept = bytes)
  const run = { checkpoint: { save } }
  const part = await fit({ ...options, rounds: 3 }, run, clients, own)
  const from = kept!
  const rest = await fit({ ...options, rounds: 6 }, { checkpoint: { from } }, clients, own)
  expect([...part.reports, ...rest.reports]).toEqual(whole.reports)
  expect(rest.fitted.model.tensors).toEqual(whole.fitted.model.tensors)
  expect(rest.fitted.rounds).toEqual(whole.fitted.rounds)
  await expect(
    fit({ ...options, rounds: 6, prox: 1 }, { checkpoint: { from } }, clients, own),
  ).rejects.toThrow(/clients that learn otherwise/)
})

test('a report or the signal ends learning', async () => {
  const { fitted } = await fit(
    { rounds: 9 },
    { report: ({ step }) => (step === 2 ? 'stop' : 'continue') },
  )
  expect(fitted.rounds).toHaveLength(2)
  const stopped = new AbortController()
  const { reports } = await fit(
    { rounds: 9 },
    { signal: stopped.signal, report: ({ step }) => (step === 3 && stopped.abort(), 'continue') },
  )
  expect(reports).toHaveLength(3)
})

test('everything wrong with the options is told at once', async () => {
  const given = {
    rounds: 0,
    fraktion: 0.5,
    dropOut: 1,
    cost: { kind: 'device', speed: 0 },
    budget: { minutes: 3 },
    serverOptimizer: { kind: 'adam', rate: 1 },
  } as unknown as Partial<FederatedOptions>
  await expect(fit(given)).rejects.toThrow(
    /6 problems\n.*rounds: is 0.*fraktion: .*did you mean fraction\?.*dropOut: is 1.*cost: .*speed a finite number above 0.*budget: .*serverOptimizer: .*that is serverRate/s,
  )
  await expect(fit({ cost: { kind: 'rise' }, deadline: 1 })).rejects.toThrow(/deadline: needs/)
  const own = { ...small, epochs: 3, earlyStopping: {}, online: {} } as Partial<NetworkOptions>
  await expect(fit({}, {}, clients, own)).rejects.toThrow(
    /epochs: is not for clients.*earlyStopping: is not for clients.*online: is not for clients/s,
  )
  await expect(fit({}, {}, [])).rejects.toThrow(/there are none/)
  await expect(fit({}, {}, [Int32Array.of(1), Int32Array.of(1)])).rejects.toThrow(
    /row 1 is of client 0 and of client 1/,
  )
})
