import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { StudyCard, StudyEvent } from '@attune/core'
import { applyEntry, createHistory, openHistory } from '@attune/core'
import { describe, expect, it } from 'vitest'

import { runOrigin } from '../../src/journals/run-origin.ts'
import { openStore } from '../../src/journals/store.ts'
import type { Message, Stream } from './support/ui.ts'
import { folder, madeStudy, openStudy, runTrials, serve } from './support/ui.ts'

type Pair = [seq: number, event: StudyEvent]

/** Takes events until `count` of them are there. */
async function take(stream: Stream, count: number): Promise<Pair[]> {
  const pairs: Pair[] = []
  while (pairs.length < count) {
    const { id, data } = await stream.next()
    pairs.push(...(data as Pair[]))
    expect(id).toBe(pairs.at(-1)![0])
  }
  return pairs
}

async function named(stream: Stream, event: string): Promise<Message> {
  for (;;) {
    const found = await stream.next()
    if (found.event === event) return found
  }
}

const numbers = (pairs: readonly Pair[]): number[] => pairs.map(([seq]) => seq)
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

it('of a run whose process died tell so, since it cannot itself', async () => {
  using place = folder()
  const file = place.file('a.db')
  await madeStudy(file, 'a', 2)
  const worker = `${hostname()}/4194000/1/1`
  {
    await using store = await openStore(file)
    await using journal = await store.journal('a')
    const run = { worker, workers: 2, limits: { trials: 9 }, ...runOrigin() }
    await journal.append([{ type: 'run-started', at: 5, ...run }])
  }
  await using ui = await serve([file])
  const [card] = await ui.cards()
  expect(card).toMatchObject({ asked: 9 })
  const runs = (await ui.get(`/api/studies/${card!.id}/runs`)).json()
  expect(runs).toEqual({ [worker]: { standing: 'dead', since: 5 } })
})

for (const kind of ['db', 'jsonl']) {
  describe(`events of a study in .${kind}`, () => {
    it('come in order, from any of them on, and make the history that the journal holds', async () => {
      using place = folder()
      const file = place.file(`a.${kind}`)
      await madeStudy(file, 'a', 5)
      await using ui = await serve([file])
      const [card] = await ui.cards()
      using whole = await ui.stream(`/api/studies/${card!.id}/events`)
      await using store = await openStore(file, { readOnly: true })
      const { history } = await openHistory(await store.journal('a'))
      const pairs = await take(whole, history.seq)
      expect(numbers(pairs)).toEqual(range(1, history.seq))
      const copy = createHistory()
      for (const [seq, event] of pairs) applyEntry(copy, { seq, event })
      expect(copy.columns.get('param:x')?.data.slice(0, 5)).toEqual(
        history.columns.get('param:x')?.data.slice(0, 5),
      )
      using later = await ui.stream(`/api/studies/${card!.id}/events?after=7`)
      expect(numbers(await take(later, history.seq - 7))).toEqual(range(8, history.seq))
      // Who comes back says where it was, whatever its address says.
      const headers = { 'last-event-id': '9' }
      using back = await ui.stream(`/api/studies/${card!.id}/events?after=2`, headers)
      expect(numbers(await take(back, history.seq - 9))).toEqual(range(10, history.seq))
      // A journal that began at another time is another one, even if it has an event of that number.
      const since = `/api/studies/${card!.id}/events?after=7&created=`
      using same = await ui.stream(`${since}${history.createdAt}`)
      expect(numbers(await take(same, history.seq - 7))).toEqual(range(8, history.seq))
      using other = await ui.stream(`${since}${history.createdAt - 1}`)
      expect((await other.next()).event).toBe('reset')
    })

    it('come as they are appended, to all that follow, and soon', async () => {
      using place = folder()
      const file = place.file(`a.${kind}`)
      await using study = await openStudy(file, 'a')
      await using ui = await serve([file])
      const [card] = await ui.cards()
      const { seq } = study.history
      using first = await ui.stream(`/api/studies/${card!.id}/events?after=${seq}`)
      using second = await ui.stream(`/api/studies/${card!.id}/events?after=${seq - 1}`)
      await take(second, 1)
      const begun = performance.now()
      await runTrials(study, 2)
      const count = study.history.seq - seq
      for (const stream of [first, second]) {
        expect(numbers(await take(stream, count))).toEqual(range(seq + 1, study.history.seq))
      }
      expect(performance.now() - begun).toBeLessThan(5_000)
    })
  })
}

