import { describe, expect, it } from 'vitest'
import { createSchedule, type Schedule } from '../../src/engine/schedule.ts'

function rates(schedule: Schedule, steps: number, at: readonly number[], top = 1): number[] {
  const rate = createSchedule(schedule, top, steps)
  return at.map((step) => rate(step))
}

// The formulas worked out by hand; 0.04 and 4e-6 of one-cycle are 1/25 and 1/25/1e4, the defaults of
// div_factor and final_div_factor in the documentation of PyTorch's OneCycleLR.
describe('createSchedule', () => {
  it.each<[Schedule, number[]]>([
    [{ kind: 'constant' }, [1, 1, 1, 1, 1]],
    [{ kind: 'fixed' }, [1, 1, 1, 1, 1]],
    [{ kind: 'step' }, [1, 1, 0.1, 0.01, 0.01]],
    [{ kind: 'step', at: [0.25], factor: 0.5 }, [1, 0.5, 0.5, 0.5, 0.5]],
    [{ kind: 'exponential', to: 0.0001 }, [1, 0.1, 0.01, 0.001, 0.0001]],
    [{ kind: 'exponential' }, [1, 0.1 ** 0.5, 0.1, 0.1 ** 1.5, 0.01]],
    [{ kind: 'linear' }, [1, 0.75, 0.5, 0.25, 0]],
    [{ kind: 'linear', to: 0.5 }, [1, 0.875, 0.75, 0.625, 0.5]],
    [{ kind: 'cosine' }, [1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2, 0]],
    [
      { kind: 'cosine', to: 0.2 },
      [1, 0.2 + 0.4 * (1 + Math.SQRT1_2), 0.6, 0.2 + 0.4 * (1 - Math.SQRT1_2), 0.2],
    ],
    [{ kind: 'one-cycle', rise: 0.5 }, [0.04, 0.52, 1, 0.500002, 4e-6]],
    [{ kind: 'one-cycle', rise: 0.25, from: 0, to: 0 }, [0, 1, 0.75, 0.25, 0]],
  ])('%o', (schedule, wanted) => {
    const got = rates(schedule, 400, [0, 100, 200, 300, 400], 3)
    got.forEach((rate, i) => expect(rate).toBeCloseTo(3 * wanted[i]!, 8))
  })

  it('rises in the warm-up, and then has the rest of the time', () => {
    const got = rates({ kind: 'linear', warmup: 0.2 }, 20, [0, 1, 3, 4, 12, 19])
    expect(got).toEqual([0.25, 0.5, 1, 1, 0.5, 1 - 15 / 16])
    expect(rates({ kind: 'constant', warmup: 1 }, 4, [0, 3, 4])).toEqual([0.25, 1, 1])
  })

  it('stays at the last rate after the end', () => {
    expect(rates({ kind: 'cosine', to: 0.5 }, 10, [10, 11, 1000])).toEqual([0.5, 0.5, 0.5])
  })

  it('reduces on a plateau of what is watched', () => {
    const rate = createSchedule({ kind: 'plateau', factor: 0.5, patience: 2, to: 0.2 }, 1, 100)
    expect(rate(50)).toBe(1)
    // Better by less than the threshold is no better.
    expect(rate(50, [1, 0.99995, 0.99992])).toBe(1)
    expect(rate(50, [1, 0.99995, 0.99992, NaN])).toBe(0.5)
    expect(rate(50, [1, 2, 2, 0.9, 2, 2])).toBe(1)
    expect(rate(50, [1, 2, 2, 2, 2, 2, 2])).toBe(0.25)
    expect(rate(50, [1, ...new Array<number>(30).fill(2)])).toBe(0.2)
    // A loss below zero must fall on.
    expect(rate(50, [-1, -1, -1, -1])).toBe(0.5)
    expect(rate(50, [-1, -1.01, -1.02, -1.03])).toBe(1)
  })

  it('names everything that is out of range', () => {
    expect(() => createSchedule({ kind: 'exponential', to: 0, warmup: 2 }, -1, 0.5)).toThrow(
      /4 problems\n {2}rate: .*\n {2}steps: .*\n {2}warmup: .*\n {2}to: /,
    )
    expect(() =>
      createSchedule({ kind: 'plateau', factor: 0, patience: -1, threshold: -1 }, 1, 1),
    ).toThrow(/3 problems\n {2}factor: .*\n {2}patience: .*\n {2}threshold: /)
    expect(() => createSchedule({ kind: 'step', at: [2] }, 1, 1)).toThrow('at: It must be shares')
  })
})
