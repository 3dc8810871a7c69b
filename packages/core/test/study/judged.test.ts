import { describe, expect, it } from 'vitest'

import type { Executor, Journal, Study, StudyEvent, StudyOptions, Trial } from '../../src/index.ts'
import {
  createHistory,
  createStudy,
  float,
  historyFromSnapshot,
  memoryJournal,
  random,
  replay,
  simulatedClock,
  snapshotBytes,
  space,
  stateOf,
  tpe,
  trialAttempts,
  trialsToJudge,
  verifyStudy,
} from '../../src/index.ts'
import { eventsOf } from './support.ts'

type Params = { x: number }
type Options = Partial<StudyOptions<Params, { maximize: 'taste' }>>
const picture = { name: 'a.png', sha256: 'ab', bytes: 3 }

/** A program of three seconds that leaves its trials to people. */
function kitchen(clock = simulatedClock({ auto: true })) {
  const started: number[] = []
  let running = 0
  let mostRunning = 0
  const executor: Executor<Params> = {
    name: 'kitchen',
    slots: 8,
    async run(trial: Trial<Params>) {
      started.push(trial.number)
      mostRunning = Math.max(mostRunning, ++running)
      await trial.report({ heat: trial.params.x }, { step: 1 })
      await clock.sleep(3000 - trial.number, trial.signal)
      running--
      if (trial.signal.aborted) return { state: 'interrupted' }
      return {
        state: 'ran',
        metrics: { cost: 2 * trial.params.x },
        standardErrors: { cost: 0.1 },
        resources: { cpuSeconds: 1 },
        artifacts: [picture],
      }
    },
    [Symbol.asyncDispose]: async () => {},
  }
  return { clock, executor, started, mostRunning: () => mostRunning }
}

function open(
  journal: Journal,
  clock: ReturnType<typeof simulatedClock>,
  more: Options & { worker?: string } = {},
): Promise<Study<Params, Record<string, number>>> {
  return createStudy({
    ...{ space: space({ x: float(0, 1) }), objective: { maximize: 'taste' } },
    ...{ sampler: random(), seed: 4, clock, journal, probeWorker: () => 'dead' },
    ...more,
  } as StudyOptions<Params, { maximize: 'taste' }>) as never
}

async function untilWaiting(
  { history }: Pick<Study, 'history'>,
  trials: readonly number[],
): Promise<void> {
  await expect.poll(() => trialsToJudge(history), { interval: 4 }).toEqual(trials)
}

/** Somebody who judges each trial a moment after its program has ended. */
function judge(study: Study<Params, Record<string, number>>): void {
  study.subscribe((event: StudyEvent) => {
    if (event.type !== 'trial-ran') return
    const { trial } = event
    const taste = -((study.trial(trial).params.x - 0.3) ** 2)
    setTimeout(() => void study.tellOpen(trial, { taste }), 1)
  })
}

