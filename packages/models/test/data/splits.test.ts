import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldsOf, givenSplit, groupsOf, splitRows, strataOf } from '../../src/data/splits.ts'
import { columnNamed, tableOf } from '../../src/data/table.ts'

const all = (lists: readonly ArrayLike<number>[]): number[] =>
  lists.flatMap((list) => Array.from(list)).sort((a, b) => a - b)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const pick = (values: ArrayLike<number>, rows: ArrayLike<number>): number[] =>
  Array.from(rows, (row) => values[row]!)
const countOf = (values: readonly number[], value: number): number =>
  values.filter((v) => v === value).length

const seed = fc.integer()
const shares = fc
  .array(fc.integer({ min: 1, max: 10 }), { minLength: 2, maxLength: 4 })
  .map((weights) => {
    const sum = weights.reduce((a, b) => a + b, 0)
    return Object.fromEntries(weights.map((w, i) => [`part${i}`, w / sum]))
  })
const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 60, maxLength: 150 })

describe('splits', () => {
  test('parts are disjoint and complete, each within a row of its share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 200 }), shares, seed, (rows, given, key) => {
        const split = splitRows(rows, given, { seed: key })
        expect(all(Object.values(split))).toEqual(upTo(rows))
        for (const [name, share] of Object.entries(given)) {
          expect(Math.abs(split[name]!.length - share * rows)).toBeLessThan(1)
          expect([...split[name]!]).toEqual([...split[name]!].sort((a, b) => a - b))
        }
      }),
    )
  })

  test('stratified parts have of every class its share, within a row', () => {
    fc.assert(
      fc.property(labels, shares, seed, (stratify, given, key) => {
        const split = splitRows(stratify.length, given, { stratify, seed: key })
        expect(all(Object.values(split))).toEqual(upTo(stratify.length))
        for (const [name, share] of Object.entries(given)) {
          const inPart = pick(stratify, split[name]!)
          for (const label of new Set(stratify)) {
            const total = countOf(stratify, label)
            if (total === 1) continue
            expect(Math.abs(countOf(inPart, label) - share * total)).toBeLessThan(1)
          }
        }
      }),
    )
  })

  test('a class of one row goes to the largest part', () => {
    const stratify = [...new Array<number>(50).fill(0), 1, 2, 3, 4, 5]
    for (let key = 0; key < 5; key++) {
      const { train } = splitRows(55, { test: 0.3, train: 0.7 }, { stratify, seed: key })
      for (const row of [50, 51, 52, 53, 54]) expect([...train]).toContain(row)
    }
  })

  test('groups are never on two sides, and no part is empty', () => {
    const groups = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 40, maxLength: 100 })
    fc.assert(
      fc.property(
        groups,
        labels,
        shares,
        seed,
        fc.boolean(),
        (given, classes, parts, key, both) => {
          fc.pre(new Set(given).size >= Object.keys(parts).length)
          const stratify = given.map((_, i) => classes[i % classes.length]!)
          const options = both
            ? { groups: given, stratify, seed: key }
            : { groups: given, seed: key }
          const split = splitRows(given.length, parts, options)
          const lists = Object.values(split)
          expect(all(lists)).toEqual(upTo(given.length))
          const owners = lists.map((rows) => new Set(pick(given, rows)))
          const sizes = owners.map((owner) => owner.size)
          expect(sizes.reduce((a, b) => a + b, 0)).toBe(new Set(given).size)
          expect(Math.min(...sizes)).toBeGreaterThan(0)
        },
      ),
    )
  })

  test('many small groups come close to the shares of rows and classes', () => {
    const rows = 600
    const groups = upTo(rows).map((i) => Math.floor(i / 6))
    const stratify = groups.map((group) => (group % 4 === 0 ? 1 : 0))
    const split = splitRows(rows, { train: 0.7, test: 0.3 }, { groups, stratify })
    expect(Math.abs(split.train.length - 420)).toBeLessThanOrEqual(6)
    expect(Math.abs(countOf(pick(stratify, split.test), 1) - 45)).toBeLessThanOrEqual(6)
  })

  test('by time nothing judged is earlier than what is learnt, and equal times stay together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 40, maxLength: 80 }),
        (order) => {
          fc.pre(Math.max(...order.map((v) => countOf(order, v))) < 8)
          const split = splitRows(
            order.length,
            { train: 0.6, validation: 0.2, test: 0.2 },
            { order },
          )
          const [a, b, c] = [split.train, split.validation, split.test].map((rows) =>
            pick(order, rows),
          )
          expect(all(Object.values(split))).toEqual(upTo(order.length))
          expect(Math.max(...a!)).toBeLessThan(Math.min(...b!))
          expect(Math.max(...b!)).toBeLessThan(Math.min(...c!))
          expect(Math.abs(a!.length - 0.6 * order.length)).toBeLessThan(5)
        },
      ),
    )
  })

  test('the seed decides, and nothing else', () => {
    const options = { stratify: upTo(50).map((i) => i % 3) }
    const split = (key: number): unknown =>
      splitRows(50, { a: 0.5, b: 0.5 }, { ...options, seed: key })
    expect(split(1)).toEqual(split(1))
    expect(split(1)).not.toEqual(split(2))
  })

  test('problems are told together', () => {
    expect(() => splitRows(10, { a: 0.5, b: 0.6 })).toThrow('add up to 1.1')
    expect(() => splitRows(10, { a: 0, b: 2 }, { groups: [1] })).toThrow('3 problems')
    expect(() => splitRows(2, { a: 0.5, b: 0.25, c: 0.25 })).toThrow('leave nothing for')
    expect(() => splitRows(4, { a: 0.5, b: 0.5 }, { groups: [1, 1, 1, 1] })).toThrow(
      '1 group cannot fill 2 parts',
    )
    expect(() => splitRows(2, { a: 0.5, b: 0.5 }, { order: [1, NaN] })).toThrow(
      'row 1 has no value',
    )
    expect(() => splitRows(2, { a: 0.5, b: 0.5 }, { order: [1, 2], stratify: [1, 1] })).toThrow(
      'neither stratified',
    )
  })

  test('given parts are checked', () => {
    expect(givenSplit(4, { train: [2, 0], test: [3] })).toEqual({
      train: Int32Array.of(0, 2),
      test: Int32Array.of(3),
    })
    expect(() => givenSplit(4, { train: [0, 4], test: [0, 0.5], other: [] })).toThrow('4 problems')
  })
})

