import { setTimeout as sleep } from 'node:timers/promises'
import type { StudyCard } from '@attune/core'
import { describe, expect, it } from 'vitest'

import { start, temporaryFolder, writeStudy } from '../cli/support/attune.ts'

describe('attune run --ui', () => {
  it('shows and steers its study while it runs, also in JSON lines, and ends with it', async () => {
    using folder = temporaryFolder()
    const file = writeStudy(folder.path, 'shown', 'trials: 1000\njournal: shown.jsonl\n', 100)
    const run = start(['run', file, '--ui', '--json'], folder.path)
    const link = await linkIn(run.stdout)
    const authorization = `Bearer ${new URL(link).searchParams.get('token')}`
    const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(new URL(path, link), {
        ...init,
        headers: { authorization, 'content-type': 'application/json' },
      })
    const cards = async (): Promise<StudyCard[]> =>
      (await (await ask('/api/studies')).json()) as StudyCard[]
    let [card] = await cards()
    for (; card!.states.complete < 2; [card] = await cards()) await sleep(50)
    expect(card).toMatchObject({ name: 'shown', asked: 1000 })
    const events = await ask(`/api/studies/${card!.id}/events`)
    const body = JSON.stringify({ kind: 'stop', why: 'seen enough' })
    const stopped = await ask(`/api/studies/${card!.id}/commands`, { method: 'POST', body })
    expect(await stopped.json()).toMatchObject({ ok: true })
    const { code, stdout, stderr } = await run.ended
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('seen enough')
    // The stream ends in order: it holds what was commanded.
    expect(await events.text()).toContain('"why":"seen enough"')
    await expect(cards()).rejects.toThrow('fetch failed')
  })
})

async function linkIn(printed: () => string): Promise<string> {
  for (;;) {
    const [, link] = /"type":"ui","url":"([^"]+)"/.exec(printed()) ?? []
    if (link !== undefined) return link
    await sleep(20)
  }
}
