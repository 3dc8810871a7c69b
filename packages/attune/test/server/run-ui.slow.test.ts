import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StudyCard } from '@attune/core'
import { describe, expect, it } from 'vitest'

import type { RunStanding } from '../../src/journals/run-standing.ts'
import { start, temporaryFolder, writeStudy } from '../cli/support/attune.ts'
import { serve, until } from './support/ui.ts'

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

describe('a run whose process is killed', () => {
  it('is not at work any more, though its journal has not changed, and goes on by the same command', async () => {
    using folder = temporaryFolder()
    const file = writeStudy(folder.path, 'killed', 'trials: 1000\njournal: killed.jsonl\n', 3000)
    const run = start(['run', file, '--json'], folder.path)
    await using ui = await serve([join(folder.path, 'killed.jsonl')])
    const card = async (): Promise<StudyCard | undefined> => (await ui.cards())[0]
    await until('it runs', async () => ((await card())?.states?.running ?? 0) > 0)
    const before = (await card())!
    expect(['unattended', 'diedAfter'].some((key) => key in before)).toBe(false)
    run.kill('SIGKILL')
    await run.ended
    const after = (await card())!
    expect(after).toMatchObject({ states: before.states, unattended: before.states.running })
    expect(after.diedAfter).toBeLessThanOrEqual(after.changedAt)
    const runs = (await ui.get(`/api/studies/${after.id}/runs`)).json<Record<string, RunStanding>>()
    expect(Object.values(runs)).toEqual([{ standing: 'dead', since: after.diedAfter }])
    const again = start(['run', file, '--json'], folder.path)
    await until('it goes on', async () => {
      const now = (await card())!
      return now.diedAfter === undefined && now.states.running > (now.unattended ?? 0)
    })
    again.kill('SIGINT')
    await again.ended
    expect((await card())!.diedAfter).toBeUndefined()
  })
})

async function linkIn(printed: () => string): Promise<string> {
  for (;;) {
    const [, link] = /"type":"ui","url":"([^"]+)"/.exec(printed()) ?? []
    if (link !== undefined) return link
    await sleep(20)
  }
}
