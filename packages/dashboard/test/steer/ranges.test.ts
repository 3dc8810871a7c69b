import type { SpaceJson } from '@attune/core'
import { describe, expect, it } from 'vitest'
import type { StudyDefinition, ValueStrip } from '../../src/data/definition.ts'
import type { RangeEntry, RangeRow } from '../../src/steer/ranges.ts'
import {
  joinStrips,
  rangeEntry,
  rangeRows,
  rangesBefore,
  readRanges,
} from '../../src/steer/ranges.ts'

const space: SpaceJson = {
  space: {
    lr: { float: [1e-4, 1], scale: 'log' },
    act: { choice: ['relu', 'tanh', 'gelu'] },
    layers: { list: [1, 3], of: { width: { int: [8, 128] } } },
  },
}
const definition: StudyDefinition = {
  space,
  discovered: [],
  adjusted: {
    lr: { kind: 'float', low: 1e-3, high: 0.1, scale: 'log' },
    'layers.1.width': { kind: 'int', low: 8, high: 32, scale: 'linear', step: 1 },
  },
  objectives: [{ name: 'loss', direction: 'minimize' }],
  judge: [],
  runs: [],
  earlierRuns: 0,
  hasProgram: true,
  enqueued: [],
}
const rows = rangeRows(definition)
const rowOf = (name: string): RangeRow => rows.find((row) => row.name === name) as RangeRow
const read = (entries: Readonly<Record<string, RangeEntry>>): ReturnType<typeof readRanges> =>
  readRanges(rows, entries)

describe('the rows of a form of ranges', () => {
  it('puts elements of lists together where they are searched alike', () => {
    expect(rows.map(({ name, names }) => [name, names])).toEqual([
      ['lr', ['lr']],
      ['act', ['act']],
      ['layers', ['layers']],
      ['layers.*.width', ['layers.0.width', 'layers.2.width']],
      ['layers.1.width', ['layers.1.width']],
    ])
    expect(rowOf('layers').isParent).toBe(true)
    expect(rowOf('act').isParent).toBe(false)
    expect(rows.filter((row) => row.isAdjusted).map(({ name }) => name)).toEqual([
      'lr',
      'layers.1.width',
    ])
  })

  it('means nothing for what stays as it is, and null for what is declared', () => {
    expect(read({ lr: rangeEntry(rowOf('lr').searched) })).toEqual({ ranges: {}, problems: {} })
    expect(read({ lr: rangeEntry(rowOf('lr').declared) }).ranges).toEqual({ lr: null })
    expect(read({ lr: { kind: 'number', low: '1e-3', high: '0.1' } }).ranges).toEqual({})
    expect(read({ act: { kind: 'labels', labels: ['gelu', 'tanh', 'relu'] } }).ranges).toEqual({})
  })

  it('gives ranges for all parameters of a row', () => {
    const entries: Record<string, RangeEntry> = {
      lr: { kind: 'number', low: '0.01', high: '2' },
      act: { kind: 'labels', labels: ['relu', 'swish'] },
      'layers.*.width': { kind: 'number', low: '16', high: '64' },
    }
    expect(read(entries).ranges).toEqual({
      lr: { low: 0.01, high: 2 },
      act: { choices: ['relu', 'swish'] },
      'layers.0.width': { low: 16, high: 64 },
      'layers.2.width': { low: 16, high: 64 },
    })
  })

  it.each<[string, RangeEntry, RegExp]>([
    ['lr', { kind: 'number', low: '', high: '1' }, /two finite numbers/],
    ['lr', { kind: 'number', low: 'x', high: '1' }, /two finite numbers/],
    ['lr', { kind: 'number', low: '0', high: '1' }, /log scale/],
    ['lr', { kind: 'number', low: '0.5', high: '0.1' }, /lower end/],
    ['act', { kind: 'labels', labels: [] }, /one label/],
  ])('says what is wrong with %s as %o', (name, entry, message) => {
    const { ranges, problems } = read({ [name]: entry })
    expect(ranges).toEqual({})
    expect(problems[name]).toMatch(message)
  })

  it('knows how to take ranges back', () => {
    const ranges = { lr: null, act: { choices: ['relu'] }, 'layers.1.width': { low: 9, high: 10 } }
    expect(rangesBefore(definition, ranges)).toEqual({
      lr: { low: 1e-3, high: 0.1 },
      act: null,
      'layers.1.width': { low: 8, high: 32 },
    })
  })
})

describe('strips of several parameters', () => {
  const strip = (counts: number[], low = 0): ValueStrip => ({
    kind: 'number',
    low,
    high: 1,
    scale: 'linear',
    counts,
    best: counts.map(() => 1),
  })

  it('adds those of the same ends', () => {
    expect(joinStrips([strip([1, 2]), strip([3, 4]), strip([9, 9], 0.5), undefined])).toEqual({
      ...strip([4, 6]),
      best: [2, 2],
    })
    expect(joinStrips([])).toBeUndefined()
  })
})
