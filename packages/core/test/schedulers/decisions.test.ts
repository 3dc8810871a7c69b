import { describe, expect, it } from 'vitest'
import type { Scheduler, Study } from '../../src/index.ts'
import {
  asha,
  createStudy,
  float,
  median,
  memoryJournal,
  random,
  simulated,
  simulatedClock,
  space,
} from '../../src/index.ts'
import { rungAt, rungStep } from '../../src/journal/history.ts'
import { eventsOf } from '../study/support.ts'

const line = space({ x: float(0, 1) })
const open = async (scheduler: Scheduler): Promise<Study<{ x: number }, number>> =>
  (await createStudy({ space: line, scheduler, sampler: random() })) as never

/** Runs one trial with these reports; tells at which step it was stopped, and why. */
async function play(
  study: Study<{ x: number }, number>,
  reports: readonly (readonly [number, number])[],
): Promise<[number, string] | 'complete'> {
  const trial = await study.ask()
  for (const [step, value] of reports) {
    const decision = await trial.report(value, { step })
    if (decision.kind === 'stop') {
      await study.tell(trial, 'pruned')
      return [step, decision.reason]
    }
  }
  await study.tell(trial, reports.at(-1)?.[1] ?? 0)
  return 'complete'
}
const flat = (value: number, steps: number): [number, number][] =>
  Array.from({ length: steps }, (_, i) => [i + 1, value])

describe('asha', () => {
  it('lets the best third of all that reached a rung go on', async () => {
    const study = await open(asha({ minSteps: 1, factor: 3 }))
    // Rungs at 1, 3, 9. Fewer than three at a rung: everyone passes.
    expect(await play(study, flat(5, 9))).toBe('complete')
    expect(await play(study, flat(6, 9))).toBe('complete')
    expect(await play(study, flat(7, 9))).toEqual([
      1,
      'asha: value 7 at step 1 is place 3 of 3, the best 1 go on',
    ])
    expect(await play(study, flat(4, 9))).toBe('complete')
    expect(await play(study, flat(4.5, 9))).toEqual([
      1,
      'asha: value 4.5 at step 1 is place 2 of 5, the best 1 go on',
    ])
    // Six at the first rung: the best two go on; at the second rung it is one of four.
    expect(
      await play(study, [
        [1, 4.2],
        [2, 9],
        [3, 5.5],
      ]),
    ).toEqual([3, 'asha: value 5.5 at step 3 is place 3 of 4, the best 1 go on'])
    expect(study.trials().map((t) => t.state)).toEqual([
      'complete',
      'complete',
      'pruned',
      'complete',
      'pruned',
      'pruned',
    ])
    expect(study.trial(2).stopped).toMatch(/^asha: value 7/)
  })

  it('asks once a rung, also when a report passes several', async () => {
    const study = await open(asha({ minSteps: 1, factor: 2 }))
    await play(study, [[8, 1]])
    const column = (k: number): unknown => study.history.columns.get(`rung:value:${k}`)?.data[0]
    expect([0, 1, 2, 3, 4].map(column)).toEqual([1, 1, 1, 1, undefined])
    await play(study, [
      [1, 1],
      [2, 1],
      [4, 1],
      [8, 1],
    ])
    expect(await play(study, [[5, 3]])).toEqual([
      5,
      'asha: value 3 at step 5 is place 3 of 3, the best 1 go on',
    ])
  })

  it('stops NaN as soon as there is somebody better', async () => {
    const study = await open(asha({ minSteps: 1, factor: 2 }))
    expect(await play(study, flat(Number.NaN, 2))).toBe('complete')
    await play(study, flat(1, 1))
    expect(await play(study, flat(Number.NaN, 1))).toMatchObject([
      1,
      expect.stringContaining('NaN'),
    ])
  })

  it('refuses options that make no rungs', () => {
    for (const options of [
      { minSteps: 0 },
      { minSteps: -1 },
      { factor: 1 },
      { factor: Number.NaN },
    ]) {
      expect(() => asha(options)).toThrow('asha: minSteps > 0 and factor >= 2 must hold, got')
    }
  })
})

