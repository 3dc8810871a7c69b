import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Sums } from '../../../src/learners/boosting/best-split.ts'
import { bestSplit } from '../../../src/learners/boosting/best-split.ts'
import type { BinnedColumn } from '../../../src/learners/boosting/bins.ts'

/** By bin, the last of which is that of missing values: gradient, hessian, rows. */
type Bins = readonly (readonly [number, number, number])[]

function columnOf(histogram: Bins, categories?: readonly number[]): BinnedColumn {
  return {
    codes: new Uint8Array(0),
    bins: histogram.length - 1,
    thresholds: new Float64Array(0),
    categories: categories === undefined ? undefined : Int32Array.from(categories),
  }
}

function sumOf(bins: Bins): Sums {
  const [gradient, hessian, rows] = [0, 1, 2].map((k) =>
    bins.reduce((sum, bin) => sum + bin[k]!, 0),
  )
  return { gradient: gradient!, hessian: hessian!, rows: rows! }
}

const gainOf = (left: Sums, node: Sums, l2: number): number =>
  left.gradient ** 2 / (left.hessian + l2) +
  (node.gradient - left.gradient) ** 2 / (node.hessian - left.hessian + l2) -
  node.gradient ** 2 / (node.hessian + l2)

const search = (
  bins: Bins,
  rules: { minLeaf: number; l2: number },
  categories?: readonly number[],
): ReturnType<typeof bestSplit> =>
  bestSplit(columnOf(bins, categories), 3, Float64Array.from(bins.flat()), 0, sumOf(bins), rules)

describe('the best split of a column', () => {
  const bin = fc.tuple(
    fc.integer({ min: -9, max: 9 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 5 }),
  )
  const missing = fc.oneof(bin, fc.constant([0, 0, 0] as [number, number, number]))

  it('of numbers is the best of all, with missing values on either side', () => {
    fc.assert(
      fc.property(
        fc.array(bin, { minLength: 1, maxLength: 8 }),
        missing,
        fc.record({ minLeaf: fc.integer({ min: 1, max: 8 }), l2: fc.integer({ min: 0, max: 4 }) }),
        (values, gaps, rules) => {
          const bins = [...values, gaps]
          const node = sumOf(bins)
          let best = 0
          for (const extra of [[], [gaps]]) {
            for (let cut = 1; cut <= values.length; cut++) {
              const left = sumOf([...values.slice(0, cut), ...extra])
              if (left.rows < rules.minLeaf || node.rows - left.rows < rules.minLeaf) continue
              best = Math.max(best, gainOf(left, node, rules.l2))
            }
          }
          const found = search(bins, rules)
          expect(found?.gain ?? 0).toBeCloseTo(best, 9)
          if (found === undefined) return
          const own = sumOf(
            values.slice(0, found.bin + 1).concat(found.missingLeft && gaps[2] > 0 ? [gaps] : []),
          )
          expect(own).toEqual(found.left)
        },
      ),
    )
  })

  it('of categories sets the few apart that differ, at either end', () => {
    const none: [number, number, number] = [0, 0, 0]
    const low: [number, number, number] = [-6, 12, 12]
    const high: [number, number, number] = [18, 12, 12]
    const rules = { minLeaf: 1, l2: 0 }
    const one = search([low, low, high, low, low, none], rules, [0, 1, 2, 3, 4])
    expect([...one!.leftBins!]).toEqual([0, 0, 1, 0, 0, 0])
    const other = search([high, low, high, high, high, none], rules, [0, 1, 2, 3, 4])
    expect([...other!.leftBins!]).toEqual([0, 1, 0, 0, 0, 0])
    // Missing values are a category.
    const gaps = search([low, low, low, high], rules, [0, 1, 2])
    expect([...gaps!.leftBins!]).toEqual([0, 0, 0, 1])
    expect(gaps!.missingLeft).toBe(true)
  })

  it('of categories leaves the rare, and those that share a bin, on the right', () => {
    const none: [number, number, number] = [0, 0, 0]
    const low: [number, number, number] = [-10, 20, 20]
    const odd: [number, number, number] = [40, 9, 9]
    const rules = { minLeaf: 1, l2: 0 }
    const codes = [0, 1, 2, 3, 4]
    const rare = search([low, odd, low, low, [-15, 20, 20], none], rules, codes)
    expect(rare!.leftBins![1]).toBe(0)
    const many: [number, number, number] = [80, 30, 30]
    const bins = [low, many, low, low, [-15, 20, 20], none] as const
    expect(search(bins, rules, [0, -1, 2, 3, 4])!.leftBins![1]).toBe(0)
    expect(search(bins, rules, codes)!.leftBins![1]).toBe(1)
  })
})
