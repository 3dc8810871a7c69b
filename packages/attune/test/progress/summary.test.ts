import { stripVTControlCharacters } from 'node:util'
import { asha, pedAnova } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { printSummary } from '../../src/progress/summary.ts'
import type { SummaryInfo } from '../../src/progress/summary-info.ts'
import type { TestStudy } from './studies.ts'
import { openStudy, runTrial } from './studies.ts'

const params = { lr: 0.0123, act: 'relu' }

function print(study: TestStudy, info: Partial<SummaryInfo> = {}): string {
  let text = ''
  const defaults: SummaryInfo = {
    reason: 'trials',
    ran: study.history.finished,
    seconds: 72,
    journal: 'attune.db',
    importance: undefined,
    mode: 'lines',
    color: false,
    columns: 80,
  }
  printSummary(study, { ...defaults, ...info }, (more) => void (text += more))
  return text
}

const lines = (text: string): string[] => text.split('\n')

it('says what is best, how to run it again, what decides, what failed, and where it all is', async () => {
  const opened = await openStudy({ scheduler: asha() })
  await runTrial(opened, 0.5, { params: { lr: 0.5, act: 'tanh' } })
  await runTrial(opened, 0.9702, { params })
  await runTrial(opened, 0.4, { params: { lr: 0.6, act: 'tanh' } })
  await runTrial(opened, 0.3, { params: { lr: 0.7, act: 'tanh' } })
  await runTrial(opened, 'pruned')
  await runTrial(opened, new Error('CUDA out of memory\nat line 3'))
  await runTrial(opened, Number.NaN)
  await runTrial(opened, Number.NaN)
  const text = print(opened.study, {
    importance: pedAnova(opened.study.history),
    commandOf: (trial) => `python3 train.py --trial ${trial}`,
  })
  expect(lines(text)).toEqual([
    '',
    'Best: trial 1, accuracy 0.9702',
    '  lr   0.0123',
    '  act  relu',
    '',
    'To run it again',
    '  python3 train.py --trial 1',
    '',
    'What decides about accuracy',
    expect.stringMatching(/^ {2}(lr|act) +0\.\d\d {2}━+$/),
    expect.stringMatching(/^ {2}(lr|act) +0\.\d\d( {2}━+)?$/),
    '',
    'What failed',
    '  2 × not-a-number, such as trial 7: accuracy is NaN.',
    '      The training diverged, or divided by zero; often the learning rate is too high.',
    '  1 × error, such as trial 5: CUDA out of memory',
    '      The objective threw; the study goes on.',
    '',
    'Study digits',
    '  All trials that were asked for are done. 4 complete, 1 pruned, 3 failed; 8 in this run of 1 min 12 s.',
    '  1 trial was stopped early by asha.',
    '  Stored in attune.db: attune show digits',
    '  The same command with more --trials continues it.',
    '',
  ])
})

it('says how a stopped run goes on, and names the journal as it must be typed', async () => {
  const opened = await openStudy({ name: 'two words' })
  await runTrial(opened, 0.5)
  await opened.study.ask()
  await opened.study.close()
  const text = print(opened.study, { reason: 'signal', journal: '/tmp/my runs/a.db' })
  expect(lines(text).slice(-6, -1)).toEqual([
    'Study two words',
    '  Stopped before the end. 1 waiting, 1 complete; 1 in this run of 1 min 12 s.',
    '  1 trial was put back and will be run again.',
    "  Stored in /tmp/my runs/a.db: attune show 'two words' --journal '/tmp/my runs/a.db'",
    '  The same command continues it.',
  ])
})

it('has a table for the Pareto front, of at most ten trials', async () => {
  const opened = await openStudy({ objective: [{ maximize: 'accuracy' }, { minimize: 'size' }] })
  for (let i = 0; i < 13; i++) await runTrial(opened, [i / 13, i], { params })
  const text = print(opened.study, { commandOf: () => 'python3 train.py' })
  expect(lines(text).slice(1, 4)).toEqual([
    'Pareto front: 13 of 13 trials',
    '  trial  state     accuracy  size      lr  act   seconds',
    '      0  complete         0     0  0.0123  relu      1.0',
  ])
  expect(lines(text).slice(12, 15)).toEqual([
    '      9  complete    0.6923     9  0.0123  relu      1.0',
    '  … and 3 more: attune best digits',
    '  The lines that run them again: attune best digits --command',
  ])
})