describe('median', () => {
  it('stops a trial whose best is worse than the median of complete trials at the step', async () => {
    const study = await open(median({ startupTrials: 3 }))
    for (const value of [1, 2, 3]) await play(study, flat(value, 4))
    expect(await play(study, flat(2, 4))).toBe('complete')
    expect(await play(study, flat(2.5, 4))).toEqual([
      1,
      'median: best value so far 2.5 is worse than the median 2 of 4 trials at this step',
    ])
    // The best report counts, not the last one; a pruned trial is nobody's measure.
    expect(
      await play(study, [
        [1, 0],
        [2, 9],
        [3, 9],
      ]),
    ).toBe('complete')
    expect(
      await play(study, [
        [1, 1.9],
        [2, 1.9],
        [3, 9],
        [4, 9],
      ]),
    ).toBe('complete')
  })

  it('waits for its first trials, its first step and its next interval', async () => {
    const study = await open(median({ startupTrials: 2, warmupSteps: 3, interval: 4 }))
    await play(study, flat(1, 12))
    expect(await play(study, flat(9, 12))).toBe('complete')
    expect(await play(study, flat(9, 2))).toBe('complete')
    expect(await play(study, flat(10, 12))).toMatchObject([3, expect.any(String)])
    expect(
      await play(study, [
        [1, 0],
        [2, 20],
        [3, 20],
        [6, 20],
        [7, 20],
      ]),
    ).toBe('complete')
  })

  it('refuses options out of range', () => {
    for (const options of [{ startupTrials: 0 }, { warmupSteps: -1 }, { interval: 0 }]) {
      expect(() => median(options)).toThrow(
        'median: startupTrials >= 1, warmupSteps >= 0 and interval > 0',
      )
    }
  })

  it('keeps few numbers for programs that report at large steps', async () => {
    const study = await open(median())
    const reports = Array.from({ length: 20 }, (_, i) => [(i + 1) * 1e6, 1] as const)
    const start = performance.now()
    for (let i = 0; i < 10; i++) await play(study, reports)
    expect(performance.now() - start).toBeLessThan(500)
    const columns = study.history.columns.names().filter((name) => name.startsWith('rung:'))
    expect(columns).toHaveLength(20)
    expect(
      await play(
        study,
        reports.map(([step]) => [step, 2] as const),
      ),
    ).toMatchObject([1e6, expect.any(String)])
  })
})

describe('rungs', () => {
  it('are reached at their steps and not before', () => {
    for (const rungs of [
      { first: 1, factor: 3 },
      { first: 0.5, factor: 2.5 },
      { first: 1, every: 1 },
      { first: 0, every: 0.1 },
      { first: 5, every: 7 },
    ]) {
      for (let k = 0; k < 40; k++) {
        const step = rungStep(rungs, k)
        expect(rungAt(rungs, step)).toBe(k)
        expect(rungAt(rungs, step * (1 - 1e-12) - 1e-15)).toBe(k - 1)
      }
    }
    expect(rungAt({ first: 1, every: 1 }, 1e12)).toBe(1e12 - 1)
  })

  it('of another scheduler are forgotten when a study changes over', async () => {
    const journal = memoryJournal()
    const old = await createStudy({ space: line, scheduler: asha({ minSteps: 1 }), journal })
    for (const value of [1, 2, 3]) await play(old as never, flat(value, 9))
    const now = await createStudy({
      space: line,
      scheduler: asha({ minSteps: 9 }),
      journal: memoryJournal(await eventsOf(journal)),
    })
    // At step 1 three trials reported 1 to 3; that says nothing about step 9.
    expect(await play(now as never, flat(2.5, 9))).toBe('complete')
  })
})

describe('a night of parallel trials on a simulated clock', () => {
  it('takes less than a second', async () => {
    const clock = simulatedClock({ auto: true })
    const study = await createStudy({
      space: line,
      scheduler: asha({ factor: 3 }),
      sampler: random(),
      clock,
    })
    const executor = simulated<{ x: number }>(
      ({ params }) => ({
        reports: Array.from({ length: 27 }, (_, i) => ({
          seconds: 60 + 60 * params.x,
          step: i + 1,
          values: { value: params.x + 1 / (i + 1) },
        })),
        result: params.x,
      }),
      { objectives: study.config.objectives, clock, slots: 8 },
    )
    const start = performance.now()
    const { reason, ran } = await study.optimize(executor, { seconds: 8 * 3600 })
    expect(performance.now() - start).toBeLessThan(1000)
    expect(reason).toBe('time')
    expect(clock.now()).toBe(8 * 3600 * 1000)
    expect(ran).toBeGreaterThan(150)
    const done = study.trials({ state: 'complete' })
    const pruned = study.trials({ state: 'pruned' })
    expect(pruned.length).toBeGreaterThan(3 * done.length)
    for (const trial of done) expect(trial.seconds).toBeCloseTo(27 * (60 + 60 * trial.params.x), 0)
    const busy = study.trials().reduce((sum, t) => sum + (t.seconds ?? 0), 0)
    expect(busy / (8 * 3600)).toBeGreaterThan(7.5)
  })
})
