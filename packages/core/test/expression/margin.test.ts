import { describe, expect, it } from 'vitest'
import { margin, parseExpression, type Value } from '../../src/expression/index.ts'

const values: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['latency', 40],
  ['memory', 6],
  ['nan', NaN],
  ['infinity', Infinity],
  ['name', 'a'],
  ['flag', true],
])
const measure = (source: string): number | undefined =>
  margin(parseExpression(source), (name) => values.get(name))

describe('margin', () => {
  it.each<[string, number | undefined]>([
    ['latency <= 50', -10],
    ['latency < 50', -10],
    ['latency <= 30', 10],
    ['latency >= 50', 10],
    ['latency > 30', -10],
    ['latency <= 40', 0],
    ['latency < 40', Number.MIN_VALUE],
    ['latency > 40', Number.MIN_VALUE],
    ['latency == 43', 3],
    ['latency == 40', 0],
    ['latency != 43', 0],
    ['latency != 40', 1],
    ['30 < latency < 42', -2],
    ['30 < latency < 35', 5],
    ['flag', 0],
    ['not flag', 1],
    ['name == "a"', 0],
    ['name == "b"', 1],
    ['name < "b"', 0],
    ['latency in [30, 50]', 1],
    ['latency not in [30, 50]', 0],
  ])('of %s is %s', (source, value) => {
    expect(measure(source)).toBe(value)
  })

  it.each<[string, number]>([
    ['latency <= 30 and memory <= 8', 10],
    ['latency <= 50 and memory <= 8', -2],
    ['latency <= 30 or memory <= 8', -2],
    ['latency <= 30 or memory <= 5', 1],
  ])('of %s is that of its worst or best part, %s', (source, value) => {
    expect(measure(source)).toBe(value)
  })

  it.each<[string, string]>([
    ['not latency <= 30', 'latency > 30'],
    ['not latency <= 40', 'latency > 40'],
    ['not latency > 40', 'latency <= 40'],
    ['not latency == 43', 'latency != 43'],
    ['not latency != 43', 'latency == 43'],
    ['not not latency <= 30', 'latency <= 30'],
    ['not (latency <= 30 or memory > 8)', 'latency > 30 and memory <= 8'],
    ['not (latency <= 50 and memory > 8)', 'latency > 50 or memory <= 8'],
    ['not (30 < latency < 42)', 'latency <= 30 or latency >= 42'],
    ['not (latency in [40])', 'latency not in [40]'],
  ])('of %s is that of %s', (negation, plain) => {
    expect(measure(negation)).toBe(measure(plain))
    expect(measure(plain)).toBeDefined()
  })

  it.each(['absent <= 1', 'not absent', 'latency < "a"', 'latency', 'latency + 1', 'nan and flag'])(
    'of %s is unknown',
    (source) => {
      expect(measure(source)).toBeUndefined()
    },
  )

  it('leaves out unknown parts where the others decide', () => {
    expect(measure('absent <= 1 and latency <= 30')).toBe(10)
    expect(measure('absent <= 1 and latency <= 50')).toBeUndefined()
    expect(measure('absent <= 1 or latency <= 50')).toBe(-10)
    expect(measure('absent <= 1 or latency <= 30')).toBeUndefined()
  })

  it.each([
    ['nan <= 1', Infinity],
    ['nan == 1', Infinity],
    ['not nan <= 1', 0],
    ['nan != 1', 0],
    ['infinity <= infinity', 0],
    ['infinity < infinity', Infinity],
    ['infinity <= 1', Infinity],
    ['infinity >= 1', -Infinity],
    ['infinity == infinity', 0],
  ])('of %s is %s', (source, value) => {
    expect(measure(source)).toBe(value)
  })
})
