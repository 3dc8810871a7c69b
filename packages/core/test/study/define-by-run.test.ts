import { describe, expect, it } from 'vitest'
import type { StudyEvent, Trial } from '../../src/index.ts'
import {
  createStudy,
  flag,
  float,
  jointSpace,
  memoryJournal,
  random,
  simulatedClock,
  space,
  spaceOf,
  tpe,
  variant,
} from '../../src/index.ts'
import { errorOf, essence, eventsOf } from './support.ts'

describe('parameters met while running', () => {
  it('are recorded with the trial, whether it reports, completes or fails', async () => {
    const study = await createStudy({ space: space({ a: flag() }) })
    await study.optimize(
      async (trial) => {
        const x = trial.suggestFloat('x', 0, 1)
        if (trial.number === 0) await trial.report(x)
        const n = trial.suggestInt('net.units', 8, 64, { scale: 'log' })
        const c = trial.suggestChoice('act', ['relu', 'tanh', null])
        expect(trial.values).toMatchObject({ x, 'net.units': n, act: c })
        expect(trial.suggestFloat('x', 0, 1)).toBe(x)
        if (trial.number === 1) throw new TypeError('no luck')
        return x
      },
      { trials: 3 },
    )
    for (const { values } of study.trials()) {
      expect(Object.keys(values).toSorted()).toEqual(['a', 'act', 'net.units', 'x'])
    }
    expect(study.trial(1).state).toBe('failed')
    expect(jointSpace(study.history, spaceOf(study.history)).params.map((p) => p.name)).toEqual([
      'a',
      'x',
      'net.units',
      'act',
    ])
  })

  it('are drawn from the seed, the trial and the name alone', async () => {
    const run = async (order: readonly string[], seed: number): Promise<Record<string, number>> => {
      const study = await createStudy({ seed, sampler: random() })
      const trial = await study.ask()
      return Object.fromEntries(order.map((name) => [name, trial.suggestFloat(name, 0, 1)]))
    }
    const values = await run(['a', 'b', 'c'], 1)
    expect(await run(['c', 'a', 'b'], 1)).toEqual(values)
    expect((await run(['a'], 1))['a']).toBe(values['a'])
    expect((await run(['a'], 2))['a']).not.toBe(values['a'])
    expect(new Set(Object.values(values)).size).toBe(3)
  })

  it('are proposed by the sampler as soon as earlier trials have met them', async () => {
    const study = await createStudy({ sampler: tpe({ startupTrials: 8 }), seed: 1 })
    await study.optimize((trial) => Math.abs(trial.suggestFloat('x', 0, 1000) - 900), {
      trials: 60,
    })
    const proposed = (t: number): unknown => study.history.details.get(t)?.proposed
    expect(proposed(0)).toBeUndefined()
    expect(proposed(1)).toEqual({ x: study.trial(1).values['x'] })
    const late = study
      .trials()
      .slice(40)
      .map((t) => t.objectives[0] as number)
    // Uniform draws have a median of 400; the model must have found the place long ago.
    expect(late.toSorted((a, b) => a - b)[10]).toBeLessThan(100)
  })

  it('may be missing in some trials', async () => {
    const study = await createStudy({ sampler: tpe({ startupTrials: 5 }), seed: 2 })
    const objective = (trial: Trial<unknown>): number =>
      trial.suggestChoice('kind', ['a', 'b']) === 'a'
        ? 1 + trial.suggestFloat('a.x', 0, 1)
        : trial.suggestFloat('b.y', 0, 1)
    await study.optimize(objective, { trials: 40, workers: 3 })
    const names = study.trials().map((t) => Object.keys(t.values).toSorted().join())
    expect(new Set(names)).toEqual(new Set(['a.x,kind', 'b.y,kind']))
    expect(study.best()?.values['kind']).toBe('b')
  })

  it('may change their range from trial to trial; a value outside is drawn again', async () => {
    const study = await createStudy({ seed: 4 })
    await study.optimize(
      (trial) => (trial.number < 5 ? trial.suggestFloat('x', 0, 1) : trial.suggestInt('x', 10, 20)),
      { trials: 12 },
    )
    const values = study.trials().map((t) => t.values['x'] as number)
    expect(values.slice(0, 5).every((x) => x <= 1)).toBe(true)
    expect(values.slice(5).every((x) => Number.isInteger(x) && x >= 10)).toBe(true)
    expect(study.history.discovered.get('x')?.distribution.kind).toBe('int')
  })

  it('refuse two ranges in one trial, and broken ones', async () => {
    const study = await createStudy({ space: space({ lr: float(0, 1) }) })
    const trial = await study.ask()
    trial.suggestFloat('x', 0, 1)
    expect(() => trial.suggestFloat('x', 0, 2)).toThrow(
      'Parameter "x": a trial must ask for it with one range, got float 0..2 after float 0..1. Use another name.',
    )
    expect(() => trial.suggestInt('lr', 0, 1)).toThrow(
      'Parameter "lr": a trial must ask for it with one range, got int 0..1 after float 0..1. Use another name.',
    )
    expect(() => trial.suggestFloat('y', 2, 1)).toThrow(
      'low <= high must hold, got low = 2, high = 1',
    )
    expect(() => trial.suggestChoice('z', [])).toThrow('a choice needs at least one label.')
    for (const name of ['a b', '', '9lives', 'a..b']) {
      expect(() => trial.suggestFloat(name, 0, 1)).toThrow(
        'a name is made of letters, digits, _ and -, with dots between parts. Rename it.',
      )
    }
    expect(() => trial.suggestFloat('constructor', 0, 1)).toThrow(
      '"constructor" is a name that every object has already. Choose another name.',
    )
    expect(trial.values).toEqual({ lr: trial.params.lr, x: trial.values['x'] })
  })

  it('give the declared value under a declared name', async () => {
    const study = await createStudy({ space: space({ lr: float(0, 1) }) })
    const trial = await study.ask()
    expect(trial.suggestFloat('lr', 0, 1)).toBe(trial.params.lr)
    await study.tell(trial, 1)
    expect(study.history.discovered.size).toBe(0)
  })

  it('are refused under the name of a declared parameter that is inactive', async () => {
    const study = await createStudy({
      space: space({ v: variant({ a: { x: float(0, 1) }, b: {} }) }),
    })
    await study.enqueue({ v: { kind: 'b' } })
    const trial = await study.ask()
    expect(() => trial.suggestFloat('v.a.x', 0, 1)).toThrow(
      'Parameter "v.a.x" is declared, but inactive in this trial. Ask for it only where it is active, or use another name.',
    )
  })

  it('can be enqueued once they have been met', async () => {
    const study = await createStudy({ seed: 1 })
    const objective = (trial: Trial<unknown>): number => trial.suggestFloat('x', 0, 1)
    expect((await errorOf(study.enqueueValues({ x: 0.5 }))).code).toBe('space/values')
    await study.optimize(objective, { trials: 1 })
    await study.enqueueValues({ x: 0.5 })
    await study.optimize(objective, { trials: 2 })
    expect(study.trial(1).values).toEqual({ x: 0.5 })
  })

  it('have the same values when a trial is run again', async () => {
    const clock = simulatedClock({ auto: true })
    const journal = memoryJournal()
    const study = await createStudy({ journal, clock, seed: 9 })
    const seen: number[] = []
    const objective = async (trial: Trial<unknown>): Promise<number> => {
      seen.push(trial.suggestFloat('x', 0, 1))
      await trial.report(1)
      await clock.sleep(20_000, trial.signal)
      return 1
    }
    await study.optimize(objective, { seconds: 10 })
    const again = await createStudy({ journal: memoryJournal(await eventsOf(journal)), clock })
    await again.optimize(objective, { trials: 1 })
    expect(seen[1]).toBe(seen[0])
    expect(again.trial(0).values).toEqual({ x: seen[0] })
  })

  it('are proposed in deterministic mode alike for any number of workers, killed or not', async () => {
    const run = async (
      workers: number,
      events: readonly StudyEvent[] = [],
    ): Promise<{ essence: unknown; events: StudyEvent[] }> => {
      const clock = simulatedClock({ auto: true })
      const journal = memoryJournal(events)
      const study = await createStudy({
        space: space({ lr: float(0, 1) }),
        journal,
        clock,
        seed: 3,
        deterministic: true,
        lag: 4,
        sampler: tpe({ startupTrials: 4 }),
      })
      await study.optimize(
        async (trial) => {
          // Names turn up at different times and in a different order for every number of workers.
          const delay = ((trial.number * 7919 + workers * 104_729) % 97) * 100
          await clock.sleep(delay)
          const x = trial.suggestFloat(`x${trial.number % 3}`, 0, 1)
          if (trial.number % 2 === 0) await trial.report(x)
          await clock.sleep(9700 - delay)
          const y = trial.number % 5 === 0 ? trial.suggestInt('y', 1, 9) : 0
          const z = trial.suggestFloat('z', 0, trial.number < 12 ? 1 : 2)
          return trial.params.lr + x + y + z
        },
        { trials: 40, workers },
      )
      return { essence: essence(study as never), events: await eventsOf(journal) }
    }
    const one = await run(1)
    for (const workers of [2, 3, 4]) expect((await run(workers)).essence).toEqual(one.essence)
    for (let k = 1; k < one.events.length; k += 3) {
      const again = await run(1 + (k % 4), one.events.slice(0, k))
      expect(again.essence, `killed after event ${k}`).toEqual(one.essence)
    }
  })
})