describe('when no trial is best', () => {
  it('it says that none is complete', async () => {
    const opened = await openStudy()
    for (let i = 0; i < 3; i++) await runTrial(opened, Number.NaN)
    expect(lines(print(opened.study)).slice(1, 6)).toEqual([
      'Best',
      '  No trial is complete, so none is the best.',
      '',
      'What failed',
      '  3 × not-a-number, such as trial 2: accuracy is NaN.',
    ])
  })

  it('it says which comes nearest to the constraints', async () => {
    const opened = await openStudy({ constraints: ['latency <= 50'] })
    await runTrial(opened, { accuracy: 1, latency: 80 })
    await runTrial(opened, { accuracy: 0, latency: 60 })
    expect(lines(print(opened.study))[2]).toBe(
      '  No trial meets latency <= 50. Trial 1 comes nearest (violation 10).',
    )
  })

  it('it says only where the study is if there are no trials', async () => {
    const { study } = await openStudy()
    expect(lines(print(study, { reason: 'time', seconds: 0.5 }))).toEqual([
      '',
      'Study digits',
      '  The time is up. No trials; 0 in this run of 500 ms.',
      '  Stored in attune.db: attune show digits',
      '  The same command continues it.',
      '',
    ])
  })
})

it('shows nothing of a study that a terminal would act on, and is coloured only if asked', async () => {
  const evil = 'a\x1b[2J\x9b5Ab'
  const opened = await openStudy({ name: evil, objective: { maximize: evil } })
  await runTrial(opened, { [evil]: 1 })
  await runTrial(opened, new Error(evil))
  const info = { commandOf: () => `run ${evil}\nnext line`, journal: `/tmp/${evil}` }
  expect(print(opened.study, info)).not.toMatch(/[^\P{Cc}\n]/u)
  expect(lines(print(opened.study, info))).toContain('  next line')
  const colored = print(opened.study, { ...info, color: true })
  expect(colored).toContain('\x1b[31merror\x1b[0m')
  expect(stripVTControlCharacters(colored)).toBe(print(opened.study, info))
})

it('is one JSON object in JSON mode', async () => {
  const opened = await openStudy()
  const empty = JSON.parse(print(opened.study, { mode: 'json' }))
  expect(empty).toMatchObject({ type: 'summary', best: null, importance: null, failures: [] })
  await runTrial(opened, Number.POSITIVE_INFINITY, { params })
  await runTrial(opened, Number.NaN, { params })
  const text = print(opened.study, {
    mode: 'json',
    commandOf: (trial) => `run ${trial}`,
    importance: [{ name: 'lr', value: 1, trials: 1 }],
  })
  expect(lines(text)).toHaveLength(2)
  expect(JSON.parse(text)).toEqual({
    type: 'summary',
    study: 'digits',
    reason: 'trials',
    ran: 2,
    seconds: 72,
    trials: { waiting: 0, running: 0, complete: 1, pruned: 0, failed: 1, paused: 0 },
    best: {
      number: 0,
      objectives: { accuracy: 'Infinity' },
      params,
      values: params,
      metrics: { accuracy: 'Infinity' },
      violation: 0,
      command: 'run 0',
    },
    importance: [{ name: 'lr', value: 1, trials: 1 }],
    failures: [
      {
        reason: 'not-a-number',
        count: 1,
        trial: 1,
        message: 'accuracy is NaN.',
        help: expect.stringContaining('diverged'),
      },
    ],
    journal: 'attune.db',
  })
})

it('lists every trial of the Pareto front in JSON mode', async () => {
  const opened = await openStudy({ objective: [{ maximize: 'a' }, { minimize: 'b' }] })
  await runTrial(opened, [1, 1])
  await runTrial(opened, [2, 2])
  const { front, best } = JSON.parse(print(opened.study, { mode: 'json' }))
  expect(front.map((one: { number: number }) => one.number)).toEqual([0, 1])
  expect(best).toBeUndefined()
})
