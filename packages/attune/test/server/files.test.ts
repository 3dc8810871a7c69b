import { request } from 'node:http'
import { writeFileSync } from 'node:fs'
import type { StudyFacts } from '@attune/core'
import { studyFacts } from '@attune/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { openArtifactStore } from '../../src/artifacts/artifact-store.ts'
import { collectArtifacts } from '../../src/artifacts/collect-artifacts.ts'
import { createReferenceReader } from '../../src/artifacts/study-references.ts'
import { openForReading } from '../../src/cli/open-study.ts'
import { namesIn } from '../artifacts/support/collecting.ts'
import type { Asked, Folder, Reply, Ui } from './support/ui.ts'
import { folder, openStudy, runTrials, serve } from './support/ui.ts'

let place: Folder
let journal: string
let ui: Ui
let study: string
beforeAll(async () => {
  place = folder()
  journal = place.file('a.db')
  {
    await using made = await openStudy(journal, 'a')
    await runTrials(made, 2)
  }
  ui = await serve([journal])
  study = `/api/studies/${(await ui.cards())[0]!.id}`
})
afterAll(async () => {
  await ui[Symbol.asyncDispose]()
  place[Symbol.dispose]()
})
/** Each begins without files. */
afterEach(async () => {
  for (const name of await names()) await remove(`/artifacts/${name}`)
  await remove('/trials/0/artifacts/b.txt')
  await collect()
})

const raw = { 'content-type': 'application/octet-stream' }
const put = (path: string, body: string | Buffer, more: Asked['headers'] = {}): Promise<Reply> =>
  ui.get(`${study}${path}`, { method: 'PUT', headers: { ...raw, ...more }, body })
const remove = (path: string): Promise<Reply> => ui.get(`${study}${path}`, { method: 'DELETE' })

async function facts(): Promise<StudyFacts> {
  await using opened = await openForReading(journal)
  return studyFacts(opened.history, 0)
}
const names = async (): Promise<string[]> => (await facts()).files.map(({ name }) => name)

/** What nobody keeps is deleted, however young. */
async function collect(): Promise<void> {
  await using references = createReferenceReader(journal)
  const store = openArtifactStore(journal)
  await collectArtifacts(store, () => references.read(), { unknownAfterMs: 0 })
}

