import type { History } from '@attune/core'
import {
  choice,
  createStudy,
  flag,
  int,
  memoryJournal,
  openHistory,
  random,
  space,
  trialScope,
} from '@attune/core'
import { beforeAll, describe, expect, it } from 'vitest'

import { openForReading } from '../../../src/cli/open-study.ts'
import type { Selection } from '../../../src/cli/select-trials.ts'
import { selectTrials } from '../../../src/cli/select-trials.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
import { makeDigits } from './fixture.ts'

let history: History

beforeAll(async () => {
  using folder = temporaryFolder()
  await makeDigits(folder.file('a.db'))
  await using study = await openForReading(folder.file('a.db'))
  history = study.history
})

const select = (selection: Selection): number[] => selectTrials(history, selection)
const where = (source: string): number[] => select({ where: source })

describe('a selection of trials', () => {
  it('is all of them in the order of their numbers without conditions', () => {
    expect(select({})).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('is the best so many, feasible ones first, that satisfy the other conditions', () => {
    expect(select({ best: '2' })).toEqual([1, 6])
    expect(select({ best: '10' })).toEqual([1, 6, 0, 5])
    expect(select({ best: '2', where: 'act == "relu"' })).toEqual([6, 0])
    expect(select({ best: '2', state: 'failed' })).toEqual([])
  })

  it('is that of one state or of several', () => {
    expect(select({ state: 'failed' })).toEqual([3, 4, 7])
    expect(select({ state: 'Pruned, running' })).toEqual([2, 8])
    expect(select({ state: 'waiting' })).toEqual([])
  })

  it.each([
    ['a parameter', 'lr < 1e-2', [1, 5, 6]],
    ['a conditional parameter by its last part', 'momentum > 0.5', [0, 4, 6]],
    ['a conditional parameter by its full name', 'optimizer.sgd.momentum > 0.5', [0, 4, 6]],
    ['the elements of a list', 'max(layers.units) < 20', [0, 4, 6]],
    ['the length of a list', 'layers.length == 2', [0, 4, 6]],
    ['the result, or the last report where there is none', 'accuracy >= 0.7', [0, 1, 5, 6, 8]],
    ['a metric that is only reported', 'loss > 0.5', [2]],
    ['a metric that is no objective', 'latency > 25', [5, 6]],
    ['the number', 'number in [1, 3]', [1, 3]],
    ['the state', 'state == "pruned" or state == "running"', [2, 8]],
    ['the reason of a failure', 'reason == "error"', [3, 7]],
    ['the last step', 'step >= 2', [0, 1, 8]],
    ['the seconds', 'seconds <= 2', [0, 1]],
    ['the attempts', 'epoch == 0 and number > 6', [7, 8]],
    ['several of them', 'lr * batch < 1 and act != "tanh"', [0, 3, 6, 8]],
  ])('is filtered by %s: %s', (_, source, expected) => {
    expect(where(source)).toEqual(expected)
  })

  it('is filtered by names with their kind before them', () => {
    expect(where('param.lr < 1e-2')).toEqual(where('lr < 1e-2'))
    expect(where('metric.accuracy > 0.85')).toEqual([1, 5])
    expect(where('trial.number == 4')).toEqual([4])
  })

  it.each<[string, Selection, RegExp]>([
    ['unknown names', { where: 'acuracy > 1' }, /column 1: `acuracy` .* Did you mean `accuracy`\?/],
    ['labels that cannot be', { where: 'act == "rleu"' }, /Did you mean "relu"\?/],
    ['states that do not exist', { where: 'state == "fail"' }, /Did you mean "failed"\?/],
    ['what is no condition', { where: 'lr + 1' }, /A condition such as/],
    ['what cannot be parsed', { where: 'lr <' }, /--where: Expression, column 5/],
    ['unknown states', { state: 'complet' }, /"complet" is no state .* Did you mean complete\?/],
    ['numbers that are none', { best: 'ten' }, /--best takes a whole number >= 1, got "ten"/],
    ['too few', { best: '0' }, /got "0"/],
    ['fractions', { best: '1.5' }, /got "1.5"/],
  ])('refuses %s', (_, selection, message) => {
    expect(() => select(selection)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    )
  })

  it('names every problem of a filter at once', () => {
    expect(() => where('foo > 1 and bar < 2')).toThrow(/2 problems[^]*`foo`[^]*`bar`/)
  })
})

describe('names that mean several things', () => {
  it('mean parameters, then what every trial has, then metrics', async () => {
    const journal = memoryJournal()
    const study = await createStudy({
      space: space({ seconds: int(0, 100), loss: int(0, 100) }),
      objective: { minimize: 'loss' },
      sampler: random(),
      journal,
    })
    await study.enqueueValues({ seconds: 40, loss: 50 })
    await study.tell(await study.ask(), { loss: 1, epoch: 7 })
    const { scope, reader } = trialScope(study.history)
    const read = reader([
      'seconds',
      'trial.seconds',
      'loss',
      'metric.loss',
      'epoch',
      'metric.epoch',
      'param.loss',
    ])(0)
    expect(read('seconds')).toBe(40)
    expect(read('trial.seconds')).toBeLessThan(40)
    expect([read('loss'), read('metric.loss'), read('param.loss')]).toEqual([50, 1, 50])
    expect([read('epoch'), read('metric.epoch')]).toEqual([0, 7])
    expect(scope.lookup('metric.seconds')).toBeUndefined()
    expect(scope.lookup('constructor.name')).toBeUndefined()
  })

  it('know parameters and labels that the space had earlier', async () => {
    const journal = memoryJournal()
    const open = async (shape: Parameters<typeof space>[0]): Promise<History> => {
      const study = await createStudy({
        space: space(shape),
        sampler: random(),
        journal: { ...journal, [Symbol.asyncDispose]: async () => {} },
        acceptChanges: true,
      })
      await study.tell(await study.ask(), 1)
      await study.close()
      return (await openHistory(journal)).history
    }
    await open({ act: choice(['old']), gone: flag() })
    const after = await open({ act: choice(['new', 'newer']) })
    expect(selectTrials(after, { where: 'act == "old"' })).toEqual([0])
    expect(selectTrials(after, { where: 'gone in [true, false]' })).toEqual([0])
    expect(() => selectTrials(after, { where: 'act == "odl"' })).toThrow(/"old"/)
  })

  it('know parameters that were met while the objective ran', async () => {
    const study = await createStudy({ sampler: random(), journal: memoryJournal() })
    const trial = await study.ask()
    trial.suggestFloat('depth', 2, 3)
    await study.tell(trial, 1)
    expect(selectTrials(study.history, { where: 'depth >= 2' })).toEqual([0])
  })
})
