import { historyChart, keepTrials, parallelChart, studyFacts } from '@attune/core'
import type { AnyChart, StudyEvent } from '@attune/core'
import { describe, expect, test } from 'vitest'

import type { Engine, OpenedStudy } from '../../src/data/engine.ts'
import { packChart } from '../../src/data/pack-chart.ts'
import { createTurns } from '../../src/data/turns.ts'
import { begin, manyTrials, trialEvents } from '../many-trials.ts'
import { inPage, journalFile } from './in-page.ts'
import { historyOf, smallServer } from './small-server.ts'

const events = [...manyTrials('many', 40)]
const open = (engine: Engine, all: readonly StudyEvent[] = events): Promise<OpenedStudy> =>
  engine.open({ kind: 'file', file: journalFile(all) })
const packed = (chart: AnyChart, key: string): unknown => packChart(chart, key)

describe('a journal as a file', () => {
  const text = events.map((event) => `${JSON.stringify(event)}\n`).join('')
  const openText = (content: string): Promise<OpenedStudy> =>
    inPage().engine.open({ kind: 'file', file: new File([content], 'a.jsonl') })

  test('is read to its end, and says how far it is', async () => {
    const shares: number[] = []
    const { engine } = inPage()
    const file = journalFile(events)
    const study = await engine.open({ kind: 'file', file }, (share) => shares.push(share))
    expect(shares.at(-1)).toBe(1)
    expect((await study.facts()).states).toEqual(studyFacts(historyOf(events), 0).states)
    const again = await engine.open({ kind: 'file', file })
    expect(again.id).toBe(study.id)
    expect((await open(engine)).id).not.toBe(study.id)
  })

  test('may end in a line that was cut off, and hold lists of events', async () => {
    expect(await (await openText(`${text}{"type":"trial-ope`)).mask([])).toHaveLength(40)
    const [first, ...rest] = events
    const joined = `${JSON.stringify(first)}\n${JSON.stringify(rest)}\n`
    expect(await (await openText(joined)).mask([])).toHaveLength(40)
  })

  test('that is none is refused with the place and the reason', async () => {
    const lines = text.split('\n')
    lines[6] = '{"type": broken'
    await expect(openText(lines.join('\n'))).rejects.toMatchObject({
      code: 'journal/corrupt',
      message: expect.stringMatching(/a\.jsonl, line 7/) as string,
    })
    await expect(openText('SQLite format 3\0')).rejects.toThrow(/attune ui --journal a\.jsonl/)
    await expect(openText('lr,loss\n1,2\n')).rejects.toMatchObject({ code: 'journal/foreign' })
    await expect(openText('')).rejects.toThrow(/no study/)
    const newer = JSON.stringify({ ...events[0], version: 99 })
    await expect(openText(`${newer}\n`)).rejects.toMatchObject({ code: 'journal/version' })
  })
})

