import { describe, expect, it } from 'vitest'
import { hypervolume } from '../../../src/analysis/hypervolume.ts'
import { createLogEhvi, frontOf } from '../../../src/samplers/gp/hypervolume.ts'

const reference = [3, 3] as const
const front = frontOf([
  [0, 2],
  [1, 1],
  [2, 0.5],
  [1.5, 1.5],
])

describe('frontOf', () => {
  it('keeps what nothing dominates, in the order of the first loss', () => {
    expect(front).toEqual([
      [0, 2],
      [1, 1],
      [2, 0.5],
    ])
    expect(frontOf([])).toEqual([])
    expect(
      frontOf([
        [1, 1],
        [1, 1],
        [1, 2],
      ]),
    ).toEqual([[1, 1]])
  })
})

describe('createLogEhvi', () => {
  const before = hypervolume(front, reference)

  it('is, for sure losses, the logarithm of what is gained', () => {
    const ehvi = createLogEhvi(front, reference)
    for (const y of [
      [-1, 2.5],
      [0.5, 1.5],
      [0.5, 0.2],
      [-1, -1],
      [2.5, 0.1],
    ] as const) {
      const gain = hypervolume([...front, y], reference) - before
      expect(Math.exp(ehvi.value(y, [1e-12, 1e-12]))).toBeCloseTo(gain, 5)
    }
  })

  it('is the mean of what is gained', () => {
    const ehvi = createLogEhvi(front, reference)
    const step = 0.05
    const density = (z: number): number => (step * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI)
    for (const [mean, variance] of [
      [
        [0.8, 1.2],
        [0.25, 0.49],
      ],
      [
        [2, 2],
        [1, 0.3],
      ],
    ] as const) {
      let sum = 0
      for (let z = -6; z < 6; z += step) {
        for (let w = -6; w < 6; w += step) {
          const y = [mean[0] + z * Math.sqrt(variance[0]), mean[1] + w * Math.sqrt(variance[1])]
          sum += density(z) * density(w) * (hypervolume([...front, y], reference) - before)
        }
      }
      expect(Math.exp(ehvi.value(mean, variance)) / sum).toBeCloseTo(1, 2)
    }
  })

  it('stays finite and ordered where a gain is all but impossible', () => {
    const ehvi = createLogEhvi(front, reference)
    const far = ehvi.value([50, 60], [0.01, 0.01])
    expect(far).toBeLessThan(-1e5)
    expect(ehvi.value([49, 59], [0.01, 0.01])).toBeGreaterThan(far)
  })

  it('without a front is the expected volume below the reference', () => {
    const alone = createLogEhvi([], reference)
    expect(Math.exp(alone.value([1, 2], [1e-14, 1e-14]))).toBeCloseTo(2, 5)
  })
})
