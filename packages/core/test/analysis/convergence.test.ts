import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { History, ObjectiveSpec } from '../../src/index.ts'
import {
  convergence,
  float,
  hypervolume,
  hypervolumeConvergence,
  lossesOf,
  rowOfShare,
  space,
} from '../../src/index.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import { historyOf, madeStudy, madeTrial } from '../../src/testing/made-history.ts'

const line = space({ x: float(0, 1) })
const loss: ObjectiveSpec = { name: 'loss', direction: 'minimize' }
const gain: ObjectiveSpec = { name: 'gain', direction: 'maximize' }

const made = (
  metrics: Record<string, number>,
  state: MadeTrial['state'] = 'complete',
): MadeTrial & { readonly metrics: Readonly<Record<string, number>> } => ({
  values: { x: 0.5 },
  state,
  metrics: { cost: 0, ...metrics },
})

/** A study whose trials all start in turn and finish in the given order, 1 s apart. */
function study(
  objectives: readonly ObjectiveSpec[],
  trials: readonly MadeTrial[],
  order: readonly number[] = trials.map((_, i) => i),
): History {
  const parts = trials.map((trial, i) => madeTrial(i, trial))
  const ends = order.flatMap((i, k) =>
    parts[i]!.rest.map((event) => ({ ...event, at: 1000 * (k + 1) })),
  )
  return historyOf([
    madeStudy({ space: line, objectives, constraints: ['cost <= 0'] }),
    ...parts.flatMap(({ start }) => start.map((event) => ({ ...event, at: 0 }))),
    ...ends,
  ])
}

describe('the convergence of one objective', () => {
  const trials = [
    made({ loss: 99 }, 'failed'),
    made({ loss: 10 }),
    made({ loss: 0, cost: 1 }),
    made({ loss: 12 }),
    made({ loss: 6 }),
    made({ loss: Number.NaN }),
    made({ loss: 0 }, 'pruned'),
    made({ loss: 2 }),
    made({ loss: 2 }),
    made({ loss: 7 }),
  ]
  const found = convergence(study([loss], trials))

  it('is the best feasible result so far, with a row for every finished trial', () => {
    expect([...found.trials]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect([...found.best]).toEqual([Number.NaN, 10, 10, 10, 6, 6, 6, 2, 2, 2])
    expect([...found.share]).toEqual([Number.NaN, 0, 0, 0, 0.5, 0.5, 0.5, 1, 1, 1])
    expect([...found.gains]).toEqual([1, 4, 7])
    expect([...found.seconds]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('knows since when nothing was gained, and at which rate it was', () => {
    expect(found.since).toEqual({ trials: 2, seconds: 2 })
    expect(found.recent?.trials).toBe(5)
    expect(found.recent?.gains).toBe(1)
    expect(found.recent?.chance).toBeCloseTo(1.5 / 6)
    expect(found.recent?.perTrial).toBeCloseTo(4 / 5)
    expect([0, 0.4, 0.5, 0.51, 1].map((share) => rowOfShare(found, share))).toEqual([1, 4, 4, 7, 7])
  })

  it('is the same mirrored', () => {
    const mirrored = trials.map((t) => ({
      ...t,
      metrics: { ...t.metrics, gain: -t.metrics['loss']! },
    }))
    const other = convergence(study([gain], mirrored))
    expect([...other.best]).toEqual([...found.best].map((x) => -x))
    expect({ ...other, best: found.best }).toEqual(found)
  })

  it('follows the order of finishing, or of numbers', () => {
    const order = [7, 4, 1, 0, 2, 3, 5, 6, 8, 9]
    const history = study([loss], trials, order)
    const finish = convergence(history)
    expect([...finish.trials]).toEqual(order)
    expect([...finish.gains]).toEqual([0])
    expect(finish.since).toEqual({ trials: 9, seconds: 9 })
    const number = convergence(history, { order: 'number' })
    expect({ ...number, seconds: found.seconds, since: found.since }).toEqual(found)
    // Trial 1 was not told before the third second; row 7 stands for all before it.
    expect([...number.seconds]).toEqual([4, 4, 5, 6, 6, 7, 8, 8, 9, 10])
  })

  it('has infinite results in their places', () => {
    const rows = [Infinity, 5, 1, -Infinity].map((x) => made({ loss: x }))
    const all = convergence(study([loss], rows))
    expect([...all.best]).toEqual([Infinity, 5, 1, -Infinity])
    expect([...all.share]).toEqual([0, 0, 0, 1])
    expect([...convergence(study([loss], rows.slice(0, 3))).share]).toEqual([0, 0, 1])
    expect([...convergence(study([loss], rows.slice(0, 1))).share]).toEqual([1])
  })

  it('of a study without results is empty, with one result it has it', () => {
    const none = convergence(study([loss], []))
    expect([none.trials.length, none.since, none.recent]).toEqual([0, undefined, undefined])
    const failed = convergence(study([loss], [trials[0]!, trials[5]!]))
    expect([...failed.best]).toEqual([Number.NaN, Number.NaN])
    expect([failed.gains.length, failed.since, failed.recent]).toEqual([0, undefined, undefined])
    const one = convergence(study([loss], [made({ loss: 3 })]))
    expect([[...one.best], [...one.share], one.since]).toEqual([
      [3],
      [1],
      { trials: 0, seconds: 0 },
    ])
    expect(() => convergence(study([loss], []), { objective: 1 })).toThrow(/no objective 1/)
  })
})

describe('the convergence of several objectives', () => {
  const number = fc.constantFrom(0, 1, 2, 3, 5, Infinity, Number.NaN)
  const trial = fc
    .record({ loss: number, gain: number, cost: fc.constantFrom(0, 0, 1) })
    .map((metrics) => made(metrics))

  it('is the hypervolume of what has finished', () => {
    fc.assert(
      fc.property(fc.array(trial, { maxLength: 15 }), (trials) => {
        const history = study([loss, gain], trials)
        const { best, gains } = hypervolumeConvergence(history, { reference: [4, 1] })
        const points: number[][] = []
        trials.forEach((_, t) => {
          const row = lossesOf(history, t)
          if (!row.some(Number.isNaN) && trials[t]!.metrics!['cost'] === 0) points.push(row)
          if (points.length === 0) expect(best[t]).toBeNaN()
          else expect(best[t]).toBeCloseTo(hypervolume(points, [4, -1]), 9)
        })
        const steps = [...gains].map((k) => best[k]!)
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
      }),
      { numRuns: 200 },
    )
  })

  it('states the reference it took, a tenth of the range beyond the worst', () => {
    const trials = [
      made({ loss: 1, gain: 10 }),
      made({ loss: 3, gain: 30 }),
      made({ loss: 50, gain: -70, cost: 1 }),
      made({ loss: Infinity, gain: 20 }),
    ]
    const found = hypervolumeConvergence(study([loss, gain], trials))
    expect(found.reference[0]).toBeCloseTo(3.2)
    expect(found.reference[1]).toBeCloseTo(8)
    expect(found.best.at(-1)).toBeCloseTo(2.2 * 2 + 0.2 * 20)
    const few = { reference: [1] }
    expect(() => hypervolumeConvergence(study([loss, gain], trials), few)).toThrow(/each of the 2/)
    expect(hypervolumeConvergence(study([loss, gain], [])).reference).toEqual([0, 0])
  })
})
