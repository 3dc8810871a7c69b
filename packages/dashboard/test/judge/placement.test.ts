import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Answer, Direction, JudgedTrial } from '../../src/judge/placement.ts'
import { placementOf } from '../../src/judge/placement.ts'

/** Places a trial as somebody would who knows how good each one is; gives the value and the questions. */
function place(
  trial: number,
  quality: (trial: number) => number,
  judged: readonly JudgedTrial[],
  direction: Direction,
  beside: number,
  skips: (question: number) => boolean = () => false,
): { value: number; asked: number; left: number[]; answers: Answer[] } {
  const answers: Answer[] = []
  const left: number[] = []
  for (;;) {
    const next = placementOf(judged, direction, answers, beside)
    if (next.kind === 'placed') return { value: next.value, asked: answers.length, left, answers }
    const { pivots } = next
    left.push(next.left)
    expect(pivots.length).toBeLessThanOrEqual(beside)
    const equals = pivots.findIndex((pivot) => quality(pivot) === quality(trial))
    const slot = pivots.filter((pivot) => quality(pivot) > quality(trial)).length
    if (skips(answers.length)) answers.push({ pivots, skipped: true })
    else answers.push(equals >= 0 ? { pivots, equals } : { pivots, slot })
    if (answers.length > 1000) throw new Error('It never ends.')
  }
}

const direction = fc.constantFrom<Direction>('minimize', 'maximize')
const qualities = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 60 })
const beside = fc.integer({ min: 1, max: 4 })

describe('placing trials by comparison', () => {
  it('gives values that are in the order of what was meant, equal where that is equal', () => {
    fc.assert(
      fc.property(qualities, direction, beside, (quality, towards, shown) => {
        const sign = towards === 'maximize' ? 1 : -1
        const judged: JudgedTrial[] = []
        for (const trial of quality.keys()) {
          const { value } = place(trial, (t) => quality[t] as number, judged, towards, shown)
          judged.push({ trial, value })
        }
        for (const a of judged) {
          for (const b of judged) {
            const meant = Math.sign((quality[a.trial] as number) - (quality[b.trial] as number))
            expect(Math.sign(sign * (a.value - b.value)) + 0).toBe(meant + 0)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('asks at most the logarithm of the number of different values, and says how many are left', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.nat(), beside, (count, at, shown) => {
        const judged = Array.from({ length: count }, (_, trial) => ({ trial, value: trial * 0.5 }))
        const mine = (at % (count + 1)) - 0.5
        const quality = (trial: number): number => (trial === count ? mine : trial)
        const { asked, left, value } = place(count, quality, judged, 'maximize', shown)
        expect(asked).toBeLessThanOrEqual(Math.ceil(Math.log(count + 1) / Math.log(shown + 1)) + 1)
        if (shown === 1) expect(asked).toBeLessThanOrEqual(Math.ceil(Math.log2(count + 1)))
        left.forEach((promised, i) => expect(asked - i).toBeLessThanOrEqual(promised))
        // Half-way between its neighbours, one beyond the ends.
        const wanted =
          count === 0 ? 0 : mine < 0 ? -1 : mine > count - 1 ? (count - 1) / 2 + 1 : mine / 2
        expect(value).toBe(wanted)
      }),
      { numRuns: 100 },
    )
  })

  it('comes to an end when questions are skipped, within what was said', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        beside,
        fc.array(fc.boolean(), { maxLength: 60 }),
        (count, at, shown, skips) => {
          const judged = Array.from({ length: count }, (_, trial) => ({ trial, value: -trial }))
          const mine = (at % (count + 1)) - 0.5
          const quality = (trial: number): number => (trial === count ? mine : trial)
          const answered = (i: number): boolean => skips[i] ?? false
          const { value, answers } = place(count, quality, judged, 'minimize', shown, answered)
          for (const answer of answers) {
            if (!('slot' in answer)) continue
            // Judged trials have minus their number as value, and less is better.
            answer.pivots.forEach((pivot, i) =>
              expect(i < answer.slot ? value > -pivot : value < -pivot).toBe(true),
            )
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  it('puts a trial of which nothing can be said in the middle', () => {
    const judged = [0, 1, 2, 3].map((trial) => ({ trial, value: trial }))
    expect(
      place(
        4,
        () => 0,
        judged,
        'maximize',
        1,
        () => true,
      ).value,
    ).toBe(1.5)
  })

  it('tells the place and those that are as good', () => {
    const judged = [
      { trial: 0, value: 5 },
      { trial: 1, value: 3 },
      { trial: 2, value: 3 },
    ]
    const first = placementOf(judged, 'maximize', [])
    expect(first).toEqual({ kind: 'ask', pivots: [1], left: 2 })
    const same = placementOf(judged, 'maximize', [{ pivots: [1], equals: 0 }])
    expect(same).toEqual({ kind: 'placed', value: 3, place: 2, of: 4, equals: [1, 2] })
    const worse = placementOf(judged, 'maximize', [{ pivots: [1], slot: 1 }])
    expect(worse).toEqual({ kind: 'placed', value: 2, place: 4, of: 4, equals: [] })
  })

  it('goes on when others judged or excluded trials meanwhile', () => {
    const answers: Answer[] = [{ pivots: [1], slot: 0 }]
    const before = [
      { trial: 0, value: 0 },
      { trial: 1, value: 1 },
      { trial: 2, value: 2 },
    ]
    // Trial 1 is gone: what was said of it decides nothing any more.
    const without = before.filter(({ trial }) => trial !== 1)
    expect(placementOf(without, 'maximize', answers)).toMatchObject({ kind: 'ask', pivots: [0] })
    // Trial 3 came between.
    const more = [...before, { trial: 3, value: 1.5 }]
    const decided = placementOf(more, 'maximize', [...answers, { pivots: [2], slot: 1 }])
    expect(decided).toEqual({ kind: 'ask', pivots: [3], left: 1 })
  })

  it('passes over results that are no numbers', () => {
    const judged = [
      { trial: 0, value: Number.NaN },
      { trial: 1, value: Number.POSITIVE_INFINITY },
    ]
    expect(placementOf(judged, 'minimize', [])).toMatchObject({ kind: 'placed', value: 0, of: 1 })
  })

  it('gives the value of the better neighbour when floating point has none between', () => {
    const next = 1 + Number.EPSILON
    const judged = [
      { trial: 0, value: 1 },
      { trial: 1, value: next },
    ]
    const answers: Answer[] = [
      { pivots: [0], slot: 0 },
      { pivots: [1], slot: 1 },
    ]
    expect(placementOf(judged, 'maximize', answers)).toMatchObject({ value: next, equals: [1] })
    expect(
      placementOf([{ trial: 0, value: 2 ** 60 }], 'maximize', [answers[0] as Answer]),
    ).toMatchObject({
      kind: 'placed',
      place: 1,
      of: 2,
      equals: [],
    })
  })
})
