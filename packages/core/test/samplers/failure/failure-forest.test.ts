import { describe, expect, it } from 'vitest'
import { createRng } from '../../../src/math/rng.ts'
import type { FailureForest } from '../../../src/samplers/failure/failure-forest.ts'
import { fitFailureForest } from '../../../src/samplers/failure/failure-forest.ts'

type Fails = (x: readonly number[], rng: ReturnType<typeof createRng>) => boolean

/** A forest of rows drawn evenly from [0, 1]³; the first feature may be one of four labels. */
function forestOf(rows: number, seed: number, fails: Fails, labels = 0): FailureForest | undefined {
  const rng = createRng('rows', seed)
  const points = Array.from({ length: rows }, () => [
    labels > 0 ? rng.int(labels) : rng.next(),
    rng.next(),
    rng.next(),
  ])
  const columns = [0, 1, 2].map((j) => Float64Array.from(points, (x) => x[j]!))
  const y = Float64Array.from(points, (x) => (fails(x, rng) ? 1 : 0))
  return fitFailureForest(columns, [labels, 0, 0], y, rng.fork('forest'))
}
const corner: Fails = ([a = 0, b = 0], rng) => (a > 0.5 && b > 0.5) || rng.next() < 0.03

describe('the probability of failing', () => {
  it('is high in a corner where everything fails, and low elsewhere', () => {
    for (let seed = 0; seed < 5; seed++) {
      const forest = forestOf(100, seed, corner)
      expect(forest?.trust).toBeGreaterThan(0.9)
      expect(forest?.probability([0.8, 0.8, 0.2])).toBeGreaterThan(0.75)
      expect(forest?.probability([0.8, 0.2, 0.2])).toBeLessThan(0.3)
      expect(forest?.probability([0.2, 0.8, 0.9])).toBeLessThan(0.3)
    }
  })

  it('is high for a label that always fails', () => {
    const forest = forestOf(40, 1, ([label]) => label === 2, 4)
    expect(forest?.probability([2, 0.5, 0.5])).toBeGreaterThan(0.75)
    for (const label of [0, 1, 3]) expect(forest?.probability([label, 0.5, 0.5])).toBeLessThan(0.2)
  })

  it('says nothing where failures are everywhere alike', () => {
    for (const share of [0.03, 0.25]) {
      let silent = 0
      for (let seed = 0; seed < 25; seed++) {
        const forest = forestOf(120, seed, (_, rng) => rng.next() < share)
        if (forest === undefined) silent++
        // Where it is taken in, what it says is all but the base rate.
        else expect(forest.probability([0.3, 0.6, 0.4])).toBeLessThan(share + 0.3)
      }
      expect(silent, `${share}`).toBeGreaterThan(20)
    }
  })

  it('hardly rises where one trial of many failed by chance', () => {
    const chance: Fails = (x, rng) =>
      (x[0]! > 0.5 && x[1]! > 0.5) || (Math.abs(x[0]! - 0.2) < 0.02 && rng.next() < 0.3)
    const forest = forestOf(200, 4, chance)
    expect(forest?.probability([0.8, 0.8, 0.5])).toBeGreaterThan(0.8)
    for (let z = 0.05; z < 1; z += 0.1) {
      expect(forest?.probability([0.2, 0.3, z])).toBeLessThan(0.3)
    }
  })

  it('is a mean over what is not known yet', () => {
    const forest = forestOf(200, 2, corner) as FailureForest
    const open = forest.probability([Number.NaN, 0.8, 0.5])
    expect(open).toBeGreaterThan(forest.probability([0.2, 0.8, 0.5]) + 0.1)
    expect(open).toBeLessThan(forest.probability([0.8, 0.8, 0.5]) - 0.1)
    expect(forest.probability([Number.NaN, 0.2, 0.5])).toBeLessThan(0.2)
  })

  it('stays above 0 and below 1, whatever the rows are', () => {
    const forest = forestOf(400, 3, ([a = 0]) => a > 0.5) as FailureForest
    for (const a of [0, 0.49, 0.51, 1]) {
      const p = forest.probability([a, 0.5, 0.5])
      expect(p).toBeGreaterThan(0)
      expect(p).toBeLessThan(1)
    }
  })
})
