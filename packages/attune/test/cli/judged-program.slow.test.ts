import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StudyCard } from '@attune/core'
import { trialsToJudge } from '@attune/core'
import { describe, expect, it } from 'vitest'
import type { Running } from './support/attune.ts'
import { attune, eventsOf, historyOf, start, temporaryFolder } from './support/attune.ts'

const painter = resolve(import.meta.dirname, 'support/painter.mjs')

function writeStudy(folder: string, more: string): void {
  const words = [process.execPath, painter, join(folder, 'ran.txt')]
  writeFileSync(
    join(folder, 'study.yaml'),
    `name: art
command: ${JSON.stringify(words)}
space: { x: { float: [0, 1] } }
objective: { maximize: liking }
sampler: random
${more}`,
  )
}

/** The trials whose program was started, in order. */
const ranIn = (folder: string): string[] =>
  readFileSync(join(folder, 'ran.txt'), 'utf8').trim().split('\n')

/** Who looks at a page of attune, by its link. */
async function visit(link: string) {
  const authorization = `Bearer ${new URL(link).searchParams.get('token')}`
  const headers = { authorization, 'content-type': 'application/json' }
  const get = (path: string): Promise<Response> => fetch(new URL(path, link), { headers })
  const cards = async (): Promise<StudyCard[]> =>
    (await (await get('/api/studies')).json()) as StudyCard[]
  const card = async (): Promise<StudyCard> => (await cards())[0] as StudyCard
  const { id } = await card()
  return {
    card,
    get: (path: string) => get(`/api/studies/${id}${path}`),
    trial: async (n: number) => (await get(`/api/studies/${id}/trials/${n}`)).json(),
    command: async (command: object) => {
      const body = JSON.stringify(command)
      const path = `/api/studies/${id}/commands`
      return (await fetch(new URL(path, link), { method: 'POST', headers, body })).json()
    },
    tell: (trial: number, liking: number): Promise<unknown> =>
      fetch(new URL(`/api/studies/${id}/commands`, link), {
        ...{ method: 'POST', headers },
        body: JSON.stringify({ kind: 'tell', trial, metrics: { liking } }),
      }).then((answer) => answer.json()),
  }
}

async function printed({ stdout }: Running, pattern: RegExp): Promise<string> {
  for (let patience = 0; patience < 500; patience++) {
    const [, found] = pattern.exec(stdout()) ?? []
    if (found !== undefined) return found
    await sleep(20)
  }
  throw new Error(`"${pattern.source}" was not printed:\n${stdout()}`)
}

const linkOf = (run: Running): Promise<string> => printed(run, /"type":"ui","url":"([^"]+)"/)
const untilWaiting = (run: Running, count: number): Promise<string> =>
  printed(run, new RegExp(`(${count} trials? waits? to be judged)`))

