import { choice, createStudy, float, random, space } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { judgingOf, studyDefinition, valueStrips } from '../../src/data/definition.ts'

async function judgedStudy(): Promise<Awaited<ReturnType<typeof createStudy>>> {
  const made = await createStudy({
    space: space({ lr: float(1e-3, 1, { scale: 'log' }), act: choice(['relu', 'tanh']) }),
    objective: { maximize: 'taste' },
    sampler: random(),
    program: { judge: [{ metric: 'taste', kind: 'slider', low: 0, high: 10 }] },
  })
  for (let i = 0; i < 20; i++) {
    await made.enqueueValues({ lr: i === 0 ? 0.5 : 0.002, act: i === 0 ? 'tanh' : 'relu' })
    await made.tell((await made.ask()).number, { taste: 20 - i })
  }
  return made as Awaited<ReturnType<typeof createStudy>>
}

describe('what forms know of a study', () => {
  it('has the space as it is searched, who judges, and what waits', async () => {
    await using study = await judgedStudy()
    await study.narrow({ lr: { low: 0.01, high: 2 } })
    await study.enqueueValues({ lr: 0.1 })
    expect(studyDefinition(study.history)).toMatchObject({
      space: { space: { lr: { float: [1e-3, 1], scale: 'log' } } },
      adjusted: { lr: { low: 0.01, high: 2, scale: 'log' } },
      objectives: [{ name: 'taste', direction: 'maximize' }],
      judge: [{ metric: 'taste', kind: 'slider', low: 0, high: 10 }],
      hasProgram: false,
      enqueued: [{ lr: 0.1 }],
    })
  })

  it('counts the values that were tried, and those of the best tenth', async () => {
    await using study = await judgedStudy()
    await study.narrow({ lr: { low: 0.01, high: 10 }, act: { choices: ['relu', 'gelu'] } })
    const { lr, act } = valueStrips(study.history)
    expect(act).toEqual({
      kind: 'labels',
      labels: ['relu', 'tanh', 'gelu'],
      counts: [19, 1, 0],
      best: [1, 1, 0],
    })
    // Four decades in 32 bins: 0.002 lies in the third, 0.5 in the 22nd.
    expect(lr).toMatchObject({ kind: 'number', low: 1e-3, high: 10, scale: 'log' })
    const filled = lr?.counts.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))
    expect(filled).toEqual([
      [2, 19],
      [21, 1],
    ])
    expect(lr?.best[21]).toBe(1)
  })

  it('lists trials that wait for people and those that are judged, without excluded ones', async () => {
    await using study = await judgedStudy()
    const { number } = await study.ask()
    await study.annotate({ trial: 3, excluded: true })
    const { open, judged } = judgingOf(study.history)
    expect(open).toMatchObject([{ trial: number, state: 'running', ran: false }])
    expect(Object.keys(open[0]?.values ?? {})).toEqual(['lr', 'act'])
    expect(judged.map(({ trial }) => trial)).toEqual([...Array(20).keys()].filter((t) => t !== 3))
    expect(judged[0]).toEqual({ trial: 0, value: 20, values: { lr: 0.5, act: 'tanh' } })
  })
})
