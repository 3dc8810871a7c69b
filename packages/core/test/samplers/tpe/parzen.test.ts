import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../../src/math/rng.ts'
import { createColumn } from '../../../src/samplers/tpe/column.ts'
import type { Column } from '../../../src/samplers/tpe/column.ts'
import { dimensionOf } from '../../../src/samplers/tpe/dimension.ts'
import type { Parzen } from '../../../src/samplers/tpe/parzen.ts'
import { createParzen } from '../../../src/samplers/tpe/parzen.ts'
import type { Distribution } from '../../../src/space/distribution.ts'

const unit: Distribution = { kind: 'float', low: 0, high: 1, scale: 'linear' }
const whole: Distribution = { kind: 'int', low: 1, high: 9, scale: 'log', step: 1 }
const labels: Distribution = { kind: 'choice', choices: ['a', 'b', 'c'], ordered: false }

/** A column that holds these values in rows 0, 1, …, each the row of the trial with that number. */
function columnOf(d: Distribution, values: readonly (number | string)[]): Column {
  const column = createColumn(dimensionOf(d), (row) => row)
  column.reserve(values.length + 1)
  values.forEach((value, row) => {
    column.read(row, value)
    column.insert(row)
  })
  return column
}

function fill(parzen: Parzen, count: number, least = 0.03): Parzen {
  const minBandwidth = { continuous: least, grid: least }
  const rows = Int32Array.from({ length: count }, (_, i) => i)
  const weights = new Float64Array(count).fill(1)
  parzen.fill({ rows, places: rows, weights, priorWeight: 1, minBandwidth })
  return parzen
}

describe('the Parzen estimator', () => {
  it('has densities that add up to one', () => {
    const rng = createRng('density')
    const floats = columnOf(
      unit,
      Array.from({ length: 12 }, () => rng.next()),
    )
    const ints = columnOf(
      whole,
      Array.from({ length: 12 }, () => 1 + rng.int(9)),
    )
    const choices = columnOf(
      labels,
      Array.from({ length: 12 }, () => 'abc'[rng.int(3)] as string),
    )
    for (const least of [0.03, 0.2]) {
      const parzen = fill(createParzen([floats, ints, choices]), 12, least)
      let sum = 0
      const steps = 400
      for (let k = 0; k < steps; k++) {
        for (let i = 0; i < 9; i++) {
          for (let c = 0; c < 3; c++) {
            sum += Math.exp(parzen.logDensity(Float64Array.of((k + 0.5) / steps, i, c))) / steps
          }
        }
      }
      expect(sum).toBeCloseTo(1, 3)
    }
  })

  it('draws from the density it gives', () => {
    const column = columnOf(unit, [0.1, 0.12, 0.15, 0.8])
    const parzen = fill(createParzen([column]), 4)
    const rng = createRng('draws')
    const point = new Float64Array(1)
    const counts = new Float64Array(10)
    const draws = 20_000
    for (let i = 0; i < draws; i++) {
      parzen.sample(rng, point)
      counts[Math.min(9, Math.floor(point[0]! * 10))]!++
    }
    for (let bin = 0; bin < 10; bin++) {
      let mass = 0
      for (let k = 0; k < 50; k++) {
        mass += Math.exp(parzen.logDensity(Float64Array.of((bin + (k + 0.5) / 50) / 10))) / 500
      }
      // Five standard deviations of a binomial share.
      expect(Math.abs(counts[bin]! / draws - mass)).toBeLessThan(
        5 * Math.sqrt((mass * (1 - mass)) / draws),
      )
    }
  })

  it('has kernels no narrower than it is told', () => {
    const column = columnOf(unit, [0.5, 0.501, 0.502])
    const peak = (least: number): number =>
      fill(createParzen([column]), 3, least).logDensity(Float64Array.of(0.501))
    expect(peak(0.2)).toBeLessThan(peak(0.03) - 1)
  })

  it('forgets nothing and keeps nothing stale when kernels come, go and move', () => {
    const value = fc.record({
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      n: fc.integer({ min: 1, max: 9 }),
    })
    const change = fc.record({ place: fc.nat(29), value })
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 30, maxLength: 30 }),
        fc.array(change, { maxLength: 8 }),
        (values, changes) => {
          const xs = columnOf(
            unit,
            values.map((v) => v.x),
          )
          const ns = columnOf(
            whole,
            values.map((v) => v.n),
          )
          const kept = createParzen([xs, ns])
          const now = [...values]
          for (const { place, value: moved } of changes) {
            fill(kept, 30)
            for (const column of [xs, ns]) column.remove(place)
            now[place] = moved
            xs.read(place, moved.x)
            ns.read(place, moved.n)
            for (const column of [xs, ns]) column.insert(place)
          }
          fill(kept, 30)
          const fresh = fill(
            createParzen([
              columnOf(
                unit,
                now.map((v) => v.x),
              ),
              columnOf(
                whole,
                now.map((v) => v.n),
              ),
            ]),
            30,
          )
          for (const x of [0, 0.2, 0.5, 1]) {
            const point = Float64Array.of(x, 4)
            expect(kept.logDensity(point)).toBe(fresh.logDensity(point))
          }
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('a column of trials', () => {
  it('is in order however trials came in and went', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(39), { maxLength: 20 }),
        (values, out) => {
          const gone = [...new Set(out.filter((trial) => trial < values.length))]
          const left = values.map((_, i) => i).filter((trial) => !gone.includes(trial))
          const one = columnOf(whole, values)
          gone.forEach((trial) => one.remove(trial))
          const all = columnOf(whole, [])
          all.reserve(values.length)
          values.forEach((value, trial) => all.read(trial, value))
          all.append(values.map((_, trial) => trial))
          all.retain((trial) => !gone.includes(trial))
          const expected = left.sort((a, b) => values[a]! - values[b]! || a - b)
          for (const column of [one, all]) {
            expect([...column.rows.subarray(0, column.count)]).toEqual(expected)
          }
          expect([...all.positions.subarray(0, all.count)]).toEqual([
            ...one.positions.subarray(0, one.count),
          ])
        },
      ),
    )
  })
})
