import { expect, test } from 'vitest'

import type { TrialView } from '../../src/data/engine.ts'
import { joinedCurves } from '../../src/pages/study/model/joined-curves.ts'
import type { PackedLine, PackedPlane } from '../../src/plot/packed-chart.ts'

const line = (trial: number, xy: readonly number[], faint = false): PackedLine => ({
  kind: 'line',
  name: 'any',
  colour: 6,
  xy: Float64Array.from(xy),
  dashed: false,
  step: false,
  faint,
  trial,
})

function trial(number: number, metric: string, lines: readonly PackedLine[]): TrialView {
  const ends = { min: 0, max: number, whole: true }
  const curves: PackedPlane = {
    kind: 'plane',
    key: `curves ${number}`,
    title: metric,
    summary: '',
    x: { name: 'step' },
    y: { name: metric },
    range: { x: ends, y: ends },
    marks: lines,
  }
  return {
    number,
    state: 'complete',
    params: [],
    metrics: [],
    attempts: 1,
    violated: [],
    tags: [],
    attached: [],
    excluded: false,
    curves,
  }
}

test('each trial brings its own line in a colour of its own, not the best one beside it', () => {
  const best = line(9, [1, 0.1], true)
  const chart = joinedCurves([
    trial(3, 'loss', [best, line(3, [1, 0.3])]),
    trial(5, 'loss', [best, line(5, [1, 0.5])]),
  ])
  if (chart?.kind !== 'plane') throw new Error('There is no chart.')
  expect(chart.marks).toMatchObject([
    { name: 'trial 3', colour: 0, trial: 3, faint: false },
    { name: 'trial 5', colour: 1, trial: 5, faint: false },
  ])
  expect(chart.range.x).toMatchObject({ min: 0, max: 5 })
})

test('curves of another metric are left out, and without any there is no chart', () => {
  const chart = joinedCurves([
    trial(3, 'loss', [line(3, [1, 0.3])]),
    trial(5, 'accuracy', [line(5, [1, 0.5])]),
  ])
  expect(chart?.kind === 'plane' ? chart.marks.length : -1).toBe(1)
  expect(joinedCurves([])).toBeUndefined()
})
