import { describe, expect, it } from 'vitest'
import {
  auto,
  differentialEvolution,
  forest,
  gamma,
  genetic,
  gp,
  nsga2,
} from '../../../src/index.ts'
import type { ChaosResult } from './support.ts'
import { calm, corner, label, medianBest, pull, remaining, runChaosOften } from './support.ts'

describe('a quarter of the space that fails', () => {
  it.each([
    ['gp', 'pull', gp, pull],
    ['gp', 'label', gp, label],
    ['forest', 'corner', forest, corner],
    ['forest', 'label', forest, label],
    ['gamma', 'label', gamma, label],
    ['auto', 'pull', auto, pull],
    ['auto', 'label', auto, label],
  ] as const)('is left by %s within 90 trials: %s', async (_, __, make, problem) => {
    expect(remaining(await runChaosOften(problem, make, 90, 6))).toBeLessThan(0.5)
  })

  it.each([
    ['corner', corner],
    ['pull', pull],
    ['label', label],
  ] as const)('is hardly entered by auto in the last of 2,000 trials: %s', async (_, problem) => {
    // By chance a quarter of them would fail; few enter it in the first third already.
    const [{ thirds }] = (await runChaosOften(problem, auto, 2000, 1)) as [ChaosResult]
    expect(thirds[2]).toBeLessThan(0.02 * (2000 / 3))
  })

  it.each([
    ['nsga2', nsga2],
    ['genetic', genetic],
    ['differentialEvolution', differentialEvolution],
  ] as const)('is seldom entered by %s', async (_, make) => {
    expect(remaining(await runChaosOften(pull, make, 300, 4))).toBeLessThan(0.5)
  })

  it('does not hide the best place beside it', async () => {
    for (const make of [gp, auto]) {
      expect(medianBest(await runChaosOften(corner, make, 90, 6))).toBeLessThan(1e-5)
    }
  })
})

describe('failures that happen anywhere', () => {
  it('do not keep samplers from the best place', async () => {
    for (const make of [gp, auto]) {
      expect(medianBest(await runChaosOften(calm, make, 90, 6))).toBeLessThan(1e-3)
    }
  })
})
