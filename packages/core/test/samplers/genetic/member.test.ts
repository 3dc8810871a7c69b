import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dominates } from '../../../src/analysis/pareto.ts'
import type { Member } from '../../../src/analysis/member.ts'
import { compareMembers, memberFronts, memberOf } from '../../../src/analysis/member.ts'
import type { MadeTrial } from '../../../src/testing/made-history.ts'
import { historyOf, madeEvents } from '../../../src/testing/made-history.ts'
import { space } from '../../../src/space/space.ts'
import { float } from '../../../src/space/builders.ts'

const loss = fc.integer({ min: 0, max: 4 })
const anyMember = fc.oneof(
  fc.tuple(loss, loss).map((losses) => ({ standing: 'feasible', losses }) as const),
  loss.map((x) => ({ standing: 'infeasible', losses: [x + 1] }) as const),
)

/** Definition 1 of Deb et al. 2002. */
function constrainedDominates(a: Member, b: Member): boolean {
  if (a.standing !== b.standing) return a.standing === 'feasible'
  return a.standing === 'feasible'
    ? dominates(a.losses, b.losses)
    : (a.losses[0] as number) < (b.losses[0] as number)
}

describe('members', () => {
  it('are sorted into fronts by constraint domination', () => {
    fc.assert(
      fc.property(fc.array(anyMember, { maxLength: 25 }), (list) => {
        const members = list.map((m, trial): Member => ({ ...m, trial }))
        const fronts = memberFronts(members)
        const expected = members.map(() => -1)
        for (let front = 0; expected.includes(-1); front++) {
          const left = members.filter((m) => expected[m.trial] === -1)
          const free = left.filter((m) => !left.some((other) => constrainedDominates(other, m)))
          for (const m of free) expected[m.trial] = front
        }
        expect([...fronts]).toEqual(expected)
      }),
    )
  })

  it('rank complete before pruned before infeasible, and leave out what says nothing', () => {
    const values = { x: 0 }
    const trials: MadeTrial[] = [
      { values, state: 'complete', metrics: { value: 5, cost: 3 } },
      { values, state: 'complete', metrics: { value: 9, cost: 0 } },
      { values, state: 'failed' },
      { values, state: 'complete', metrics: { value: 1, cost: 2 } },
      { values, state: 'pruned', reports: [[4, { value: 2 }]] },
      { values, state: 'pruned', reports: [[4, { value: 1 }]] },
      { values, state: 'pruned', reports: [[9, { value: 7 }]] },
      { values, state: 'pruned' },
      { values, state: 'complete', metrics: { value: Number.NaN } },
      { values, state: 'complete', metrics: { value: -Infinity, cost: 0 } },
    ]
    const study = { space: space({ x: float(0, 1) }), constraints: ['cost <= 1'] }
    const history = historyOf(madeEvents(study, trials))
    const members = trials.flatMap((_, t) => memberOf(history, t) ?? [])
    expect(members.sort(compareMembers).map((m) => m.trial)).toEqual([9, 1, 6, 5, 4, 3, 0])
  })
})
