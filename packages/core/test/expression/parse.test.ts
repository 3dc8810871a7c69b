import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AttuneError } from '../../src/errors.ts'
import { formatName, parseExpression } from '../../src/expression/index.ts'

/** The tree of a source as nested lists, without columns. */
function shape(source: string): unknown {
  const visit = (node: ReturnType<typeof parseExpression>['ast']): unknown => {
    switch (node.kind) {
      case 'literal':
        return node.value
      case 'name':
        return `$${node.name}`
      case 'call':
        return [node.name, ...node.operands.map(visit)]
      case 'compare':
      case 'arithmetic':
        return node.operands.flatMap((operand, i) =>
          i === 0 ? [visit(operand)] : [node.operators[i - 1], visit(operand)],
        )
      default:
        return [node.kind, ...node.operands.map(visit)]
    }
  }
  return visit(parseExpression(source).ast)
}

function refusal(source: string): AttuneError {
  try {
    parseExpression(source)
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'expression/syntax') return error
    throw error
  }
  throw new TypeError(`parsed: ${source}`)
}

describe('parseExpression', () => {
  it.each<[string, unknown]>([
    ['1e-3', 0.001],
    ['.5', 0.5],
    ['1.', 1],
    ['1.5E+2', 150],
    ['"a\'b"', "a'b"],
    [`'a"b'`, 'a"b'],
    ['"\\"\\\\\\n\\u00e9\\q\\u1"', '"\\\né' + 'qu1'],
    ['true', true],
    ['false', false],
    ['null', null],
    ['[]', ['list']],
    ['[1, "a", [x]]', ['list', 1, 'a', ['list', '$x']]],
    ['lr', '$lr'],
    ['optimizer.sgd.momentum', '$optimizer.sgd.momentum'],
    ['layers.0.units', '$layers.0.units'],
    ['größe_2', '$größe_2'],
    ['`weight-decay`', '$weight-decay'],
    ['optimizer.`weight-decay`.x', '$optimizer.weight-decay.x'],
    ['`optimizer.weight-decay`', '$optimizer.weight-decay'],
    ['`a``b`', '$a`b'],
    ['`and`', '$and'],
    ['and_then', '$and_then'],
    ['not.x', '$not.x'],
    ['not index', ['not', '$index']],
    ['not in.x', ['not', '$in.x']],
    ['min(1, [a, b], c)', ['min', 1, ['list', '$a', '$b'], '$c']],
    ['max ( )', ['max']],
  ])('reads the value %s', (source, tree) => {
    expect(shape(source)).toEqual(tree)
  })

  it.each<[string, string]>([
    ['a or b and c', 'a or (b and c)'],
    ['a || b && !c', 'a or (b and (not c))'],
    ['not a and b', '(not a) and b'],
    ['not a == b', 'not (a == b)'],
    ['a < b + 1', 'a < (b + 1)'],
    ['a + b * c', 'a + (b * c)'],
    ['-a * b', '(-a) * b'],
    ['-a ** 2', '-(a ** 2)'],
    ['2 ** -a', '2 ** (-a)'],
    ['a ** b ** c', 'a ** (b ** c)'],
    ['- -a', '-(-a)'],
    ['a not in [1] or b', '(a not in [1]) or b'],
    ['a\n  <\t1', 'a<1'],
    ['((a)) == (1)', 'a == 1'],
  ])('groups %s as %s', (source, grouped) => {
    expect(shape(source)).toEqual(shape(grouped))
  })

  it('keeps chains of one precedence in one node', () => {
    expect(shape('0 < x <= 1')).toEqual([0, '<', '$x', '<=', 1])
    expect(shape('a - b + c')).toEqual(['$a', '-', '$b', '+', '$c'])
    expect(shape('a - (b + c)')).toEqual(['$a', '-', ['$b', '+', '$c']])
    expect(shape('a and b and c')).toEqual(['and', '$a', '$b', '$c'])
    expect(shape('x in [1] not  in y')).toEqual(['$x', 'in', ['list', 1], 'not in', '$y'])
  })

  it('reads negative numbers as literals', () => {
    expect(shape('-3')).toBe(-3)
    expect(shape('-0')).toEqual(['negative', 0])
  })

  it('lists distinct names in order of use, functions excluded', () => {
    const { names } = parseExpression('max(b, `a-x`.y) < b and max == layers.length')
    expect(names).toEqual(['b', 'a-x.y', 'max', 'layers.length'])
  })

  it('gives columns from 1', () => {
    expect(parseExpression('  x < y').ast).toEqual({
      kind: 'compare',
      column: 3,
      operators: ['<'],
      operands: [
        { kind: 'name', column: 3, name: 'x' },
        { kind: 'name', column: 7, name: 'y' },
      ],
    })
  })

  it.each<[string, number, string]>([
    ['', 1, 'expected a finite number, a string, a name or another value, got the end.'],
    ['lr = 3', 4, 'expected an operator or the end, got `=`. Use `==`.'],
    [
      'lr === 3',
      6,
      'expected a finite number, a string, a name or another value, got `=`. Use `==`.',
    ],
    ['a & b', 3, 'expected an operator or the end, got `&`. Use `and`.'],
    ['a | b', 3, 'expected an operator or the end, got `|`. Use `or`.'],
    ['a ^ 2', 3, 'expected an operator or the end, got `^`. Use `**`.'],
    ['a AND b', 3, 'expected an operator or the end, got `AND`. Use `and`.'],
    [
      'a == not b',
      6,
      'expected a finite number, a string, a name or another value, got `not`. Use `(not …)`.',
    ],
    [
      'a == "b',
      6,
      'expected a finite number, a string, a name or another value, got `"`. The closing " is missing.',
    ],
    ['(a + 1', 7, 'expected an operator or `)`, got the end.'],
    [
      'max(a b)',
      7,
      'expected an operator, `,` or `)`, got `b`. Names with other characters than letters, digits and _ go in backticks.',
    ],
    ['[1, 2', 6, 'expected an operator, `,` or `]`, got the end.'],
    ['[1,]', 4, 'expected a finite number, a string, a name or another value, got `]`.'],
    [
      'a b',
      3,
      'expected an operator or the end, got `b`. Names with other characters than letters, digits and _ go in backticks.',
    ],
    [
      '10k < a',
      3,
      'expected an operator or the end, got `k`. Names with other characters than letters, digits and _ go in backticks.',
    ],
    [
      '$a < 1',
      1,
      'expected a finite number, a string, a name or another value, got `$`. Names with other characters than letters, digits and _ go in backticks.',
    ],
    ['a < and', 5, 'expected a finite number, a string, a name or another value, got `and`.'],
    ['`max`(1)', 6, 'expected an operator or the end, got `(`.'],
    ['a)', 2, 'expected an operator or the end, got `)`.'],
    ['a < 1e999', 5, 'expected a finite number, a string, a name or another value, got `1e999`.'],
  ])('refuses %j at column %i', (source, column, message) => {
    const error = refusal(source)
    const caret = `\n  ${source}\n  ${' '.repeat(column - 1)}^`
    expect(error.message).toBe(`Expression, column ${column}: ${message}${caret}`)
    expect(error.details).toMatchObject({ source, column })
  })

  it('shows only the line of the mistake, and only the part of it around the caret', () => {
    expect(refusal('a < 1 and\n\tb = 2 or\nc').message).toMatch(
      /`==`\.\n {2}\tb = 2 or\n {2}\t {2}\^$/,
    )
    const long = `${'a + '.repeat(100)}= 1`
    expect(refusal(long).message.split('\n')[1]!.length).toBeLessThan(110)
  })

  it('points at the right place behind characters of two code units', () => {
    expect(refusal('"😀" = 1').message).toMatch(/\n {2}"😀" = 1\n {2} {4}\^$/)
  })

  it('refuses more than 10,000 characters', () => {
    expect(parseExpression(`1${' '.repeat(9_999)}`).names).toEqual([])
    expect(refusal(`1${' '.repeat(10_000)}`).message).toContain('10001 characters: at most 10000')
  })

  it.each([
    ['(', ')'],
    ['[', ']'],
    ['abs(', ')'],
    ['-', ''],
    ['not ', ''],
    ['2 ** ', ''],
  ])('refuses %s nested deeper than 100', (open, close) => {
    const nest = (depth: number): string => open.repeat(depth) + '1' + close.repeat(depth)
    expect(parseExpression(nest(100)).names).toEqual([])
    expect(refusal(nest(101)).message).toContain('at most 100 levels of nesting')
    expect(refusal(nest(1_600)).message).toContain('at most 100 levels of nesting')
  })

  it('reads long chains and lists, which do not nest', () => {
    expect(parseExpression(`[${'(a), '.repeat(1_000)}-a]`).names).toEqual(['a'])
    const source = Array.from({ length: 1_600 }, (_, i) => `a${i % 2}`).join(' + ')
    expect(parseExpression(source).names).toEqual(['a0', 'a1'])
  })

  const words =
    'a b.c `d-e` 1 .5 "s" true null not in and or ( ) [ ] , + - * / % ** == < = ! & " ` max('
  const word = fc.constantFrom(' ', ...words.split(' '))
  it.each([
    ['text', fc.string({ unit: 'binary' })],
    ['words', fc.array(word, { maxLength: 12 }).map((words) => words.join(''))],
  ])('either reads or refuses any %s, and what it reads is plain JSON', (_, sources) => {
    fc.assert(
      fc.property(sources, (source) => {
        try {
          const { ast } = parseExpression(source)
          expect(JSON.parse(JSON.stringify(ast))).toEqual(ast)
        } catch (error) {
          expect(error).toMatchObject({ name: 'AttuneError', code: 'expression/syntax' })
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('formatName', () => {
  it.each([
    ['lr', 'lr'],
    ['layers.0.units', 'layers.0.units'],
    ['größe', 'größe'],
    ['weight-decay', '`weight-decay`'],
    ['optimizer.weight-decay.x', 'optimizer.`weight-decay`.x'],
    ['2d', '`2d`'],
    ['in', '`in`'],
    ['a..b', '`a..b`'],
    ['a`b', '`a``b`'],
  ])('writes %s as %s', (name, written) => {
    expect(formatName(name)).toBe(written)
  })

  it('writes every name so that it reads as itself', () => {
    const unit = fc.oneof(
      fc.constantFrom('a', 'É', '1', '_', '.', '`', '-', ' ', '\n'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    )
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1 }), (units) => {
        const name = units.join('')
        expect(parseExpression(formatName(name)).ast).toEqual({ kind: 'name', column: 1, name })
      }),
      { numRuns: 500 },
    )
  })
})
