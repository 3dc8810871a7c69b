import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitForest } from '../../src/math/forest.ts'
import { createRng } from '../../src/math/rng.ts'
import type { RowOrder } from '../../src/math/tree.ts'
import { growClassTree, growTree, leafOf, rankedOrders, rowOrders } from '../../src/math/tree.ts'

const all = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i)

describe('the regression forest of the surrogate', () => {
  it('is the same to the last bit as before it shared its grower', () => {
    // Computed at commit c5212c9, when trees were for regression alone.
    const rng = createRng('golden forest')
    const n = 120
    const columns = [
      Float64Array.from({ length: n }, () => rng.next()),
      Float64Array.from({ length: n }, () => rng.int(6)),
      Float64Array.from({ length: n }, () => rng.int(5)),
      Float64Array.from({ length: n }, () => rng.int(40)),
    ]
    const y = Float64Array.from({ length: n }, (_, i) => {
      const [a, b, c] = columns.map((column) => column[i]!)
      return a! * 3 + (c! % 2) + (b! * b!) / 10 + rng.next() / 7
    })
    const options = { trees: 7, minSplit: 3, minLeaf: 2, features: 5 / 6 }
    const forest = fitForest(columns, [0, 0, 5, 40], y, options, rng.fork('fit'))
    expect(forest.trees.map((tree) => tree.size)).toEqual([93, 89, 85, 87, 91, 91, 93])
    expect(forest.predict([0.1, 0, 0, 0])).toEqual({
      mean: 0.5519120959541731,
      variance: 0.057002413098308696,
    })
    expect(forest.predict([0.9, 5, 4, 39])).toEqual({
      mean: 4.855554539414581,
      variance: 0.17080968662547896,
    })
  })
})

interface Case {
  readonly columns: readonly Float64Array[]
  readonly counts: readonly number[]
  readonly codes: Int32Array
  readonly classes: number
  readonly weights: Float64Array
}

/** Few rows of two numbers of few values and one category; weights of whole numbers. */
const cases = fc
  .record({
    classes: fc.integer({ min: 2, max: 3 }),
    rows: fc.array(
      fc.record({
        a: fc.integer({ min: 0, max: 5 }),
        b: fc.integer({ min: -3, max: 40 }),
        c: fc.integer({ min: 0, max: 3 }),
        code: fc.integer({ min: 0, max: 2 }),
        weight: fc.integer({ min: 1, max: 4 }),
      }),
      { minLength: 4, maxLength: 60 },
    ),
  })
  .map(({ classes, rows }): Case => {
    const by = (key: 'a' | 'b' | 'c' | 'weight'): Float64Array =>
      Float64Array.from(rows, (row) => row[key])
    return {
      columns: [by('a'), by('b'), by('c')],
      counts: [0, 0, 4],
      codes: Int32Array.from(rows, ({ code }) => code % classes),
      classes,
      weights: by('weight'),
    }
  })

/** Weighted Gini impurity times the weight, of the rows for which a side says yes. */
function impurity({ codes, classes, weights }: Case, on: (row: number) => boolean): number {
  const masses = new Float64Array(classes)
  codes.forEach((code, row) => {
    if (on(row)) masses[code]! += weights[row]!
  })
  const mass = masses.reduce((a, b) => a + b, 0)
  return mass === 0 ? 0 : mass - masses.reduce((sum, m) => sum + m * m, 0) / mass
}

/** What the best of all splits into two sides saves, by trying them. */
function bestGain(given: Case): number {
  const { columns, codes } = given
  const splits: ((row: number) => boolean)[] = []
  for (const column of columns.slice(0, 2)) {
    for (const t of new Set(column)) splits.push((row) => column[row]! < t)
  }
  for (let set = 1; set < 15; set++) splits.push((row) => ((set >> columns[2]![row]!) & 1) === 1)
  let best = Number.NEGATIVE_INFINITY
  for (const left of splits) {
    const size = codes.filter((_, row) => left(row)).length
    if (size === 0 || size === codes.length) continue
    const saved =
      impurity(given, () => true) - impurity(given, left) - impurity(given, (row) => !left(row))
    best = Math.max(best, saved)
  }
  return best
}

const grow = (given: Case, ranked: boolean, options = {}): ReturnType<typeof growClassTree> => {
  const orders = (ranked ? rankedOrders : rowOrders)(given.columns)
  const { columns, counts, codes, classes, weights } = given
  const settings = { weights, ...options }
  const rows = all(codes.length)
  return growClassTree(columns, counts, codes, classes, rows, settings, createRng(1), orders)
}

describe('orders of rows', () => {
  it('are the same with ranks, which are the places among the distinct values', () => {
    const column = fc.array(
      fc.oneof(fc.constantFrom(0, -0, 1, -7, 2.5), fc.double({ noNaN: true })),
    )
    fc.assert(
      fc.property(column, (values) => {
        const columns = [Float64Array.from(values)]
        const [plain] = rowOrders(columns)
        const [{ ranks, ...ranked }] = rankedOrders(columns) as [RowOrder]
        expect(ranked).toEqual(plain)
        expect(ranks!.values.every((v, i) => i === 0 || v > ranks!.values[i - 1]!)).toBe(true)
        values.forEach((value, row) => expect(ranks!.values[ranks!.of[row]!] === value).toBe(true))
      }),
    )
  })
})

