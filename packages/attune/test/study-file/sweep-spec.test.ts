import { float, int, list, choice, constant, space, spaceToJson, variant } from '@attune/core'
import { describe, expect, it } from 'vitest'
import type { SweepOptions } from '../../src/study-file/sweep-spec.ts'
import { sweepOf } from '../../src/study-file/sweep-spec.ts'

const search = space(
  {
    optimizer: variant({
      adam: { learning_rate: float(1e-5, 1e-1, { scale: 'log' }) },
      sgd: { lr: float(1e-4, 1, { scale: 'log', default: 0.01 }), momentum: float(0, 0.9) },
    }),
    epochs: int(5, 50, { default: 10 }),
    act: choice(['relu', 'tanh']),
    layers: list(1, 3, { units: int(8, 64, { scale: 'log', default: 16 }) }, { default: 2 }),
    seedling: constant(3),
  },
  { require: ['epochs * optimizer.sgd.lr < 100'] },
)
const sweep = (options: Partial<SweepOptions> = {}, of: typeof search = search) =>
  sweepOf(of as never, { set: [], ...options })

describe('sweepOf', () => {
  it('finds the learning rate that exists, and fixes all else at defaults or in the middle', () => {
    const { rate, range, fixed, guessed, ranges } = sweep()
    expect([rate, range]).toEqual(['optimizer.adam.learning_rate', { low: 1e-5, high: 0.1 }])
    expect(fixed).toEqual({
      ...{ optimizer: 'adam', epochs: 10, act: 'relu', seedling: 3 },
      ...{ layers: 2, 'layers.0.units': 16, 'layers.1.units': 16 },
    })
    expect(guessed).toEqual(['act'])
    expect(ranges).toEqual({ optimizer: { choices: ['adam'] }, layers: { low: 2, high: 2 } })
  })

  it('takes what is set, also beyond the declared range, and the rate that goes with it', () => {
    const set = ['optimizer=sgd', 'epochs=1', 'units=8', 'layers=1', 'seedling=4']
    const { rate, fixed, guessed, space: swept } = sweep({ set })
    expect(rate).toBe('optimizer.sgd.lr')
    expect(fixed).toMatchObject({ epochs: 1, layers: 1, 'layers.0.units': 8, seedling: 4 })
    expect(guessed).toEqual(['optimizer.sgd.momentum', 'act'])
    const lr = swept.params.find((p) => p.name === rate)
    expect(lr).toMatchObject({ default: 0.01, distribution: { low: 1e-4, high: 1, scale: 'log' } })
    expect(spaceToJson(swept)).toMatchObject({
      space: { epochs: { constant: 1 }, layers: { of: { units: { constant: 8 } } } },
    })
  })

  it('chooses the variant of a rate that is named, and sweeps where it is told to', () => {
    const found = sweep({ param: 'lr', range: { low: 0.1, high: 10 } })
    expect([found.rate, found.fixed['optimizer']]).toEqual(['optimizer.sgd.lr', 'sgd'])
    const lr = found.space.params.find((p) => p.name === found.rate)
    expect(lr).toMatchObject({ distribution: { low: 0.1, high: 10 } })
    expect(lr?.default).toBeUndefined()
  })

  it('says every mistake at once', () => {
    const set = ['act=relo', 'epochs=1.5', 'nope=3', 'units']
    const text = ((): string => {
      try {
        sweep({ set, param: 'epoch' })
      } catch (error) {
        return (error as Error).message
      }
      return ''
    })()
    expect(text).toContain('--set act=relo: it is none of its values. Did you mean "relu"?')
    expect(text).toContain('--set epochs=1.5: expected a whole number')
    expect(text).toContain('--set nope=3: the study has no such parameter.')
    expect(text).toContain('--set units: expected NAME=VALUE.')
    expect(text).toContain('--param: the study has no such parameter. Did you mean "epochs"?')
    expect(() => sweep({ set: ['optimizer=adam'], param: 'sgd.lr' })).toThrow(/Known|Did you mean/)
    expect(() => sweep({ set: ['optimizer=adam'], param: 'lr' })).toThrow(/exists only with sgd/)
  })

  it('refuses what has no rate, two of them, or no range above 0', () => {
    const of = (shape: Parameters<typeof space>[0], options: Partial<SweepOptions> = {}) =>
      sweepOf(space(shape), { set: [], ...options })
    expect(() => of({ x: float(0, 1) })).toThrow(/no parameter is called like a learning rate/)
    const two = { a: { lr: float(0.1, 1) }, b: { lr: float(0.1, 1) } }
    expect(() => of(two)).toThrow(/may be a\.lr or b\.lr/)
    expect(of(two, { param: 'a.lr' }).rate).toBe('a.lr')
    expect(() => of({ lr: float(0, 1) })).toThrow(/does not begin above 0/)
    expect(of({ lr: float(0, 1) }, { range: { low: 0.1, high: 1 } }).range.low).toBe(0.1)
    expect(of({ LearningRate: float(0.1, 1), rate: float(0.1, 1) }).rate).toBe('LearningRate')
  })
})
