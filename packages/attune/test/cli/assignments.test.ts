import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openHistory } from '@attune/core'

import { enqueue } from '../../src/cli/enqueue.ts'
import { narrow } from '../../src/cli/narrow.ts'
import { steer } from '../../src/cli/steer.ts'
import { openStore } from '../../src/journals/store.ts'
import { temporaryFolder } from '../journals/temporary.ts'
import { makeDigits, recorder } from './reading/fixture.ts'

const shared = temporaryFolder()
const journal = shared.file('a.db')
let number = 0

/** The study of digits under a name of its own. */
async function digits(): Promise<string> {
  const name = `digits${number++}`
  await makeDigits(journal, { name })
  return name
}
beforeAll(() => makeDigits(journal))
afterAll(() => shared[Symbol.dispose]())

async function refusal(done: Promise<unknown>): Promise<string> {
  const error = await done.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ name: 'AttuneError' })
  return (error as Error).message
}

describe('attune enqueue', () => {
  it('reads values as their parameters have them, by any name that is clear', async () => {
    const study = await digits()
    const io = recorder()
    const words = [study, 'lr=1e-3', 'batch=64', 'act="tanh"', 'optimizer.kind=sgd', 'momentum=.5']
    expect(await enqueue({ words, journal, json: true, from: '1', times: '2' }, io)).toBe(0)
    const values = { lr: 0.001, batch: 64, act: 'tanh', optimizer: 'sgd' }
    expect(io.json()).toMatchObject([
      {
        study,
        values: { ...values, 'optimizer.sgd.momentum': 0.5 },
        from: 1,
        times: 2,
        runners: [],
      },
    ])
    await using store = await openStore(journal, { readOnly: true })
    const { history } = await openHistory(await store.journal(study))
    expect(history.enqueued.slice(-2)).toEqual(
      Array(2).fill({ values: { ...values, 'optimizer.sgd.momentum': 0.5 }, from: 1 }),
    )
  })

  it('names every mistake with what was meant', async () => {
    const words = [
      'digits',
      'lr=fast',
      'batch=7.5',
      'act=rleu',
      'optimzer=sgd',
      'units=8',
      'lr=2',
      'act+=x',
    ]
    expect((await refusal(enqueue({ words, journal }, recorder()))).split('\n')).toEqual([
      'The configuration: 8 problems',
      '  lr=fast: expected a number of float 0.00001..1 log, got "fast".',
      '  batch=7.5: 7.5 is not a value of int 8..512.',
      '  act=rleu: "rleu" is none of its values. Did you mean "relu"?',
      '  optimzer=sgd: the study has no such parameter. Did you mean "optimizer"?',
      '  units=8: it may be layers.0.units or layers.1.units or layers.2.units. Write the whole name.',
      '  lr=2: 2 is not a value of float 0.00001..1 log.',
      '  act+=x: a value is set with "=". Write NAME=VALUE.',
      '  lr: it stands twice. Remove one.',
    ])
  })

  it.each([
    [['digits', 'lr'], /expected NAME=VALUE, got "lr"/],
    [['digits'], /takes values, such as lr=0\.01/],
    [['digits', 'lr=1', 'batch=512'], /breaks "lr \* batch < 100"/],
    [['digits', 'optimizer=adam', 'momentum=0.1'], /exists only when optimizer = sgd/],
    [['digist', 'lr=1'], /no study "digist".*Did you mean "digits"\?/],
  ])('refuses %j', async (words, message) => {
    expect(await refusal(enqueue({ words, journal }, recorder()))).toMatch(message)
  })
})

