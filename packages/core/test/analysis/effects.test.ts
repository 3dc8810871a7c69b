import { describe, expect, it } from 'vitest'
import type { SearchSpace } from '../../src/index.ts'
import {
  binnedEffects,
  choice,
  float,
  jointSpace,
  parameterEffects,
  responseSurface,
  space,
  spaceOf,
} from '../../src/index.ts'
import { bowlTrials, complete, lossAt, make } from '../charts/support/studies.ts'

const { history } = make(bowlTrials(120, { clean: true }))
const joint = jointSpace(history, spaceOf(history))

const spanOf = (values: readonly number[]): number => Math.max(...values) - Math.min(...values)

describe('effects by the surrogate', () => {
  const effects = new Map(parameterEffects(joint, history).map((one) => [one.name, one]))

  it('find the bottom of a bowl, and how deep it is', () => {
    const { places, middle } = effects.get('lr')!
    const lowest = places[middle.indexOf(Math.min(...middle))]!
    expect(lowest).toBeGreaterThan(10 ** -3)
    expect(lowest).toBeLessThan(10 ** -2.2)
    // The bowl rises by 1.4² to the lower end and by 2.6² to the upper one.
    const rise = middle.map((m) => m - Math.min(...middle))
    expect(rise[0]!).toBeGreaterThan(1.2)
    expect(rise[0]!).toBeLessThan(2.8)
    expect(rise.at(-1)!).toBeGreaterThan(4.5)
    expect(rise.at(-1)!).toBeLessThan(8.5)
  })

  it('know what does not matter', () => {
    expect(spanOf(effects.get('dull')!.middle)).toBeLessThan(
      0.1 * spanOf(effects.get('lr')!.middle),
    )
  })

  it('give every label its place, with an interval that holds the middle', () => {
    const { places, middle, low, high } = effects.get('act')!
    expect(places).toEqual([0, 1, 2])
    expect(middle[1]! - middle[0]!).toBeGreaterThan(0.15)
    middle.forEach((m, i) => {
      expect(low[i]!).toBeLessThan(m)
      expect(high[i]!).toBeGreaterThan(m)
    })
  })

  it('of a conditional parameter stand on the trials that have it', () => {
    const having = bowlTrials(120, { clean: true }).filter(
      ({ values }) => values!['optimizer'] === 'sgd',
    )
    expect(effects.get('optimizer.sgd.momentum')!.trials).toBe(having.length)
  })

  it('are wider where there are fewer trials', () => {
    const few = make(bowlTrials(12, { clean: true })).history
    const [lr] = parameterEffects(jointSpace(few, spaceOf(few)), few, { params: ['lr'] })
    const width = (one: { low: readonly number[]; high: readonly number[] }): number =>
      one.high[0]! - one.low[0]!
    expect(width(lr!)).toBeGreaterThan(width(effects.get('lr')!))
  })

  it('need results that differ', () => {
    const same = make(
      bowlTrials(8, { clean: true }).map(({ values }) => complete(values!, 1)),
    ).history
    expect(() => parameterEffects(joint, same)).toThrow(/results that differ/)
  })
})

describe('effects by means', () => {
  const small = space({ x: float(0, 8), act: choice(['a', 'b']) }) as SearchSpace
  const made = make(
    [
      complete({ x: 0.5, act: 'a' }, 1),
      complete({ x: 0.6, act: 'a' }, 3),
      complete({ x: 7.5, act: 'b' }, 10),
      { values: { x: 7.6, act: 'b' }, state: 'failed' },
    ],
    { space: small },
  ).history

  it('average the results of each part of a range', () => {
    const [x] = binnedEffects(small, made)
    expect(x!.places).toEqual([0.5, 7.5])
    expect(x!.middle).toEqual([2, 10])
    // The standard error of 1 and 3 is 1.
    expect(x!.high[0]! - 2).toBeCloseTo(1.959964, 5)
    expect(x!.low[1]).toBe(10)
    expect(x!.trials).toBe(3)
  })

  it('average those of each label', () => {
    const [, act] = binnedEffects(small, made)
    expect([act!.places, act!.middle]).toEqual([
      [0, 1],
      [2, 10],
    ])
  })
})

describe('a response surface', () => {
  const surface = responseSurface(joint, history, ['lr', 'units'])

  it('has the shape of the function, with the other parameters as in the best trial', () => {
    const own = { act: history.values.get('act', surface.trial)! }
    const cells = surface.rows.flatMap((row, j) =>
      row.map((found, i) => {
        const lr = 10 ** (-4 + (4 * (i + 0.5)) / 32)
        const units = 7.5 * (128.5 / 7.5) ** ((j + 0.5) / 32)
        return { found, wanted: lossAt({ lr, units, ...own }) }
      }),
    )
    const error = cells.map(({ found, wanted }) => Math.abs(found - wanted))
    expect(error.reduce((a, b) => a + b) / error.length).toBeLessThan(0.4)
  })

  it('is least sure where it saw nothing', () => {
    const all = surface.deviations.flat()
    const corners = [all[0]!, all.at(-1)!]
    const middle = surface.deviations[16]![16]!
    for (const corner of corners) expect(corner).toBeGreaterThan(middle)
  })

  it('has a row a label', () => {
    const { rows } = responseSurface(joint, history, ['lr', 'act'])
    expect(rows).toHaveLength(3)
    const at = rows.map((row) => row[16]!)
    expect(at[1]!).toBeGreaterThan(at[0]!)
  })

  it('refuses what is no parameter', () => {
    expect(() => responseSurface(joint, history, ['lr', 'value'])).toThrow(/no parameter "value"/)
  })
})
