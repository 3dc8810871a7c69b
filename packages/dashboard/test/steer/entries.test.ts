import type { Distribution, Label, SpaceJson } from '@attune/core'
import { contains } from '@attune/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StudyDefinition } from '../../src/data/definition.ts'
import { entriesOf, formSpace, readEntries, sliderOf } from '../../src/steer/entries.ts'

const space: SpaceJson = {
  space: {
    lr: { float: [1e-4, 1], scale: 'log' },
    act: { choice: ['relu', 'tanh', 1, null] },
    optimizer: { variant: { sgd: { momentum: { float: [0, 0.99] } }, adam: {} } },
    layers: { list: [1, 3], of: { width: { int: [8, 128] } } },
  },
  require: ['lr * layers.length < 2', 'sum(layers.width) < 300'],
}
const definition = (changes: Partial<StudyDefinition> = {}): StudyDefinition => ({
  space,
  discovered: [],
  adjusted: {},
  objectives: [{ name: 'loss', direction: 'minimize' }],
  judge: [],
  runs: [],
  earlierRuns: 0,
  hasProgram: true,
  enqueued: [],
  ...changes,
})
const read = (
  entries: Readonly<Record<string, Label>>,
  changes: Partial<StudyDefinition> = {},
): ReturnType<typeof readEntries> => readEntries(formSpace(definition(changes)), entries)

describe('the fields of a configuration', () => {
  it('shows what exists with the values so far', () => {
    const names = (entries: Readonly<Record<string, Label>>): string[] =>
      read(entries).active.map(({ name }) => name)
    expect(names({})).toEqual(['lr', 'act', 'optimizer', 'layers', 'layers.0.width'])
    expect(names({ optimizer: 'sgd', layers: '2' })).toEqual([
      ...['lr', 'act', 'optimizer', 'optimizer.sgd.momentum'],
      ...['layers', 'layers.0.width', 'layers.1.width'],
    ])
  })

  it('reads numbers and labels, and leaves out what does not exist or is empty', () => {
    const { values, problems } = read({
      ...{ lr: ' 1e-3 ', act: 1, optimizer: 'adam', 'optimizer.sgd.momentum': '0.5' },
      ...{ layers: '1', 'layers.0.width': '', 'layers.1.width': '64' },
    })
    expect(values).toEqual({ lr: 1e-3, act: 1, optimizer: 'adam', layers: 1 })
    expect(problems).toEqual({})
  })

  it("tells what is wrong in the engine's words, all at once", () => {
    const { problems } = read({ lr: '7', act: '1', layers: '1', 'layers.0.width': 'wide' })
    expect(problems).toEqual({
      lr: '7 is not a value of float 0.0001..1 log.',
      act: '"1" is not a value of choice "relu", "tanh", 1, null.',
      'layers.0.width': '"wide" is no number.',
    })
    expect(read({ lr: '1', layers: '2' }).problems).toEqual({
      '': 'These values break "lr * layers.length < 2". Change them.',
    })
  })

  it('takes values of the declared and of the searched range', () => {
    const adjusted: Record<string, Distribution> = {
      lr: { kind: 'float', low: 0.5, high: 4, scale: 'log' },
      act: { kind: 'choice', choices: ['relu', 'gelu'], ordered: false },
    }
    for (const lr of ['0.001', '1.9']) expect(read({ lr }, { adjusted }).problems).toEqual({})
    expect(read({ lr: '5' }, { adjusted }).problems).toHaveProperty('lr')
    for (const act of ['tanh', 'gelu']) expect(read({ act }, { adjusted }).problems).toEqual({})
  })

  it('knows parameters that trials met while they ran', () => {
    const distribution: Distribution = { kind: 'int', low: 1, high: 9, scale: 'linear', step: 1 }
    const discovered = [{ name: 'depth', distribution, when: [] }]
    expect(read({ depth: '3' }, { discovered }).values).toEqual({ depth: 3 })
    expect(read({ depth: '10' }, { discovered }).problems).toHaveProperty('depth')
  })

  it('gives the values back that it was filled with', () => {
    const values = { lr: 0.0123456789, act: null, optimizer: 'sgd', 'optimizer.sgd.momentum': 0.9 }
    const { declared } = formSpace(definition())
    expect(read(entriesOf(declared, { ...values, gone: 3 })).values).toEqual(values)
  })
})

describe('the slider of a number', () => {
  const numeric = fc
    .record({
      ends: fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 5000 })),
      kind: fc.constantFrom('float' as const, 'int' as const),
      scale: fc.constantFrom('linear' as const, 'log' as const),
    })
    .map(({ ends: [low, width], kind, scale }) => {
      const range = { low, high: low + width, scale }
      return kind === 'int' ? { kind, ...range, step: 1 } : { kind, ...range }
    })

  it('gives values the parameter can take, in order, from end to end', () => {
    fc.assert(
      fc.property(numeric, fc.nat(1000), fc.nat(1000), (distribution, a, b) => {
        const { last, place, value } = sliderOf(distribution)
        expect(value(0)).toBe(distribution.low)
        expect(value(last)).toBe(distribution.high)
        const [first, second] = [Math.min(a, b, last), Math.min(Math.max(a, b), last)]
        expect(contains(distribution, value(first))).toBe(true)
        expect(value(first)).toBeLessThanOrEqual(value(second))
        // There and back is the same value, to the digits a slider tells.
        const again = value(place(value(first)))
        expect(Math.abs(again - value(first))).toBeLessThanOrEqual(Math.abs(value(first)) * 0.02)
      }),
    )
  })

  it('stands in the middle of the decades on a log scale', () => {
    const { place, value } = sliderOf({ kind: 'float', low: 1e-4, high: 1, scale: 'log' })
    expect(place(1e-2)).toBe(500)
    expect(value(500)).toBe(0.01)
  })
})
