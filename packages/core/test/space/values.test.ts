import { describe, expect, it } from 'vitest'
import {
  activeNames,
  checkValues,
  choice,
  codecOf,
  constant,
  contains,
  describeDistribution,
  flag,
  flatten,
  float,
  int,
  isFeasible,
  list,
  nest,
  resolveName,
  space,
  variant,
} from '../../src/index.ts'
import type { Distribution, Param, SearchSpace } from '../../src/index.ts'
import { isPossible } from '../../src/space/constraint.ts'

const net = space({
  lr: float(1e-5, 1e-1, { scale: 'log' }),
  optimizer: variant({ sgd: { momentum: float(0, 0.99) }, adam: { beta1: float(0.8, 0.999) } }),
  layers: list(1, 5, { units: int(8, 512, { scale: 'log' }), dropout: float(0, 0.5) }),
})

const distributionOf = (param: Param<unknown>): Distribution =>
  (space({ x: param }).params[0] as SearchSpace['params'][number]).distribution

describe('flat names', () => {
  it('come parents first, with the conditions under which they exist', () => {
    expect(net.params.map((p) => p.name).slice(0, 7)).toEqual([
      'lr',
      'optimizer',
      'optimizer.sgd.momentum',
      'optimizer.adam.beta1',
      'layers',
      'layers.0.units',
      'layers.0.dropout',
    ])
    expect(net.params.at(-1)).toEqual({
      name: 'layers.4.dropout',
      distribution: { kind: 'float', low: 0, high: 0.5, scale: 'linear' },
      when: [{ parent: 'layers', atLeast: 5 }],
    })
    expect(net.params[2]?.when).toEqual([{ parent: 'optimizer', in: ['sgd'] }])
  })

  it('hold under all conditions on the way down', () => {
    const deep = space({ a: variant({ p: { l: list(0, 2, variant({ q: { x: flag() } })) } }) })
    expect(deep.params.map((p) => p.name)).toEqual([
      'a',
      'a.p.l',
      'a.p.l.0',
      'a.p.l.0.q.x',
      'a.p.l.1',
      'a.p.l.1.q.x',
    ])
    expect(deep.params.at(-1)?.when).toEqual([
      { parent: 'a', in: ['p'] },
      { parent: 'a.p.l', atLeast: 2 },
      { parent: 'a.p.l.1', in: ['q'] },
    ])
  })

  it('can be shortened where only one parameter is meant', () => {
    expect(resolveName(net, 'momentum')).toBe('optimizer.sgd.momentum')
    expect(resolveName(net, 'layers.length')).toBe('layers')
    expect(resolveName(net, 'optimizer.kind')).toBe('optimizer')
    expect(resolveName(net, 'units')).toBeUndefined()
    expect(resolveName(net, 'layers.units')).toBeUndefined()
    expect(resolveName(net, 'nothing')).toBeUndefined()
  })
})

