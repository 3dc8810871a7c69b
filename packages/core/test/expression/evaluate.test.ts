import { describe, expect, it } from 'vitest'
import {
  evaluateExpression,
  holds,
  matches,
  parseExpression,
  type Value,
} from '../../src/expression/index.ts'

const values: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['lr', 0.01],
  ['batch', 64],
  ['optimizer', 'sgd'],
  ['optimizer.sgd.momentum', 0.9],
  ['weight-decay', 1e-4],
  ['layers.length', 2],
  ['layers.units', [32, 8]],
  ['bias', true],
  ['init', null],
  ['nan', NaN],
  ['infinity', Infinity],
  ['empty', []],
])
const read = (name: string): Value | undefined => values.get(name)
const evaluate = (source: string): Value | undefined =>
  evaluateExpression(parseExpression(source), read)

describe('evaluateExpression', () => {
  it.each<[string, Value | undefined]>([
    ['lr * batch < 4', true],
    ['layers.length <= 1', false],
    ['optimizer == "adam" or lr < 1e-2', false],
    ['1 + 2 * 3 - 4 / 8', 6.5],
    ['2 - 3 - 4', -5],
    ['8 / 4 / 2', 1],
    ['-7 % 3', -1],
    ['-2 ** 2', -4],
    ['2 ** 3 ** 2', 512],
    ['2 ** -1', 0.5],
    ['1 / 0', Infinity],
    ['-1 / -0', Infinity],
    ['- batch', -64],
    ['-`weight-decay` * 1e4', -1],
    ['0 < lr < 1', true],
    ['0 < lr < 1 < 1', false],
    ['1 == 1 != 2', true],
    ['"a" < "b"', true],
    ['"B" >= "a"', false],
    ['1 == "1"', false],
    ['1 != "1"', true],
    ['null == init', true],
    ['false == null', false],
    ['[1, "a", [true]] == [1, "a", [true]]', true],
    ['[1, 2] != [1]', true],
    ['[] == empty', true],
    ['optimizer in ["adam", "sgd"]', true],
    ['optimizer not in ["adam", "sgd"]', false],
    ['batch in layers.units', false],
    ['[1] in [[1], 2]', true],
    ['bias', true],
    ['not bias', false],
    ['bias and not (init == null)', false],
    ['layers.units', [32, 8]],
    ['[lr, "x"]', [0.01, 'x']],
  ])('%s is %j', (source, value) => {
    expect(evaluate(source)).toEqual(value)
  })

  it.each<[string, Value | undefined]>([
    ['abs(-2)', 2],
    ['log(exp(2))', 2],
    ['log2(8)', 3],
    ['log10(1000)', 3],
    ['sqrt(9)', 3],
    ['sqrt(-1)', NaN],
    ['floor(-1.5)', -2],
    ['ceil(-1.5)', -1],
    ['round(2.5)', 3],
    ['pow(2, 10)', 1024],
    ['min(3, 1, 2)', 1],
    ['max(layers.units)', 32],
    ['max(layers.units, 100, [5])', 100],
    ['sum(layers.units) + sum()', 40],
    ['mean([1, 2], 6)', 3],
    ['min(1, nan)', NaN],
    ['sum(empty)', 0],
    ['min(empty)', undefined],
    ['max()', undefined],
    ['mean([])', undefined],
    ['max("a")', undefined],
    ['max(["a"])', undefined],
    ['max([[1]])', undefined],
    ['max(1, absent)', undefined],
    ['max([1, absent])', undefined],
    ['abs(layers.units)', undefined],
    ['abs(1, 2)', undefined],
    ['pow(2)', undefined],
    ['abs()', undefined],
  ])('%s is %j', (source, value) => {
    expect(evaluate(source)).toEqual(value)
  })

  it.each([
    'absent',
    'absent + 1',
    '-absent',
    'absent == absent',
    'absent != 1',
    'absent in [1]',
    '1 in [1, absent]',
    '[absent]',
    'abs(absent)',
    'not absent',
    'absent and true',
    'absent or false',
    '0 < absent < 1',
    '1 + "a"',
    '"a" + "b"',
    'true * 2',
    '-"a"',
    '1 < "a"',
    'true < false',
    'null <= null',
    '[1] < [2]',
    '1 in 1',
    '"a" not in "abc"',
    'not 1',
    '1 and true',
    '"" or false',
  ])('%s is unknown', (source) => {
    expect(evaluate(source)).toBeUndefined()
  })

  it.each([
    ['nan < 1', false],
    ['nan >= 1', false],
    ['nan == nan', false],
    ['nan in [nan]', false],
    ['nan != nan', true],
    ['infinity > 1e308', true],
  ])('%s is %s, as IEEE 754 has it', (source, value) => {
    expect(evaluate(source)).toBe(value)
  })

  it('decides a chain by a pair that is false, whatever is unknown', () => {
    expect(evaluate('absent < 2 < 1')).toBe(false)
    expect(evaluate('2 < 1 < absent')).toBe(false)
    expect(evaluate('1 < 2 < absent')).toBeUndefined()
  })

  it.each(['__proto__', 'constructor', 'toString', '`__proto__`.constructor', 'a.__proto__'])(
    'passes %s to the reader like any other name, and to nothing else',
    (name) => {
      expect(evaluate(name)).toBeUndefined()
      expect(evaluateExpression(parseExpression(`${name} == 1`), () => 1)).toBe(true)
    },
  )

  it.each(['constructor', '__proto__', 'toString', 'eval', 'hypot'])(
    'refuses the function %s',
    (name) => {
      expect(() => evaluate(`${name}(1)`)).toThrowError(
        expect.objectContaining({
          code: 'expression/unknown-name',
          message: `\`${name}\` is not a known function. Known: min, max, sum, mean, abs, log, log2, log10, exp, sqrt, floor, ceil, round, pow.`,
        }),
      )
    },
  )

  it('evaluates a long chain and a large list', () => {
    const terms = Array.from({ length: 1_600 }, (_, i) => (i % 2 ? ' + lr' : ' - lr')).join('')
    expect(evaluate(`0${terms}`)).toBeCloseTo(0)
    const large = Array.from({ length: 300_000 }, (_, i) => i)
    expect(evaluateExpression(parseExpression('max(x, x)'), () => large)).toBe(299_999)
  })

  it('reads names anew each time', () => {
    const expression = parseExpression('x + 1')
    expect(evaluateExpression(expression, () => 1)).toBe(2)
    expect(evaluateExpression(expression, () => 2)).toBe(3)
  })
})

describe('holds and matches', () => {
  it.each([
    ['lr < 1', true, true],
    ['lr > 1', false, false],
    ['absent < 1', true, false],
    ['absent < 1 and lr < 1', true, false],
    ['absent < 1 and lr > 1', false, false],
    ['absent < 1 or lr < 1', true, true],
  ])('%s: holds %s, matches %s', (source, holding, matching) => {
    const expression = parseExpression(source)
    expect(holds(expression, read)).toBe(holding)
    expect(matches(expression, read)).toBe(matching)
  })
})
