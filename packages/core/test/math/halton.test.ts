import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { radicalInverse, scrambledHalton } from '../../src/math/halton.ts'

const bases = [2, 3, 5, 7]

describe('radicalInverse', () => {
  it('mirrors the digits of an index at the point', () => {
    // From the definition: 6 is 110 in base 2, its inverse 0.011 = 3/8; 6 is 20 in base 3: 2/9.
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((n) => radicalInverse(n, 2) * 8)).toEqual([
      0, 4, 2, 6, 1, 5, 3, 7,
    ])
    const ninths = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => radicalInverse(n, 3) * 9)
    expect(ninths.map(Math.round)).toEqual([0, 3, 6, 1, 4, 7, 2, 5, 8])
    expect(radicalInverse(1, 3)).toBe(1 / 3)
    expect(radicalInverse(24, 5)).toBe(24 / 25)
    expect(radicalInverse(12_345, 10)).toBe(0.54321)
    expect(radicalInverse(4_294_967_295, 2)).toBe(1 - 2 ** -32)
    expect(radicalInverse(65_536, 65_537)).toBe(65_536 / 65_537)
  })

  it('maps every digit, the zeros after the last too', () => {
    const ones = radicalInverse(0, 10, () => 1)
    expect(ones).toBeCloseTo(1 / 9, 14)
    expect(radicalInverse(12, 10, (digit, rank) => (rank < 2 ? 9 - digit : 0))).toBe(0.78)
  })
})

describe('scrambledHalton', () => {
  const seeds = fc.oneof(fc.integer(), fc.string())

  it('puts one of b^k points in a row into each of b^k intervals of the coordinate of base b', () => {
    fc.assert(
      fc.property(seeds, fc.nat(2 ** 31), fc.nat(3), fc.nat(3), (seed, start, j, k) => {
        const count = bases[j]! ** k
        const halton = scrambledHalton(seed, j + 1)
        const cells = Array.from({ length: count }, (_, i) =>
          Math.floor(halton.at(start + i)[j]! * count),
        )
        expect(cells.toSorted((a, b) => a - b)).toEqual([...cells.keys()])
      }),
    )
  })

  it('puts one of 360 points in a row into each of 8 x 9 x 5 boxes', () => {
    fc.assert(
      fc.property(seeds, fc.nat(2 ** 31), (seed, start) => {
        const halton = scrambledHalton(seed, 3)
        const boxes = Array.from({ length: 360 }, (_, i) => {
          const [x, y, z] = halton.at(start + i)
          return (Math.floor(x! * 8) * 9 + Math.floor(y! * 9)) * 5 + Math.floor(z! * 5)
        })
        expect(new Set(boxes).size).toBe(360)
      }),
      { numRuns: 20 },
    )
  })

  it('permutes each rank of digits by itself', () => {
    // Two indices with the same digit of a rank have the same digit of that rank in the point.
    const halton = scrambledHalton('ranks', 4)
    const digit = (n: number, j: number, rank: number): number =>
      Math.floor(halton.at(n)[j]! * bases[j]! ** (rank + 1)) % bases[j]!
    bases.forEach((base, j) => {
      for (const rank of [0, 1, 2]) {
        const seen = Array.from({ length: base }, () => new Set<number>())
        for (let n = 0; n < 500; n++) {
          seen[Math.floor(n / base ** rank) % base]!.add(digit(n, j, rank))
        }
        expect(seen.map((set) => set.size)).toEqual(seen.map(() => 1))
        expect(new Set(seen.flatMap((set) => [...set])).size).toBe(base)
      }
    })
  })

  it('draws each of the six permutations of base 3 equally often, rank by rank', () => {
    const count = 1200
    for (const rank of [0, 2]) {
      const found = new Map<string, number>()
      for (let seed = 0; seed < count; seed++) {
        const halton = scrambledHalton(seed, 2)
        const permutation = [0, 1, 2].map(
          (n) => Math.floor(halton.at(n * 3 ** rank)[1]! * 3 ** (rank + 1)) % 3,
        )
        found.set(permutation.join(), (found.get(permutation.join()) ?? 0) + 1)
      }
      const expected = count / 6
      const statistic = [...found.values()].reduce((sum, n) => sum + (n - expected) ** 2, 0)
      expect(found.size).toBe(6)
      // The 1e-5 point of χ² with 5 degrees of freedom is about 31.
      expect(statistic / expected).toBeLessThan(31)
    }
  })

  it('gives a point by its index and leading coordinates alone, strictly inside the cube', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed, index) => {
        const halton = scrambledHalton(seed, 5)
        const out = new Float64Array(5)
        for (const earlier of [7, 1_000_000, 0]) halton.at(earlier)
        expect(halton.at(index, out)).toBe(out)
        expect(scrambledHalton(seed, 40).at(index).subarray(0, 5)).toEqual(out)
        expect(out.every((x) => x > 0 && x < 1)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('has the j-th prime as the base of the j-th coordinate', () => {
    // 229 is the 50th prime.
    const halton = scrambledHalton('primes', 50)
    const cells = Array.from({ length: 229 }, (_, n) => Math.floor(halton.at(n)[49]! * 229))
    expect(new Set(cells).size).toBe(229)
    expect(Math.floor(halton.at(229)[49]! * 229)).toBe(cells[0])
  })

  it('gives the same points for ever', () => {
    // By an independent implementation in Python's fractions, from the definition in the source.
    const at = (seed: string | number, index: number): number[] => {
      const point = scrambledHalton(seed, 30).at(index)
      return [0, 1, 9, 29].map((j) => point[j]!)
    }
    expect(at(42, 123_456_789)).toEqual([
      0.04895881022688231, 0.9655909300743428, 0.2403910072503671, 0.5571322957342321,
    ])
    expect(at('attune', 2 ** 32 - 1)).toEqual([
      0.48512562518074054, 0.49376877133772057, 0.6729770710310776, 0.9423621195919201,
    ])
  })

  it('serves 4,000 dimensions, also none, and refuses more', () => {
    const halton = scrambledHalton(1, 4000)
    expect(new Set(halton.at(0)).size).toBe(4000)
    expect(new Set(halton.at(9)).size).toBe(4000)
    expect(scrambledHalton(1, 0).at(9)).toHaveLength(0)
    expect(() => scrambledHalton(1, 4001)).toThrow(/dimension must be an integer in 0 … 4000/)
    expect(() => scrambledHalton(1, 2).at(2 ** 32)).toThrow(/index must be an integer/)
    expect(() => scrambledHalton(NaN, 2)).toThrow(/finite number/)
  })
})