describe('a tree for classes', () => {
  it('splits two classes where the Gini impurity falls most', () => {
    fc.assert(
      fc.property(cases, (given) => {
        fc.pre(given.classes === 2 && new Set(given.codes).size === 2)
        const best = bestGain(given)
        const tree = grow(given, false)
        if (best === Number.NEGATIVE_INFINITY) expect(tree.size).toBe(1)
        else expect(tree.gain[0]).toBeCloseTo(Math.max(0, best), 9)
      }),
    )
  })

  it('is the same by distinct values as by sorting', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 4 }), (given, minLeaf) => {
        expect(grow(given, true, { minLeaf })).toEqual(grow(given, false, { minLeaf }))
      }),
    )
  })

  it('holds the shares of the classes of its rows, and their gains add up', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom('best' as const, 'random' as const), (given, cuts) => {
        const tree = grow(given, true, { cuts, minLeaf: 2 })
        const points = given.codes.map((_, row) =>
          leafOf(
            tree,
            given.columns.map((column) => column[row]!),
          ),
        )
        let within = 0
        for (const leaf of new Set(points)) {
          const here = (row: number): boolean => points[row] === leaf
          within += impurity(given, here)
          const rows = points.filter((point) => point === leaf).length
          expect(rows).toBe(tree.rows[leaf])
          expect(rows >= 2 || tree.size === 1).toBe(true)
          const mass = given.weights.reduce((sum, w, row) => sum + (here(row) ? w : 0), 0)
          for (let k = 0; k < given.classes; k++) {
            const own = given.weights.reduce(
              (sum, w, row) => sum + (here(row) && given.codes[row] === k ? w : 0),
              0,
            )
            expect(tree.shares[leaf * given.classes + k]).toBeCloseTo(own / mass, 12)
          }
        }
        const gained = tree.gain.reduce((a, b) => a + b, 0)
        expect(impurity(given, () => true) - gained).toBeCloseTo(within, 9)
      }),
    )
  })

  it('takes a weight for so many rows', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const rows = Array.from(given.codes.keys()).flatMap((row) =>
          Array.from({ length: given.weights[row]! }, () => row),
        )
        const repeated = growClassTree(
          given.columns,
          given.counts,
          given.codes,
          given.classes,
          Int32Array.from(rows),
          {},
          createRng(1),
        )
        const weighted = grow(given, false)
        expect(weighted.feature).toEqual(repeated.feature)
        expect(weighted.threshold).toEqual(repeated.threshold)
        expect(weighted.shares).toEqual(repeated.shares)
      }),
    )
  })

  it('sends labels that a node does not know to its larger side, if asked', () => {
    const column = Float64Array.of(0, 0, 0, 1, 1)
    for (const cuts of ['best', 'random'] as const) {
      for (let seed = 0; seed < 6; seed++) {
        for (const codes of [Int32Array.of(0, 0, 0, 1, 1), Int32Array.of(1, 1, 1, 0, 0)]) {
          const shareAt = (absent: 'right' | 'larger', label: number): number => {
            const rng = createRng(seed)
            const tree = growClassTree([column], [4], codes, 2, all(5), { absent, cuts }, rng)
            return tree.shares[2 * leafOf(tree, [label])]!
          }
          // Label 0 has more rows; either label may be the left side.
          expect(shareAt('larger', 3)).toBe(shareAt('larger', 0))
          if (cuts === 'best') expect(shareAt('right', 3)).toBe(0)
        }
      }
    }
  })
})

describe('a weighted regression tree', () => {
  it('is the tree of repeated rows', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const y = Float64Array.from(given.codes)
        const rows = Array.from(given.codes.keys()).flatMap((row) =>
          Array.from({ length: given.weights[row]! }, () => row),
        )
        const { columns, counts, weights } = given
        const repeated = growTree(columns, counts, y, Int32Array.from(rows), {}, createRng(1))
        for (const orders of [rowOrders(columns), rankedOrders(columns)]) {
          const tree = growTree(
            columns,
            counts,
            y,
            all(y.length),
            { weights },
            createRng(1),
            orders,
          )
          expect(tree.feature).toEqual(repeated.feature)
          expect(tree.threshold).toEqual(repeated.threshold)
          tree.mean.forEach((mean, node) => expect(mean).toBeCloseTo(repeated.mean[node]!, 12))
        }
      }),
    )
  })

  it('draws thresholds evenly between the least and the greatest value', () => {
    const column = Float64Array.of(2, 3, 10)
    const y = Float64Array.of(0, 1, 5)
    const cuts = Array.from({ length: 400 }, (_, seed) => {
      const options = { cuts: 'random', maxDepth: 1 } as const
      return growTree([column], [0], y, all(3), options, createRng(seed)).threshold[0]!
    })
    expect(Math.min(...cuts)).toBeGreaterThan(2)
    expect(Math.max(...cuts)).toBeLessThanOrEqual(10)
    // The mean of 400 uniform draws in (2, 10] is within four standard errors of 6.
    expect(cuts.reduce((a, b) => a + b, 0) / 400).toBeCloseTo(6, 0)
  })
})
