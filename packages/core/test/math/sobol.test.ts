import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/math/rng.ts'
import { sobolNumbers } from '../../src/math/sobol-numbers.ts'
import { scrambledSobol, sobolPoint } from '../../src/math/sobol.ts'

describe('sobolNumbers', () => {
  it('holds odd m_i < 2^i for a polynomial of each degree in turn', () => {
    const rows = sobolNumbers.trim().split('\n')
    expect(rows).toHaveLength(255)
    // Counts of primitive polynomials over GF(2) of degree 1, 2, …: 1, 1, 2, 2, 6, 6, 18, 16, 48, 60, 176.
    const degrees = [1, 1, 2, 2, 6, 6, 18, 16, 48, 60, 95].flatMap((n, i) =>
      Array<number>(n).fill(i + 1),
    )
    rows.forEach((row, i) => {
      const [a = -1, ...m] = row.split(' ').map(Number)
      expect(m).toHaveLength(degrees[i]!)
      expect(a).toBeLessThan(2 ** (m.length - 1))
      m.forEach((value, k) => expect(value % 2 === 1 && value < 2 ** (k + 1)).toBe(true))
    })
  })
})

describe('sobolPoint', () => {
  it('begins with the published points', () => {
    // SciPy documents the first eight of two dimensions (scipy.stats.qmc.Sobol, scramble=False);
    // the other four are by SciPy 1.17, which uses the same direction numbers.
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((n) => [...sobolPoint(n, 6)])).toEqual([
      [0, 0, 0, 0, 0, 0],
      [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25, 0.25, 0.75, 0.75],
      [0.25, 0.75, 0.75, 0.75, 0.25, 0.25],
      [0.375, 0.375, 0.625, 0.875, 0.375, 0.125],
      [0.875, 0.875, 0.125, 0.375, 0.875, 0.625],
      [0.625, 0.125, 0.875, 0.625, 0.625, 0.875],
      [0.125, 0.625, 0.375, 0.125, 0.125, 0.375],
    ])
  })

  it('agrees with SciPy up to the last dimension', () => {
    // scipy.stats.qmc.Sobol(256, scramble=False) of SciPy 1.17, times 4096.
    const indices = [1, 2, 3, 10, 100, 1000, 4095]
    const golden: Record<number, number[]> = {
      0: [2048, 3072, 1024, 3840, 1696, 900, 1],
      1: [2048, 1024, 3072, 256, 1056, 396, 3855],
      2: [2048, 1024, 3072, 2816, 3168, 2124, 1369],
      9: [2048, 3072, 1024, 2304, 2848, 284, 1009],
      49: [2048, 3072, 1024, 3328, 2720, 1964, 2489],
      127: [2048, 1024, 3072, 1280, 1888, 2228, 1071],
      199: [2048, 1024, 3072, 1280, 544, 3452, 3401],
      255: [2048, 3072, 1024, 2816, 2336, 1020, 2511],
    }
    for (const [j, expected] of Object.entries(golden)) {
      expect(indices.map((n) => sobolPoint(n, 256)[Number(j)]! * 4096)).toEqual(expected)
    }
  })

  it('reaches the last index of 32 bits', () => {
    // By a Python implementation in unbounded integers, from the direction numbers SciPy 1.17 ships.
    const golden: Record<number, [number, number]> = {
      0: [2752780288, 1],
      1: [2822535168, 4294967295],
      9: [3996874752, 2197780721],
      49: [2950621184, 2196727743],
      127: [3085015040, 2699379135],
      255: [1952839680, 3526361403],
    }
    const point = [sobolPoint(2 ** 20 + 12345, 256), sobolPoint(2 ** 32 - 1, 256)]
    for (const [j, expected] of Object.entries(golden)) {
      expect(point.map((x) => x[Number(j)]! * 2 ** 32)).toEqual(expected)
    }
  })

  it('does not depend on how many dimensions were asked for before', () => {
    const small = [...sobolPoint(77, 3)]
    expect([...sobolPoint(77, 256)].slice(0, 3)).toEqual(small)
    expect([...sobolPoint(77, 3)]).toEqual(small)
  })

  it('writes into the given array', () => {
    const out = new Float64Array(2)
    expect(sobolPoint(1, 2, out)).toBe(out)
    expect([...out]).toEqual([0.5, 0.5])
  })

  it('refuses indices and dimensions out of range', () => {
    expect(() => sobolPoint(-1, 2)).toThrow(
      /index must be an integer in 0 … 4294967295, but got -1/,
    )
    expect(() => sobolPoint(2 ** 32, 2)).toThrow(expect.objectContaining({ code: 'usage' }))
    expect(() => sobolPoint(0.5, 2)).toThrow(/got 0.5/)
    expect(() => sobolPoint(0, 257)).toThrow(/dimension must be an integer in 0 … 256, but got 257/)
    expect(() => sobolPoint(0, -1)).toThrow(/got -1/)
  })
})

