import { describe, expect, it } from 'vitest'
import { liveView } from '../../../src/journal/view.ts'
import { createRng } from '../../../src/math/rng.ts'
import { createLayout } from '../../../src/samplers/gp/layout.ts'
import { featuresOf } from '../../../src/samplers/gp/models.ts'
import { choice, flag, float, int, variant } from '../../../src/space/builders.ts'
import { decodePoint } from '../../../src/space/encode.ts'
import { space } from '../../../src/space/space.ts'
import type { Values } from '../../../src/space/space.ts'
import { historyOf, madeEvents } from '../../../src/testing/made-history.ts'
import { spaceZoo } from '../../../src/testing/space-zoo.ts'

const mixed = space({
  lr: float(1e-4, 1, { scale: 'log' }),
  act: choice(['a', 'b', 'c']),
  size: choice(['s', 'm', 'l'], { ordered: true }),
  opt: variant({ sgd: { momentum: float(0, 1), nesterov: flag() }, adam: {} }),
})
const none: ReadonlySet<string> = new Set()

const readAll = (s: typeof mixed, trials: readonly Values[]): (Float64Array | undefined)[] => {
  const events = madeEvents(
    { space: s as never },
    trials.map((values) => ({ values, state: 'complete', metrics: { value: 0 } })),
  )
  const view = liveView(historyOf(events), trials.length)
  const layout = createLayout(s as never, none)
  return trials.map((_, trial) => layout.read(view, trial))
}

describe('createLayout', () => {
  const layout = createLayout(mixed as never, none)

  it('gives every parameter one feature and every group of conditional ones another', () => {
    expect(layout.names).toEqual([
      'lr',
      'size',
      'opt.sgd.momentum',
      'act',
      'opt',
      'opt.sgd.nesterov',
      'active:opt.sgd.momentum',
    ])
    expect(layout.ordered).toBe(3)
    expect(layout.neutral[3]).toBeCloseTo(1 / 3)
  })

  it('puts what is inactive in the middle', () => {
    const sgd = {
      lr: 1e-2,
      act: 'b',
      size: 's',
      opt: 'sgd',
      'opt.sgd.momentum': 0.9,
      'opt.sgd.nesterov': true,
    }
    const adam = { lr: 1, act: 'a', size: 'l', opt: 'adam' }
    const [a, b] = readAll(mixed as never, [sgd, adam])
    const first = [...featuresOf(layout, a!)]
    expect(first[0]).toBeCloseTo(0.5)
    expect(first.slice(1)).toEqual([1 / 6, 0.9, 1, 0, 1, 1])
    expect([...featuresOf(layout, b!)]).toEqual([1, 5 / 6, 0.5, 0, 1, -1, 0])
  })

  it('passes over trials whose values are of another space, and takes what is missing for neutral', () => {
    const [outside, label, lacking, nothing] = readAll(mixed as never, [
      { lr: 5, act: 'a', size: 's', opt: 'adam' },
      { lr: 0.5, act: 'z', size: 's', opt: 'adam' },
      { lr: 0.5, size: 's', opt: 'adam' },
      {},
    ])
    expect(outside).toBeUndefined()
    expect(label).toBeUndefined()
    expect(nothing).toBeUndefined()
    expect(featuresOf(layout, lacking!)[3]).toBe(-1)
  })

  it('gives back the values it has read, in every space', () => {
    for (const { space: s } of spaceZoo()) {
      const rng = createRng('layout')
      const at = createLayout(s, none)
      const active = new Uint8Array(s.params.length)
      for (let i = 0; i < 10; i++) {
        const values = decodePoint(
          s,
          Float64Array.from(s.params, () => rng.next()),
        )
        const [codes] = readAll(s as never, [values])
        if (codes === undefined) continue
        at.activate(codes, active)
        const back = at.valuesOf(codes, active)
        expect(Object.keys(back)).toEqual(Object.keys(values))
        for (const [name, value] of Object.entries(values)) {
          if (typeof value !== 'number') expect(back[name]).toBe(value)
          else
            expect(Math.abs((back[name] as number) - value)).toBeLessThanOrEqual(
              1e-9 * Math.abs(value) + 1e292 * (Math.abs(value) > 1e300 ? 1 : 0) + 1e-9,
            )
        }
      }
    }
  })

  it('can wake a branch that a trial did not have, but for what must be drawn', () => {
    const s = space({ v: variant({ p: { one: int(7, 7), x: float(0, 1) }, q: {} }) })
    const at = createLayout(s as never, none)
    const [codes] = readAll(s as never, [{ v: 'q' }])
    codes![s.index.get('v')!] = 0
    codes![s.index.get('v.p.x')!] = 0.25
    const active = new Uint8Array(s.params.length)
    at.activate(codes!, active)
    expect(at.valuesOf(codes!, active)).toEqual({ v: 'p', 'v.p.one': 7, 'v.p.x': 0.25 })
  })

  it('knows which configurations are the same', () => {
    const s = space({ n: int(1, 5000), v: variant({ p: { f: flag() }, q: {} }) })
    const at = createLayout(s as never, none)
    const active = new Uint8Array(s.params.length)
    const key = (values: Values): string | undefined => {
      const [codes] = readAll(s as never, [values])
      at.activate(codes!, active)
      return at.keyOf(codes!, active)
    }
    const one = key({ n: 17, v: 'p', 'v.p.f': true })
    expect(one).toBe(key({ n: 17, v: 'p', 'v.p.f': true }))
    expect(one).not.toBe(key({ n: 18, v: 'p', 'v.p.f': true }))
    expect(one).not.toBe(key({ n: 17, v: 'p', 'v.p.f': false }))
    const codes = new Float64Array(mixed.params.length)
    const on = new Uint8Array(mixed.params.length)
    layout.activate(codes, on)
    expect(layout.keyOf(codes, on)).toBeUndefined()
  })
})
