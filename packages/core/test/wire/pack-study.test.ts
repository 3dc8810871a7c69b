import fc from 'fast-check'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'

import type { History, StudyEvent } from '../../src/index.ts'
import {
  addRest,
  applyEntry,
  columnValues,
  createAttempts,
  createHistory,
  createReports,
  historyChart,
  packHead,
  packRest,
  packStudy,
  reportedTrials,
  trialAttempts,
  unpackHead,
  unpackStudy,
} from '../../src/index.ts'
import { drawValues, make } from '../charts/support/studies.ts'
import { dump } from '../journal/dump.ts'
import { richEvents } from '../journal/rich-events.ts'

let events: readonly StudyEvent[]
beforeAll(async () => {
  events = await richEvents()
})

const historyAt = (seq: number, history: History = createHistory()): History => {
  for (let i = history.seq; i < seq; i++) applyEntry(history, { seq: i + 1, event: events[i]! })
  return history
}

/** What a history is on the other side: all but what samplers remember. */
function told(history: History): unknown {
  const { details, ...rest } = dump(history) as { details: readonly [number, object][] }
  const known = details.map(([trial, all]: readonly [number, { memo?: unknown }]) => {
    const { memo: _, ...words } = all
    return [trial, words] as const
  })
  return { ...rest, details: known.filter(([, words]) => Object.keys(words).length > 0) }
}

describe('a packed study', () => {
  it('is the same history in two parts, after any event, from which the reducer goes on', () => {
    const whole = told(historyAt(events.length))
    for (let seq = 1; seq <= events.length; seq += 7) {
      const history = historyAt(seq)
      const made = unpackHead(packHead(history))
      addRest(made, packRest(history))
      expect(told(made)).toEqual(told(history))
      expect(told(historyAt(events.length, made))).toEqual(whole)
    }
  })

  it('shows results before the rest has come', () => {
    const history = historyAt(events.length)
    const head = unpackHead(packHead(history))
    expect(historyChart(head)).toEqual(historyChart(history))
    for (const column of ['state', 'worker', 'reason', 'startedAt', 'shown:loss']) {
      expect(columnValues(head, column)).toEqual(columnValues(history, column))
    }
  })

  it('refuses a rest that is as of another event, and bytes that are none', () => {
    const head = unpackHead(packHead(historyAt(40)))
    expect(() => addRest(head, packRest(historyAt(41)))).toThrow(
      /as of event 41, its head as of 40/,
    )
    expect(() => unpackHead(Uint8Array.of(9, 9, 9))).toThrow(/no packed study/)
  })

  it('in one piece has curves and attempts too, which events are added to', () => {
    for (const cut of [30, 90, events.length]) {
      const before = events.slice(0, cut)
      const reports = createReports()
      for (const event of before) reports.add(event)
      const made = unpackStudy(
        packStudy(historyAt(cut), {
          courses: reports.courses(),
          metrics: ['acc', 'loss'],
          attempts: trialAttempts(before),
        }),
      )
      expect(told(made.history)).toEqual(told(historyAt(cut)))
      const attempts = createAttempts(made.attempts)
      const [acc] = made.reports
      expect([acc!.metric, acc!.seq, acc!.of]).toEqual(['acc', cut, acc!.courses.length])
      const further = createReports({ metrics: ['acc'], from: acc!.courses })
      for (const event of events.slice(cut)) {
        attempts.add(event)
        further.add(event)
      }
      expect(attempts.all()).toEqual(trialAttempts(events))
      expect(further.trials()).toEqual(accOf(events))
    }
  })
})

/** Everything that was reported, without other metrics. */
const accOf = (all: readonly StudyEvent[]): unknown =>
  reportedTrials(all).map(({ trial, reports }) => ({
    trial,
    reports: reports.map(({ step, values }) => ({ step, values: { acc: values['acc'] } })),
  }))

describe('columns of numbers', () => {
  const odd = fc.constantFrom(
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1e-320, 2 ** 53],
    ...[-(2 ** 51), 2 ** 51, 0.1, 1e300, 1763768912123, -1.5, 0.1 + 0.2],
  )
  const values = fc.oneof(
    fc.array(fc.integer({ min: -300, max: 300 })),
    fc.array(fc.maxSafeInteger()),
    fc.array(fc.integer({ min: 0, max: 1e9 }).map((x) => x / 1000)),
    fc.array(fc.double()),
    fc.array(fc.oneof(odd, fc.double(), fc.nat())),
    fc.array(fc.nat(70_000)).map((all) => all.toSorted((a, b) => a - b)),
  )

  it('come back bit by bit', () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const { history } = make(
          numbers.map((_, i) => ({ values: drawValues(i), state: 'complete' })),
        )
        history.columns.ensure('metric:value').data.set(numbers)
        history.columns
          .ensure('last:value')
          .data.set(numbers.map((x, i) => (i % 5 === 0 ? x + 1 : x)))
        const made = unpackHead(packHead(history))
        for (const name of ['metric:value', 'last:value']) {
          expect([...columnValues(made, name).values]).toEqual([
            ...columnValues(history, name).values,
          ])
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('the size of a head', () => {
  it.each([
    [200, 15_000],
    [5000, 200_000],
  ])('of %i trials that report is at most %i bytes', (count, most) => {
    const { history } = make(
      Array.from({ length: count }, (_, i) => {
        const loss = Math.sin(i) ** 2 + 1 / (i + 1)
        const reports = [[1, { value: loss + 1 }] as const, [2, { value: loss }] as const]
        const metrics = { value: loss, accuracy: 1 / (1 + loss) }
        return { values: drawValues(i), state: 'complete', metrics, reports } as const
      }),
    )
    const head = packHead(history)
    expect(gzipSync(head).length).toBeLessThan(most)
    expect(brotliCompressSync(head, { params: {} }).length).toBeLessThan(most)
  })
})
