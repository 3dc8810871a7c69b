import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision, History, Scheduler } from '../../src/index.ts'
import { asha, cell, createScheduler, float, hyperband, space } from '../../src/index.ts'
import { rungStep, stateOf } from '../../src/journal/history.ts'
import { liveView } from '../../src/journal/view.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import { historyOf, madeEvents } from '../../src/testing/made-history.ts'

const line = space({ x: float(0, 1) })
const objective = { name: 'value', direction: 'minimize' } as const
const madeBy = (scheduler: Scheduler, trials: readonly MadeTrial[]): History => {
  const rungs = scheduler.rungs === undefined ? {} : { rungs: scheduler.rungs }
  return historyOf(madeEvents({ space: line, ...rungs }, trials))
}

/** What is decided when one more trial, of any number, reports this at a rung. */
function decide(
  scheduler: Scheduler,
  history: History,
  trial: number,
  rung: number,
  value: number,
  more = 0,
): Decision {
  const step = rungStep(scheduler.rungs as never, rung) + more
  return scheduler.onReport({ step, rung, objective, value }, liveView(history, trial))
}

/** The rung at which a trial pauses first: where its bracket begins. */
function startOf(scheduler: Scheduler, trial: number, rungs: number): number {
  const empty = madeBy(scheduler, [])
  for (let k = 0; k < rungs; k++) {
    if (decide(scheduler, empty, trial, k, 0).kind === 'stop') return k
  }
  return rungs
}

describe('the brackets of hyperband', () => {
  // Li et al., JMLR 18 (185), 2018, table 1: R = 81, eta = 3; and n = ceil((s_max + 1) eta^s / (s + 1)).
  it.each([
    [{ maxSteps: 81 }, [81, 34, 15, 8, 5]],
    [{ maxSteps: 200, minSteps: 2 }, [81, 34, 15, 8, 5]],
    [{ maxSteps: 8, factor: 2 }, [8, 6, 4, 4]],
    [{ maxSteps: 1 }, [1]],
  ])('hold their shares of the trials: %o', (options, sizes) => {
    const scheduler = hyperband({ ...options, promote: true })
    const cycle = sizes.reduce((a, b) => a + b)
    const starts = Array.from({ length: 3 * cycle }, (_, t) =>
      startOf(scheduler, t, sizes.length - 1),
    )
    const shares = (from: number, count: number): number[] =>
      sizes.map((_, k) => starts.slice(from, from + count).filter((s) => s === k).length)
    for (const from of [0, 1, Math.floor(cycle / 2), cycle]) {
      expect(shares(from, cycle)).toEqual(sizes)
    }
    // Mixed evenly: no part of the study misses its share by much.
    const part = 30
    for (let from = 0; from + part < starts.length; from += 7) {
      shares(from, part).forEach((n, k) =>
        expect(Math.abs(n - ((sizes[k] as number) * part) / cycle)).toBeLessThan(3),
      )
    }
  })

  it('begin at rungs a factor apart, in the stopping form too, and are compared within', () => {
    const scheduler = hyperband({ maxSteps: 27 })
    const kinds = hyperband({ maxSteps: 27, promote: true })
    const starts = Array.from({ length: 98 }, (_, t) => startOf(kinds, t, 3))
    // In bracket s everybody has the value s at every rung.
    const history = madeBy(
      scheduler,
      starts.map((start) => ({
        state: 'running',
        reports: [1, 3, 9, 27].map((step) => [step, { value: start }] as const),
      })),
    )
    for (const start of [0, 1, 2, 3]) {
      const trial = starts.indexOf(start)
      for (const rung of [0, 1, 2, 3]) {
        const isJudged = rung >= start && rung < 3
        const worse = decide(scheduler, history, trial, rung, start + 0.5)
        expect([start, rung, worse.kind]).toEqual([start, rung, isJudged ? 'stop' : 'continue'])
        expect(decide(scheduler, history, trial, rung, start).kind).toBe('continue')
      }
    }
  })

  it('are mixed evenly, too, when there are very many places', () => {
    const scheduler = hyperband({ maxSteps: 2 ** 40, factor: 2, promote: true })
    const starts = Array.from({ length: 400 }, (_, t) => startOf(scheduler, t, 40))
    expect(starts.filter((s) => s === 0).length).toBeGreaterThan(180)
    expect(starts.filter((s) => s === 1).length).toBeGreaterThan(80)
  })
})