describe('folds', () => {
  test('judge every row once, and never learn from it', () => {
    fc.assert(
      fc.property(labels, fc.integer({ min: 2, max: 10 }), seed, (stratify, folds, key) => {
        const rows = stratify.length
        const made = foldsOf(rows, { folds, stratify, seed: key })
        expect(all(made.map((fold) => fold.test))).toEqual(upTo(rows))
        for (const { train, test: judged } of made) {
          expect(all([train, judged])).toEqual(upTo(rows))
          expect(Math.abs(judged.length - rows / folds)).toBeLessThan(1 + 1e-9)
          for (const label of new Set(stratify)) {
            const total = countOf(stratify, label)
            const count = countOf(pick(stratify, judged), label)
            if (total > 1) expect(Math.abs(count - total / folds)).toBeLessThan(1)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  test('classes of one row are spread over the folds', () => {
    const sizes = foldsOf(20, { folds: 4, stratify: upTo(20) }).map((fold) => fold.test.length)
    expect(sizes).toEqual([5, 5, 5, 5])
  })

  test('are repeated with other rows', () => {
    const made = foldsOf(20, { folds: 4, repeats: 3 })
    expect(made.map(({ repeat, fold }) => `${repeat}.${fold}`)).toEqual(
      upTo(12).map((i) => `${Math.floor(i / 4)}.${i % 4}`),
    )
    expect(made[0]!.test).not.toEqual(made[4]!.test)
    expect(all(made.slice(4, 8).map((fold) => fold.test))).toEqual(upTo(20))
  })

  test('keep groups whole', () => {
    const groups = upTo(60).map((i) => Math.floor((i * i) % 11))
    for (const { train, test: judged } of foldsOf(60, {
      folds: 3,
      groups,
      stratify: upTo(60).map((i) => i % 2),
    })) {
      const learnt = new Set(pick(groups, train))
      expect(pick(groups, judged).some((group) => learnt.has(group))).toBe(false)
    }
  })

  test('by time grow forwards', () => {
    const order = upTo(60).map((i) => (i * 37) % 60)
    const made = foldsOf(60, { folds: 5, order })
    expect(made.map(({ train, test: judged }) => [train.length, judged.length])).toEqual([
      [10, 10],
      [20, 10],
      [30, 10],
      [40, 10],
      [50, 10],
    ])
    for (const { train, test: judged } of made) {
      expect(Math.max(...pick(order, train))).toBeLessThan(Math.min(...pick(order, judged)))
    }
  })

  test('ten rows are enough for ten folds, and not for more', () => {
    expect(foldsOf(10, { folds: 10 }).every((fold) => fold.test.length === 1)).toBe(true)
    expect(() => foldsOf(10, { folds: 11 })).toThrow('10 rows cannot fill 11 parts')
    expect(() => foldsOf(10, { folds: 1, repeats: 0 })).toThrow('2 problems')
    expect(() => foldsOf(10, { folds: 2, order: new Array(10).fill(1) })).toThrow('share a time')
  })
})

test('strata of numbers have equal sizes; groups are the values of a column', () => {
  const values = Float64Array.from(upTo(100), (i) => (i * 37) % 100)
  const strata = strataOf({ kind: 'numbers', values })
  expect(upTo(10).map((bin) => countOf([...strata], bin))).toEqual(new Array(10).fill(10))
  expect(strata[values.indexOf(5)]).toBe(0)
  const table = tableOf({ who: ['a', 'b', null, 'a', null], n: [1.5, null, 1.5, null, 2] })
  expect([...groupsOf(columnNamed(table, 'who'))]).toEqual([0, 1, 2, 0, 3])
  expect([...groupsOf(columnNamed(table, 'n'))]).toEqual([0, 1, 0, 2, 3])
})
