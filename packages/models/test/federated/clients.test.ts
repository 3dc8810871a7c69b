import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Clients, ClassTarget } from '../../src/index.ts'
import { dirichletClients, evenClients, groupClients } from '../../src/index.ts'

const target = (rows: number, labels: number): ClassTarget => ({
  kind: 'classes',
  codes: Int32Array.from({ length: rows }, (_, i) => i % labels),
  labels: Array.from({ length: labels }, (_, k) => `label ${k}`),
})

/** Every row is of exactly one client. */
function expectParted(clients: Clients, rows: number): void {
  const all = clients.flatMap((own) => [...own]).sort((a, b) => a - b)
  expect(all).toEqual(Array.from({ length: rows }, (_, i) => i))
  for (const own of clients) expect([...own]).toEqual([...own].sort((a, b) => a - b))
}

test('every row goes to exactly one client, and none has fewer than the least', () => {
  fc.assert(
    fc.property(
      fc.record({
        rows: fc.integer({ min: 60, max: 200 }),
        labels: fc.integer({ min: 1, max: 7 }),
        count: fc.integer({ min: 1, max: 20 }),
        least: fc.integer({ min: 1, max: 3 }),
        // As small as that every label is of one client alone.
        concentration: fc.constantFrom(1e-4, 0.1, 0.5, 1, 100),
        seed: fc.integer(),
      }),
      ({ rows, labels, count, least, concentration, seed }) => {
        const y = target(rows, labels)
        const clients = dirichletClients(y, count, concentration, { least, seed })
        expect(clients).toHaveLength(count)
        expectParted(clients, rows)
        for (const own of clients) expect(own.length).toBeGreaterThanOrEqual(least)
        expect(dirichletClients(y, count, concentration, { least, seed })).toEqual(clients)
        const even = evenClients(rows, count, { seed })
        expectParted(even, rows)
        const sizes = even.map((own) => own.length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      },
    ),
    { numRuns: 60 },
  )
})

describe('shares of a label over clients', () => {
  // Of a Dirichlet distribution with a concentration a for each of K: mean 1 / K, variance
  // (1 / K) (1 - 1 / K) / (K a + 1) (S. Kotz and others, "Continuous multivariate distributions", 2000).
  test.each([0.1, 0.5, 5])('have mean and variance of Dirichlet(%d)', (concentration) => {
    const [count, rows, seeds] = [5, 2000, 400]
    const y = target(rows, 2)
    const means = new Float64Array(count)
    let squares = 0
    for (let seed = 0; seed < seeds; seed++) {
      const clients = dirichletClients(y, count, concentration, { seed })
      for (const [k, own] of clients.entries()) {
        let hits = 0
        for (const row of own) if (y.codes[row] === 0) hits++
        const share = hits / (rows / 2)
        means[k]! += share / seeds
        squares += (share - 1 / count) ** 2 / (seeds * count)
      }
    }
    const variance = ((1 / count) * (1 - 1 / count)) / (count * concentration + 1)
    const error = 4 * Math.sqrt(variance / seeds)
    for (const mean of means) expect(Math.abs(mean - 1 / count)).toBeLessThan(error)
    expect(squares / variance).toBeGreaterThan(0.85)
    expect(squares / variance).toBeLessThan(1.15)
  })
})

test('of a regression tenths of the values are labels', () => {
  const values = Float64Array.from({ length: 400 }, (_, i) => i)
  const clients = dirichletClients({ kind: 'numbers', values }, 4, 0.01, { seed: 3 })
  expectParted(clients, 400)
  // Nearly every tenth of the values is of one client alone.
  const owners = Array.from({ length: 10 }, (_, t) =>
    Math.max(...clients.map((own) => own.filter((row) => Math.floor(row / 40) === t).length)),
  )
  expect(owners.filter((most) => most >= 36).length).toBeGreaterThanOrEqual(8)
})

test('groups are clients in the order of their codes', () => {
  expect(groupClients([2, 0, 2, 7, 0])).toEqual([
    Int32Array.of(1, 4),
    Int32Array.of(0, 2),
    Int32Array.of(3),
  ])
})

test('what cannot be shared out is refused, all at once', () => {
  expect(() => dirichletClients(target(10, 2), 0, -1, { least: 0.5 })).toThrow(
    /count: must be a whole number from 1, but is 0\.\n.*least: .*0\.5\.\n.*dirichlet: .*-1/s,
  )
  expect(() => dirichletClients(target(10, 2), 4, 1, { least: 3 })).toThrow(
    /4 clients of at least 3 rows need 12 rows, but there are 10/,
  )
})
