import { describe, expect, it } from 'vitest'
import { binColumn } from '../../../src/learners/boosting/bins.ts'

describe('bins of numbers', () => {
  it('are one a value where there are few', () => {
    const { codes, bins, thresholds } = binColumn(Float64Array.of(7, 1, NaN, 3, 1), 0, 255)
    expect([...thresholds]).toEqual([2, 5])
    expect(bins).toBe(3)
    expect([...codes]).toEqual([2, 0, 3, 1, 0])
  })

  it('have about the same number of rows where there are many, and none is empty', () => {
    const column = Float64Array.from({ length: 1000 }, (_, i) =>
      Math.fround(Math.sqrt((i * 7) % 1000)),
    )
    const { codes, bins } = binColumn(column, 0, 10)
    const sizes = new Array<number>(bins).fill(0)
    for (const code of codes) sizes[code]!++
    expect(bins).toBe(10)
    for (const size of sizes) expect(Math.abs(size - 100)).toBeLessThanOrEqual(1)
  })

  it('are fewer where most rows share a value', () => {
    const column = Float64Array.from({ length: 1000 }, (_, i) => (i < 900 ? 0 : i))
    const { codes, bins, thresholds } = binColumn(column, 0, 20)
    const used = new Set(codes)
    expect(used.size).toBe(bins)
    expect([...thresholds]).toEqual([...new Set(thresholds)])
    // Zero has a bin of its own.
    expect(codes.filter((code) => code === codes[0]).length).toBe(900)
  })

  it('of a column without values are one', () => {
    expect(binColumn(Float64Array.of(NaN, NaN), 0, 255)).toMatchObject({
      bins: 1,
      codes: Uint8Array.of(1, 1),
    })
  })
})

describe('bins of categories', () => {
  it('are one a category that occurs', () => {
    const { codes, categories } = binColumn(Float64Array.of(5, 0, NaN, 5), 7, 255)
    expect([...categories!]).toEqual([0, 5])
    expect([...codes]).toEqual([1, 0, 2, 1])
  })

  it('keep the rarest together where there are too many', () => {
    const column = Float64Array.of(0, 1, 1, 2, 2, 2, 3, 4, 4, 4, 4)
    const { codes, categories } = binColumn(column, 5, 3)
    expect([...categories!]).toEqual([2, 4, -1])
    expect([...codes]).toEqual([2, 2, 2, 0, 0, 0, 2, 1, 1, 1, 1])
  })

  it('are bins of numbers where some values are no categories', () => {
    expect(binColumn(Float64Array.of(-1, 0, 1), 2, 255).categories).toBeUndefined()
  })
})