describe('events', () => {
  it('written by another process come, too', async () => {
    using place = folder()
    const file = place.file('a.db')
    await madeStudy(file, 'a', 1)
    await using ui = await serve([file])
    const [card] = await ui.cards()
    using stream = await ui.stream(`/api/studies/${card!.id}/events`)
    await take(stream, 5)
    const writer = resolve(import.meta.dirname, 'support/writer.ts')
    const child = spawn(process.execPath, ['--conditions=@attune/source', writer, file, 'a'], {
      stdio: 'inherit',
    })
    const ended = new Promise((done) => child.on('close', done))
    const [[, event]] = (await take(stream, 1)) as [Pair]
    expect(event).toMatchObject({ type: 'study-steered', command: 'pause', why: 'from elsewhere' })
    expect(await ended).toBe(0)
  })

  it('of a number that the journal does not have begin with the word that it is another one', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a', 1)
    await using ui = await serve([place.file('a.db')])
    const [card] = await ui.cards()
    using stream = await ui.stream(`/api/studies/${card!.id}/events?after=4000`)
    expect(await stream.next()).toEqual({ event: 'reset', data: {} })
  })

  it('end when the journal goes, and say why', async () => {
    using place = folder()
    const file = place.file('a.jsonl')
    await madeStudy(file, 'a', 1)
    await using ui = await serve([file])
    const [card] = await ui.cards()
    using stream = await ui.stream(`/api/studies/${card!.id}/events`)
    await take(stream, 4)
    rmSync(file)
    expect((await named(stream, 'gone')).data).toMatchObject({ why: expect.any(String) as string })
    await stream.ended
    const path = `/api/studies/${card!.id}/events`
    expect((await ui.get(path)).status).toBe(404)
  })

  it('end where the journal is damaged, and say so', async () => {
    using place = folder()
    const file = place.file('a.jsonl')
    await madeStudy(file, 'a', 1)
    await using ui = await serve([file])
    const [card] = await ui.cards()
    using stream = await ui.stream(`/api/studies/${card!.id}/events`)
    await take(stream, 4)
    appendFileSync(file, 'nonsense\n')
    const { data } = await named(stream, 'gone')
    expect((data as { why: string }).why).toContain('damaged here')
    await stream.ended
    expect((await ui.get(`/api/studies/${card!.id}/study`)).status).toBe(500)
    expect(ui.reported).toEqual([])
  })

  it('end when the server does', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a', 1)
    const ui = await serve([place.file('a.db')])
    const [card] = await ui.cards()
    using stream = await ui.stream(`/api/studies/${card!.id}/events`)
    using list = await ui.stream('/api/studies/events')
    await using study = await openStudy(place.file('a.db'), 'a')
    const { seq } = study.history
    await take(stream, seq)
    await study.steer('pause', 'the last word')
    await ui[Symbol.asyncDispose]()
    await Promise.all([stream.ended, list.ended])
    // Who followed it knows how it ended.
    expect((await take(stream, 1))[0]).toMatchObject([seq + 1, { why: 'the last word' }])
  })

  it('of a study that is not there are refused', async () => {
    await using ui = await serve([])
    const reply = await ui.get('/api/studies/no-such/events')
    expect([reply.status, reply.json<{ error: { code: string } }>().error.code]).toEqual([
      404,
      'study/not-found',
    ])
  })
})

