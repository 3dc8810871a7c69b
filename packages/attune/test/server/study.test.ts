import { gunzipSync } from 'node:zlib'
import type { History, Journal, TrialAttempt } from '@attune/core'
import {
  addRest,
  createStudy,
  float,
  memoryJournal,
  openHistory,
  space,
  trialAttempts,
  unpackHead,
  unpackReports,
  unpackStudy,
  valuesOf,
} from '@attune/core'
import { describe, expect, it } from 'vitest'

import { exportStudy } from '../../src/cli/export.ts'
import type { Io } from '../../src/cli/io.ts'
import { openStore } from '../../src/journals/store.ts'
import { createPacker } from '../../src/server/packer.ts'
import { createStudyFeed } from '../../src/server/study-feed.ts'
import type { Ui } from './support/ui.ts'
import { folder, madeStudy, openStudy, runTrials, serve } from './support/ui.ts'

async function pathOf(ui: Ui): Promise<string> {
  return `/api/studies/${(await ui.cards())[0]!.id}`
}

async function historyIn(file: string, name: string): Promise<History> {
  await using store = await openStore(file, { readOnly: true })
  return (await openHistory(await store.journal(name))).history
}

const allValues = (history: History): unknown[] =>
  Array.from({ length: history.length }, (_, trial) => valuesOf(history, trial))

