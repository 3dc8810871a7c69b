import { describe, expect, it } from 'vitest'
import type { DuplicatesOption, OptimizeLimits, Study, StudyOptions } from '../../src/index.ts'
import {
  choice,
  createStudy,
  float,
  int,
  memoryJournal,
  random,
  simulatedClock,
  space,
  tpe,
} from '../../src/index.ts'
import { errorOf, essence } from './support.ts'

const cells = space({ a: int(1, 3), b: choice(['p', 'q']) })
type Cell = { a: number; b: string }

const open = (
  duplicates: DuplicatesOption | undefined,
  more: Partial<StudyOptions<Cell, 'minimize'>> = {},
): Promise<Study<Cell, number>> =>
  createStudy({
    space: cells,
    objective: 'minimize',
    sampler: random(),
    ...(duplicates === undefined ? {} : { duplicates }),
    ...more,
  }) as Promise<Study<Cell, number>>

/** Runs a study and gives the configuration of every trial that was really run. */
async function ranIn(study: Study<Cell, number>, limits: OptimizeLimits): Promise<string[]> {
  const ran: string[] = []
  await study.optimize(({ number, params }) => {
    ran.push(JSON.stringify(params))
    return number
  }, limits)
  return ran
}

const times = (configurations: readonly string[]): number[] => {
  const counts = new Map<string, number>()
  for (const each of configurations) counts.set(each, (counts.get(each) ?? 0) + 1)
  return [...counts.values()].toSorted((x, y) => x - y)
}

describe('resample', () => {
  it('tries each configuration of a finite space once before any twice', async () => {
    for (const sampler of [random(), tpe({ startupTrials: 3 })]) {
      for (const seed of [0, 1, 2]) {
        const ran = await ranIn(await open('resample', { sampler, seed }), { trials: 6 })
        expect(new Set(ran).size).toBe(6)
      }
    }
    // Otherwise some come twice.
    expect(new Set(await ranIn(await open('allow'), { trials: 6 })).size).toBeLessThan(6)
  })

  it('goes on when everything has been tried', async () => {
    expect(times(await ranIn(await open('resample'), { trials: 9 })).at(-1)).toBeGreaterThan(1)
  })

  it('evaluates each as often as it is told', async () => {
    const ran = await ranIn(await open({ policy: 'resample', evaluations: 3 }), { trials: 18 })
    expect(times(ran)).toEqual(Array(6).fill(3))
  })

  it('tries failed ones again, and what is enqueued however often', async () => {
    const study = await open('resample')
    await study.optimize(
      () => {
        throw new Error('no')
      },
      { trials: 6 },
    )
    for (let i = 0; i < 3; i++) await study.enqueue({ a: 2, b: 'q' })
    const ran = await ranIn(study, { trials: 14 })
    expect(times(ran)).toEqual([1, 1, 1, 1, 1, 3])
  })

  it('counts trials that run at the same time', async () => {
    const clock = simulatedClock({ auto: true })
    const study = await open('resample', { clock })
    const seen: string[] = []
    await study.optimize(
      async ({ params, number }) => {
        seen.push(JSON.stringify(params))
        await clock.sleep(10)
        return number
      },
      { trials: 6, workers: 6 },
    )
    expect(new Set(seen).size).toBe(6)
  })
})

