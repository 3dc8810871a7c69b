import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../../src/math/rng.ts'
import { feasibleDraw } from '../../../src/samplers/feasible-draw.ts'
import { cross } from '../../../src/samplers/genetic/crossover.ts'
import { express, genesOf, listsOf } from '../../../src/samplers/genetic/genome.ts'
import { mutate } from '../../../src/samplers/genetic/mutation.ts'
import { polynomial, simulatedBinary } from '../../../src/samplers/genetic/variation.ts'
import { choice, float, int, list, variant } from '../../../src/space/builders.ts'
import { cardinality } from '../../../src/space/cardinality.ts'
import { checkValues } from '../../../src/space/nest.ts'
import type { SearchSpace, Values } from '../../../src/space/space.ts'
import { space } from '../../../src/space/space.ts'
import { randomSpace, spaceZoo } from '../../../src/testing/space-zoo.ts'

const blend = simulatedBinary(5)
const move = polynomial(5)
const bare = (s: SearchSpace): SearchSpace => ({ ...s, constraints: [] })
const crossed = (s: SearchSpace, a: Values, b: Values, seed: number): Values => {
  const rng = createRng(seed)
  return express(s, cross(s, genesOf(s, a), genesOf(s, b), blend, rng), rng)
}
const spaces = [
  ...spaceZoo().map((zoo) => zoo.space),
  ...Array.from({ length: 60 }, (_, i) => randomSpace(i, { size: 10 })),
].map(bare)

