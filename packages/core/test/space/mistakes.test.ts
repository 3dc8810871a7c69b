import { describe, expect, it } from 'vitest'
import type { Problem, Shape } from '../../src/index.ts'
import {
  AttuneError,
  choice,
  constant,
  flag,
  float,
  int,
  list,
  space,
  spaceFromJson,
  variant,
} from '../../src/index.ts'

/** What `build` refuses: its code and problems. */
function refusal(build: () => unknown): { code: string; problems: Problem[]; message: string } {
  try {
    build()
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error
    const problems = Array.isArray(error.details) ? (error.details as unknown as Problem[]) : []
    return { code: error.code, problems, message: error.message }
  }
  throw new AttuneError('usage', 'Nothing was refused.')
}
const wrong = (shape: unknown): Shape => shape as Shape

describe('space() refuses with the place, the rule, the value and the remedy', () => {
  it.each<[string, Shape, string, string]>([
    [
      'a log scale that includes zero',
      { lr: float(0, 1, { scale: 'log' }) },
      'lr',
      'a log scale needs low > 0, got low = 0. Use scale: "linear" or raise low.',
    ],
    [
      'a range that is upside down',
      { x: float(2, 1) },
      'x',
      'low <= high must hold, got low = 2, high = 1. Swap them.',
    ],
    [
      'ends that are not finite',
      { x: float(0, Infinity) },
      'x',
      'low and high must be finite numbers, got 0 and Infinity.',
    ],
    [
      'ends that are NaN',
      { x: int(Number.NaN, 1) },
      'x',
      'low and high must be finite numbers, got NaN and 1.',
    ],
    [
      'an int with fractions',
      { n: int(0.5, 3) },
      'n',
      'an int needs whole numbers up to 2^53, got 0.5 and 3. Use float() for others.',
    ],
    [
      'an int beyond what a number can count',
      { n: int(0, 2 ** 53) },
      'n',
      'an int needs whole numbers up to 2^53, got 0 and 9007199254740992. Use float() for others.',
    ],
    ['a step of zero', { x: float(0, 1, { step: 0 }) }, 'x', 'step must be a number > 0, got 0.'],
    ['a negative step', { x: int(0, 9, { step: -1 }) }, 'x', 'step must be a number > 0, got -1.'],
    [
      'an int with a broken step',
      { x: int(0, 9, { step: 1.5 }) },
      'x',
      'the step of an int must be whole, got 1.5. Use float() with this step.',
    ],
    [
      'an unknown scale',
      { x: float(1, 2, { scale: 'exp' as never }) },
      'x',
      'scale is "linear" or "log", got "exp".',
    ],
    ['a choice of nothing', { c: choice([]) }, 'c', 'a choice needs at least one label.'],
    [
      'a label that stands twice',
      { c: choice(['a', 'b', 'a']) },
      'c',
      'the label "a" stands twice. Remove one.',
    ],
    [
      'a label that is no label',
      { c: choice(['a', Number.NaN]) },
      'c',
      'labels are strings, finite numbers, booleans or null, got NaN. For nested options use variant().',
    ],
    [
      'an object as a label',
      { c: choice([{ units: 3 } as never]) },
      'c',
      'labels are strings, finite numbers, booleans or null, got [object Object]. For nested options use variant().',
    ],
    [
      'a default outside its range',
      { x: float(0, 1, { default: 2 }) },
      'x.default',
      'the default 2 is not a value of float 0..1.',
    ],
    [
      'a default between the steps',
      { x: int(0, 10, { step: 5, default: 3 }) },
      'x.default',
      'the default 3 is not a value of int 0..10 step 5.',
    ],
    [
      'a default that is no label',
      { c: choice(['a', 'b'], { default: 'c' as never }) },
      'c.default',
      'the default "c" is not a value of choice "a", "b".',
    ],
    ['a variant without options', { v: variant({}) }, 'v', 'a variant needs at least one option.'],
    [
      'a variant whose default is no option',
      { v: variant({ a: {}, b: {} }, { default: 'c' as never }) },
      'v.default',
      'the default "c" is not a value of choice "a", "b".',
    ],
    [
      'an option that is a parameter',
      { v: variant({ a: float(0, 1) as never }) },
      'v.a',
      'an option of a variant is a shape: { name: parameter, … } or {}.',
    ],
    [
      'a parameter called kind in an option',
      { v: variant({ a: { kind: flag() } }) },
      'v.a.kind',
      '"kind" names the option itself. Choose another name.',
    ],
    [
      'a list of negative length',
      { l: list(-1, 3, flag()) },
      'l',
      'a list needs whole lengths 0 <= min <= max and max >= 1, got -1..3.',
    ],
    [
      'a list that is always empty',
      { l: list(0, 0, flag()) },
      'l',
      'a list needs whole lengths 0 <= min <= max and max >= 1, got 0..0.',
    ],
    [
      'a list whose default length is too long',
      { l: list(1, 3, flag(), { default: 4 }) },
      'l.default',
      'the default 4 is not a value of int 1..3.',
    ],
    [
      'a mistake in the elements of a list, once',
      { l: list(1, 3, { u: int(2, 1) }) },
      'l.of.u',
      'low <= high must hold, got low = 2, high = 1. Swap them.',
    ],
    [
      'a bare value',
      wrong({ x: 3 }),
      'x',
      'expected float(), int(), choice(), flag(), variant(), list() or a nested shape, got 3. For a fixed value use constant().',
    ],
    [
      'a bare list',
      wrong({ x: [1, 2] }),
      'x',
      'expected float(), int(), choice(), flag(), variant(), list() or a nested shape, got [1,2]. For a fixed value use constant().',
    ],
    [
      'a name of digits',
      { '0': flag() },
      '0',
      'names of digits alone are reserved for list elements.',
    ],
    [
      'a name with a dot',
      { 'a.b': flag() },
      'a.b',
      'a name starts with a letter or _ and goes on with letters, digits, _ or -. Rename it.',
    ],
    [
      'an empty name',
      { '': flag() },
      '',
      'a name starts with a letter or _ and goes on with letters, digits, _ or -. Rename it.',
    ],
    [
      'a word of the format as a name',
      { a: { float: flag() } },
      'a.float',
      '"float" is a word of the space format. Choose another name.',
    ],
    [
      'a name every object has already',
      { constructor: flag() } as never,
      'constructor',
      '"constructor" is a name that every object has already. Choose another name.',
    ],
    [
      'such a name anywhere in a shape',
      { a: { ['__proto__']: flag() } } as never,
      'a.__proto__',
      '"__proto__" is a name that every object has already. Choose another name.',
    ],
  ])('%s', (_, shape, path, message) => {
    const { code, problems } = refusal(() => space(shape))
    expect(code).toBe('space/problems')
    expect(problems).toContainEqual({ path, message })
  })

  it.each<[string, string, RegExp]>([
    ['a name it does not know', 'lrr < 1', /`lrr` is not a known name\. Did you mean `lr`\?/],
    ['a label that does not exist', 'opt == "sdg"', /`opt` is never "sdg"\. Did you mean "sgd"\?/],
    ['an expression that is no condition', 'lr * 2', /a condition such as/i],
    ['broken syntax', 'lr <', /lr </],
    ['a comparison of unlike things', 'lr == "a"', /cannot compare/],
  ])('a constraint with %s', (_, rule, message) => {
    const shape = { lr: float(0, 1), opt: choice(['sgd', 'adam']) }
    const { code, problems } = refusal(() => space(shape, { require: ['lr > 0.1', rule] }))
    expect(code).toBe('space/problems')
    expect(problems.map((p) => p.path)).toEqual(['require[1]'])
    expect(problems[0]?.message).toMatch(message)
  })

  it('all mistakes of a space at once', () => {
    const shape = wrong({
      lr: float(0, 1, { scale: 'log', step: -1, default: 7 }),
      n: int(5, 1),
      'a b': 3,
      v: variant({ x: { kind: flag(), deep: list(2, 1, flag()) } }),
      l: list(1, 2, variant({ sgd: { momentum: float(1, 0) } })),
    })
    const { problems, message } = refusal(() => space(shape, { require: ['nonsense > 1', 'lr <'] }))
    expect(problems.map((p) => p.path)).toEqual([
      'lr',
      'lr',
      'lr.default',
      'n',
      'a b',
      'a b',
      'v.x.kind',
      'v.x.deep',
      'l.of.sgd.momentum',
      'require[0]',
      'require[1]',
    ])
    expect(message).toMatch(/^Space: 11 problems\n {2}lr: a log scale needs/)
  })

  it('more than 2,000 flat parameters', () => {
    const shape = { a: list(1, 100, list(1, 20, float(0, 1))) }
    const { problems } = refusal(() => space(shape))
    expect(problems).toEqual([
      {
        path: '',
        message:
          'the space flattens to 2101 parameters, at most 2000 are allowed. Shorten its lists.',
      },
    ])
    const billions = { a: list(1, 1e5, list(1, 1e5, float(0, 1))) }
    expect(refusal(() => space(billions)).problems).toHaveLength(1)
  })

  it('constraints that fewer than one draw in 1,000 satisfies, naming the worst', () => {
    const shape = { x: float(0, 1), y: float(0, 1) }
    const { code, message } = refusal(() => space(shape, { require: ['y < 0.9', 'x < 0.0001'] }))
    expect(code).toBe('space/infeasible')
    expect(message).toMatch(
      /^Constraint "x < 0\.0001": at least one draw in 1,000 must satisfy all constraints, got \d of 10000 \(this one alone refused \d+\)\. Loosen it or narrow the ranges\.$/,
    )
  })

  it('defaults that break a constraint', () => {
    const shape = { x: float(0, 1, { default: 0.9 }), v: variant({ a: { y: flag() }, b: {} }) }
    const { problems } = refusal(() => space(shape, { require: ['x < 0.5'] }))
    expect(problems).toEqual([
      {
        path: 'require[0]',
        message: 'the defaults break "x < 0.5". Change a default, or the constraint.',
      },
    ])
  })

  it('defaults that break a constraint only together with others, never those that leave it open', () => {
    const shape = { x: float(0, 1, { default: 0.9 }), y: float(0, 1) }
    expect(() => space(shape, { require: ['x + y < 1', 'y < 0.5 or x < 0.95'] })).not.toThrow()
    const sizes = { l: list(1, 3, int(1, 9, { default: 1 }), { default: 1 }) }
    expect(refusal(() => space(sizes, { require: ['l.length > 1'] })).problems).toHaveLength(1)
    expect(() => space(sizes, { require: ['l.length <= 1'] })).not.toThrow()
    const whole = { x: int(1, 9, { default: 1 }), y: flag({ default: false }) }
    const rule = ({ x, y }: { x: number; y: boolean }): boolean => y || x > 4
    expect(refusal(() => space(whole, { require: [rule] })).problems[0]?.message).toMatch(
      /^the defaults break "function rule [0-9a-f]{16}"/,
    )
  })
})