describe('attune narrow', () => {
  it('says what was, what is, and how many trials lie within; declared brings it back', async () => {
    const study = await digits()
    const say = async (...words: string[]): Promise<string[]> => {
      const io = recorder()
      expect(await narrow({ words: [study, ...words], journal }, io)).toBe(0)
      return io.lines()
    }
    expect(await say('lr=1e-3..1e-2', 'act=tanh', 'units=16..32')).toEqual([
      `Study ${study} searches from the next attune run on:`,
      '  lr              was float 0.00001..1 log   now float 0.001..0.01 log',
      '  act             was choice "relu", "tanh"  now constant "tanh"',
      '  layers.0.units  was int 4..64              now int 16..32',
      '  layers.1.units  was int 4..64              now int 16..32',
      '  layers.2.units  was int 4..64              now int 16..32',
      'Of the 9 trials so far 2 lie within; all of them guide the search.',
    ])
    expect((await say('lr=..1e-1', 'batch=64', 'act+=gelu,relu', 'act-=tanh')).slice(1, 4)).toEqual(
      [
        '  lr     was float 0.001..0.01 log  now float 0.001..0.1 log',
        '  batch  was int 8..512             now int 64..64',
        '  act    was constant "tanh"        now choice "relu", "gelu"',
      ],
    )
    expect(
      await say('lr=declared', 'batch=declared', 'act=declared', 'layers.units=declared'),
    ).toContain('Of the 9 trials so far 9 lie within; all of them guide the search.')
  })

  it('names every mistake with what was meant', async () => {
    const words = [
      'digits',
      'lr=slow',
      'lr+=1',
      'acts=relu',
      'act-=silu',
      'batch=,',
      'batch=8..8..8',
    ]
    expect((await refusal(narrow({ words, journal }, recorder()))).split('\n')).toEqual([
      'The new ranges: 7 problems',
      '  lr=slow: expected LOW..HIGH, a number, or declared, got "slow". It is float 0.00001..1 log. Example: lr=0.00001..1',
      '  lr+=1: only a choice gets or loses values with "+=". It is float 0.00001..1 log.',
      '  acts=relu: the study has no such parameter. Did you mean "act"?',
      '  act-=silu: it does not have silu now. Did you mean "relu"?',
      expect.stringMatching(/^ {2}batch=,: expected LOW\.\.HIGH, a number, or declared, got ","\./),
      expect.stringMatching(/^ {2}batch=8\.\.8\.\.8: expected LOW\.\.HIGH/),
      '  batch: it stands twice. Remove one.',
    ])
  })

  it.each([
    [['digits', 'lr=0.1..0.01'], /lr: a range has finite ends, the lower one first/],
    [['digits', 'lr=0..0.01'], /lr: a log scale starts above 0/],
    [['digits', 'optimizer+=rmsprop'], /optimizer: other parameters depend on its labels/],
    [
      ['digits', 'act=,'],
      /act=,: expected values with commas between them, got ","\. Example: relu,tanh/,
    ],
    [['digits', 'act-=relu,tanh'], /act: at least one label must be left/],
    [['digits', 'lr=0.9..1', 'batch=400..512'], /lr \* batch < 100/],
    [['digits'], /takes ranges: lr=1e-4\.\.1e-2, act=relu,tanh/],
  ])('refuses %j', async (words, message) => {
    expect(await refusal(narrow({ words, journal }, recorder()))).toMatch(message)
  })
})

describe('any study can be steered', () => {
  it('also one whose sampler only its own program knows', async () => {
    const { createStudy, random } = await import('@attune/core')
    const file = shared.file('own.db')
    {
      await using store = await openStore(file)
      const own = { ...random(), name: 'mine', options: { power: 9 } }
      await using study = await createStudy({
        name: 'own',
        sampler: own,
        journal: await store.journal('own'),
      })
      await study.tell(await study.ask(), 1)
    }
    expect(await steer('pause', { journal: file }, recorder())).toBe(0)
    await using store = await openStore(file, { readOnly: true })
    const { history } = await openHistory(await store.journal('own'))
    expect(history.steering?.command).toBe('pause')
    expect(history.config?.sampler).toEqual({ name: 'mine', options: { power: 9 } })
    expect(history.era).toBe(1)
  })
})
