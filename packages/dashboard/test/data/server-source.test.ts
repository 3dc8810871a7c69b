import type { StudyEvent } from '@attune/core'
import { packHead } from '@attune/core'
import { expect, test } from 'vitest'

import type { OpenedStudy, StudyChange } from '../../src/data/engine.ts'
import { packChart } from '../../src/data/pack-chart.ts'
import { begin, manyTrials, trialEvents } from '../many-trials.ts'
import { inPage } from './in-page.ts'
import { historyOf, smallServer } from './small-server.ts'
import { historyChart } from '@attune/core'

const first = (trials: number): StudyEvent[] => [...manyTrials('many', trials)]
const more = (events: readonly StudyEvent[], from: number, count: number): StudyEvent[] => [
  ...trialEvents(from, from + count, { seq: events.length, at: begin + 1e9 }),
]

/** Collects what the page is told. */
function listen(study: OpenedStudy): {
  readonly changes: StudyChange[]
  readonly last: () => StudyChange | undefined
} {
  const changes: StudyChange[] = []
  study.subscribe((change) => changes.push(change))
  return { changes, last: () => changes.at(-1) }
}

const source = { kind: 'server', id: 'x' } as const

test('a study of a server is read in two parts and followed', async () => {
  const events = first(60)
  await using server = await smallServer(events)
  const { engine } = inPage(server.base)
  const shares: number[] = []
  using study = await engine.open(source, (share) => shares.push(share))
  expect(study.id).toBe('x')
  const { changes, last } = listen(study)
  const [chart] = await study.charts({ chart: 'history' })
  expect(chart).toEqual(packChart(historyChart(historyOf(events)), chart!.key))
  expect(await study.mask([{ kind: 'where', expression: 'lr > 0' }])).toEqual(
    new Uint8Array(60).fill(1),
  )
  expect(server.asked.slice(0, 2)).toEqual([
    'study?part=head',
    `study?part=rest&seq=${events.length}`,
  ])
  await expect.poll(() => server.followedFrom).toEqual([events.length])
  await expect.poll(last).toMatchObject({ seq: events.length, trials: 60, connection: 'live' })

  const added = more(events, 60, 7)
  server.append(added)
  await expect.poll(last).toMatchObject({ seq: events.length + added.length, trials: 67 })
  expect(changes.reduce((sum, { ended }) => sum + ended, 0)).toBe(7)
  const [grown] = await study.charts({ chart: 'history' })
  expect(grown).toEqual(packChart(historyChart(historyOf([...events, ...added])), chart!.key))
  expect((await study.facts()).states.complete).toBeGreaterThan(0)
  // Nothing is asked twice, and nothing while nothing happens.
  expect(server.asked).toHaveLength(3)
})

test('many events at once are told as few changes', async () => {
  const events = first(20)
  await using server = await smallServer(events)
  using study = await inPage(server.base).engine.open(source)
  const { changes, last } = listen(study)
  await expect.poll(() => server.followedFrom.length).toBe(1)
  const added = more(events, 20, 400)
  for (let i = 0; i < added.length; i += 4) server.append(added.slice(i, i + 4))
  await expect.poll(() => last()?.trials).toBe(420)
  expect(changes.length).toBeLessThan(200)
  expect(changes.reduce((sum, { ended }) => sum + ended, 0)).toBe(400)
})

test('a server that goes away makes a study stale, and it catches up', async () => {
  const events = first(30)
  await using server = await smallServer(events)
  using study = await inPage(server.base).engine.open(source)
  const { last } = listen(study)
  await expect.poll(() => server.followedFrom.length).toBe(1)
  await server.switchOff()
  await expect.poll(() => last()?.connection).toBe('stale')
  expect(
    (
      await study.rows({
        sort: { column: 'trial', down: true },
        from: 0,
        to: 1,
        columns: ['trial'],
      })
    ).cells,
  ).toEqual([['29']])
  server.append(more(events, 30, 3))
  await server.switchOn()
  await expect.poll(last, { timeout: 5000 }).toMatchObject({ connection: 'live', trials: 33 })
  expect(server.followedFrom.at(-1)).toBe(events.length)
})

test('a server that has another token by now is told apart from one that is gone', async () => {
  const events = first(5)
  await using server = await smallServer(events)
  using study = await inPage(server.base).engine.open(source)
  const { last } = listen(study)
  await expect.poll(() => server.followedFrom.length).toBe(1)
  server.refuse(true)
  await server.switchOff()
  await server.switchOn()
  await expect.poll(() => last()?.connection, { timeout: 5000 }).toBe('refused')
  // Somebody opened its link, and the cookie is there for this page, too.
  server.refuse(false)
  await expect.poll(() => last()?.connection, { timeout: 5000 }).toBe('live')
})

