import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileMetricPattern, createMetricParser } from '../../src/executors/metric-parser.ts'

const json = (line: string): unknown => createMetricParser().push(line)

describe('JSON lines', () => {
  it.each<[string, unknown]>([
    ['{"step":3,"accuracy":0.91}', { step: 3, accuracy: 0.91 }],
    ['  {"a":1}\r', { a: 1 }],
    ['\uFEFF{"a":1}', { a: 1 }],
    ['{"a":NaN}', { a: Number.NaN }],
    ['{"a": Infinity, "b":-Infinity}', { a: Infinity, b: -Infinity }],
    ['{"NaN":"NaN, Infinity","b":NaN}', { NaN: 'NaN, Infinity', b: Number.NaN }],
    ['{"quote\\"NaN":NaN}', { 'quote"NaN': Number.NaN }],
    [
      '{"a":1,"constraints":{"size":-2},"standardError":{"a":NaN}}',
      { a: 1, constraints: { size: -2 }, standardError: { a: Number.NaN } },
    ],
    ['{"a":[1,NaN],"b":null,"c":true}', { a: [1, Number.NaN], b: null, c: true }],
    ['{}', {}],
    ['', undefined],
    ['epoch 3: loss 0.2', undefined],
    ['3', undefined],
    ['[1,2]', undefined],
    ['"text"', undefined],
    ['null', undefined],
    ['{"a":1', undefined],
    ['{"a":nan}', undefined],
    ['{"a":NaNs}', undefined],
    ['{a:1}', undefined],
    ["{'a': 1}", undefined],
  ])('reads %s', (line, expected) => {
    expect(json(line)).toEqual(expected)
  })

  it('reads back whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const line = JSON.stringify(value)
        expect(json(line)).toEqual(JSON.parse(line))
      }),
    )
  })

  it('ignores lines of more than a megabyte, and is quick with hostile ones', () => {
    const start = performance.now()
    expect(json(`{"a":"${'x'.repeat(1_000_000)}"}`)).toBeUndefined()
    expect(json(`{${'\\"'.repeat(400_000)}`)).toBeUndefined()
    expect(json(`{"a":${'['.repeat(900_000)}`)).toBeUndefined()
    expect(json(`{"a":NaN,"b":${'['.repeat(900_000)}`)).toBeUndefined()
    expect(json(`{"a":NaN,"b":"${'\\\\'.repeat(400_000)}"}`)).toMatchObject({ a: Number.NaN })
    expect(performance.now() - start).toBeLessThan(1_000)
  })

  it('counts what it saw and keeps the first broken line', () => {
    const parser = createMetricParser()
    const broken = `{"loss": 0.1,${'x'.repeat(500)}`
    for (const line of ['hello', '{"a":1}', broken, '{oops', '']) parser.push(line)
    expect(parser.counts()).toEqual({ lines: 5, understood: 1, broken: broken.slice(0, 200) })
    expect(createMetricParser().counts()).toEqual({ lines: 0, understood: 0 })
  })
})

describe('a metric pattern', () => {
  it.each<[string, string, unknown]>([
    ['val_acc=([0-9.]+)', 'epoch 2 val_acc=0.75', { score: 0.75 }],
    ['val_acc=([0-9.]+)', 'we got val_acc=0.75.', { score: 0.75 }],
    ['val_acc=([0-9.]+)', 'acc=0.75', undefined],
    ['acc=(\\S+)', 'acc=0.1 acc=0.2', { score: 0.2 }],
    ['acc=(\\S+)', 'acc=nan', { score: Number.NaN }],
    ['acc=(\\S+)', 'acc=-INF', { score: -Infinity }],
    ['acc=(\\S+)', 'acc=+Infinity', { score: Infinity }],
    ['acc=(\\S+)', 'acc=1.5e-3', { score: 0.0015 }],
    ['acc=(\\S+)', 'acc=N/A', { score: 'N/A' }],
    ['acc=(.*)', 'acc=', { score: '' }],
    ['step (?<step>\\d+).*loss (?<loss>\\S+)', 'step 3, loss 0.5', { step: 3, loss: 0.5 }],
    ['(?<a>x\\d)|b=(?<b>\\d)', 'b=4', { b: 4 }],
    ['loss|acc=(\\d)', 'the loss', undefined],
    ['(\\d*)', '', { score: '' }],
  ])('%s reads "%s"', (pattern, line, expected) => {
    expect(createMetricParser({ pattern, metricName: 'score' }).push(line)).toEqual(expected)
  })

  it('sees only the first 10,000 characters of a line', () => {
    const parser = createMetricParser({ pattern: 'acc=(\\d)', metricName: 'acc' })
    expect(parser.push(`${' '.repeat(9_995)}acc=1`)).toEqual({ acc: 1 })
    expect(parser.push(`${' '.repeat(9_996)}acc=1`)).toBeUndefined()
    expect(parser.counts()).toEqual({ lines: 2, understood: 1 })
  })

  it.each<[string, string | undefined, RegExp]>([
    ['acc=([0-9', 'acc', /is not a regular expression/],
    ['acc=(', 'acc', /is not a regular expression/],
    ['acc=[0-9.]+', 'acc', /captures nothing.*parentheses/],
    ['(?:acc)', 'acc', /captures nothing/],
    ['(a)=(b)', 'acc', /2 unnamed capture groups/],
    ['acc=(.*)', undefined, /without a name/],
  ])('refuses %s', (pattern, metricName, message) => {
    expect(() => compileMetricPattern(pattern, metricName)).toThrow(
      expect.objectContaining({ code: 'command/metric', message: expect.stringMatching(message) }),
    )
  })
})