describe('memoise', () => {
  it('takes the result over without a run', async () => {
    const study = await open('memoise')
    const ran = await ranIn(study, { trials: 40 })
    expect(times(ran)).toEqual(Array(6).fill(1))
    expect(study.trials({ state: 'complete' })).toHaveLength(40)
    for (const { number, copyOf, params, metrics, seconds } of study.trials()) {
      if (copyOf === undefined) continue
      expect(copyOf).toBeLessThan(number)
      const original = study.trial(copyOf)
      expect([metrics, params]).toEqual([original.metrics, original.params])
      expect(seconds).toBe(0)
    }
    expect(study.trials().filter((t) => t.copyOf === undefined)).toHaveLength(6)
  })

  it('does so for what is enqueued, with standard errors, after as many evaluations as asked', async () => {
    const study = await open({ policy: 'memoise', evaluations: 3 })
    for (let i = 0; i < 5; i++) await study.enqueue({ a: 1, b: 'p' })
    let runs = 0
    const objective = (): unknown => ({ value: ++runs, standardErrors: { value: runs / 10 } })
    await study.optimize(objective as never, { trials: 5 })
    expect(runs).toBe(3)
    const results = study
      .trials()
      .map((t) => [t.copyOf, t.metrics['value'], t.standardErrors['value']])
    expect(results).toEqual([
      [undefined, 1, 0.1],
      [undefined, 2, 0.2],
      [undefined, 3, 0.3],
      [2, 3, 0.3],
      // The copy is the latest result of the configuration by then.
      [3, 3, 0.3],
    ])
  })

  it('runs failed ones again', async () => {
    const study = await open('memoise')
    for (let i = 0; i < 3; i++) await study.enqueue({ a: 1, b: 'p' })
    await study.optimize(
      ({ number }) => {
        if (number === 0) throw new Error('no')
        return number
      },
      { trials: 3 },
    )
    expect(study.trials().map((t) => [t.state, t.copyOf])).toEqual([
      ['failed', undefined],
      ['complete', undefined],
      ['complete', 1],
    ])
  })

  it('lets a run end by its limits, although nothing is run any more', async () => {
    const study = await open('memoise')
    const summary = await study.optimize(() => 1, { patience: 30 })
    expect(summary.reason).toBe('patience')
    expect(study.history.finished).toBe(31)
  })

  it('gives who asks the next configuration that needs a run', async () => {
    const study = await open('memoise')
    for (const a of [1, 1, 2]) await study.enqueue({ a, b: 'p' })
    await study.tell(await study.ask(), 5)
    const next = await study.ask()
    expect([next.number, next.params.a]).toEqual([2, 2])
    await study.enqueue({ a: 1, b: 'p' })
    await study.enqueue({ a: 3, b: 'p' })
    expect((await study.ask()).number).toBe(4)
  })
})

describe('any policy', () => {
  it.each<DuplicatesOption>(['resample', 'memoise', { policy: 'memoise', evaluations: 2 }])(
    'gives the same trials for any number of workers in deterministic mode: %j',
    async (duplicates) => {
      const runWith = async (workers: number): Promise<unknown> => {
        const clock = simulatedClock({ auto: true })
        const study = await open(duplicates, { clock, deterministic: true, lag: 4, seed: 5 })
        await study.optimize(
          async ({ number, params }) => {
            await clock.sleep((number * 37) % 11)
            return params.a + number / 100
          },
          { trials: 20, workers },
        )
        return [essence(study as never), study.trials().map((t) => t.copyOf)]
      }
      const alone = await runWith(1)
      expect(await runWith(3)).toEqual(alone)
      expect(await runWith(4)).toEqual(alone)
    },
  )

  it('leaves studies alone that meet their parameters while they run', async () => {
    for (const duplicates of ['resample', 'memoise'] as const) {
      let runs = 0
      const study = await createStudy({ duplicates, sampler: random() })
      await study.optimize(
        (trial) => {
          runs++
          return trial.suggestInt('n', 1, 2)
        },
        { trials: 8 },
      )
      expect(runs).toBe(8)
    }
  })

  it('changes nothing where configurations do not repeat', async () => {
    const line = space({ x: float(0, 1) })
    const runWith = async (duplicates: DuplicatesOption): Promise<unknown> => {
      const study = await createStudy({ space: line, duplicates, sampler: tpe(), seed: 2 })
      await study.optimize(({ params }) => params.x, { trials: 30 })
      return essence(study as never)
    }
    const plain = await runWith('allow')
    expect(await runWith('resample')).toEqual(plain)
    expect(await runWith('memoise')).toEqual(plain)
  })

  it('is stored with the study, and may change', async () => {
    const journal = memoryJournal()
    await open({ policy: 'memoise', evaluations: 2 }, { journal })
    expect((await open(undefined, { journal })).config.duplicates).toEqual({
      policy: 'memoise',
      evaluations: 2,
    })
    expect((await open('allow', { journal })).config.duplicates).toBeUndefined()
  })

  it.each([0, 1.5, NaN])('refuses %d evaluations', async (evaluations) => {
    const error = await errorOf(open({ policy: 'resample', evaluations }))
    expect([error.code, error.message]).toEqual([
      'study/config',
      expect.stringContaining(
        `duplicates.evaluations: the number of evaluations is a whole number >= 1, got ${evaluations}.`,
      ),
    ])
  })
})
