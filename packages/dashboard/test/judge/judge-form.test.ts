import { describe, expect, it } from 'vitest'
import { judgeFormOf, problemOfAnswer } from '../../src/judge/judge-form.ts'
import { metricsOf } from '../../src/judge/metric-fields.tsx'

describe('the form of a study that people judge', () => {
  const judge = [
    { metric: 'taste', kind: 'slider', low: 0, high: 10, step: 0.5 },
    { metric: 'look', kind: 'choice', labels: [{ label: 'bad', value: -1 }] },
    { metric: 'minutes', kind: 'number', low: 0, high: 60 },
    { metric: 'calories', kind: 'number' },
    { metric: 'rank', kind: 'compare' },
  ] as const

  it('is read as it was stored', () => {
    expect(judgeFormOf({ judge })).toEqual(judge)
  })

  it('is empty for programs and for what is none', () => {
    for (const program of [undefined, null, 3, 'x', [], {}, { command: ['a'] }, { judge: 3 }]) {
      expect(judgeFormOf(program as never)).toEqual([])
    }
  })

  it('asks for a number where it cannot be read', () => {
    const odd = [
      { metric: 'a', kind: 'slider', low: 0 },
      { metric: 'b', kind: 'choice', labels: [{ label: 3 }] },
      { metric: 'c', kind: 'unknown' },
      { kind: 'number' },
      7,
    ]
    expect(judgeFormOf({ judge: odd } as never)).toEqual([
      { metric: 'a', kind: 'number', low: 0 },
      { metric: 'b', kind: 'number' },
      { metric: 'c', kind: 'number' },
    ])
  })

  it('says what is wrong with an answer', () => {
    const [taste, look, minutes, calories] = judge
    expect(problemOfAnswer(taste, undefined)).toMatch(/no value yet/)
    expect(problemOfAnswer(taste, 10.5)).toBe('taste must be from 0 to 10, got 10.5.')
    expect(problemOfAnswer(minutes, Number.NaN)).toMatch(/finite/)
    expect(problemOfAnswer({ metric: 'm', kind: 'number', low: 3 }, 2)).toMatch(/at least 3/)
    expect(problemOfAnswer(look, -1)).toBeUndefined()
    expect(problemOfAnswer(calories, -7)).toBeUndefined()
  })

  it('gives metrics when all are there and right, the compared one apart', () => {
    const entries = { taste: '7.5', look: '-1', minutes: ' 12 ', calories: '1e2' }
    const whole = { taste: 7.5, look: -1, minutes: 12, calories: 100 }
    expect(metricsOf(judge, entries)).toEqual(whole)
    expect(metricsOf(judge, { ...entries, minutes: '' })).toBeUndefined()
    expect(metricsOf(judge, { ...entries, taste: '11' })).toBeUndefined()
  })
})