describe('a trial whose program has ended and that people judge', () => {
  it('waits without a worker, and ends with what program and people said', async () => {
    const { clock, executor, started } = kitchen()
    const journal = memoryJournal()
    await using study = await open(journal, clock)
    const end = new AbortController()
    const running = study.optimize(executor, { trials: 1, waiting: 1, signal: end.signal })
    await untilWaiting(study, [0])
    const waiting = study.trial(0)
    expect(waiting).toMatchObject({
      ...{ state: 'running', worker: undefined, metrics: {}, artifacts: [picture] },
      ...{ ran: { cost: 2 * waiting.params.x }, lastReport: { heat: waiting.params.x } },
    })
    await clock.advance(60_000)
    const told = await study.tellOpen(0, { taste: 7 })
    expect(await running).toEqual({ reason: 'trials', ran: 1 })
    expect(told).toMatchObject({
      ...{ state: 'complete', objectives: [7], artifacts: [picture], ran: undefined },
      ...{ metrics: { cost: 2 * waiting.params.x, taste: 7 }, standardErrors: { cost: 0.1 } },
      // Of the program alone: people took a minute.
      ...{ seconds: 3, cpuSeconds: 1 },
    })
    expect(started).toEqual([0])
    const events = await eventsOf(journal)
    expect(trialAttempts(events)).toMatchObject([{ trial: 0, ended: 'complete' }])
    expect(await verifyStudy(journal)).toMatchObject({ checked: { suggestion: 1 }, differing: 0 })
  })

  it('needs the objectives that the program did not give', async () => {
    const { clock, executor } = kitchen()
    await using study = await open(memoryJournal(), clock)
    const end = new AbortController()
    const running = study.optimize(executor, { waiting: 1, signal: end.signal })
    await untilWaiting(study, [0])
    expect(await study.tellOpen(0, { look: 1 })).toMatchObject({
      state: 'failed',
      failure: { reason: 'missing-result', message: expect.stringContaining('cost, look') },
    })
    end.abort()
    await running
  })

  it('lets others start while fewer than so many run or wait', async () => {
    const { clock, executor, started, mostRunning } = kitchen()
    await using study = await open(memoryJournal(), clock)
    let most = 0
    study.subscribe(() => (most = Math.max(most, study.history.open.size)))
    judge(study)
    const summary = await study.optimize(executor, { trials: 9, waiting: 3, workers: 2 })
    expect(summary).toEqual({ reason: 'trials', ran: 9 })
    expect(started).toHaveLength(9)
    expect([most, mostRunning()]).toEqual([3, 2])
    await expect(study.optimize(executor, { waiting: 0 })).rejects.toThrow(/waiting is a whole/)
  })

  it('is not run again by who goes on, whoever died, and counts toward those that may wait', async () => {
    const { clock, executor, started } = kitchen()
    const journal = memoryJournal()
    const first = await open(journal, clock, { worker: 'first' })
    const end = new AbortController()
    const running = first.optimize(executor, { waiting: 2, signal: end.signal })
    await untilWaiting(first, [0, 1])
    end.abort()
    expect(await running).toEqual({ reason: 'signal', ran: 0 })

    await using second = await open(journal, clock, { worker: 'second' })
    expect(trialsToJudge(second.history)).toEqual([0, 1])
    const again = second.optimize(executor, { trials: 3, waiting: 2 })
    await clock.advance(500)
    expect(started).toEqual([0, 1])
    // By another process.
    await first.tellOpen(1, { taste: 1 })
    await untilWaiting(second, [0, 2])
    await first.tellOpen(0, { taste: 1 })
    await first.tellOpen(2, { taste: 3 })
    expect(await again).toEqual({ reason: 'trials', ran: 1 })
    expect(started).toEqual([0, 1, 2])
    expect(second.best()?.number).toBe(2)
    await first.close()
  })

  it('gives the same study whatever number may wait, in deterministic mode', async () => {
    const studyWith = async (waiting: number): Promise<number[]> => {
      const { clock, executor } = kitchen()
      const journal = memoryJournal()
      const deterministic = { deterministic: true, lag: 2, sampler: tpe({ startupTrials: 3 }) }
      await using study = await open(journal, clock, deterministic)
      judge(study)
      await study.optimize(executor, { trials: 12, waiting, workers: Math.min(waiting, 2) })
      expect(await verifyStudy(journal)).toMatchObject({
        ...{ checked: { suggestion: 12 }, differing: 0, skipped: [] },
      })
      return study.trials().map(({ params }) => params.x)
    }
    const xs = await studyWith(1)
    expect(new Set(xs).size).toBe(12)
    expect(await studyWith(2)).toEqual(xs)
    expect(await studyWith(5)).toEqual(xs)
  })

  it('ends as pruned when somebody skips it, or failed, with what the program used', async () => {
    const { clock, executor } = kitchen()
    await using study = await open(memoryJournal(), clock)
    const end = new AbortController()
    const running = study.optimize(executor, { waiting: 2, signal: end.signal })
    await untilWaiting(study, [0, 1])
    await study.skip(0, 'ugly')
    await study.fail(1, 'burnt')
    end.abort()
    await running
    expect(study.trial(0)).toMatchObject({ state: 'pruned', stopped: 'skipped: ugly', seconds: 3 })
    expect(study.trial(1)).toMatchObject({ state: 'failed', cpuSeconds: 1, metrics: {} })
    expect(trialsToJudge(study.history).filter((trial) => trial < 2)).toEqual([])
  })

  it('is known to snapshots, and lost when it is put back', async () => {
    const { clock, executor } = kitchen()
    const journal = memoryJournal()
    await using study = await open(journal, clock)
    const end = new AbortController()
    const running = study.optimize(executor, { waiting: 1, signal: end.signal })
    await untilWaiting(study, [0])
    end.abort()
    await running
    const restored = historyFromSnapshot(snapshotBytes(study.history)) ?? createHistory()
    expect(restored.details.get(0)?.ran).toEqual(study.history.details.get(0)?.ran)
    const again = { type: 'trial-requeued', at: 1, trial: 0, epoch: 1, cause: 'lost' } as const
    const late = {
      type: 'trial-ran',
      at: 1,
      trial: 0,
      epoch: 0,
      metrics: {},
      resources: {},
    } as const
    await journal.append([again, late])
    const history = await replay(journal)
    expect(stateOf(history, 0)).toBe('waiting')
    expect(history.details.get(0)).not.toHaveProperty('ran')
    expect(history.details.get(0)).not.toHaveProperty('artifacts')
    expect(history.stale).toBe(1)
  })
})
