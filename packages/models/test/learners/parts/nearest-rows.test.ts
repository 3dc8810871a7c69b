import { createRng } from '@attune/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findCandidates, prepareRows, type RowSet } from '../../../src/learners/parts/candidates.ts'
import { createRowIndex, type Metric } from '../../../src/learners/parts/nearest-rows.ts'

type Draw = (rng: ReturnType<typeof createRng>) => number

/** Numbers of kinds that make trouble: ties, a large common part, small and large next to each other. */
const kinds: Readonly<Record<string, Draw>> = {
  'spread evenly': (rng) => rng.next(),
  'few whole numbers, many ties': (rng) => rng.int(2),
  'all the same': () => 3,
  'far from zero': (rng) => 1e4 + rng.next(),
  'of all sizes': (rng) => 10 ** (6 * rng.next() - 3),
}

function rowSet(rows: number, columns: number, draw: Draw, key: string): RowSet {
  const rng = createRng(7, key)
  return { rows, columns, data: Float32Array.from({ length: rows * columns }, () => draw(rng)) }
}

function bySorting(metric: Metric, examples: RowSet, queries: RowSet, k: number): Int32Array {
  const { columns } = examples
  const found = new Int32Array(queries.rows * k)
  for (let q = 0; q < queries.rows; q++) {
    const sums = Array.from({ length: examples.rows }, (_, row) => {
      let sum = 0
      for (let j = 0; j < columns; j++) {
        const gap = queries.data[q * columns + j]! - examples.data[row * columns + j]!
        sum += metric === 'manhattan' ? Math.abs(gap) : gap * gap
      }
      return { row, sum }
    })
    sums.sort((a, b) => a.sum - b.sum || a.row - b.row)
    for (let i = 0; i < k; i++) found[q * k + i] = sums[i]!.row
  }
  return found
}

it.each(Object.keys(kinds))('finds the neighbours that sorting all finds: %s', async (kind) => {
  for (const metric of ['euclidean', 'manhattan'] as const) {
    for (const k of [1, 7, 40]) {
      const examples = rowSet(700, 13, kinds[kind]!, 'examples')
      const queries = rowSet(25, 13, kinds[kind]!, 'queries')
      const { rows } = await createRowIndex(metric, examples).nearest(queries, k)
      expect(rows).toEqual(bySorting(metric, examples, queries, k))
    }
  }
})

it.each(['wasm', 'native'] as const)(
  'leaves most examples out before it measures exactly, but no neighbour: %s',
  async (engine) => {
    // More rows of both than are taken at a time, by either engine.
    const examples = rowSet(2500, 6, kinds['spread evenly']!, 'examples')
    const queries = rowSet(270, 6, kinds['spread evenly']!, 'queries')
    const { count, rows } = (await findCandidates(
      () => prepareRows('product', examples),
      examples,
      queries,
      5,
      engine,
    ))!
    expect(Math.max(...count)).toBeLessThan(20)
    const nearest = bySorting('euclidean', examples, queries, 5)
    for (let q = 0; q < 270; q++) {
      const kept = new Set(rows[q]!.subarray(0, count[q]))
      for (let i = 0; i < 5; i++) expect(kept.has(nearest[q * 5 + i]!)).toBe(true)
    }
  },
)

it('measures numbers exactly that are too large for float32', async () => {
  const examples = rowSet(2000, 20, (rng) => 1e18 * rng.next(), 'examples')
  const queries = rowSet(10, 20, (rng) => 1e18 * rng.next(), 'queries')
  expect(
    await findCandidates(() => prepareRows('product', examples), examples, queries, 5),
  ).toBeUndefined()
  expect((await createRowIndex('euclidean', examples).nearest(queries, 5)).rows).toEqual(
    bySorting('euclidean', examples, queries, 5),
  )
})

it('gives distances in ascending order, equal ones by their rows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }),
      fc.nat(4),
      async (values, query) => {
        const set = (list: number[]): RowSet => ({
          rows: list.length,
          columns: 1,
          data: Float32Array.from(list),
        })
        const { k, rows, distances } = await createRowIndex('manhattan', set(values)).nearest(
          set([query]),
          5,
        )
        expect(k).toBe(Math.min(5, values.length))
        for (let i = 0; i < k; i++) {
          expect(distances[i]).toBe(Math.abs(values[rows[i]!]! - query))
          if (i === 0) continue
          const gap = distances[i]! - distances[i - 1]!
          expect(gap > 0 || (gap === 0 && rows[i]! > rows[i - 1]!)).toBe(true)
        }
      },
    ),
  )
})
