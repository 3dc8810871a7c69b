import { describe, expect, it } from 'vitest'
import type { ObjectiveSpec } from '../../src/index.ts'
import { AttuneError, outcomeOf, outcomeOfError } from '../../src/index.ts'

const one: readonly ObjectiveSpec[] = [{ name: 'value', direction: 'minimize' }]
const two: readonly ObjectiveSpec[] = [
  { name: 'loss', direction: 'minimize' },
  { name: 'acc', direction: 'maximize' },
]

describe('the outcome of a result', () => {
  it.each<[unknown, readonly ObjectiveSpec[], Record<string, number>]>([
    [3, one, { value: 3 }],
    [-0, one, { value: -0 }],
    [Infinity, one, { value: Infinity }],
    [[3], one, { value: 3 }],
    [{ value: 3, more: 4 }, one, { value: 3, more: 4 }],
    [[1, 2], two, { loss: 1, acc: 2 }],
    [{ acc: 2, loss: 1 }, two, { loss: 1, acc: 2 }],
    [{ acc: 2, loss: 1, text: 'ignored', nan: Number.NaN }, two, { loss: 1, acc: 2, nan: NaN }],
  ])('%j is complete', (result, objectives, metrics) => {
    expect(outcomeOf(result, objectives)).toEqual({ state: 'complete', metrics })
  })

  it.each<[string, unknown, readonly ObjectiveSpec[], string, string]>([
    [
      'a number for two objectives',
      3,
      two,
      'invalid-result',
      'Expected 2 numbers or an object with loss, acc, got 3.',
    ],
    [
      'a list too short',
      [1],
      two,
      'invalid-result',
      'Expected 2 numbers or an object with loss, acc, got [1].',
    ],
    ['null', null, one, 'invalid-result', 'Expected a number or an object with value, got null.'],
    ['true', true, one, 'invalid-result', 'Expected a number or an object with value, got true.'],
    [
      'a function',
      () => 1,
      one,
      'invalid-result',
      'Expected a number or an object with value, got () => 1.',
    ],
    [
      'a missing objective',
      { loss: 1 },
      two,
      'missing-result',
      'No value for acc; the result holds loss.',
    ],
    [
      'words in a list',
      [1, 'high'],
      two,
      'missing-result',
      'No value for acc; the result holds loss.',
    ],
    [
      'a word for a number',
      { value: '3' },
      one,
      'missing-result',
      'No value for value; the result holds nothing.',
    ],
    ['NaN in a list', [1, Number.NaN], two, 'not-a-number', 'acc is NaN.'],
    ['two NaN', [Number.NaN, Number.NaN], two, 'not-a-number', 'loss, acc is NaN.'],
  ])('%s is a failure', (_, result, objectives, reason, message) => {
    const outcome = outcomeOf(result, objectives)
    expect(outcome).toMatchObject({ state: 'failed', failure: { reason, message } })
    expect(outcome.state === 'failed' && outcome.failure.help).toMatch(/^[A-Z].*\.$/)
  })

  it('of an error keeps its message and the beginning of its stack', () => {
    const failure = (error: unknown): unknown => {
      const outcome = outcomeOfError(error)
      return outcome.state === 'failed' ? outcome.failure : undefined
    }
    expect(failure(new RangeError('too deep'))).toMatchObject({
      reason: 'error',
      message: 'too deep',
      output: expect.arrayContaining(['RangeError: too deep']),
    })
    expect(failure('just words')).toEqual({
      reason: 'error',
      message: 'just words',
      help: 'The objective threw; the study goes on.',
    })
    expect(failure(new AttuneError('space/suggest', 'Use another name.'))).not.toHaveProperty(
      'help',
    )
  })
})