describe('a space in JSON is refused with the place, the rule and the remedy', () => {
  it.each<[string, unknown, string, string]>([
    [
      'a bare number',
      3,
      'x',
      'expected a parameter such as { float: [0, 1] }, got 3. Perhaps { constant: 3 }?',
    ],
    [
      'a bare list',
      ['a', 'b'],
      'x',
      'expected a parameter such as { float: [0, 1] }, got ["a","b"]. Perhaps { choice: ["a","b"] }?',
    ],
    [
      'a kind that is misspelt',
      { flaot: [0, 1] },
      'x',
      '"flaot" is no kind of parameter; the kinds are float, int, choice, flag, constant, variant, list. Did you mean "float"?',
    ],
    [
      'a key that is misspelt',
      { float: [0, 1], scal: 'log' },
      'x.scal',
      'unknown key "scal" beside "float". Did you mean "scale"?',
    ],
    ['a range of one end', { int: [1] }, 'x', 'int takes [low, high], two numbers, got [1].'],
    [
      'a range of words',
      { float: ['0', '1'] },
      'x',
      'float takes [low, high], two numbers, got ["0","1"].',
    ],
    ['a choice of no list', { choice: 'a' }, 'x', 'choice takes a list of labels, got "a".'],
    [
      'a variant of no options',
      { variant: ['a'] },
      'x',
      'variant takes options by name: { sgd: { … }, adam: {} }.',
    ],
    [
      'a list without elements',
      { list: [1, 2] },
      'x',
      'list takes [min, max] and "of", the shape of one element.',
    ],
    [
      'a mistake deep inside',
      { list: [1, 2], of: { variant: { a: { y: { float: [2, 1] } } } } },
      'x.of.a.y',
      'low <= high must hold, got low = 2, high = 1. Swap them.',
    ],
  ])('%s', (_, node, path, message) => {
    const { code, problems } = refusal(() => spaceFromJson({ space: { x: node as never } }))
    expect(code).toBe('space/problems')
    expect(problems).toContainEqual({ path, message })
  })

  it('reads the form that study files use', () => {
    const json = {
      space: {
        lr: { float: [1e-5, 0.1], scale: 'log', default: 0.01 },
        batch: { int: [8, 512], step: 8 },
        act: { choice: ['relu', 'tanh'], ordered: true },
        bias: { flag: true },
        seed: { constant: 3 },
        net: { dropout: { float: [0, 0.5] } },
        optimizer: { variant: { sgd: { momentum: { float: [0, 1] } }, adam: null } },
        layers: { list: [1, 2], of: { units: { int: [8, 512] } } },
      },
      require: ['lr * batch < 40'],
    }
    const written = space(
      {
        lr: float(1e-5, 0.1, { scale: 'log', default: 0.01 }),
        batch: int(8, 512, { step: 8 }),
        act: choice(['relu', 'tanh'], { ordered: true }),
        bias: flag(),
        seed: constant(3),
        net: { dropout: float(0, 0.5) },
        optimizer: variant({ sgd: { momentum: float(0, 1) }, adam: {} }),
        layers: list(1, 2, { units: int(8, 512) }),
      },
      { require: ['lr * batch < 40'] },
    )
    const read = spaceFromJson(json as never)
    expect(read.params).toEqual(written.params)
    expect(read.root).toEqual(written.root)
  })
})
