import { describe, expect, it } from 'vitest'
import type { FailureReason, Journal, Study, StudyEvent } from '../../src/index.ts'
import {
  AttuneError,
  asha,
  createStudy,
  float,
  memoryJournal,
  random,
  simulatedClock,
  space,
} from '../../src/index.ts'
import { historyFromSnapshot, snapshotBytes } from '../../src/journal/snapshot.ts'
import { replay } from '../../src/journal/replay.ts'
import { recordOf } from '../../src/trial/stored-record.ts'
import { errorOf, essence, eventsOf } from './support.ts'

const line = space({ x: float(-5, 5) })

/** A study of a worker who sees every other worker as dead. */
function heir(
  journal: Journal,
  worker: string,
  options: Partial<Parameters<typeof createStudy>[0]> = {},
): Promise<Study<{ x: number }, number>> {
  const shared = { space: line, journal, worker, sampler: random(), clock: simulatedClock() }
  return createStudy({ ...shared, probeWorker: () => 'dead', ...options } as never) as never
}

/** Lets workers of these names take trial 0 one after the other and disappear. */
async function loseTrial(
  journal: Journal,
  workers: readonly string[],
  options: Partial<Parameters<typeof createStudy>[0]> = {},
): Promise<void> {
  for (const worker of workers) {
    const study = await heir(journal, worker, options)
    expect((await study.ask()).number).toBe(0)
  }
}

const ends = (events: readonly StudyEvent[]): StudyEvent[] =>
  events.filter((e) => e.type === 'trial-finished' || e.type === 'trial-requeued')

describe('a trial whose workers disappear', () => {
  it('has failed when the third is lost, and says under whom', async () => {
    const journal = memoryJournal()
    await loseTrial(journal, ['a', 'b', 'c'])
    const study = await heir(journal, 'd')
    expect(study.trial(0)).toMatchObject({
      state: 'failed',
      epoch: 2,
      failure: {
        reason: 'lost',
        message: 'Its worker disappeared 3 times: a, b, c.',
        help: expect.stringContaining('enqueue') as string,
      },
    })
    expect((await study.ask()).number).toBe(1)
  })

  it('counts losses under one name that comes back as well', async () => {
    const journal = memoryJournal()
    await loseTrial(journal, ['w', 'w', 'w'], { probeWorker: () => 'unknown' })
    expect((await heir(journal, 'w')).trial(0).failure?.message).toContain('w, w, w')
  })

  it('is never lost by interrupts, however many', async () => {
    const journal = memoryJournal()
    const shared = { ...journal, async [Symbol.asyncDispose]() {} }
    for (let i = 0; i < 5; i++) {
      const study = await heir(shared, `w${i}`)
      expect(await study.ask()).toMatchObject({ number: 0, attempt: i + 1 })
      await study.close()
    }
    await loseTrial(shared, ['a', 'b'])
    expect((await heir(shared, 'c')).trial(0)).toMatchObject({ state: 'waiting', epoch: 7 })
  })

  it('is not lost by a journal that fails, whose worker goes on', async () => {
    const log = memoryJournal()
    let failing = 4
    const journal: Journal = {
      ...log,
      async append(events, options) {
        if (events[0]?.type === 'trial-finished' && failing-- > 0) {
          throw new AttuneError('journal/busy', 'Try again later.')
        }
        return log.append(events, options)
      },
    }
    const study = await heir(journal, 'w', { clock: simulatedClock({ auto: true }) })
    for (let i = 0; i < 4; i++) {
      const run = study.optimize(() => 1, { trials: 1 })
      expect((await errorOf(run)).code).toBe('journal/busy')
    }
    await study.optimize(() => 1, { trials: 1 })
    expect(study.trial(0)).toMatchObject({ state: 'complete', epoch: 4 })
  })

  it('ends once when many processes reclaim it at the same time', async () => {
    const log = memoryJournal()
    await loseTrial(log, ['a', 'b', 'c'])
    const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
    const slow: Journal = {
      ...log,
      async append(events, options) {
        await pause()
        return log.append(events, options)
      },
    }
    const studies = await Promise.all([1, 2, 3, 4].map((i) => heir(slow, `d${i}`)))
    expect(ends(await eventsOf(log)).map((e) => e.type)).toEqual([
      'trial-requeued',
      'trial-requeued',
      'trial-finished',
    ])
    for (const study of studies) {
      await study.refresh()
      expect(study.trial(0).failure?.reason).toBe('lost')
    }
  })

  it('uses its retries for every loss after the second', async () => {
    const journal = memoryJournal()
    const retry = { times: 2 }
    await loseTrial(journal, ['a', 'b', 'c', 'd', 'e'], { retry })
    const { state, failure, retried } = (await heir(journal, 'f')).trial(0)
    expect([state, failure?.message]).toEqual([
      'failed',
      'Its worker disappeared 5 times: a, b, c, d, e.',
    ])
    expect(retried.map((r) => r.message.length < (failure?.message.length ?? 0))).toEqual([
      true,
      true,
    ])
  })

  it('is counted on from a snapshot', async () => {
    const journal = memoryJournal()
    await loseTrial(journal, ['a', 'b', 'c'], { retry: { times: 1 } })
    await heir(journal, 'd')
    const history = await replay(journal)
    const restored = historyFromSnapshot(snapshotBytes(history))
    expect(restored?.details.get(0)).toMatchObject({ lostUnder: ['a', 'b', 'c'] })
    expect(restored && recordOf(restored, 0)).toEqual(recordOf(history, 0))
  })
})