describe('a study', () => {
  it('comes in two parts that make the history of the journal', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a', 30)
    const stored = await historyIn(place.file('a.db'), 'a')
    await using ui = await serve([place.file('a.db')])
    const path = await pathOf(ui)
    const head = await ui.get(`${path}/study?part=head`)
    expect(head.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'attune-seq': String(stored.seq),
      etag: `"seq-${stored.seq}-head"`,
    })
    const history = unpackHead(head.body)
    expect(history.length).toBe(30)
    const metric = (of: History): Float64Array | undefined =>
      of.columns.get('metric:value')?.data.slice(0, 30)
    expect(metric(history)).toEqual(metric(stored))
    const rest = await ui.get(`${path}/study?part=rest&seq=${stored.seq}`)
    addRest(history, rest.body)
    expect(allValues(history)).toEqual(allValues(stored))
  })

  it('has a rest as of its head, also when trials have ended between the two', async () => {
    using place = folder()
    await using study = await openStudy(place.file('a.db'), 'a')
    await runTrials(study, 3)
    await using ui = await serve([place.file('a.db')])
    const path = await pathOf(ui)
    const first = unpackHead((await ui.get(`${path}/study?part=head`)).body)
    await runTrials(study, 5)
    const second = unpackHead((await ui.get(`${path}/study?part=head`)).body)
    expect([first.length, second.length]).toEqual([3, 5])
    for (const history of [first, second]) {
      const rest = await ui.get(`${path}/study?part=rest&seq=${history.seq}`)
      addRest(history, rest.body)
      expect(allValues(history)).toEqual(allValues(study.history).slice(0, history.length))
    }
    const never = await ui.get(`${path}/study?part=rest&seq=${first.seq + 1}`)
    expect([never.status, never.json<{ error: { code: string } }>().error.code]).toEqual([
      410,
      'gone',
    ])
  })

  it('stands still between its head and its rest, whoever reads on meanwhile', async () => {
    const journal = memoryJournal()
    const study = await createStudy({ space: space({ x: float(0, 1) }), journal })
    await study.optimize(({ params }) => params.x, { trials: 3 })
    const openJournal = async (): Promise<Journal> => ({
      ...journal,
      [Symbol.asyncDispose]: async () => {},
    })
    await using feed = createStudyFeed({ id: 'a', name: 'study', file: '', path: '', openJournal })
    const packer = createPacker(undefined)
    const { seq, bytes } = await packer.head(feed)
    await study.enqueue({ x: 0.5 })
    await feed.readOn()
    expect((await feed.history()).seq).toBe(seq + 1)
    const rest = await packer.rest(feed, seq)
    const history = unpackHead((await bytes.as('identity')).bytes)
    addRest(history, (await rest!.as('identity')).bytes)
    expect(history.enqueued).toEqual([])
  })

  it('is compressed, and not sent again while nothing is new', async () => {
    using place = folder()
    await using study = await openStudy(place.file('a.db'), 'a')
    await runTrials(study, 200)
    await using ui = await serve([place.file('a.db')])
    const path = `${await pathOf(ui)}/study?part=head`
    const plain = await ui.get(path)
    const small = await ui.get(path, { headers: { 'accept-encoding': 'gzip' } })
    expect(small.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(small.body)).toEqual(plain.body)
    const headers = { 'if-none-match': plain.headers.etag as string }
    expect((await ui.get(path, { headers })).status).toBe(304)
    await study.enqueueValues({ x: 0.5 })
    const next = await ui.get(path, { headers })
    expect([next.status, next.headers['attune-seq']]).toEqual([200, String(study.history.seq)])
  })

  it('has what its trials reported, and its attempts', async () => {
    using place = folder()
    const file = place.file('a.db')
    await using study = await openStudy(file, 'a')
    await study.optimize(
      async (trial) => {
        for (let step = 1; step <= 3; step++) await trial.report({ loss: 1 / step }, { step })
        return 1
      },
      { trials: 4 } as never,
    )
    await using ui = await serve([file])
    const path = await pathOf(ui)
    const reports = unpackReports((await ui.get(`${path}/reports?metric=loss`)).body)
    expect([reports.seq, reports.of, reports.courses.length]).toEqual([study.history.seq, 4, 4])
    expect(reports.courses[2]?.reports.map(({ values }) => values['loss'])).toEqual([1, 0.5, 1 / 3])
    await using store = await openStore(file, { readOnly: true })
    const events = []
    for await (const entries of (await store.journal('a')).read(0)) {
      events.push(...entries.map(({ event }) => event))
    }
    const attempts = await ui.get(`${path}/attempts`)
    expect(attempts.json<TrialAttempt[]>()).toEqual(trialAttempts(events))
    expect(attempts.headers.etag).toBe(`"seq-${study.history.seq}-attempts"`)
  })

  it('comes as a page of its own, to be saved', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a/"b"', 3)
    const made: [Uint8Array, string][] = []
    const pageOf = async (packed: Uint8Array, name: string): Promise<string> => {
      made.push([packed, name])
      return '<!doctype html>'
    }
    await using ui = await serve([place.file('a.db')], { pageOf })
    const reply = await ui.get(`${await pathOf(ui)}/page`)
    expect([reply.status, reply.text()]).toEqual([200, '<!doctype html>'])
    expect(reply.headers['content-disposition']).toBe(
      `attachment; filename="a_b_.html"; filename*=UTF-8''a%2F%22b%22.html`,
    )
    const [[packed, name]] = made as [[Uint8Array, string]]
    expect(name).toBe('a/"b"')
    const { history, attempts } = unpackStudy(packed)
    expect([history.length, attempts.length]).toEqual([3, 3])
  })

  it('gives its events as the journal that attune export writes', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a b/ü', 30)
    await using ui = await serve([place.file('a.db')])
    const path = `${await pathOf(ui)}/journal`
    const { status, headers, text } = await ui.get(path)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': `attachment; filename="a_b_.jsonl"; filename*=UTF-8''a%20b%2F%C3%BC.jsonl`,
      'x-content-type-options': 'nosniff',
    })
    let exported = ''
    const io = { out: (part: string) => void (exported += part) } as Io
    await exportStudy({ journal: place.file('a.db'), format: 'jsonl' }, io)
    expect(text()).toBe(exported)
    expect(text().split('\n').length).toBeGreaterThan(90)
    expect((await ui.bare(path)).status).toBe(401)
  })

  it('says what to install for that', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a', 1)
    await using ui = await serve([place.file('a.db')])
    const reply = await ui.get(`${await pathOf(ui)}/page`)
    expect(reply.status).toBe(503)
    expect(reply.text()).toContain('npm install @attune/dashboard')
  })

  it('knows no other parts', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a', 1)
    await using ui = await serve([place.file('a.db')])
    expect((await ui.get(`${await pathOf(ui)}/study?part=tail`)).status).toBe(400)
  })
})
