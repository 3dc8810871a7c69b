import { describe, expect, it } from 'vitest'
import {
  cardinality,
  choice,
  createStudy,
  flag,
  float,
  grid,
  int,
  isFeasible,
  list,
  space,
  variant,
} from '../../src/index.ts'
import type { GridOptions } from '../../src/samplers/grid.ts'
import type { SearchSpace, Values } from '../../src/index.ts'
import { randomSpace } from '../../src/testing/space-zoo.ts'
import { errorOf } from '../study/support.ts'

async function visit(
  s: SearchSpace<never>,
  options: GridOptions = {},
  seed = 0,
): Promise<Values[]> {
  const study = await createStudy({ space: s, sampler: grid(options), seed })
  await study.optimize(() => 0)
  return study.trials().map((t) => t.values)
}
const distinct = (all: readonly Values[]): number => new Set(all.map((v) => JSON.stringify(v))).size

describe('grid', () => {
  const nested = space({
    opt: variant({ sgd: { momentum: float(0, 1, { step: 0.25 }) }, adam: {}, rms: { c: flag() } }),
    layers: list(1, 2, variant({ conv: { k: choice([3, 5, 7]) }, pool: {} })),
  })

  it('visits every cell of nested conditional spaces exactly once', async () => {
    const all = await visit(nested as never)
    expect(all).toHaveLength(8 * (4 + 16))
    expect(distinct(all)).toBe(cardinality(nested as never))
  })

  it('visits every feasible cell of random finite spaces exactly once', async () => {
    let tried = 0
    for (let seed = 0; tried < 40; seed++) {
      const s = randomSpace(seed, { size: 4, finite: true })
      if (cardinality(s) > 300) continue
      tried++
      const all = await visit(s as never)
      expect(distinct(all)).toBe(all.length)
      expect(all.every((v) => isFeasible(s, v))).toBe(true)
      if (s.constraints.length === 0) expect(all.length).toBe(cardinality(s))
    }
  })

  it('covers the space early on: half of the trials reach every label and most cells of a pair', async () => {
    const s = space({ a: int(1, 8), b: int(1, 8), c: choice(['x', 'y']) })
    const half = (await visit(s as never)).slice(0, 64)
    expect(new Set(half.map((v) => v['c']))).toEqual(new Set(['x', 'y']))
    for (const name of ['a', 'b']) {
      for (let i = 1; i <= 8; i++) {
        expect(half.filter((v) => v[name] === i).length).toBeGreaterThanOrEqual(6)
      }
    }
    // 64 random cells of 128 would leave about a quarter of the 64 pairs out.
    expect(new Set(half.map((v) => `${String(v['a'])}/${String(v['b'])}`)).size).toBeGreaterThan(55)
  })

  it('takes levels of continuous parameters, with both ends, on their scale', async () => {
    const s = space({ lr: float(1e-4, 1, { scale: 'log' }), x: float(0, 1) })
    const all = await visit(s as never, { levels: 3, levelsOf: { lr: 5 } })
    expect(all).toHaveLength(15)
    const levels = (name: string): number[] =>
      [...new Set(all.map((v) => v[name] as number))].toSorted((a, b) => a - b)
    expect(levels('x')).toEqual([0, 0.5, 1])
    expect(levels('lr').map((x) => Math.log10(x))).toEqual(
      [-4, -3, -2, -1, 0].map((x) => expect.closeTo(x, 10)),
    )
  })

  it('thins out integers where it is told to', async () => {
    const all = await visit(space({ n: int(1, 100) }) as never, { levelsOf: { n: 4 } })
    expect(all.map((v) => v['n'] as number).toSorted((a, b) => a - b)).toEqual([13, 38, 63, 88])
  })

  it('goes in another order for another seed, and skips what others have tried', async () => {
    const s = space({ a: int(1, 4), b: int(1, 4) })
    const [one, two] = [await visit(s as never, {}, 1), await visit(s as never, {}, 2)]
    expect(one).not.toEqual(two)
    expect(one.map((v) => JSON.stringify(v)).toSorted()).toEqual(
      two.map((v) => JSON.stringify(v)).toSorted(),
    )
    const study = await createStudy({ space: s, sampler: grid() })
    await study.enqueue({ a: 2, b: 3 })
    expect(await study.optimize(() => 0)).toEqual({ reason: 'exhausted', ran: 16 })
    expect(distinct(study.trials().map((t) => t.values))).toBe(16)
  })

  it('says how far it is', async () => {
    const study = await createStudy({ space: space({ a: int(1, 3) }), sampler: grid() })
    await study.optimize(() => 0)
    expect(study.trials().map((t) => t.why)).toEqual([
      'grid: cell 1 of 3',
      'grid: cell 2 of 3',
      'grid: cell 3 of 3',
    ])
  })

  it('refuses a grid that nobody lives to see the end of, and one without cells', async () => {
    const big = await createStudy({
      space: space({ a: int(1, 1001), b: int(1, 1000) }),
      sampler: grid(),
    })
    expect((await errorOf(big.ask())).message).toBe(
      'grid: at most 1000000 configurations can be searched exhaustively, the space has 1001000. Give fewer levels, or use sobol or tpe.',
    )
    const none = await createStudy({
      space: space({ a: float(0, 1) }, { require: ['a > 0.1 and a < 0.2'] }),
      sampler: grid(),
    })
    expect((await errorOf(none.ask())).message).toBe(
      'grid: none of the 5 configurations satisfies the constraints. Give more levels, or use sobol or tpe.',
    )
    for (const levels of [0, 1.5, Number.NaN]) {
      expect(() => grid({ levels })).toThrow(`grid: levels is a whole number >= 1, got ${levels}.`)
      expect(() => grid({ levelsOf: { x: levels } })).toThrow(`grid: x is a whole number`)
    }
  })
})