/** Trials with values at some first rungs, paused at the last of them or not. */
const someTrials = (scheduler: Scheduler): fc.Arbitrary<MadeTrial[]> =>
  fc.array(
    fc.record({
      state: fc.constantFrom('paused', 'paused', 'paused', 'running', 'complete', 'failed'),
      reports: fc
        .array(fc.constantFrom(-1, 0, 0, 1, 2, 3, Number.NaN, Number.POSITIVE_INFINITY), {
          maxLength: 4,
          minLength: 1,
        })
        .map((values) =>
          values.map((value, k) => [rungStep(scheduler.rungs as never, k), { value }] as const),
        ),
    }),
    { minLength: 1, maxLength: 40, size: 'max' },
  ) as fc.Arbitrary<MadeTrial[]>

const promoting: readonly (readonly [string, Scheduler, number, number])[] = [
  ['asha', asha({ factor: 2, maxSteps: 8, promote: true }), 2, 3],
  ['asha of any length', asha({ promote: true }), 3, 5],
  ['hyperband', hyperband({ factor: 2, maxSteps: 8, promote: true }), 2, 3],
]

describe.each(promoting)('%s, promoting', (_, scheduler, factor, rungs) => {
  /** Whether a trial may be promoted, from the definition: counted and sorted anew. */
  function isDue(trials: readonly MadeTrial[], trial: number): number | undefined {
    const one = trials[trial] as MadeTrial
    const last = (t: MadeTrial): number => (t.reports?.length ?? 0) - 1
    const rung = Math.min(last(one), rungs - 1)
    const start = startOf(scheduler, trial, rungs)
    if (one.state !== 'paused' || rung < start) return undefined
    const valueAt = (t: number): number => trials[t]?.reports?.[rung]?.[1]['value'] as number
    const peers = trials.flatMap((t, i) =>
      last(t) >= rung && startOf(scheduler, i, rungs) === start ? [i] : [],
    )
    const key = (t: number): number =>
      Number.isNaN(valueAt(t)) ? 1e300 : Math.min(valueAt(t), 1e200)
    const ranked = peers.toSorted((a, b) => key(a) - key(b) || a - b)
    return ranked.indexOf(trial) < Math.floor(ranked.length / factor) ? rung : undefined
  }

  it('takes the best of the highest rung that is among the best 1/factor there', () => {
    fc.assert(
      fc.property(someTrials(scheduler), (trials) => {
        const history = madeBy(scheduler, trials)
        const due = trials.flatMap((_, t) => {
          const rung = isDue(trials, t)
          return rung === undefined ? [] : [{ t, rung }]
        })
        const next = scheduler.next?.(liveView(history, -1))
        expect(next === undefined).toBe(due.length === 0)
        if (next === undefined) return
        const highest = Math.max(...due.map(({ rung }) => rung))
        const rivals = due.filter(({ t, rung }) => {
          const chosen = startOf(scheduler, next.trial, rungs)
          return rung === highest && startOf(scheduler, t, rungs) === chosen
        })
        const value = (t: number): number => cell(history, `rung:value:${highest}`, t)
        const best = rivals.reduce((a, b) =>
          value(b.t) < value(a.t) || (Number.isNaN(value(a.t)) && !Number.isNaN(value(b.t)))
            ? b
            : a,
        )
        expect(next.trial).toBe(best.t)
        expect(next.reason).toContain(`at step ${rungStep(scheduler.rungs as never, highest)}`)
      }),
      { numRuns: 200 },
    )
  })

  it('promotes no trial twice at a rung', () => {
    fc.assert(
      fc.property(someTrials(scheduler), (trials) => {
        const history = madeBy(scheduler, trials)
        const seen = new Set<string>()
        for (;;) {
          const trial = scheduler.next?.(liveView(history, -1))?.trial
          if (trial === undefined) return
          const rung = Math.min(cell(history, 'nextRung:value', trial), rungs)
          expect(stateOf(history, trial)).toBe('paused')
          expect(seen).not.toContain(`${trial}@${rung}`)
          seen.add(`${trial}@${rung}`)
          const epoch = cell(history, 'epoch', trial) + 1
          historyOf([{ type: 'trial-promoted', at: 0, trial, epoch, reason: '' }], history)
        }
      }),
    )
  })

  it('pauses everybody at every rung of its bracket but the last, whatever the value', () => {
    const history = madeBy(scheduler, [])
    for (let trial = 0; trial < 20; trial++) {
      const start = startOf(scheduler, trial, rungs)
      for (let rung = 0; rung <= 3; rung++) {
        for (const value of [-9, 9, Number.NaN]) {
          const decision = decide(scheduler, history, trial, rung, value)
          const pauses = rung >= start && rung < rungs
          expect(decision).toMatchObject(
            pauses ? { kind: 'stop', pause: true } : { kind: 'continue' },
          )
        }
      }
    }
  })
})

