import { describe, expect, it } from 'vitest'
import { createStudy, float, space } from '../../src/index.ts'
import { auto } from '../../src/samplers/auto.ts'

const searched = space({ x: float(0, 1), y: float(0, 1) })

/** Which sampler made each of the trials, by the first word of its reason. */
async function makers(objectives: 1 | 2, trials: number): Promise<(string | undefined)[]> {
  const first = { minimize: 'a' } as const
  await using study = await createStudy({
    space: searched,
    sampler: auto(),
    objective: objectives === 1 ? first : [first, { minimize: 'b' }],
  })
  await study.optimize(({ params: { x, y } }) => ({ a: x + y * y, b: 1 - x + y }), { trials })
  const { details } = study.history
  return Array.from({ length: trials }, (_, i) => details.get(i)?.why?.split(':')[0])
}

describe('auto', () => {
  it('asks TPE for every fifth trial from 15 results on', async () => {
    const made = await makers(1, 25)
    made.forEach((by, i) => expect(by).toBe([19, 24].includes(i) ? 'tpe' : 'gp'))
  })

  it('asks NSGA-II with two objectives, but not before it breeds', async () => {
    const made = await makers(2, 30)
    made.forEach((by, i) => expect(by).toBe(i === 29 ? 'nsga2' : 'gp'))
  })
})
