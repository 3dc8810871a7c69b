import { describe, expect, it } from 'vitest'
import {
  checkExpression,
  type NameType,
  parseExpression,
  type Scope,
} from '../../src/expression/index.ts'

const types: ReadonlyMap<string, NameType> = new Map<string, NameType>([
  ['lr', { type: 'number' }],
  ['batch', { type: 'number', labels: [16, 32, 64] }],
  ['optimizer', { type: 'string', labels: ['sgd', 'adam'] }],
  ['optimizer.sgd.momentum', { type: 'number' }],
  ['weight-decay', { type: 'number' }],
  ['layers.units', { type: 'list' }],
  ['bias', { type: 'boolean', labels: [true, false] }],
  ['init', { type: 'any', labels: ['he', 1, null] }],
  ['note', { type: 'string' }],
  ['error', { type: 'any' }],
])
const scope: Scope = { lookup: (name) => types.get(name), names: [...types.keys()] }
const problems = (source: string, expected?: 'boolean'): readonly string[] =>
  checkExpression(parseExpression(source), expected ? { ...scope, expect: expected } : scope).map(
    ({ code, column, message }) => `${column} ${code.replace('expression/', '')}: ${message}`,
  )

describe('checkExpression', () => {
  it.each([
    'lr * batch < 4 and optimizer == "sgd" or not bias',
    'batch in [16, 64] and optimizer not in ["adam"]',
    '0 < optimizer.sgd.momentum < 1',
    '`weight-decay` <= lr',
    'max(layers.units, 3, [lr, 4]) == 3',
    'init == null or init == 1 or "he" == init',
    'error == null or error < 1 or error and -error > 1',
    'note < "a"',
    'optimizer == note',
    'lr in layers.units',
    'layers.units == [1, 2]',
    'pow(lr, 2) ** abs(lr)',
  ])('finds nothing wrong in %s', (source) => {
    expect(problems(source, 'boolean')).toEqual(
      source.startsWith('pow') ? [expect.stringContaining('A condition')] : [],
    )
  })

  it.each<[string, string]>([
    ['Lr < 1', '1 unknown-name: `Lr` is not a known name. Did you mean `lr`?'],
    ['btach < 32', '1 unknown-name: `btach` is not a known name. Did you mean `batch`?'],
    [
      '1 < momentum',
      '5 unknown-name: `momentum` is not a known name. Did you mean `optimizer.sgd.momentum`?',
    ],
    [
      '`weightdecay` < 1',
      '1 unknown-name: `weightdecay` is not a known name. Did you mean `weight-decay`?',
    ],
    ['weight-decay < 1', '1 unknown-name: `weight` is not a known name. Write `weight-decay`.'],
    ['bias == True', '9 unknown-name: `True` is not a known name. Write true.'],
    ['optimizer == sgd', '14 unknown-name: `sgd` is not a known name. Write "sgd".'],
    ['optimizer in [sgd, "adam"]', '15 unknown-name: `sgd` is not a known name. Write "sgd".'],
    ['adam == optimizer', '1 unknown-name: `adam` is not a known name. Write "adam".'],
    [
      'constructor',
      '1 unknown-name: `constructor` is not a known name. Known: `lr`, `batch`, `optimizer`, `optimizer.sgd.momentum`, `weight-decay`, `layers.units`, `bias`, `init`, ….',
    ],
    ['mas(lr, 1) < 3', '1 unknown-name: `mas` is not a known function. Did you mean `max`?'],
    [
      'toString(lr)',
      '1 unknown-name: `toString` is not a known function. Known: `min`, `max`, `sum`, `mean`, `abs`, `log`, `log2`, `log10`, ….',
    ],
  ])('names the unknown in %s and what was meant', (source, problem) => {
    expect(problems(source)).toEqual([problem])
  })

  it.each<[string, string]>([
    ['lr * optimizer', '6 type: `*` takes numbers, not a string.'],
    ['1 + lr - "a"', '10 type: `-` takes numbers, not a string.'],
    ['bias + 1', '1 type: `+` takes numbers, not a boolean.'],
    ['-optimizer', '2 type: `-` takes numbers, not a string.'],
    ['null ** 2', '1 type: `**` takes numbers, not null.'],
    ['lr and bias', '1 type: `and` takes booleans, not a number.'],
    ['bias or "a"', '9 type: `or` takes booleans, not a string.'],
    ['not lr', '5 type: `not` takes booleans, not a number.'],
    ['lr < "a"', '6 type: `<` cannot compare a number with a string.'],
    ['bias >= bias', '9 type: `>=` cannot compare a boolean with a boolean.'],
    ['error < null', '9 type: `<` cannot compare anything with null.'],
    ['lr == "a"', '7 type: `==` cannot compare a number with a string.'],
    ['lr != null', '7 type: `!=` cannot compare a number with null.'],
    ['0 < lr == true', '11 type: `==` cannot compare a number with a boolean.'],
    ['lr in [1, "a"]', '11 type: `in` cannot compare a number with a string.'],
    ['lr in 3', '7 type: `in` takes lists, not a number.'],
    ['lr not in note', '11 type: `not in` takes lists, not a string.'],
    ['abs(optimizer)', '5 type: `abs` takes numbers, not a string.'],
    ['abs(layers.units)', '5 type: `abs` takes numbers, not a list.'],
    ['max(note)', '5 type: `max` takes numbers or lists, not a string.'],
    ['max(1, [lr, "a"])', '13 type: `max` takes numbers, not a string.'],
    ['pow(lr)', '1 type: `pow` takes 2 numbers, not 1.'],
    ['abs()', '1 type: `abs` takes 1 number, not 0.'],
  ])('finds the wrong type in %s', (source, problem) => {
    expect(problems(source)).toEqual([problem])
  })

  it.each<[string, string]>([
    ['optimizer == "sdg"', '14 type: `optimizer` is never "sdg". Did you mean "sgd"?'],
    ['"SGD" != optimizer', '1 type: `optimizer` is never "SGD". Did you mean "sgd"?'],
    [
      'optimizer in ["adam", "lion"]',
      '23 type: `optimizer` is never "lion". Known: "sgd", "adam".',
    ],
    ['batch == 48', '10 type: `batch` is never 48. Known: 16, 32, 64.'],
    ['batch not in ["32"]', '15 type: `batch` is never "32". Did you mean 32?'],
    ['bias == "true"', '9 type: `bias` is never "true". Did you mean true?'],
    ['init == "null"', '9 type: `init` is never "null". Did you mean null?'],
    ['optimizer == null', '14 type: `optimizer` is never null. Known: "sgd", "adam".'],
  ])('finds the label that never occurs in %s', (source, problem) => {
    expect(problems(source)).toEqual([problem])
  })

  it('reports all problems, from left to right', () => {
    expect(problems('not Lr and optimizer == "sdg" or foo(bar, "a") < true')).toEqual([
      '5 unknown-name: `Lr` is not a known name. Did you mean `lr`?',
      '25 type: `optimizer` is never "sdg". Did you mean "sgd"?',
      expect.stringMatching(/^34 unknown-name: `foo` is not a known function\. /),
      expect.stringMatching(/^38 unknown-name: `bar` is not a known name\. /),
      '50 type: `<` cannot compare a number with a boolean.',
    ])
  })

  it('asks for a condition where one is expected', () => {
    expect(problems('lr + 1', 'boolean')).toEqual([
      '1 type: A condition such as `x < 1` is expected, not a number.',
    ])
    expect(problems('"lr < 1"', 'boolean')).toHaveLength(1)
    expect(problems('lr + 1')).toEqual([])
    expect(problems('error', 'boolean')).toEqual([])
  })

  it('checks deep nesting without repeating itself', () => {
    const source = `${'('.repeat(99)}Lr${' == 1)'.repeat(99)}`
    expect(problems(source).filter((problem) => problem.includes('Lr'))).toHaveLength(1)
  })
})