describe('files that are attached from a page', () => {
  it('are given as they came, replaced by their name, and taken away', async () => {
    const first = await put('/artifacts/plots/loss.png', 'picture')
    expect([first.status, first.json()]).toMatchObject([
      200,
      { ok: true, artifact: { name: 'plots/loss.png', bytes: 7, type: 'image/png' } },
    ])
    const given = await ui.get(`${study}/artifacts/plots%2Floss.png`)
    expect([given.text(), given.headers['content-type']]).toEqual(['picture', 'image/png'])
    expect(given.headers['content-security-policy']).toMatch(/^sandbox/)
    await put('/artifacts/plots/loss.png', 'another')
    expect((await ui.get(`${study}/artifacts/plots/loss.png`)).text()).toBe('another')
    expect(await names()).toEqual(['plots/loss.png'])
    expect((await remove('/artifacts/plots/loss.png')).json()).toMatchObject({ ok: true })
    expect((await ui.get(`${study}/artifacts/plots/loss.png`)).status).toBe(404)
    expect((await remove('/artifacts/plots/loss.png')).status).toBe(404)
  })

  it('of a trial stand among its own, and in its story', async () => {
    expect((await put('/trials/1/artifacts/odd.txt', 'odd')).status).toBe(200)
    const details = (await ui.get(`${study}/trials/1`)).json<{
      artifacts: unknown[]
      story: { text: string }[]
    }>()
    expect(details.artifacts).toMatchObject([
      { name: 'odd.txt', bytes: 3, type: 'text/plain; charset=utf-8', attached: true },
    ])
    expect(details.story.at(-1)?.text).toMatch(/ attached odd\.txt$/)
    expect((await ui.get(`${study}/trials/0/artifacts/odd.txt`)).status).toBe(404)
    expect((await put('/trials/2/artifacts/odd.txt', 'odd')).status).toBe(404)
    await remove('/trials/1/artifacts/odd.txt')
    expect((await ui.get(`${study}/trials/1`)).json()).toMatchObject({ artifacts: [] })
  })

  it('can be attached again after they were taken away, as long as their content is there', async () => {
    const { artifact } = (await put('/artifacts/a.txt', 'text')).json<{
      artifact: { name: string; sha256: string; bytes: number; type: string }
    }>()
    const { type: _, ...file } = artifact
    const id = study.split('/').at(-1) as string
    const again = (attached: object): Promise<Reply> =>
      ui.command(id, { kind: 'annotate', attached: [attached] })
    await remove('/artifacts/a.txt')
    expect((await again(file)).status).toBe(200)
    expect((await ui.get(`${study}/artifacts/a.txt`)).text()).toBe('text')
    await collect()
    expect((await ui.get(`${study}/artifacts/a.txt`)).text()).toBe('text')
    expect((await again({ ...file, bytes: 3 })).status).toBe(400)
    await remove('/artifacts/a.txt')
    await collect()
    const late = await again(file)
    expect([late.status, late.text()]).toEqual([400, expect.stringContaining('not in the store')])
    expect(await openArtifactStore(journal).pins()).toEqual(new Map())
  })

  it('are not taken under names that lead anywhere', async () => {
    const bad = [
      '%2e%2e%2fa',
      'a%2f..%2f..%2fb',
      '%2fetc%2fpasswd',
      'a%00b',
      'c:%5ca',
      'a%5cb',
      '%ff',
    ]
    for (const name of [...bad, 'x'.repeat(300), 'a%2f%2fb', 'a%0ab']) {
      expect([name, (await put(`/artifacts/${name}`, 'x')).status]).toEqual([name, 400])
    }
    // A browser resolves these itself; what is left is another address.
    for (const name of ['../a', '%2e%2e/a']) {
      expect((await put(`/artifacts/${name}`, 'x')).status).toBeGreaterThanOrEqual(400)
    }
    expect(await names()).toEqual([])
    const store = openArtifactStore(journal)
    expect([await store.list(), await store.pins()]).toEqual([[], new Map()])
  })

  it('are refused when they are too large, before and while they are read', async () => {
    const length = { 'content-length': String(64 * 1024 * 1024 + 1) }
    const status = (headers: Asked['headers']): Promise<number> =>
      new Promise((done, refuse) => {
        const { port } = ui.server
        const authorization = `Bearer ${ui.token}`
        const path = `${study}/artifacts/a.bin`
        const sent = request(
          { host: '127.0.0.1', port, path, method: 'PUT', agent: false },
          (answer) => {
            done(answer.statusCode as number)
            sent.destroy()
          },
        )
        for (const [name, value] of Object.entries({ ...raw, authorization, ...headers })) {
          sent.setHeader(name, value)
        }
        sent.on('error', refuse)
        sent.write('x')
      })
    expect(await status(length)).toBe(413)
    expect(await openArtifactStore(journal).list()).toEqual([])
  })

  it('that did not come whole are not kept', async () => {
    const { port } = ui.server
    const headers = { ...raw, authorization: `Bearer ${ui.token}`, 'content-length': '100' }
    const path = `${study}/artifacts/half.txt`
    const sent = request({ host: '127.0.0.1', port, path, method: 'PUT', agent: false, headers })
    sent.on('error', () => undefined)
    sent.write('half')
    const incoming = (): Promise<string[]> => namesIn(openArtifactStore(journal), 'incoming')
    await expect.poll(incoming, { interval: 5 }).toHaveLength(1)
    sent.destroy()
    await expect.poll(incoming, { interval: 5 }).toHaveLength(0)
    await new Promise((next) => setTimeout(next, 5))
    expect(await names()).toEqual([])
    expect(await openArtifactStore(journal).list()).toEqual([])
    expect(ui.reported).toEqual([])
  })

  it('are taken from this page and as bytes alone, and from nobody who may only look', async () => {
    const path = `${study}/artifacts/a.txt`
    const host = `127.0.0.1:${ui.server.port}`
    const cookie = async (token: string): Promise<string> => {
      const reply = await ui.bare(`/?token=${token}`)
      return reply.headers['set-cookie']![0]!.split(';')[0] as string
    }
    const writer = await cookie(ui.token)
    const send = async (
      method: string,
      headers: Readonly<Record<string, string>>,
    ): Promise<number> =>
      (await ui.bare(path, { method, headers, ...(method === 'PUT' ? { body: 'x' } : {}) })).status
    const own = { cookie: writer, origin: `http://${host}`, host }
    for (const method of ['PUT', 'DELETE']) {
      expect(await send(method, { ...raw, cookie: writer, host })).toBe(403)
      expect(await send(method, { ...own, ...raw, origin: 'http://evil.example' })).toBe(403)
      expect(await send(method, { ...own, ...raw, cookie: await cookie(ui.shareToken) })).toBe(403)
      expect(await send(method, { ...raw, host })).toBe(401)
    }
    for (const type of ['text/plain', 'multipart/form-data', 'application/json', undefined]) {
      const headers = type === undefined ? own : { ...own, 'content-type': type }
      expect([type, await send('PUT', headers)]).toEqual([type, 415])
    }
    expect(await names()).toEqual([])
    expect(await send('PUT', { ...own, ...raw })).toBe(200)
    expect(await send('POST', { ...own, ...raw })).toBe(405)
    expect(await send('DELETE', own)).toBe(200)
    await using looking = await serve([journal], { readOnly: true })
    const reply = await looking.get(path, { method: 'PUT', headers: raw, body: 'x' })
    expect([reply.status, await names()]).toEqual([403, []])
  })

  it('stay when everything that nobody keeps is deleted', async () => {
    await put('/artifacts/a.txt', 'of the study')
    await put('/trials/0/artifacts/b.txt', 'of a trial')
    writeFileSync(place.file('c'), 'of nobody')
    const store = openArtifactStore(journal)
    await store.place(await store.copyIn(place.file('c')))
    expect(await store.list()).toHaveLength(3)
    await collect()
    expect(await store.list()).toHaveLength(2)
    await remove('/artifacts/a.txt')
    await collect()
    expect(await store.list()).toHaveLength(1)
    expect((await ui.get(`${study}/trials/0/artifacts/b.txt`)).text()).toBe('of a trial')
  })
})
