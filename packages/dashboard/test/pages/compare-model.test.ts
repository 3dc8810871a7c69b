import type { StudyFacts } from '@attune/core'
import { describe, expect, it } from 'vitest'
import type { AboutStudy } from '../../src/data/engine.ts'
import {
  cautions,
  commonGround,
  comparedRows,
  haveSeeds,
  resultsOf,
} from '../../src/pages/compare-model.ts'
import type { ComparedStudy } from '../../src/pages/compare-model.ts'

const loss = { name: 'loss', direction: 'minimize' } as const
const accuracy = { name: 'accuracy', direction: 'maximize' } as const

const study = (
  name: string,
  objectives: AboutStudy['objectives'] = [loss],
  param = 'from 0 to 1',
): ComparedStudy => ({
  id: name,
  name,
  about: {
    ...{ name, objectives, metrics: [], reports: false, deterministic: false },
    params: [{ column: 'param:lr', name: 'lr', kind: 'number', about: param }],
    ...{ sampler: 'auto', scheduler: 'none', seed: 1 },
  },
})

const facts = (best: number | undefined, complete: number, seconds: number): StudyFacts => ({
  states: { waiting: 0, running: 0, complete, pruned: 1, failed: 2, paused: 0 },
  ...(best === undefined
    ? {}
    : {
        best: {
          trial: 0,
          metrics: [{ name: 'loss', value: best }],
          params: {},
          flat: {},
          front: 1,
        },
      }),
  ...{ elapsedSeconds: seconds, workers: [], tags: [], files: [], archived: false, excluded: 0 },
})

describe('common ground', () => {
  it('is the objectives that all have at one place in one direction', () => {
    const both = [loss, accuracy]
    const found = commonGround([study('a', both), study('b', both)])
    expect(found.objectives.map(({ name, place }) => [name, place])).toEqual([
      ['loss', 0],
      ['accuracy', 1],
    ])
    expect(found.refusal).toBeUndefined()
  })

  it('refuses studies that aim at different things in a sentence, and names the odd ones', () => {
    const { objectives, refusal } = commonGround([study('a'), study('b', [accuracy]), study('c')])
    expect(objectives).toEqual([])
    expect(refusal?.text).toBe(
      'These studies do not aim at the same thing and cannot share an axis. a, c: minimize loss. b: maximize accuracy.',
    )
    expect(refusal?.odd).toEqual(['b'])
  })

  it('does not take the other direction for the same', () => {
    const other = { name: 'loss', direction: 'maximize' } as const
    expect(commonGround([study('a'), study('b', [other])]).refusal).toBeDefined()
  })
})

it('says when spaces differ, and when luck may decide', () => {
  expect(cautions([study('a'), study('b', [loss], 'from 0 to 9')])).toHaveLength(2)
  expect(cautions([study('tpe-1'), study('tpe-2')])).toEqual([])
  expect(haveSeeds([study('tpe-1'), study('gp-1')])).toBe(false)
})

describe('the table', () => {
  it('has a row a study with its best, its results and its costs', () => {
    const rows = comparedRows(
      [
        { ...study('a-1'), facts: facts(1, 4, 60), results: [1, 2, 3, 4, 5] },
        { ...study('a-2'), facts: facts(undefined, 0, 10) },
      ],
      'loss',
      false,
    )
    expect(rows[0]).toEqual({
      ...{ name: 'a-1', ids: ['a-1'], best: 1, trials: 7, failed: 2, seconds: 60 },
      results: { low: 2, middle: 3, high: 4 },
    })
    expect(rows[1]).toMatchObject({ best: Number.NaN, seconds: 10 })
  })

  it('joins seeds: the median of their best values with the range', () => {
    const seeds = [3, 1, 2, 8].map((value, k) => ({
      ...study(`gp-${k}`),
      facts: facts(value, 5, 10),
      results: [value, 9],
    }))
    const rows = comparedRows(
      [...seeds, { ...study('alone'), facts: facts(4, 5, 10) }],
      'loss',
      true,
    )
    expect(rows).toHaveLength(2)
    expect(rows[0]).toMatchObject({
      ...{ name: 'gp, 4 seeds', best: 2.5, range: [1, 8], trials: 32, seconds: 40 },
      results: { low: 2.75, middle: 8.5, high: 9 },
    })
    expect(rows[1]).toMatchObject({ name: 'alone', best: 4 })
  })

  it('reads the results off the steps of a distribution', () => {
    expect([...resultsOf([3, 0, 3, 20, 5, 60, 7, 100])]).toEqual([3, 5, 5, 7, 7])
    expect([...resultsOf([3, 0, 3, 100])]).toEqual([3])
    expect([...resultsOf([])]).toEqual([])
  })
})
