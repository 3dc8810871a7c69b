import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng, type Rng } from '../../src/math/rng.ts'
import { normalDraw } from '../../src/math/normal.ts'
import { normalCdf } from '../../src/math/special.ts'

const words = (rng: Rng, count: number): number[] =>
  Array.from({ length: count }, () => rng.uint32())

describe('createRng', () => {
  it('gives the same stream for the same keys for ever', () => {
    // By an independent Python implementation of the seeding in the source and of xoshiro128** 1.1,
    // which from the state 1, 2, 3, 4 gives the published 11520, 0, 5927040, 70819200, 2031721883, …
    expect(words(createRng(), 4)).toEqual([1988843080, 3704966972, 1050231839, 1205666464])
    expect(words(createRng(0), 4)).toEqual([617831795, 404605382, 1468730015, 1920562619])
    expect(words(createRng(42, 'trial', 7), 4)).toEqual([
      3743528663, 2381527092, 3285223614, 2539926223,
    ])
    expect(words(createRng(-1.5), 4)).toEqual([227760063, 3090249404, 2726652817, 2246449358])
    expect(words(createRng(2 ** 40, 'scramble'), 4)).toEqual([
      1208827941, 1530760167, 3381866313, 3807456607,
    ])
    expect(words(createRng('a long purpose, of several blocks'), 4)).toEqual([
      2806619521, 3067539097, 3390762430, 3718453488,
    ])
  })

  it('has no collision among 100,000 small key tuples', () => {
    const seen = new Set<string>()
    const note = (rng: Rng): unknown => seen.add(words(rng, 3).join())
    for (let a = 0; a < 300; a++) for (let b = 0; b < 300; b++) note(createRng(a, b))
    for (let a = 0; a < 5000; a++) {
      note(createRng(a))
      note(createRng(String(a)))
    }
    expect(seen.size).toBe(100_000)
  })

  it('tells apart types, boundaries and order of keys', () => {
    const streams = [
      createRng('a', 'b'),
      createRng('ab'),
      createRng('b', 'a'),
      createRng('a', 'b', ''),
      createRng(1),
      createRng('1'),
      createRng(1, 0),
      createRng(2 ** 32 + 1),
      createRng(-1),
      createRng(1.5),
      createRng(Number.MAX_VALUE),
    ]
    expect(new Set(streams.map((rng) => words(rng, 2).join())).size).toBe(streams.length)
    expect(words(createRng(-0), 2)).toEqual(words(createRng(0), 2))
  })

  it('gives uncorrelated first draws for consecutive keys', () => {
    const count = 20_000
    let product = 0
    for (let n = 0; n < count; n++) {
      product += (createRng(1, n).next() - 0.5) * (createRng(1, n + 1).next() - 0.5)
    }
    // Standard deviation of the sum is √count / 12.
    expect(Math.abs(product)).toBeLessThan((4 * Math.sqrt(count)) / 12)
  })

  it('refuses keys that are not finite', () => {
    expect(() => createRng(1, NaN)).toThrow(/finite number, but got NaN/)
    expect(() => createRng(Infinity)).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})

describe('fork', () => {
  it('names the stream of the keys and one more', () => {
    expect(words(createRng('a').fork('b').fork(3), 4)).toEqual(words(createRng('a', 'b', 3), 4))
  })

  it('does not depend on what was drawn, and does not change what will be', () => {
    const rng = createRng(7)
    const before = words(rng.fork('x'), 4)
    const plain = words(createRng(7), 6)
    const first = words(rng, 3)
    expect(words(rng.fork('x'), 4)).toEqual(before)
    expect([...first, ...words(rng, 3)]).toEqual(plain)
  })
})

describe('draws', () => {
  it('next is uniform in [0, 1) down to its last bits', () => {
    const rng = createRng('next')
    const count = 100_000
    const cells = new Float64Array(100)
    const lowCells = new Float64Array(16)
    for (let n = 0; n < count; n++) {
      const u = rng.next()
      expect(u >= 0 && u < 1).toBe(true)
      cells[Math.floor(u * 100)]! += 1
      lowCells[(u * 2 ** 53) % 16]! += 1
    }
    // The 1e-5 points of χ² with 99 and 15 degrees of freedom are about 168 and 50.
    expect(chiSquare(cells, count)).toBeLessThan(168)
    expect(chiSquare(lowCells, count)).toBeLessThan(50)
  })

  it('normal has the normal distribution, at two words a draw', () => {
    const rng = createRng('normal')
    const count = 100_000
    const cells = new Float64Array(100)
    for (let n = 0; n < count; n++) cells[Math.floor(normalCdf(normalDraw(rng)) * 100)]! += 1
    expect(chiSquare(cells, count)).toBeLessThan(168)

    const other = createRng('normal')
    for (let n = 0; n < 2 * count; n++) other.uint32()
    expect(rng.uint32()).toBe(other.uint32())
  })

  it('int covers 0 … n - 1 evenly', () => {
    const rng = createRng('int')
    for (const n of [1, 2, 3, 7, 10, 100]) {
      const cells = new Float64Array(n)
      for (let i = 0; i < 20_000; i++) cells[rng.int(n)]! += 1
      expect(chiSquare(cells, 20_000)).toBeLessThan(n - 1 + 6 * Math.sqrt(2 * n))
    }
  })

  it('int has no modulo bias where n is just above half of its range', () => {
    const rng = createRng('bias')
    for (const n of [2 ** 31 + 1, 2 ** 52 + 1, 3 * 2 ** 51]) {
      const cells = new Float64Array(3)
      for (let i = 0; i < 10_000; i++) cells[Math.floor((rng.int(n) / n) * 3)]! += 1
      expect(chiSquare(cells, 10_000)).toBeLessThan(25)
    }
  })

  it('int stays in range for every n up to 2^53', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 53 }), fc.integer(), (power, seed) => {
        const rng = createRng(seed)
        for (const n of [2 ** power, 2 ** power - 1]) {
          const draw = rng.int(n)
          expect(Number.isInteger(draw) && draw >= 0 && draw < n).toBe(true)
        }
      }),
    )
  })

  it('int refuses what is no size', () => {
    for (const n of [0, -1, 1.5, NaN, Infinity, 2 ** 54]) {
      expect(() => createRng(1).int(n)).toThrow(`but got ${n}`)
    }
  })

  it('shuffle makes every order equally often', () => {
    const rng = createRng('shuffle')
    const orders = new Map<string, number>()
    for (let n = 0; n < 24_000; n++) {
      const items = ['a', 'b', 'c', 'd']
      rng.shuffle(items)
      orders.set(items.join(''), (orders.get(items.join('')) ?? 0) + 1)
    }
    expect(orders.size).toBe(24)
    // The 1e-5 point of χ² with 23 degrees of freedom is about 63.
    expect(chiSquare(Float64Array.from(orders.values()), 24_000)).toBeLessThan(63)
  })

  it('shuffle keeps the entries of arrays and typed arrays', () => {
    const typed = Int32Array.from({ length: 50 }, (_, i) => i)
    createRng(1).shuffle(typed)
    expect(typed).not.toEqual(typed.toSorted())
    expect(typed.toSorted()).toEqual(Int32Array.from({ length: 50 }, (_, i) => i))
    const empty: number[] = []
    createRng(1).shuffle(empty)
    expect(empty).toEqual([])
  })
})

/** Pearson's statistic of counts against equal expected counts. */
function chiSquare(cells: Float64Array, total: number): number {
  const expected = total / cells.length
  return cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}