describe('the list of studies', () => {
  it('holds the studies of all journals, each under an id that stays', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'one', 4)
    await madeStudy(place.file('a.db'), 'two', 1)
    await madeStudy(place.file('b.jsonl'), 'one', 2)
    const files = [place.file('a.db'), place.file('b.jsonl')]
    await using ui = await serve(files)
    const cards = await ui.cards()
    expect(cards.map(({ name, journal, states }) => [name, journal, states.complete])).toEqual([
      ['one', files[0], 4],
      ['two', files[0], 1],
      ['one', files[1], 2],
    ])
    expect(new Set(cards.map(({ id }) => id)).size).toBe(3)
    await using again = await serve(files.toReversed())
    expect(new Set((await again.cards()).map(({ id }) => id))).toEqual(
      new Set(cards.map(({ id }) => id)),
    )
    for (const { id } of cards) expect(id).toMatch(/^[a-z0-9-]+$/)
  })

  it('tells of studies that change, appear and go, also in new files of a folder', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'one', 1)
    writeFileSync(place.file('notes.txt'), 'no journal')
    writeFileSync(place.file('other.db'), 'no journal either')
    await using ui = await serve([place.path])
    using stream = await ui.stream('/api/studies/events')
    const card = async (): Promise<StudyCard> => (await named(stream, 'card')).data as StudyCard
    expect(await card()).toMatchObject({ name: 'one', states: { complete: 1 } })
    await using study = await openStudy(place.file('a.db'), 'two')
    expect(await card()).toMatchObject({ name: 'two', states: { complete: 0 } })
    await runTrials(study, 2)
    for (let last = await card(); last.states.complete !== 2;) last = await card()
    await madeStudy(place.file('new.jsonl'), 'three', 1)
    for (let last = await card(); last.name !== 'three';) last = await card()
    const { id } = (await ui.cards()).find(({ name }) => name === 'three')!
    rmSync(place.file('new.jsonl'))
    expect((await named(stream, 'gone')).data).toEqual({ id })
  })

  it('tells all that look at it, also when one of them was the first to see a change', async () => {
    using place = folder()
    const file = place.file('a.db')
    await using study = await openStudy(file, 'a')
    await using ui = await serve([file])
    using first = await ui.stream('/api/studies/events')
    const told = async (stream: Stream, complete: number): Promise<void> => {
      for (;;) {
        const { states } = (await named(stream, 'card')).data as StudyCard
        if (states.complete === complete) return
      }
    }
    const seen = async (complete: number): Promise<void> => {
      const running = runTrials(study, complete)
      while ((await ui.cards())[0]!.states.complete < complete);
      await running
    }
    await told(first, 0)
    await seen(3)
    await told(first, 3)
    using second = await ui.stream('/api/studies/events')
    await told(second, 3)
    await seen(6)
    await Promise.all([told(first, 6), told(second, 6)])
  })

  it('names journals that cannot be read, and shows the others', async () => {
    using place = folder()
    await madeStudy(place.file('good.db'), 'good', 1)
    await madeStudy(place.file('cut.db'), 'cut', 50)
    const bytes = readFileSync(place.file('cut.db'))
    writeFileSync(place.file('cut.db'), bytes.subarray(0, bytes.length / 2 + 17))
    await madeStudy(place.file('half.jsonl'), 'half', 2)
    appendFileSync(place.file('half.jsonl'), '{"type":"trial-ope')
    await madeStudy(place.file('broken.jsonl'), 'broken', 1)
    appendFileSync(place.file('broken.jsonl'), 'nonsense\n')
    writeFileSync(place.file('newer.jsonl'), newer)
    writeFileSync(place.file('foreign.db'), 'hello, this is a text')
    mkdirSync(place.file('empty'))
    const names = ['good.db', 'cut.db', 'half.jsonl', 'broken.jsonl', 'newer.jsonl']
    const files = [...names, 'foreign.db', 'absent.db', 'empty'].map((name) => place.file(name))
    await using ui = await serve(files)
    const cards = await ui.cards()
    const problems = new Map(
      cards.map(({ journal, problem }) => [journal.slice(place.path.length + 1), problem]),
    )
    expect(problems.get('good.db')).toBeUndefined()
    expect(problems.get('cut.db')).toContain('damaged')
    // What a writer left in the middle of a line was never acknowledged.
    expect(problems.get('half.jsonl')).toBeUndefined()
    expect(problems.get('broken.jsonl')).toContain('damaged here')
    expect(problems.get('newer.jsonl')).toContain('newer attune')
    expect(problems.get('foreign.db')).toContain('neither a SQLite database nor JSON lines')
    expect(problems.get('absent.db')).toContain('There is no file')
    expect(cards).toHaveLength(7)
    for (const { id, problem } of cards) {
      if (problem === undefined) continue
      const { status } = await ui.get(`/api/studies/${id}/attempts`)
      expect([problem, status >= 400]).toEqual([problem, true])
    }
    expect(ui.reported).toEqual([])
  })

  it('says of events that are JSON and make no sense that they are damaged', async () => {
    using place = folder()
    await madeStudy(place.file('odd.jsonl'), 'odd', 1)
    const line = '{"type":"trial-finished","trial":{"a":1},"epoch":[],"metrics":7}\n'
    appendFileSync(place.file('odd.jsonl'), line.repeat(3))
    appendFileSync(place.file('odd.jsonl'), '{"type":"study-changed","study":null}\n')
    await using ui = await serve([place.file('odd.jsonl')])
    const [card] = await ui.cards()
    expect(card!.problem).toContain('cannot be understood')
    expect(ui.reported).toEqual([])
  })

  it('shows a journal that was missing as soon as it is there, and one that took its place', async () => {
    using place = folder()
    const file = place.file('late.db')
    await using ui = await serve([file])
    using stream = await ui.stream('/api/studies/events')
    const absent = (await named(stream, 'card')).data as StudyCard
    expect(absent.problem).toContain('There is no file')
    await madeStudy(place.file('draft.jsonl'), 'first', 1)
    renameSync(place.file('draft.jsonl'), file)
    expect((await named(stream, 'gone')).data).toEqual({ id: absent.id })
    const first = (await named(stream, 'card')).data as StudyCard
    expect(first).toMatchObject({ name: 'first', states: { complete: 1 } })
    await madeStudy(place.file('other.jsonl'), 'second', 3)
    renameSync(place.file('other.jsonl'), file)
    expect((await named(stream, 'gone')).data).toEqual({ id: first.id })
    expect((await named(stream, 'card')).data).toMatchObject({ name: 'second' })
  })

  it('of a folder without a journal is empty, without a word', async () => {
    using place = folder()
    await using ui = await serve([place.file('attune.db')], { missing: false })
    expect(await ui.cards()).toEqual([])
  })

  it('keeps names with script, with slashes and of any length as data', async () => {
    using place = folder()
    const names = ['</script><script>alert(1)</script>', '../../etc/passwd', '名'.repeat(300), '.']
    for (const name of names) await madeStudy(place.file('a.db'), name, 1)
    await using ui = await serve([place.file('a.db')])
    const reply = await ui.get('/api/studies')
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8')
    const cards = reply.json<StudyCard[]>()
    expect(cards.map(({ name }) => name)).toEqual(names)
    for (const { id } of cards) {
      expect((await ui.get(`/api/studies/${id}/trials/0`)).status).toBe(200)
    }
  })
})

const newer = `${JSON.stringify({
  type: 'study-created',
  version: 99,
  at: 1,
  study: { name: 'newer' },
})}\n`
