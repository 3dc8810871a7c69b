import { createRng } from '@attune/core'
import { expect, it } from 'vitest'
import { calibration, topLabelCalibration } from '../../src/metrics/calibration.ts'

it('gives the example of the documentation of scikit-learn (`calibration_curve`)', () => {
  const happened = [0, 0, 0, 0, 1, 1, 1, 1, 1]
  const said = [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1]
  const { bins } = calibration(happened, said, { bins: 3 })
  expect(bins.map((bin) => bin.frequency)).toEqual([0, 0.5, 1])
  const confidences = bins.map((bin) => bin.confidence)
  for (const [k, expected] of [0.2, 0.525, 0.85].entries()) {
    expect(confidences[k]).toBeCloseTo(expected, 12)
  }
})

it('adds up the distances of the bins by their weight', () => {
  const { bins, expectedError, largestError } = calibration([1, 1, 0, 1], [0.9, 0.9, 0.1, 0.1], {
    weights: [1, 1, 3, 1],
    bins: 2,
  })
  expect(bins.map((bin) => bin.weight)).toEqual([4, 2])
  expect(largestError).toBeCloseTo(0.15, 12)
  expect(expectedError).toBeCloseTo((4 * 0.15 + 2 * 0.1) / 6, 12)
})

it('vanishes for probabilities that are true', () => {
  const rng = createRng(1, 'calibration')
  const said = Array.from({ length: 20_000 }, () => rng.next())
  const happened = said.map((p) => rng.next() < p)
  expect(calibration(happened, said).expectedError).toBeLessThan(0.02)
  expect(calibration(happened, said.map(Math.sqrt)).expectedError).toBeGreaterThan(0.1)
})

it('looks at the likeliest label', () => {
  const { bins } = topLabelCalibration([2, 0], [0.1, 0.2, 0.7, 0.25, 0.5, 0.25], 3, { bins: 2 })
  expect(bins).toHaveLength(1)
  expect(bins[0]!.confidence).toBeCloseTo(0.6, 12)
  expect(bins[0]!.frequency).toBe(0.5)
})

it('refuses bins that are none', () => {
  expect(() => calibration([1], [1], { bins: 0 })).toThrow(/bins is 0/)
})