describe('decisions at a rung', () => {
  const forms = [
    asha(),
    asha({ factor: 2, maxSteps: 9 }),
    hyperband({ maxSteps: 8, factor: 2 }),
    asha({ promote: true }),
  ]

  it('depend on the values at this rung alone, not on those at others or on the exact step', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...forms)
          .chain((scheduler) =>
            fc.tuple(
              fc.constant(scheduler),
              someTrials(scheduler),
              fc.nat(3),
              fc.constantFrom(-1, 0, 1.5, 9, Number.NaN),
            ),
          ),
        ([scheduler, trials, rung, value]) => {
          const elsewhere = trials.map((t) => ({
            ...t,
            reports: (t.reports ?? []).map(
              ([step, values], k) => [step, k === rung ? values : { value: 7 - k }] as const,
            ),
          }))
          const one = decide(scheduler, madeBy(scheduler, trials), trials.length, rung, value)
          const other = decide(scheduler, madeBy(scheduler, elsewhere), trials.length, rung, value)
          expect(other).toEqual(one)
          const later = decide(
            scheduler,
            madeBy(scheduler, trials),
            trials.length,
            rung,
            value,
            0.5,
          )
          expect(later.kind).toBe(one.kind)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('options', () => {
  it.each([
    [() => hyperband({ minSteps: 0 }), 'hyperband: minSteps > 0 and factor >= 2 must hold'],
    [() => hyperband({ factor: 1.5 }), 'hyperband: minSteps > 0 and factor >= 2 must hold'],
    [
      () => hyperband({ maxSteps: 2, minSteps: 3 }),
      'hyperband: maxSteps >= minSteps must hold, got 2 and 3',
    ],
    [() => asha({ maxSteps: Number.NaN }), 'asha: maxSteps >= minSteps must hold, got NaN and 1'],
    [() => asha({ maxSteps: Number.POSITIVE_INFINITY }), 'asha: maxSteps >= minSteps must hold'],
  ])('that make no rungs are refused', (make, message) => {
    expect(make).toThrow(message)
  })

  it('come back from a stored scheduler', () => {
    for (const made of [asha({ promote: true }), hyperband({ maxSteps: 9, promote: true })]) {
      const stored = JSON.parse(JSON.stringify({ name: made.name, options: made.options })) as never
      const again = createScheduler(stored)
      expect(again.options).toEqual(made.options)
      expect(again.rungs).toEqual(made.rungs)
      expect(again.next).toBeDefined()
    }
    expect(asha().next).toBeUndefined()
  })
})