describe('crossover', () => {
  it('gives complete configurations of any space', () => {
    for (const s of spaces) {
      for (let i = 0; i < 8; i++) {
        const rng = createRng('cross', i)
        const [a, b] = [feasibleDraw(s, rng), feasibleDraw(s, rng)]
        expect(checkValues(s, crossed(s, a, b, i))).toEqual([])
        const genes = genesOf(s, a)
        expect(express(s, cross(s, genes, genes, blend, rng), rng)).toEqual(a)
      }
    }
  })

  it('takes lists from the head of one parent and the tail of the other, or element by element', () => {
    const s = bare(space({ items: list(1, 6, { left: int(0, 99), right: choice(['a', 'b']) }) }))
    const itemsOf = (values: Values): number[] =>
      Array.from(
        { length: values['items'] as number },
        (_, i) => values[`items.${i}.left`] as number,
      )
    const make = (from: number, length: number): Values =>
      Object.fromEntries([
        ['items', length],
        ...Array.from({ length }, (_, i) => [`items.${i}.left`, from + i]),
        ...Array.from({ length }, (_, i) => [`items.${i}.right`, 'a']),
      ])
    const pick = (a: number, b: number, rng: { next(): number }): number =>
      rng.next() < 0.5 ? a : b
    const lengths = new Set<number>()
    const [a, b] = [make(10, 4), make(50, 5)]
    for (let i = 0; i < 400; i++) {
      const rng = createRng('segments', i)
      const child = express(s, cross(s, genesOf(s, a), genesOf(s, b), pick, rng), rng)
      expect(checkValues(s, child)).toEqual([])
      const items = itemsOf(child)
      lengths.add(items.length)
      const aligned = items.every((x, k) => x === 10 + k || x === 50 + k)
      const head = items.filter((x) => x < 50).length
      const tail = items.length - head
      const joined = items.every((x, k) => (k < head ? x === 10 + k : x === 55 - tail + k - head))
      expect(aligned || joined).toBe(true)
    }
    expect([...lengths].sort()).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('passes on the branch of a variant with its label', () => {
    const s = bare(space({ v: variant({ p: { x: float(0, 1) }, q: { x: float(0, 1) } }) }))
    for (let i = 0; i < 20; i++) {
      const child = crossed(s, { v: 'p', 'v.p.x': 0.3 }, { v: 'q', 'v.q.x': 0.7 }, i)
      expect([
        { v: 'p', 'v.p.x': 0.3 },
        { v: 'q', 'v.q.x': 0.7 },
      ]).toContainEqual(child)
    }
  })

  it('takes what a parent lacks from the other', () => {
    const s = bare(
      space({ x: int(0, 9), v: variant({ p: { y: int(0, 9) }, q: {} }), l: list(0, 2, int(0, 9)) }),
    )
    const whole = { x: 4, v: 'p', 'v.p.y': 7, l: 2, 'l.0': 1, 'l.1': 8 }
    for (let i = 0; i < 10; i++) {
      expect(crossed(s, whole, {}, i)).toEqual(whole)
      expect(crossed(s, {}, whole, i)).toEqual(whole)
    }
  })
})

describe('mutation', () => {
  it('changes any configuration that can be changed, and only within the space', () => {
    for (const s of spaces) {
      for (let i = 0; i < 8; i++) {
        const rng = createRng('mutate', i)
        const values = feasibleDraw(s, rng)
        const genes = mutate(s, values, move, rng, { force: true })
        const child = express(s, genes, rng)
        expect(checkValues(s, child)).toEqual([])
        if (cardinality(s) > 1) expect(child).not.toEqual(values)
        expect(express(s, mutate(s, values, move, rng, { rate: 0, force: false }), rng)).toEqual(
          values,
        )
      }
    }
  })

  it('adds and removes one element of a list anywhere and keeps the others in order', () => {
    const s = bare(space({ l: list(1, 4, { x: float(0, 1), y: float(0, 1) }) }))
    expect(listsOf(s).get(0)).toEqual({ min: 1, max: 4, first: 1, size: 2 })
    const values = {
      l: 3,
      'l.0.x': 0.1,
      'l.0.y': 0.2,
      'l.1.x': 0.3,
      'l.1.y': 0.4,
      'l.2.x': 0.5,
      'l.2.y': 0.6,
    }
    const seen = new Set<string>()
    for (let i = 0; i < 300; i++) {
      const genes = mutate(s, values, (u) => u, createRng('resize', i), { rate: 0.2, force: false })
      seen.add(genes.map((gene) => gene ?? '_').join(' '))
    }
    expect([...seen].sort()).toEqual(
      [
        '3 0.1 0.2 0.3 0.4 0.5 0.6 _ _',
        '2 0.3 0.4 0.5 0.6 _ _ _ _',
        '2 0.1 0.2 0.5 0.6 _ _ _ _',
        '2 0.1 0.2 0.3 0.4 _ _ _ _',
        '4 _ _ 0.1 0.2 0.3 0.4 0.5 0.6',
        '4 0.1 0.2 _ _ 0.3 0.4 0.5 0.6',
        '4 0.1 0.2 0.3 0.4 _ _ 0.5 0.6',
        '4 0.1 0.2 0.3 0.4 0.5 0.6 _ _',
      ].sort(),
    )
  })

  it('changes as many genes as the rate says', () => {
    const s = bare(
      space(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x${i}`, float(0, 1)]))),
    )
    const values = Object.fromEntries(s.params.map(({ name }) => [name, 0.5]))
    let changed = 0
    for (let i = 0; i < 200; i++) {
      const genes = mutate(s, values, move, createRng('rate', i), { rate: 0.3, force: false })
      changed += genes.filter((gene) => gene !== 0.5).length
    }
    expect(changed / 200).toBeCloseTo(6, 0)
  })
})

describe('simulated binary crossover', () => {
  it('stays within [0, 1]', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(unit, unit, fc.integer(), (a, b, seed) => {
        const child = blend(a, b, createRng(seed))
        expect(child >= 0 && child <= 1).toBe(true)
      }),
    )
  })

  it('keeps the mean of parents far from the bounds and leaves half of the genes alone', () => {
    let sum = 0
    let same = 0
    const n = 20_000
    for (let i = 0; i < n; i++) {
      const child = blend(0.49, 0.51, createRng('sbx', i))
      sum += child
      if (child === 0.49 || child === 0.51) same++
    }
    expect(sum / n).toBeCloseTo(0.5, 3)
    expect(same / n).toBeCloseTo(0.5, 1)
  })

  it('has the quantiles of the published density', () => {
    // Unbounded in effect: a contracting spread u < 1/2 has beta = (2 u)^(1 / (eta + 1)).
    const draws = (...numbers: number[]): never => ({ next: () => numbers.shift() }) as never
    const child = simulatedBinary(2)(0.4999, 0.5001, draws(0.1, 0.9, 0.25))
    expect(child).toBeCloseTo(0.5 + 0.0001 * Math.cbrt(0.5), 12)
  })
})

describe('polynomial mutation', () => {
  it('stays within [0, 1] and has the quantiles of the published density', () => {
    const at = (u: number): never => ({ next: () => u }) as never
    expect(polynomial(20)(0.3, at(0.5))).toBe(0.3)
    expect(polynomial(20)(0.3, at(0))).toBeCloseTo(0, 12)
    expect(polynomial(20)(0.3, at(1))).toBeCloseTo(1, 12)
    // eta = 1: step^2 in closed form.
    const inner = Math.sqrt(2 * 0.2 + 0.6 * 0.7 ** 2) - 1
    expect(polynomial(1)(0.3, at(0.2))).toBeCloseTo(0.3 + inner, 12)
    const outer = 1 - Math.sqrt(2 * 0.1 + 0.8 * 0.3 ** 2)
    expect(polynomial(1)(0.3, at(0.9))).toBeCloseTo(0.3 + outer, 12)
  })
})
