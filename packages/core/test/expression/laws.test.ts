import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  evaluateExpression,
  type Expression,
  holds,
  margin,
  matches,
  parseExpression,
  type Value,
} from '../../src/expression/index.ts'
import { conditions, type Environment, environments, interpret, print, trees } from './oracle.ts'

const evaluate = (source: string, environment: Environment): Value | undefined =>
  evaluateExpression(parseExpression(source), (name) => environment.get(name))
const measure = (source: string, environment: Environment): number | undefined =>
  margin(parseExpression(source), (name) => environment.get(name))

describe('the laws of expressions', () => {
  it('a printed tree is worth what the tree is worth', () => {
    fc.assert(
      fc.property(trees, environments, (tree, environment) => {
        expect(evaluate(print(tree), environment)).toEqual(interpret(tree, environment))
      }),
      { numRuns: 3_000 },
    )
  })

  it('a tree that went through JSON is worth the same', () => {
    fc.assert(
      fc.property(trees, environments, (tree, environment) => {
        const expression = parseExpression(print(tree))
        const copy = JSON.parse(JSON.stringify(expression)) as Expression
        const read = (name: string): Value | undefined => environment.get(name)
        expect(copy).toEqual(expression)
        expect(evaluateExpression(copy, read)).toEqual(evaluateExpression(expression, read))
      }),
    )
  })

  it('nothing but its names is read', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const expression = parseExpression(print(tree))
        const asked = new Set<string>()
        evaluateExpression(expression, (name) => {
          asked.add(name)
          return undefined
        })
        expect([...asked].every((name) => expression.names.includes(name))).toBe(true)
      }),
    )
  })

  it('learning what was unknown never changes what was known', () => {
    fc.assert(
      fc.property(conditions, environments, environments, (tree, environment, more) => {
        const known = interpret(tree, environment)
        const learned = new Map(
          [...environment].map(([k, v]) => [k, v === undefined ? more.get(k) : v]),
        )
        fc.pre(known !== undefined)
        expect(evaluate(print(tree), learned)).toEqual(known)
      }),
      { numRuns: 500 },
    )
  })

  it('and, or and not obey the laws of Kleene for all three values', () => {
    const truths = [true, false, undefined]
    const equalities: [string, string][] = [
      ['a and b', 'b and a'],
      ['a or b', 'b or a'],
      ['a and (b and c)', '(a and b) and c'],
      ['a or (b or c)', '(a or b) or c'],
      ['a and (b or c)', 'a and b or a and c'],
      ['a or b and c', '(a or b) and (a or c)'],
      ['not (a and b)', 'not a or not b'],
      ['not (a or b)', 'not a and not b'],
      ['not not a', 'a'],
      ['a and a', 'a'],
      ['a or a and b', 'a'],
      ['a and (a or b)', 'a'],
      ['a and true', 'a'],
      ['a and false', 'false'],
      ['a or true', 'true'],
      ['a or false', 'a'],
      ['a and not a and (b or not b)', 'a and not a'],
    ]
    for (const a of truths) {
      for (const b of truths) {
        for (const c of truths) {
          const environment: Environment = new Map([
            ['a', a],
            ['b', b],
            ['c', c],
          ])
          for (const [left, right] of equalities) {
            expect(evaluate(left, environment), `${left}; ${a}, ${b}, ${c}`).toBe(
              evaluate(right, environment),
            )
          }
        }
      }
    }
  })

  it('holds and matches differ on the unknown only', () => {
    fc.assert(
      fc.property(conditions, environments, (tree, environment) => {
        const expression = parseExpression(print(tree))
        const read = (name: string): Value | undefined => environment.get(name)
        const verdict = interpret(tree, environment)
        expect(holds(expression, read)).toBe(verdict !== false)
        expect(matches(expression, read)).toBe(verdict === true)
      }),
    )
  })

  it('the margin is at most 0 exactly where the condition holds, and unknown where it is', () => {
    fc.assert(
      fc.property(conditions, environments, (tree, environment) => {
        const verdict = interpret(tree, environment)
        const value = measure(print(tree), environment)
        const expected = typeof verdict === 'boolean' ? verdict : undefined
        expect(value === undefined ? undefined : value <= 0).toBe(expected)
      }),
      { numRuns: 2_000 },
    )
  })

  it('margins follow the laws of De Morgan', () => {
    fc.assert(
      fc.property(conditions, conditions, environments, (a, b, environment) => {
        const [p, q] = [`(${print(a)})`, `(${print(b)})`]
        expect(measure(`not (${p} and ${q})`, environment)).toEqual(
          measure(`not ${p} or not ${q}`, environment),
        )
        expect(measure(`not not ${p}`, environment)).toEqual(measure(p, environment))
      }),
    )
  })
})
