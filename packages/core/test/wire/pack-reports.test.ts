import { describe, expect, it } from 'vitest'

import type { ReportCourse } from '../../src/index.ts'
import { bestTrials, createReports, packReports, unpackReports } from '../../src/index.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import { drawValues, make } from '../charts/support/studies.ts'

function long(trials: number, steps: number): ReturnType<typeof make> {
  return make(
    Array.from({ length: trials }, (_, i): MadeTrial => {
      const at = (step: number): number => ((i * 37) % trials) + 1 / step
      const reports = Array.from(
        { length: steps },
        (_, k) => [k + 1, { value: at(k + 1) }] as const,
      )
      return { values: drawValues(i), state: 'complete', metrics: { value: at(steps) }, reports }
    }),
  )
}

function coursesOf({ events }: ReturnType<typeof make>): ReportCourse[] {
  const reports = createReports()
  for (const event of events) reports.add(event)
  return reports.courses()
}

describe('packed curves', () => {
  it('that are short are as they were', () => {
    const made = long(9, 12)
    const packed = unpackReports(packReports(made.history, coursesOf(made), 'value'))
    expect(packed).toEqual({
      ...{ metric: 'value', seq: made.history.seq, of: 9 },
      courses: coursesOf(made),
    })
  })

  it('that are long keep both ends and even steps between', () => {
    const made = long(3, 1000)
    const limits = { steps: 51 }
    const packed = unpackReports(packReports(made.history, coursesOf(made), 'value', limits))
    for (const { reports } of packed.courses) {
      expect(reports).toHaveLength(51)
      expect([reports[0]!.step, reports.at(-1)!.step]).toEqual([1, 1000])
      const gaps = reports.slice(1).map(({ step }, i) => step - reports[i]!.step)
      expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1)
    }
  })

  it('that are long still tell what stands if the attempt after a pause ends', () => {
    const { history } = long(1, 1)
    const reports = Array.from({ length: 1000 }, (_, k) => ({ step: k + 1, values: { value: k } }))
    const course = { trial: 0, epoch: 1, kept: 500, reports }
    const packed = packReports(history, [course], 'value', { steps: 101 })
    const again = createReports({ from: unpackReports(packed).courses })
    again.add({ type: 'trial-requeued', at: 0, trial: 0, epoch: 2, cause: 'lost' })
    const [kept] = again.courses()
    expect([kept!.epoch, kept!.reports.length]).toEqual([2, 50])
    expect(kept!.reports.at(-1)!.step).toBeLessThanOrEqual(500)
  })

  it('that are very many are an even part, the best among them', () => {
    const made = long(200, 10)
    const limits = { total: 600 }
    const { courses: kept, of } = unpackReports(
      packReports(made.history, coursesOf(made), 'value', limits),
    )
    expect([kept.length, of]).toEqual([60, 200])
    const trials = kept.map(({ trial }) => trial)
    expect(trials).toContain(bestTrials(made.history)[0])
    expect(trials).toEqual(trials.toSorted((a, b) => a - b))
    expect(Math.min(...trials)).toBeLessThan(20)
    expect(Math.max(...trials)).toBeGreaterThan(180)
  })

  it('of a metric that nobody reported are none', () => {
    const made = long(3, 3)
    const packed = unpackReports(packReports(made.history, coursesOf(made), 'other'))
    expect(packed).toMatchObject({ courses: [], of: 0 })
  })
})