describe('nested configurations', () => {
  const flat = {
    lr: 0.01,
    optimizer: 'adam',
    'optimizer.adam.beta1': 0.9,
    layers: 2,
    'layers.0.units': 64,
    'layers.0.dropout': 0,
    'layers.1.units': 32,
    'layers.1.dropout': 0.5,
  }
  const nested = {
    lr: 0.01,
    optimizer: { kind: 'adam', beta1: 0.9 },
    layers: [
      { units: 64, dropout: 0 },
      { units: 32, dropout: 0.5 },
    ],
  }

  it('hold what the flat values say', () => {
    expect(nest(net, flat)).toEqual(nested)
    expect(flatten(net, nested)).toEqual(flat)
    expect(activeNames(net, flat)).toEqual(Object.keys(flat))
  })

  it('may be partial', () => {
    expect(flatten(net, { lr: 0.1 })).toEqual({ lr: 0.1 })
    expect(flatten(net, { optimizer: { kind: 'sgd' } })).toEqual({ optimizer: 'sgd' })
    expect(flatten(net, { layers: [{ units: 8 }, {}] })).toEqual({ layers: 2, 'layers.0.units': 8 })
    expect(flatten(net, {})).toEqual({})
  })

  it('show nothing where nothing was suggested yet', () => {
    expect(nest(net, {})).toEqual({ lr: undefined, optimizer: undefined, layers: undefined })
  })

  it.each<[string, unknown, string, string]>([
    ['an unknown name', { lrr: 1 }, 'lrr', 'the space has no such parameter. Did you mean "lr"?'],
    [
      'an unknown name in a variant',
      { optimizer: { kind: 'sgd', momentun: 0.9 } },
      'optimizer.sgd.momentun',
      'the space has no such parameter. Did you mean "optimizer.sgd.momentum"?',
    ],
    [
      'an unknown name in an element',
      { layers: [{ unit: 9 }] },
      'layers.0.unit',
      'the space has no such parameter. Did you mean "layers.0.units"?',
    ],
    [
      'an unknown option',
      { optimizer: { kind: 'rms' } },
      'optimizer',
      '"rms" is not a value of choice "sgd", "adam".',
    ],
    [
      'an option without its kind',
      { optimizer: { momentum: 0.9 } },
      'optimizer',
      '{"momentum":0.9} is not a value of choice "sgd", "adam".',
    ],
    [
      'too long a list',
      { layers: [{}, {}, {}, {}, {}, {}] },
      'layers',
      '6 is not a value of int 1..5.',
    ],
    ['a word for a number', { lr: '0.1' }, 'lr', '"0.1" is not a value of float 0.00001..0.1 log.'],
    [
      'a number for an option',
      { optimizer: 3 },
      'optimizer',
      '3 is not a value of choice "sgd", "adam".',
    ],
    ['a word for a list', { layers: 'many' }, 'layers', '"many" is not a value of int 1..5.'],
    ['a value for a shape', 7, '', 'the space has no such parameter.'],
  ])('are refused with %s', (_, given, path, message) => {
    expect(checkValues(net, flatten(net, given), { partial: true })).toEqual([{ path, message }])
  })

  it('may give an option by its label alone, and a list by its length', () => {
    expect(flatten(net, { optimizer: 'sgd', layers: 3 })).toEqual({ optimizer: 'sgd', layers: 3 })
  })

  it('are refused with values of inactive parameters, naming the condition', () => {
    expect(checkValues(net, { ...flat, 'optimizer.sgd.momentum': 0.5 })).toEqual([
      {
        path: 'optimizer.sgd.momentum',
        message: 'exists only when optimizer = sgd. Leave it out.',
      },
    ])
    expect(checkValues(net, { ...flat, 'layers.3.units': 8 })).toEqual([
      { path: 'layers.3.units', message: 'exists only when layers >= 4. Leave it out.' },
    ])
  })

  it('are refused with missing values, unless they may be partial', () => {
    const { lr: _, ...without } = flat
    expect(checkValues(net, without)).toEqual([
      { path: 'lr', message: 'this active parameter has no value.' },
    ])
    expect(checkValues(net, without, { partial: true })).toEqual([])
    expect(checkValues(net, { 'optimizer.sgd.momentum': 0.5 }, { partial: true })).toEqual([])
  })
})