test('a journal that was replaced is read anew', async () => {
  const events = first(30)
  await using server = await smallServer(events)
  using study = await inPage(server.base).engine.open(source)
  const { last } = listen(study)
  await expect.poll(() => server.followedFrom.length).toBe(1)
  await study.charts({ chart: 'timeline' })
  const others = Array.from(manyTrials('another', 12), (event) =>
    event.type === 'trial-claimed' ? { ...event, worker: 'somebody/1' } : event,
  )
  server.replace(others)
  await expect.poll(last, { timeout: 5000 }).toMatchObject({ seq: others.length, trials: 12 })
  expect(study.about.name).toBe('another')
  expect(await study.mask([])).toHaveLength(12)
  using fresh = await inPage(server.base).engine.open(source)
  expect(await study.charts({ chart: 'timeline' })).toEqual(
    await fresh.charts({ chart: 'timeline' }),
  )
  server.append(more(others, 12, 2))
  await expect.poll(() => last()?.trials, { timeout: 5000 }).toBe(14)
})

test('a head whose rest the server does not have any more is asked for again', async () => {
  const events = first(10)
  await using server = await smallServer(events)
  server.forgetRest(2)
  using study = await inPage(server.base).engine.open(source)
  expect((await study.csv()).split('\r\n')).toHaveLength(12)
  expect(server.asked.filter((path) => path.startsWith('study'))).toHaveLength(6)
})

test('a page that is not seen follows nothing, and catches up when it is', async () => {
  const events = first(10)
  await using server = await smallServer(events)
  const page = inPage(server.base)
  using study = await page.engine.open(source)
  const { last } = listen(study)
  await expect.poll(() => server.followedFrom.length).toBe(1)
  page.see(false)
  await new Promise((resolve) => setTimeout(resolve, 30))
  server.append(more(events, 10, 5))
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(last()?.trials).toBe(10)
  page.see(true)
  await expect.poll(() => last()?.trials).toBe(15)
  expect(server.followedFrom).toEqual([events.length, events.length])
})

test('opening a study twice gives the same one; it is followed until the last one is closed', async () => {
  const events = first(10)
  await using server = await smallServer(events)
  const { engine } = inPage(server.base)
  const [one, two] = await Promise.all([engine.open(source), engine.open(source)])
  expect(await two.mask([])).toHaveLength(10)
  expect(server.asked.filter((path) => path.startsWith('study'))).toHaveLength(2)
  const { last } = listen(two)
  await expect.poll(() => server.followedFrom.length).toBe(1)
  one[Symbol.dispose]()
  one[Symbol.dispose]()
  server.append(more(events, 10, 1))
  await expect.poll(() => last()?.trials).toBe(11)
  two[Symbol.dispose]()
  // Somebody comes back: it goes on where it was.
  using three = await engine.open(source)
  expect(await three.mask([])).toHaveLength(11)
  expect(server.asked.filter((path) => path.startsWith('study'))).toHaveLength(2)
})

test('what the server refuses is said in its words', async () => {
  await using server = await smallServer([])
  const { engine } = inPage(`${server.base}/nothing`)
  await expect(engine.open(source)).rejects.toMatchObject({ code: 'study/not-found' })
  const gone = inPage('http://127.0.0.1:9')
  await expect(gone.engine.open(source)).rejects.toMatchObject({ code: 'server/gone' })
})

test('curves and runs come from the server first and go on with the events', async () => {
  const { madeEvents } = await import('../made-studies.ts')
  const events = [...(await madeEvents('paused'))]
  const half = Math.floor(events.length / 2)
  await using server = await smallServer(events.slice(0, half))
  using study = await inPage(server.base).engine.open(source)
  const { last } = listen(study)
  await expect.poll(() => server.followedFrom.length).toBe(1)
  await study.charts({ chart: 'curves' })
  await study.charts({ chart: 'timeline' })
  for (const event of events.slice(half)) server.append([event])
  await expect.poll(() => last()?.seq, { timeout: 5000 }).toBe(events.length)
  await using whole = await smallServer(events)
  using other = await inPage(whole.base).engine.open(source)
  for (const chart of ['curves', 'timeline']) {
    expect(await study.charts({ chart })).toEqual(await other.charts({ chart }))
  }
  expect(server.asked.filter((path) => /^(?:reports|attempts)/.test(path))).toHaveLength(2)
})

test('the head alone is small and answers the first chart', async () => {
  const events = first(500)
  const history = historyOf(events)
  expect(packHead(history).length).toBeLessThan(40_000)
})