describe('a failed trial with a retry rule', () => {
  const clock = simulatedClock({ auto: true })
  const base = { space: line, sampler: random(), clock, seed: 4 }
  const failing = {
    error: () => Promise.reject(new Error('out of luck')),
    'not-a-number': () => NaN,
  }

  it('is run again with number, values and seed until it succeeds', async () => {
    const journal = memoryJournal()
    const study = await createStudy({ ...base, journal, retry: { times: 2, on: ['error'] } })
    const seen: unknown[] = []
    const summary = await study.optimize(
      ({ number, attempt, params, seed }) => {
        seen.push({ number, attempt, x: params.x, seed })
        if (number === 0 && attempt < 3) throw new Error(`out of luck ${attempt}`)
        return attempt
      },
      { trials: 2 },
    )
    expect(summary).toEqual({ reason: 'trials', ran: 2 })
    const first = seen[0] as object
    expect(seen.slice(0, 3)).toEqual([1, 2, 3].map((attempt) => ({ ...first, attempt })))
    expect(seen).toHaveLength(4)
    const { state, epoch, objectives, failure, retried } = study.trial(0)
    expect([state, epoch, objectives, failure]).toEqual(['complete', 2, [3], undefined])
    expect(retried.map((r) => [r.reason, r.message])).toEqual([
      ['error', 'out of luck 1'],
      ['error', 'out of luck 2'],
    ])
    expect(study.trial(1).retried).toEqual([])
    expect(ends(await eventsOf(journal))[0]).toMatchObject({
      ...{ type: 'trial-requeued', trial: 0, epoch: 1, cause: 'failed' },
      failure: { reason: 'error', message: 'out of luck 1' },
      resources: { seconds: 0 },
    })
  })

  it.each([
    ['error', 'error', 3],
    ['not-a-number', 'not-a-number', 3],
    ['error', 'timeout', 1],
    ['error', undefined, 1],
  ] as const)('that fails as %s runs so often under on: %s', async (how, on, runs) => {
    const retry = { times: 2, ...(on === undefined ? {} : { on: [on] }) }
    const study = await createStudy({ ...base, retry })
    let count = 0
    const run = (): number | Promise<number> => {
      count++
      return failing[how]()
    }
    expect(await study.optimize(run, { trials: 1 })).toEqual({ reason: 'trials', ran: 1 })
    expect([count, study.trial(0).state, study.trial(0).failure?.reason]).toEqual([
      runs,
      'failed',
      how,
    ])
  })

  it('keeps no report, rung or learning curve of the attempt that failed', async () => {
    const retry = { times: 1, on: ['error'] as const }
    const study = await createStudy({ ...base, retry, scheduler: asha({ minSteps: 1, factor: 2 }) })
    await study.optimize(
      async (trial) => {
        if (trial.attempt === 1) {
          for (let step = 1; step <= 4; step++) await trial.report(-100)
          throw new Error('out of luck')
        }
        const { reports, step, lastReport } = study.trial(0)
        expect([reports, step, lastReport]).toEqual([0, undefined, {}])
        const { columns } = study.history
        for (const name of columns.names().filter((n) => /^(rung|nextRung|best|last):/.test(n))) {
          expect(columns.get(name)?.data[0]).toBeNaN()
        }
        await trial.report(7)
        return 7
      },
      { trials: 1 },
    )
    const { reports, step, lastReport } = study.trial(0)
    expect([reports, step, lastReport]).toEqual([1, 1, { value: 7 }])
    expect(study.history.columns.get('rung:value:0')?.data[0]).toBe(7)
  })

  it('gives the same study for any number of workers in deterministic mode', async () => {
    const essences: unknown[] = []
    for (const workers of [1, 3]) {
      const study = await createStudy({
        ...base,
        deterministic: true,
        lag: 3,
        scheduler: asha({ minSteps: 1 }),
        retry: { times: 1, on: ['error'] },
      })
      await study.optimize(
        async (trial) => {
          await clock.sleep((trial.number * 31) % 7)
          if ((await trial.report(trial.params.x)).kind === 'stop') return 0
          if ((trial.number + trial.attempt) % 3 === 0) throw new Error('out of luck')
          await trial.report(trial.params.x)
          return trial.params.x
        },
        { trials: 20, workers },
      )
      essences.push(essence(study as never))
    }
    expect(essences[0]).toEqual(essences[1])
  })

  it('is stored with the study; changing it is described and needs no consent', async () => {
    const journal = memoryJournal()
    await createStudy({ ...base, journal, retry: { times: 2, on: ['timeout', 'error', 'error'] } })
    const again = await createStudy({ ...base, journal })
    const rule = { times: 2, on: ['error', 'timeout'] }
    expect(again.history.config?.retry).toEqual(rule)
    await createStudy({ ...base, journal, retry: { times: 2, on: ['error', 'timeout'] } })
    expect((await eventsOf(journal)).length).toBe(1)
    const none = await createStudy({ ...base, journal, retry: { times: 0 } })
    expect(none.history.config?.retry).toBeUndefined()
    expect((await eventsOf(journal)).map((e) => e.type)).toEqual(['study-created', 'study-changed'])
    const refused = await errorOf(createStudy({ ...base, seed: 5, retry: { times: 1 }, journal }))
    expect(refused.message).toContain('retry: none -> 1 times on killed, lost; trials that fail')
  })

  it.each([
    [{ times: -1 }, 'retry.times'],
    [{ times: 1.5 }, 'retry.times'],
    [{ times: 1, on: ['crash' as FailureReason] }, '"crash" is no reason to fail. Use error,'],
  ])('is refused when it is %j', async (retry, message) => {
    expect((await errorOf(createStudy({ ...base, retry }))).message).toContain(message)
  })
})