describe('attune run of a program whose trials people judge', { timeout: 60_000 }, () => {
  it('shows what waits, goes on as it is told, and ends with the last of them', async () => {
    using folder = temporaryFolder()
    writeStudy(
      folder.path,
      `judge: { liking: number, waiting: 2 }
artifacts: { files: [picture.png], keep: { best: 1 } }
constraints: [cost <= 1]
trials: 3
workers: 2
journal: art.jsonl
`,
    )
    const run = start(['run', 'study.yaml', '--ui', '--json'], folder.path)
    const page = await visit(await linkOf(run))
    await untilWaiting(run, 2)
    expect(await page.card()).toMatchObject({ states: { running: 2, complete: 0 } })
    expect(await page.trial(1)).toMatchObject({
      artifacts: [{ name: 'picture.png', type: 'image/png' }],
      output: { stdout: expect.any(Number) },
      story: expect.arrayContaining([
        expect.objectContaining({ text: expect.stringContaining('it waits to be judged') }),
      ]),
    })
    expect(ranIn(folder.path).toSorted()).toEqual(['0', '1'])
    const picture = (n: number): Promise<Response> => page.get(`/trials/${n}/artifacts/picture.png`)
    expect(await (await picture(1)).text()).toBe('PNG of trial 1')

    expect(await page.tell(0, 5)).toMatchObject({ ok: true })
    while (ranIn(folder.path).length < 3) await sleep(20)
    // Only the best is kept, but what waits may yet be it.
    expect((await picture(1)).status).toBe(200)
    expect(await page.tell(1, 3)).toMatchObject({ ok: true })
    for (;;) {
      const { artifacts } = (await page.trial(2)) as { artifacts: unknown[] }
      if (artifacts.length > 0) break
      await sleep(20)
    }
    expect(await page.tell(2, 4)).toMatchObject({ ok: true })
    const { code, stdout, stderr } = await run.ended
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/"reason":"trials","ran":3/)

    const events = await eventsOf(join(folder.path, 'art.jsonl'), 'art')
    const x = historyOf(events).values.get('x', 1)
    expect(events.findLast((event) => 'trial' in event && event.trial === 1)).toMatchObject({
      ...{ type: 'trial-finished', state: 'complete', metrics: { liking: 3, cost: x } },
      artifacts: [{ name: 'picture.png' }],
    })
    const kept = await attune(['artifacts', '--journal', 'art.jsonl', '--json'], folder.path)
    expect(kept.stdout.match(/"kept":true/g) ?? []).toHaveLength(1)
    const { code: verified } = await attune(['verify', '--journal', 'art.jsonl'], folder.path)
    expect(verified).toBe(0)
  })

  it('survives Ctrl-C and kills, runs nothing again, and takes what another process tells', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'judge: { liking: number, waiting: 3 }\ntrials: 4\n')
    const journal = join(folder.path, 'attune.db')
    const waiting = async (): Promise<number[]> =>
      trialsToJudge(historyOf(await eventsOf(journal, 'art')))

    const first = start(['run', 'study.yaml', '--json'], folder.path)
    await untilWaiting(first, 3)
    first.kill('SIGINT')
    const stopped = await first.ended
    expect(stopped.code).toBe(130)
    expect(await waiting()).toEqual([0, 1, 2])

    const killed = start(['run', 'study.yaml'], folder.path)
    await untilWaiting(killed, 3)
    expect(killed.stdout()).toContain('attune ui --journal attune.db')
    killed.kill('SIGKILL')
    await killed.ended

    const server = start(['ui', '--journal', 'attune.db', '--port', '0', '--json'], folder.path)
    const page = await visit(await linkOf(server))
    await page.tell(1, 1)
    expect(await waiting()).toEqual([0, 2])

    const last = start(['run', 'study.yaml'], folder.path)
    while ((await waiting()).length < 3) await sleep(20)
    expect(await page.command({ kind: 'skip', trial: 0, why: 'dull' })).toMatchObject({ ok: true })
    for (const trial of [2, 3]) await page.tell(trial, trial)
    const { code, stdout, stderr } = await last.ended
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('3 complete, 1 pruned')
    server.kill('SIGINT')
    await server.ended
    expect(ranIn(folder.path)).toEqual(['0', '1', '2', '3'])
    expect((await attune(['verify'], folder.path)).code).toBe(0)
  })

  it('judges failures of the program itself, and tells what waits when the time is up', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'judge: { liking: number }\ntime: 3s\n')
    const failing = readFileSync(join(folder.path, 'study.yaml'), 'utf8').replace(
      /command: .*/,
      'command: \'test "$ATTUNE_TRIAL" -gt 0\'',
    )
    writeFileSync(join(folder.path, 'study.yaml'), failing)
    const { code, stdout } = await attune(['run', 'study.yaml'], folder.path)
    expect(code).toBe(0)
    expect(stdout).toContain('trial 0 failed')
    expect(stdout).toContain('1 failed, 5 to be judged')
    expect(stdout).toContain('5 trials wait to be judged: attune ui --journal attune.db')
    const shown = await attune(['trials'], folder.path)
    expect(shown.stdout.match(/to be judged/g)).toHaveLength(5)
  })
})
