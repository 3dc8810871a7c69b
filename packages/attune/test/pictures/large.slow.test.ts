import type { AnyChart, SearchSpace } from '@attune/core'
import {
  choice,
  curvesChart,
  edfChart,
  effectsCharts,
  failuresCharts,
  float,
  historyChart,
  importanceCharts,
  parallelChart,
  rankChart,
  reportedTrials,
  space,
  surfaceCharts,
  timelineChart,
  trialAttempts,
} from '@attune/core'
import { describe, expect, it } from 'vitest'
import type { MadeTrial } from '../../../core/src/testing/made-history.ts'
import { historyOf, madeEvents } from '../../../core/src/testing/made-history.ts'
import { renderSvg } from '../../src/pictures/render-svg.ts'

const names = Array.from({ length: 12 }, (_, i) => `p${i}`)
const kinds = [float(1e-4, 1, { scale: 'log' }), float(0, 1), choice(['a', 'b', 'c'])]
const wide = space(Object.fromEntries(names.map((name, i) => [name, kinds[i % 3]!]))) as SearchSpace

const trials = Array.from({ length: 10_000 }, (_, i): MadeTrial => {
  // Weyl sequences: even, and without a generator.
  const u = names.map((_name, k) => ((i + 1) * Math.sqrt(k + 2)) % 1)
  const values = Object.fromEntries(
    names.map((name, k) => [
      name,
      k % 3 === 0 ? 10 ** (-4 * u[k]!) : k % 3 === 1 ? u[k]! : 'abc'[Math.floor(3 * u[k]!)]!,
    ]),
  )
  if (u[0]! < 0.04) return { values, state: 'failed', reason: 'timeout' }
  const value = (4 * u[0]! - 2) ** 2 + u[1]!
  const reports = Array.from(
    { length: 10 },
    (_report, k) => [k + 1, { value: value + 1 / (k + 1) }] as const,
  )
  return { values, state: 'complete', metrics: { value }, reports }
})
const events = madeEvents({ space: wide }, trials).map((event, i) => ({ ...event, at: 10 * i }))
const history = historyOf(events)

describe('charts of 10,000 trials of 12 parameters', () => {
  it.each<[string, () => AnyChart | readonly AnyChart[]]>([
    ['history', () => historyChart(history)],
    ['parallel', () => parallelChart(history)],
    ['curves', () => curvesChart(history, reportedTrials(events))],
    ['importance', () => importanceCharts(history)],
    ['effects', () => effectsCharts(history)],
    ['contour', () => surfaceCharts(history, ['p0', 'p1'])],
    ['rank', () => rankChart(history, 'p0', 'p1')],
    ['edf', () => edfChart([{ name: 'one', history }])],
    ['timeline', () => timelineChart(history, trialAttempts(events))],
    ['failures', () => failuresCharts(history)],
  ])('%s is a picture of less than 2 MB', async (_, draw) => {
    const svg = await renderSvg(draw(), { columns: 2 })
    expect(svg.length).toBeGreaterThan(2000)
    expect(svg.length).toBeLessThan(2e6)
  })
})
