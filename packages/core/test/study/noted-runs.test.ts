import { describe, expect, it } from 'vitest'

import type { Journal, RunOrigin, StudyEvent, Trial } from '../../src/index.ts'
import {
  createStudy,
  float,
  memoryJournal,
  replay,
  simulatedClock,
  space,
  tpe,
  verifyStudy,
} from '../../src/index.ts'
import { mostRuns } from '../../src/journal/note-run.ts'
import { someOrigin } from '../journal/some-origin.ts'
import { eventsOf } from './support.ts'

const plane = space({ x: float(0, 1), y: float(0, 1) })

/** A study that runs twice, the second time on from the first. */
async function twoRuns(origin?: RunOrigin): Promise<{ journal: Journal; events: StudyEvent[] }> {
  const journal = memoryJournal()
  const study = await createStudy({
    ...{ space: plane, objective: 'minimize', seed: 5, journal, clock: simulatedClock() },
    sampler: tpe({ startupTrials: 5 }),
    worker: 'here',
  })
  const bowl = async ({ params }: Trial<{ x: number; y: number }>): Promise<number> =>
    (params.x - 0.3) ** 2 + params.y
  const who = origin === undefined ? {} : { origin }
  await study.optimize(bowl, { trials: 12, seconds: Number.POSITIVE_INFINITY, ...who })
  await study.optimize(bowl, { trials: 24, patience: 100, ...who })
  return { journal, events: await eventsOf(journal) }
}

const isOfRuns = ({ type }: StudyEvent): boolean => type === 'run-started' || type === 'run-ended'

describe('a run that says who it is', () => {
  it('is kept with its limits and why it ended, and changes nothing else', async () => {
    const plain = await twoRuns()
    const noted = await twoRuns(someOrigin)
    expect(plain.events.some(isOfRuns)).toBe(false)
    const withoutSeen = (events: readonly StudyEvent[]): unknown[] =>
      events.filter((event) => !isOfRuns(event)).map((event) => ({ ...event, seen: undefined }))
    expect(withoutSeen(noted.events)).toEqual(withoutSeen(plain.events))
    expect(noted.events.filter(isOfRuns)).toHaveLength(4)
    const by = { ...someOrigin, at: 0, worker: 'here', workers: 1 }
    const ended = { at: 0, why: 'trials' }
    const { runs, earlierRuns } = await replay(noted.journal)
    expect(runs).toEqual([
      { ...by, limits: { trials: 12 }, ended },
      { ...by, limits: { trials: 24, patience: 100 }, ended },
    ])
    expect(earlierRuns).toBe(0)
    expect((await verifyStudy(noted.journal)).differences).toEqual([])
  })

  it('says that an error ended it', async () => {
    const journal = memoryJournal()
    const study = await createStudy({ space: plane, objective: 'minimize', journal })
    const executor = { slots: 1, run: () => Promise.reject(new TypeError('no executor')) }
    const run = study.optimize(executor as never, { trials: 3, origin: someOrigin })
    await expect(run).rejects.toThrow('no executor')
    expect((await eventsOf(journal)).at(-1)).toMatchObject({ type: 'run-ended', why: 'error' })
  })
})

describe('the runs of a history', () => {
  const start = (worker: string, at: number): StudyEvent => ({
    ...{ type: 'run-started', at, worker, workers: 1, limits: {}, ...someOrigin },
  })

  it('are the newest, and one that never said that it ended stays open', async () => {
    const journal = memoryJournal()
    const events = Array.from({ length: mostRuns + 3 }, (_, i) => start(`w${i}`, i))
    await journal.append(events)
    await journal.append([
      { type: 'run-ended', at: 99, worker: 'w0', why: 'trials' },
      { type: 'run-ended', at: 99, worker: 'w9', why: 'time' },
      // Once more by the same worker, which ended once.
      start('w9', 100),
    ])
    const { runs, earlierRuns } = await replay(journal)
    expect(runs.map(({ worker }) => worker).slice(-2)).toEqual(['w22', 'w9'])
    expect(runs).toHaveLength(mostRuns)
    expect(earlierRuns).toBe(4)
    expect(runs.filter(({ ended }) => ended !== undefined)).toMatchObject([
      { worker: 'w9', at: 9, ended: { at: 99, why: 'time' } },
    ])
  })
})
