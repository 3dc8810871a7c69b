import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { StudyEvent } from '../../src/journal/event.ts'
import { packedEvents } from '../../src/journal/packed-events.ts'

const packed = (values: readonly unknown[]): ReturnType<typeof packedEvents> => {
  const list = packedEvents()
  for (const value of values) list.push(value as StudyEvent)
  return list
}

/** Any value JSON knows, with numbers and texts at and about the borders of the encoding. */
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -0, 127, 128, 2 ** 31 - 1, 2 ** 31, -1, 5e-324),
    fc.constantFrom('', '\u00ff', '\u0100', 'a\u0100\u00ff', '\uffff', '__proto__'),
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((x) => String.fromCharCode(x)) }),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
  ),
})).value

describe('packed events', () => {
  it('come back as they were, in any part of the list', () => {
    fc.assert(
      fc.property(fc.array(anyValue), fc.nat(40), fc.nat(40), (values, start, count) => {
        const list = packed(values)
        expect(list.length()).toBe(values.length)
        const end = Math.min(values.length, start + count)
        expect(list.slice(start, end)).toEqual(values.slice(start, end))
        expect(list.slice(0, values.length)).toEqual(values)
      }),
    )
  })

  it('may be far larger than a chunk, or fill many', () => {
    const events = Array.from({ length: 3000 }, (_, trial) => ({
      type: 'trial-claimed',
      at: 1_700_000_000_000 + trial / 3,
      trial,
      worker: trial % 1000 === 500 ? `${'x'.repeat(50_000)}\ud800${'ü'.repeat(trial)}` : 'here',
    }))
    const list = packed(events)
    expect(list.slice(0, 3000)).toEqual(events)
    for (const start of [0, 499, 500, 501, 1500, 2999]) {
      expect(list.slice(start, start + 1)).toEqual([events[start]])
    }
    expect(list.slice(3000, 3000)).toEqual([])
  })

  it('keep the order of keys, and leave out what is undefined', () => {
    const list = packed([{ b: 1, a: undefined, c: { z: null, y: [] } }])
    expect(JSON.stringify(list.slice(0, 1))).toBe('[{"b":1,"c":{"z":null,"y":[]}}]')
    expect(Object.keys(list.slice(0, 1)[0] as object)).toEqual(['b', 'c'])
  })

  it('are not disturbed by one that could not be written', () => {
    const circle: Record<string, unknown> = { text: 'x'.repeat(20) }
    circle['circle'] = circle
    const list = packed([{ trial: 0 }])
    expect(() => list.push(circle as unknown as StudyEvent)).toThrow(RangeError)
    expect(list.length()).toBe(1)
    list.push({ type: 'trial-opened', at: 1, trial: 1 })
    expect(list.slice(0, 2)).toEqual([{ trial: 0 }, { type: 'trial-opened', at: 1, trial: 1 }])
  })
})