describe('scrambledSobol', () => {
  const seeds = fc.oneof(
    fc.integer(),
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )

  it('puts one point into each interval of every coordinate, padded ones too', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 8 }), fc.nat(5), (seed, k, block) => {
        const dimension = 260
        const count = 2 ** k
        const sobol = scrambledSobol(seed, dimension)
        const point = new Float64Array(dimension)
        const hits = new Uint8Array(dimension * count)
        for (let n = 0; n < count; n++) {
          sobol.at(block * count + n, point)
          for (let j = 0; j < dimension; j++) hits[j * count + Math.floor(point[j]! * count)]! += 1
        }
        expect(hits.every((hit) => hit === 1)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it('stratifies the first two coordinates in every shape of elementary box', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const sobol = scrambledSobol(seed, 2)
        const points = Array.from({ length: 256 }, (_, n) => sobol.at(n))
        for (let a = 0; a <= 8; a++) {
          const boxes = points.map(
            ([x, y]) => Math.floor(x! * 2 ** a) * 2 ** (8 - a) + Math.floor(y! * 2 ** (8 - a)),
          )
          expect(new Set(boxes).size).toBe(256)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('keeps the joint equidistribution of the plain sequence in every pair of coordinates', () => {
    const dimension = 12
    const points = Array.from({ length: 1024 }, (_, n) => sobolPoint(n, dimension))
    const sobol = scrambledSobol('pairs', dimension)
    const scrambled = points.map((_, n) => sobol.at(n))
    const counts = (set: Float64Array[], i: number, j: number): number[] => {
      const boxes = Array<number>(256).fill(0)
      for (const x of set) boxes[Math.floor(x[i]! * 16) * 16 + Math.floor(x[j]! * 16)]! += 1
      return boxes.toSorted((a, b) => a - b)
    }
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j < i; j++) expect(counts(scrambled, i, j)).toEqual(counts(points, i, j))
    }
  })

  it('integrates a smooth function with far less error than random points', () => {
    const dimension = 5
    const integrand = (x: Float64Array): number =>
      x.reduce((product, value, j) => product * (1 + (value - 0.5) / (j + 1)), 1)
    const repeats = 50
    const count = 256
    let scrambledError = 0
    let randomError = 0
    for (let seed = 0; seed < repeats; seed++) {
      const sobol = scrambledSobol(seed, dimension)
      const rng = createRng(seed)
      let quasi = 0
      let random = 0
      for (let n = 0; n < count; n++) {
        quasi += integrand(sobol.at(n)) / count
        random += integrand(Float64Array.from({ length: dimension }, () => rng.next())) / count
      }
      scrambledError += (quasi - 1) ** 2
      randomError += (random - 1) ** 2
    }
    // The true integral is 1; the ratio of variances is in the thousands.
    expect(randomError / scrambledError).toBeGreaterThan(1000)
  })

  it('makes every coordinate of one point uniform over seeds, also given its leading bits', () => {
    const count = 4096
    const first = new Float64Array(16)
    const jointly = new Float64Array(64)
    for (let seed = 0; seed < count; seed++) {
      const sobol = scrambledSobol(seed, 2)
      const [x, y] = sobol.at(0)
      first[Math.floor(x! * 16)]! += 1
      jointly[Math.floor(x! * 8) * 8 + Math.floor(y! * 8)]! += 1
    }
    // The 1e-5 points of χ² with 15 and 63 degrees of freedom are about 50 and 119.
    expect(chiSquare(first, count)).toBeLessThan(50)
    expect(chiSquare(jointly, count)).toBeLessThan(119)
  })

  it('flips the second bit independently in both halves', () => {
    // Nested uniform scrambling draws three independent bits here: one for the halves of [0, 1) and
    // one for the quarters of each half.
    const cells = new Float64Array(8)
    for (let seed = 0; seed < 4000; seed++) {
      const sobol = scrambledSobol(seed, 1)
      const [a, b, c, d] = [0, 1, 2, 3].map((n) => Math.floor(sobol.at(n)[0]! * 4))
      // Plain values are 0, 1/2, 3/4, 1/4: a and d share a half, b and c the other.
      cells[(a! >> 1) * 4 + Number(a! > d!) * 2 + Number(b! > c!)]! += 1
    }
    expect(chiSquare(cells, 4000)).toBeLessThan(37)
  })

  it('leaves padded coordinates uncorrelated with one another and with the first', () => {
    const padded = 24
    const sobol = scrambledSobol(3, 256 + padded)
    const count = 1024
    const points = Array.from({ length: count }, (_, n) => {
      const x = sobol.at(n)
      return [x[0]!, ...x.subarray(256)].map((value) => (value - 0.5) * Math.sqrt(12))
    })
    for (let i = 0; i <= padded; i++) {
      for (let j = 0; j < i; j++) {
        const correlation = points.reduce((sum, x) => sum + (x[i]! * x[j]!) / count, 0)
        expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(count))
      }
    }
  })

  it('gives a point by its index alone, strictly inside the cube', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed, index) => {
        const sobol = scrambledSobol(seed, 3)
        const out = new Float64Array(3)
        expect(sobol.at(index, out)).toBe(out)
        expect(scrambledSobol(seed, 300).at(index).subarray(0, 3)).toEqual(out)
        expect(out.every((value) => value > 0 && value < 1)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('differs between seeds and between types of seed', () => {
    const starts = [1, 2, '1', 'one', 2 ** 33, -1].map((seed) =>
      scrambledSobol(seed, 4).at(0).join(),
    )
    expect(new Set(starts).size).toBe(6)
  })

  it('gives the same points for ever', () => {
    // By an independent Python implementation of the scrambling in the source.
    expect([...scrambledSobol(42, 3).at(5)]).toEqual([
      0.2206575389718637, 0.33908865705598146, 0.28480371821206063,
    ])
    const point = scrambledSobol('attune', 4000).at(123456789)
    expect([point[255], point[256], point[3999]]).toEqual([
      0.2901448431657627, 0.028104004333727062, 0.5801627099281177,
    ])
  })

  it('serves 4,000 dimensions, also none, and refuses more', () => {
    const point = scrambledSobol(1, 4000).at(9)
    expect(point).toHaveLength(4000)
    expect(new Set(point).size).toBe(4000)
    expect(scrambledSobol(1, 0).at(9)).toHaveLength(0)
    expect(() => scrambledSobol(1, 4001)).toThrow(/dimension must be an integer in 0 … 4000/)
    expect(() => scrambledSobol(1, 2).at(2 ** 32)).toThrow(/index must be an integer/)
    expect(() => scrambledSobol(NaN, 2)).toThrow(/finite number/)
  })
})

/** Pearson's statistic of counts against equal expected counts. */
function chiSquare(cells: Float64Array, total: number): number {
  const expected = total / cells.length
  return cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}
