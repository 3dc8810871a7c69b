import { choice, createStudy, float, random, space } from '@attune/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { show } from '../../../src/cli/show.ts'
import { studies } from '../../../src/cli/studies.ts'
import { trials } from '../../../src/cli/trials.ts'
import { openStore } from '../../../src/journals/store.ts'
import { trackStudy } from '../../../src/progress/tracker.ts'
import { frame } from '../../../src/progress/frame.ts'
import { summarySections } from '../../../src/progress/summary-sections.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
import { makeStudy, recorder } from './fixture.ts'
import type { Recorder } from './fixture.ts'

const shared = temporaryFolder()
const journal = shared.file('a.db')

/**
 * Trial 0 fails twice before it gives 5, trial 1 takes that over, trial 2 is skipped, trial 3 starts
 * with the files of trial 0; then x is narrowed and the study paused.
 */
async function steered(
  look: (study: Awaited<ReturnType<typeof createStudy>>) => void,
): Promise<void> {
  await using store = await openStore(journal)
  await using study = await createStudy({
    name: 'steered',
    space: space({ x: float(0, 1), act: choice(['relu', 'tanh']) }),
    objective: { minimize: 'loss' },
    sampler: random(),
    duplicates: 'memoise',
    retry: { times: 2, on: ['error'] },
    journal: await store.journal('steered'),
  })
  for (let i = 0; i < 2; i++) await study.enqueue({ x: 0.5, act: 'relu' })
  let attempts = 0
  const objective = (): unknown => {
    if (attempts++ < 2) throw new Error(`bad luck ${attempts}`)
    return { loss: 5 }
  }
  await study.optimize(objective as never, { trials: 2 })
  const skipped = await study.ask()
  await study.skip(skipped.number, 'no use')
  await study.tell(skipped, 'pruned')
  await study.enqueueValues({ x: 0.75 }, { from: 0 })
  await study.tell(await study.ask(), { loss: 7 })
  await study.narrow({ x: { low: 0.25, high: 0.5 } })
  await study.steer('pause', 'lunch')
  look(study as never)
}

let screen: string[] = []
let summary: string[] = []
beforeAll(async () => {
  await makeStudy(journal, 'plain', [1])
  await steered((study) => {
    const info = { study: study as never, workers: 1, journal, resumedFrom: 0 }
    const moment = { startedAt: 0, now: 1000, rate: Number.NaN, notes: [], ended: false }
    const lines = frame({ info, tracker: trackStudy(study), ...moment }, 100, 30)
    screen = lines.map((line) => line.map(({ text }) => text).join(''))
    summary = summarySections(study as never, {
      reason: 'trials',
      ran: 4,
      seconds: 1,
      journal,
      importance: undefined,
      mode: 'lines',
      color: false,
      columns: 100,
    }).flatMap(({ lines: all }) => [...all])
  })
})
afterAll(() => shared[Symbol.dispose]())

async function out(command: (io: Recorder) => Promise<number>): Promise<Recorder> {
  const io = recorder()
  expect(await command(io)).toBe(0)
  return io
}
const shown = async (trial?: string): Promise<string[]> =>
  (await out((io) => show({ journal, study: 'steered', trial }, io)))
    .lines()
    .map((line) => line.trim())

describe('a study that was steered', () => {
  it('is shown as paused, with the ranges that are searched now', async () => {
    const lines = await shown()
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^paused +by attune pause: lunch; it goes on with: attune resume steered/,
      ),
    )
    expect(lines).toContainEqual(
      expect.stringMatching(/^x +float 0\.\.1 +now searched in float 0\.25\.\.0\.5$/),
    )
    expect(
      (await out((io) => show({ journal, study: 'steered', json: true }, io))).json(),
    ).toMatchObject([{ paused: true, adjusted: { x: { kind: 'float', low: 0.25, high: 0.5 } } }])
    expect(
      (await out((io) => show({ journal, study: 'plain', json: true }, io))).json(),
    ).toMatchObject([{ paused: false, adjusted: {} }])
  })

  it('is marked in the list of studies', async () => {
    const lines = (await out((io) => studies({ journal }, io))).lines()
    expect(lines[0]).toMatch(/^study .* status +best/)
    expect(lines[1]).not.toContain('study paused')
    expect(lines[2]).toMatch(/^steered .* study paused +loss 5/)
    const json = (await out((io) => studies({ journal, json: true }, io))).json()
    expect(json.map(({ paused }) => paused)).toEqual([false, true])
  })

  it('tells of copied, skipped and retried trials, and of those that started from others', async () => {
    const table = (await out((io) => trials({ journal, study: 'steered' }, io))).lines()
    expect(
      table.slice(1).map((line) => line.replace(/^ +/, '').split(/ {2,}/).slice(0, 2)),
    ).toEqual([
      ['0', 'complete'],
      ['1', 'complete as 0'],
      ['2', 'pruned: skipped'],
      ['3', 'complete'],
    ])
    expect(await shown('0')).toEqual(
      expect.arrayContaining(['Earlier attempts', '1. error: bad luck 1', '2. error: bad luck 2']),
    )
    expect(await shown('1')).toContainEqual(
      expect.stringMatching(/^result +that of trial 0, which had the same values; it did not run$/),
    )
    expect(await shown('2')).toContainEqual(expect.stringMatching(/^stopped +skipped: no use$/))
    expect(await shown('3')).toContainEqual(
      expect.stringMatching(/^started from +the files of trial 0$/),
    )
  })

  it('is paused on the screen too, and its summary tells skipped trials from stopped ones', () => {
    expect(screen.join('\n')).toMatch(/3 complete {2}1 pruned {2}paused by attune pause/)
    expect(summary).toContain('1 trial was skipped by attune skip.')
    expect(summary.join('\n')).not.toContain('stopped early')
  })
})
