import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StudyEvent } from '@attune/core'
import { describe, expect, it } from 'vitest'

import { openStore } from '../../src/journals/store.ts'
import { folder, madeStudy, openStudy, runTrials, serve } from './support/ui.ts'

describe('a server of pages that are open', () => {
  it('does nothing at all while nothing happens', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a', 300)
    const bin = resolve(import.meta.dirname, '../../bin/attune.js')
    const args = ['ui', '--journal', place.file('a.db'), '--port', '0', '--json']
    const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const first = await new Promise<string>((done) =>
        child.stdout.once('data', (chunk: Buffer) => done(chunk.toString())),
      )
      const { url } = JSON.parse(first.split('\n')[0] as string) as { url: string }
      const authorization = `Bearer ${new URL(url).searchParams.get('token')}`
      const get = (path: string): Promise<Response> =>
        fetch(new URL(path, url), { headers: { authorization } })
      const [card] = (await (await get('/api/studies')).json()) as [{ id: string }]
      const head = await get(`/api/studies/${card.id}/study?part=head`)
      const seq = head.headers.get('attune-seq')
      await get(`/api/studies/${card.id}/study?part=rest&seq=${seq}`)
      const open = await Promise.all([
        get('/api/studies/events'),
        get(`/api/studies/${card.id}/events?after=${seq}`),
      ])
      // What was loaded is tidied up in the first seconds.
      await sleep(4_000)
      const before = cpuMs(child.pid as number)
      await sleep(5_000)
      // The clock of the system ticks every 10 ms.
      expect(cpuMs(child.pid as number) - before).toBeLessThanOrEqual(10)
      for (const each of open) await each.body?.cancel()
    } finally {
      child.kill('SIGINT')
    }
    expect(await new Promise((done) => child.on('close', done))).toBe(0)
  })

  it('lets go of a page that takes nothing any more, and keeps the others', async () => {
    using place = folder()
    const file = place.file('a.db')
    await using study = await openStudy(file, 'a')
    await runTrials(study, 1)
    await using ui = await serve([file])
    const [card] = await ui.cards()
    const path = `/api/studies/${card!.id}/events?after=${study.history.seq}`
    using hung = await ui.stream(path)
    using good = await ui.stream(path)
    hung.stall()
    await using store = await openStore(file)
    const log = await store.journal('a')
    const note = 'x'.repeat(800_000)
    const before = process.memoryUsage().rss
    let seq = study.history.seq
    for (let i = 0; i < 50; i++) {
      const event: StudyEvent = { type: 'annotated', at: 1, note }
      await log.append([event])
      const want = ++seq
      for (let at = 0; at < want;) at = (await good.next()).id ?? at
    }
    // It finds the end of its connection as soon as it takes what is on the way.
    hung.resume()
    await hung.ended
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(250)
  })
})

/** Processor time of a process so far, in milliseconds (proc(5): fields 14 and 15 of stat). */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