describe('charts', () => {
  test('of a part of the trials are those of a study of these', async () => {
    const study = await open(inPage().engine)
    const history = historyOf(events)
    const half = [{ kind: 'range', column: 'trial', low: 0, high: 19 }] as const
    const only = keepTrials(history, (trial) => trial < 20)
    const others = keepTrials(history, (trial) => trial >= 20)
    const [first] = await study.charts({ chart: 'history', only: half })
    expect(first).toEqual(packed(historyChart(only), first!.key))
    const [second] = await study.charts({ chart: 'history', without: half })
    expect(second).toEqual(packed(historyChart(others), second!.key))
    const [both] = await study.charts({ chart: 'history', only: half, without: half })
    expect(both?.note).toBeDefined()
  })

  test('take the options and columns of core', async () => {
    const study = await open(inPage().engine)
    const options = { robust: false, title: 'as it was' }
    const [plain] = await study.charts({ chart: 'history', options, log: ['metric:loss'] })
    expect(plain).toMatchObject({ title: 'as it was', y: { scale: 'log' } })
    const [parallel] = await study.charts({ chart: 'parallel', params: ['param:lr', 'width'] })
    const wanted = parallelChart(historyOf(events), { params: ['lr', 'width'] })
    expect(parallel).toEqual(packed(wanted, parallel!.key))
    await expect(study.charts({ chart: 'histry' })).rejects.toThrow(/Did you mean history/)
  })

  test('of several studies stand in one picture', async () => {
    await using server = await smallServer([...manyTrials('other', 12)])
    const { engine } = inPage(server.base)
    const study = await open(engine)
    const other = await engine.open({ kind: 'server', id: 'x' })
    for (const chart of ['edf', 'compare']) {
      const [drawn] = await study.charts({ chart, with: [other.id] })
      expect(JSON.stringify(drawn)).toMatch(/many.*other/s)
    }
  })

  test('of models wait for many new trials, and say as of when they are', async () => {
    await using server = await smallServer([...manyTrials('many', 200)])
    using study = await inPage(server.base).engine.open({ kind: 'server', id: 'x' })
    const [first] = await study.charts({ chart: 'effects' })
    const { seq } = historyOf(manyTrials('many', 200))
    await expect.poll(() => server.followedFrom.length).toBe(1)
    server.append([...trialEvents(200, 202, { seq, at: begin + 1e9 })])
    await expect.poll(async () => (await study.mask([])).length).toBe(202)
    const [later] = await study.charts({ chart: 'effects' })
    expect(later).toEqual({ ...first, subtitle: `${first!.subtitle}; as of 200 finished trials` })
  })

  test('are taken back when nobody waits for them any more', async () => {
    const study = await open(inPage().engine)
    const controller = new AbortController()
    const chart = study.charts({ chart: 'rank' }, controller.signal)
    controller.abort()
    await expect(chart).rejects.toMatchObject({ name: 'AbortError' })
    expect(await study.charts({ chart: 'rank' })).toHaveLength(1)
  })

  test('are worked out in the page where there is no second worker', async () => {
    const { engine } = inPage('', false)
    const alone = await open(engine)
    const helped = await open(inPage().engine)
    for (const chart of ['importance', 'slice']) {
      expect(await alone.charts({ chart })).toEqual(await helped.charts({ chart }))
    }
    const table = await alone.chartTable({ chart: 'importance' }, 0)
    expect(table).toEqual(await helped.chartTable({ chart: 'importance' }, 0))
    expect(table.rows).not.toHaveLength(0)
    expect(await alone.chartTable({ chart: 'importance' }, 9)).toEqual({ columns: [], rows: [] })
  })
})

test('the youngest requests come first, of those the first, and others get a turn between two of them', async () => {
  const { run } = createTurns()
  const done: string[] = []
  const later: Promise<unknown>[] = []
  const first = (): void => {
    done.push('a')
    for (const name of ['d', 'e']) later.push(run(() => done.push(name)))
  }
  const jobs = [run(first), ...['b', 'c'].map((name) => run(() => done.push(name)))]
  setTimeout(() => done.push('somebody else'))
  const gone = new AbortController()
  const dropped = run(() => done.push('never'), gone.signal)
  gone.abort()
  await expect(dropped).rejects.toMatchObject({ name: 'AbortError' })
  await expect(run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await Promise.all([...jobs, ...later])
  expect(done).toEqual(['a', 'somebody else', 'd', 'e', 'b', 'c'])
})

test('the best trial gets an estimate when that is worked out', async () => {
  const study = await open(inPage().engine, [...manyTrials('many', 60)])
  let heard = 0
  study.subscribe(() => heard++)
  await expect
    .poll(async () => (await study.facts()).best?.estimate, { timeout: 5000 })
    .toEqual(studyFacts(historyOf(manyTrials('many', 60)), 0).best?.estimate)
  expect(heard).toBeGreaterThan(0)
})
