import { describe, expect, it } from 'vitest'
import type { FailureReason } from '../../src/index.ts'
import { describeRegion, failureCauses } from '../../src/index.ts'
import type { MadeTrial } from '../../src/testing/made-history.ts'
import { complete, drawValues, make, mixed } from '../charts/support/studies.ts'

function studyWhere(
  fails: (values: Readonly<Record<string, unknown>>, i: number) => string | undefined,
) {
  const trials = Array.from({ length: 80 }, (_, i): MadeTrial => {
    const values = drawValues(i)
    const reason = fails(values, i) as FailureReason | undefined
    return reason === undefined ? complete(values) : { values, state: 'failed', reason }
  })
  return make(trials).history
}

describe('the causes of failures', () => {
  it('find the end of a range where trials fail', () => {
    const history = studyWhere(({ lr }) => ((lr as number) > 0.1 ? 'not-a-number' : undefined))
    const [cause] = failureCauses(mixed, history)
    const [region] = cause!.regions
    expect(region!.name).toBe('lr')
    const { from } = region!.part as { from: number }
    expect(from).toBeGreaterThan(0.02)
    expect(from).toBeLessThan(0.5)
    expect(describeRegion(cause!, region!)).toMatch(
      /^not-a-number: \d+ of \d+ trials with lr of 0\.\d+ or more, \d+ of \d+ others$/,
    )
  })

  it('tell reasons apart, the most frequent first, each with its own label', () => {
    const history = studyWhere(({ act, optimizer }, i) =>
      act === 'gelu' ? 'timeout' : optimizer === 'adam' && i % 2 === 0 ? 'error' : undefined,
    )
    const causes = failureCauses(mixed, history)
    expect(causes.map(({ reason }) => reason)).toEqual(['timeout', 'error'])
    expect(causes[0]!.trials.length).toBeGreaterThan(causes[1]!.trials.length)
    expect(causes[0]!.regions[0]).toMatchObject({ name: 'act', part: { label: 'gelu' } })
    const { trials, failed } = causes[0]!.regions[0]!
    expect(failed).toBe(trials)
  })

  it('do not invent a cause for failures by chance', () => {
    for (const shift of [0, 1, 2, 3, 4, 5, 6]) {
      const history = studyWhere((_, i) => (i % 7 === shift ? 'error' : undefined))
      expect(failureCauses(mixed, history)[0]!.regions).toEqual([])
    }
  })

  it('are none without failures', () => {
    expect(
      failureCauses(
        mixed,
        studyWhere(() => undefined),
      ),
    ).toEqual([])
  })
})
