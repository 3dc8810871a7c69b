import { expect, test } from 'vitest'
import type { FitProgress } from '../../src/learners/learner.ts'
import type { NetworkModel } from '../../src/network/model.ts'
import { network } from '../../src/network/network.ts'
import type { NetworkOptions } from '../../src/network/options.ts'
import type { NetworkRun } from '../../src/network/train.ts'
import type { OnlineOptions } from '../../src/online/options.ts'
import { t1t2 } from '../../src/online/options.ts'
import { exclusiveOr, points } from '../network/data.ts'

const x = points(44, 2)
const y = exclusiveOr(x)

const everything = t1t2({
  l2: { start: 1e-3, scope: 'layer' },
  noise: true,
  hiddenNoise: true,
  dropout: { start: 0.2 },
  labelSmoothing: true,
  rate: true,
  ratio: 2,
  share: 0.25,
})

const options: Partial<NetworkOptions> = {
  ...{ depth: 2, units: 8, batch: 8, epochs: 4, reportEvery: 2 },
  ...{ activation: 'tanh', optimizer: { kind: 'adam', rate: 0.01 }, clip: { norm: 1 } },
}

async function course(online: OnlineOptions | null, run: NetworkRun & { stopAt?: number } = {}) {
  const progress: FitProgress[] = []
  const checkpoints: Uint8Array[] = []
  const model: NetworkModel = await network().fit(
    x,
    y,
    { ...options, online },
    {
      seed: 3,
      ...run,
      checkpoint: { save: (bytes) => void checkpoints.push(bytes.slice()), ...run.checkpoint },
      report(now) {
        progress.push(now)
        return now.step === run.stopAt ? 'stop' : 'continue'
      },
    },
  )
  return { model, progress, checkpoints }
}

const tuned = (progress: readonly FitProgress[], name: string): number[] =>
  progress.map(({ metrics }) => metrics[`online.${name}`]!)

test('values are reported by name and move; the same seed moves them alike', async () => {
  const { model, progress } = await course(everything)
  const names = Object.keys(progress[0]!.metrics).filter((name) => name.startsWith('online.'))
  expect(names).toEqual([
    ...['layers.0', 'layers.1', 'layers.2'].map((path) => `online.l2.${path}`),
    ...['noise', 'dropout', 'hiddenNoise.layers.0', 'hiddenNoise.layers.1'].map(
      (n) => `online.${n}`,
    ),
    ...['online.labelSmoothing', 'online.rate'],
  ])
  for (const name of names) {
    const values = tuned(progress, name.slice('online.'.length))
    expect(new Set(values).size).toBeGreaterThan(3)
    expect(values.every((value) => value > 0)).toBe(true)
  }
  // Noise is for learning: the layers of the model are those that were asked for.
  expect(model.layers.map(({ kind }) => kind)).toEqual(['dense', 'dense', 'output'])
  const again = await course(everything)
  expect(again.progress).toEqual(progress)
  expect(again.model.tensors).toEqual(model.tensors)
})

test('learning goes on from a checkpoint as if it had not stopped', async () => {
  const whole = await course(everything)
  for (const stopAt of [1, 5]) {
    const { checkpoints, progress } = await course(everything, { stopAt })
    const rest = await course(everything, { checkpoint: { from: checkpoints.at(-1)! } })
    expect([...progress, ...rest.progress]).toEqual(whole.progress)
    expect(rest.model.tensors).toEqual(whole.model.tensors)
    expect(rest.checkpoints.at(-1)).toEqual(whole.checkpoints.at(-1))
  }
})

test('without tuning nothing of it is reported or kept', async () => {
  const { progress, checkpoints } = await course(null)
  expect(Object.keys(progress[0]!.metrics)).toEqual(['loss'])
  expect(new TextDecoder('latin1').decode(checkpoints[0])).not.toContain('online')
})

test('the cheap form moves as the exact one does', async () => {
  // One step of sgd of its own, so that the movement is the hypergradient.
  const noise = { start: 0.3, optimizer: 'sgd', rate: 1, trust: 1 } as const
  const step = t1t2({ noise, hiddenNoise: { ...noise, scope: 'model' }, ratio: 5, share: 0.2 })
  const one = { ...options, epochs: 1, reportEvery: 0, batch: 8 }
  const ends: number[][] = []
  for (const form of ['exact', 'cheap'] as const) {
    await network().fit(
      x,
      y,
      { ...one, online: { ...step, form } },
      {
        report({ metrics }) {
          ends.push([metrics['online.noise']! - 0.3, metrics['online.hiddenNoise']! - 0.3])
          return 'continue'
        },
      },
    )
  }
  for (const [i, moved] of ends[0]!.entries()) {
    expect(Math.abs(moved)).toBeGreaterThan(1e-6)
    expect(Math.abs(ends[1]![i]! / moved - 1)).toBeLessThan(0.05)
  }
})

test('bounds and trust hold', async () => {
  const wild = { optimizer: 'sgd', rate: 1e6 } as const
  const l2 = { ...wild, start: 1e-4, min: 1e-6, max: 1e-3 }
  const online = t1t2({ l2, noise: { ...wild, trust: 0.07, max: 0.4 }, ratio: 2, share: 0.25 })
  const { progress } = await course(online)
  const decades = tuned(progress, 'l2').map(Math.log10)
  for (const [i, at] of decades.entries()) {
    expect(at).toBeGreaterThanOrEqual(-6)
    expect(at).toBeLessThanOrEqual(-3)
    if (i > 0) expect(Math.abs(at - decades[i - 1]!)).toBeLessThanOrEqual(0.1 + 1e-9)
  }
  const noise = tuned(progress, 'noise')
  expect(Math.max(...noise)).toBeLessThanOrEqual(0.4)
  expect(Math.min(...noise)).toBeGreaterThanOrEqual(0)
  expect(noise.some((at, i) => i > 0 && Math.abs(at - noise[i - 1]!) > 0.069)).toBe(true)
})

test('the notebook is a variant: a relu output, l2 of biases too, and noise in the T2 loss', async () => {
  const online = t1t2({ variant: 'fioravanti-notebook', l2: true, noise: { start: 0 }, ratio: 1 })
  const { model, progress } = await course(online)
  expect(model.layers.at(-1)).toMatchObject({ kind: 'output', activation: 'relu' })
  // Without noise its gradient is a normal number, and Adam's first step is its rate.
  const noise = tuned(progress, 'noise')
  expect(noise[0]).toBeLessThanOrEqual(2e-3 + 1e-9)
  const moved = Math.log10(tuned(progress, 'l2')[0]!) + 4
  expect(Math.abs(moved)).toBeLessThanOrEqual(2e-3 + 1e-9)
  expect(Math.abs(moved)).toBeGreaterThan(1e-5)
})

test('rows of ones own, and what cannot be', async () => {
  const fit = (online: object, more: object = {}) =>
    network().fit(x, y, { ...options, epochs: 1, online, ...more })
  await fit({ l2: true, rows: [0, 5, 7] })
  await expect(fit({ l2: true, rows: [44] })).rejects.toThrow('row 44')
  await expect(fit({ noise: { start: -1 }, ratio: 0, l3: true })).rejects.toMatchObject({
    details: [
      { path: 'online.noise.start' },
      { path: 'online.ratio' },
      { path: 'online.l3', message: 'is not an option of online tuning: did you mean l2?' },
    ],
  })
  await expect(fit({})).rejects.toThrow('nothing is tuned')
  expect(() => t1t2({ variant: 'fioravanti-notebook', rate: true })).toThrow('l2 and noise only')
})