describe('distributions', () => {
  it('are described in a few words', () => {
    const text = (param: Param<unknown>): string => describeDistribution(distributionOf(param))
    expect(text(float(1e-5, 0.1, { scale: 'log' }))).toBe('float 0.00001..0.1 log')
    expect(text(float(0, 1, { step: 0.3 }))).toBe('float 0..0.9 step 0.3')
    expect(text(int(1, 9))).toBe('int 1..9')
    expect(text(int(1, 9, { step: 3 }))).toBe('int 1..7 step 3')
    expect(text(choice(['a', 1, null], { ordered: true }))).toBe('choice "a", 1, null ordered')
    expect(text(flag())).toBe('choice false, true')
    expect(text(constant('x'))).toBe('constant "x"')
  })

  it('take values on their steps without floating-point noise', () => {
    const d = distributionOf(float(-0.3, 0.9, { step: 0.1 }))
    const codec = codecOf(d)
    const values = Array.from({ length: 13 }, (_, i) => codec.decode((i + 0.5) / 13))
    expect(values).toEqual([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
    expect(contains(d, 0.25)).toBe(false)
    expect(contains(d, 0.1 + 0.2)).toBe(true)
  })

  it('give every decade of a log scale the same share', () => {
    const codec = codecOf(distributionOf(float(1e-4, 1, { scale: 'log' })))
    expect([0.25, 0.5, 0.75].map((u) => codec.decode(u) as number)).toEqual([
      expect.closeTo(1e-3, 12),
      expect.closeTo(1e-2, 12),
      expect.closeTo(1e-1, 12),
    ])
  })

  it('draw integers of a log scale in proportion to 1/n', () => {
    const codec = codecOf(distributionOf(int(1, 100, { scale: 'log' })))
    const share = (i: number): number => codec.cell(i)[1] - codec.cell(i)[0]
    // The cell of n ends half a step beside it: log((n + 0.5)/(n - 0.5)) is 1/n to second order.
    expect(share(9) / share(19)).toBeCloseTo(2, 2)
    expect(share(49) / share(99)).toBeCloseTo(2, 2)
  })

  it('keep a coordinate even where the ends are too close for their scale', () => {
    const codec = codecOf(distributionOf(float(1e10, 1e10 + 1e-5, { scale: 'log' })))
    expect([codec.encode(1e10), codec.encode(1e10 + 1e-5)].every(Number.isFinite)).toBe(true)
    expect(codec.decode(0.5)).toBeCloseTo(1e10, 4)
  })
})

describe('constraints', () => {
  it('may be functions of the nested configuration', () => {
    const s = space(
      { a: int(1, 9), v: variant({ x: { b: int(1, 9) }, y: {} }) },
      { require: [({ a, v }) => v.kind === 'y' || a < v.b] },
    )
    expect(isFeasible(s, { a: 3, v: 'y' })).toBe(true)
    expect(isFeasible(s, { a: 3, v: 'x', 'v.x.b': 3 })).toBe(false)
    expect(isFeasible(s, { a: 3, v: 'x', 'v.x.b': 4 })).toBe(true)
  })

  it('speak of labels, lengths and lists of values', () => {
    const s = space(
      { o: choice(['a', 'b']), l: list(1, 3, { u: int(1, 9) }) },
      { require: ['o == "a" or l.length < 3', 'sum(l.u) <= 12'] },
    )
    const sizes = (o: string, ...u: number[]): boolean =>
      isFeasible(s, flatten(s, { o, l: u.map((x) => ({ u: x })) }))
    expect(sizes('a', 4, 4, 4)).toBe(true)
    expect(sizes('b', 4, 4, 4)).toBe(false)
    expect(sizes('b', 4, 8)).toBe(true)
    expect(sizes('b', 5, 8)).toBe(false)
  })

  it('do not bind parameters that are inactive', () => {
    const s = space({ o: variant({ a: { x: float(0, 1) }, b: {} }) }, { require: ['x < 0.5'] })
    expect(isFeasible(s, { o: 'b' })).toBe(true)
    expect(isFeasible(s, { o: 'a', 'o.a.x': 0.6 })).toBe(false)
  })

  it('stay possible while values that could mend them are not chosen', () => {
    const s = space({ l: list(1, 3, { u: int(1, 9) }) }, { require: ['sum(l.u) >= 12'] })
    expect(isPossible(s, {})).toBe(true)
    expect(isPossible(s, { l: 2, 'l.0.u': 4 })).toBe(true)
    expect(isPossible(s, { l: 2, 'l.0.u': 4, 'l.1.u': 4 })).toBe(false)
    expect(isPossible(s, { l: 2, 'l.0.u': 4, 'l.1.u': 8 })).toBe(true)
    const nested = space(
      { v: variant({ a: { l: list(0, 2, int(1, 9)) }, b: {} }), w: flag() },
      { require: ['w or min(v.a.l) > 3'] },
    )
    expect(isPossible(nested, { w: false })).toBe(true)
  })
})
