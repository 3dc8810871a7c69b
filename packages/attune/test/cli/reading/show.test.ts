import { mkdirSync } from 'node:fs'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { formatTime } from '../../../src/describe/format-time.ts'
import type { ShowOptions } from '../../../src/cli/show.ts'
import { show } from '../../../src/cli/show.ts'
import { trialFolder } from '../../../src/executors/trial-folder.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
import type { Recorder } from './fixture.ts'
import { makeDigits, makeStudy, program, recorder } from './fixture.ts'

const shared = temporaryFolder()
const journal = shared.file('a.db')

beforeAll(async () => {
  await makeDigits(journal)
  await makeDigits(journal, { name: 'command', program })
  await makeStudy(
    journal,
    'two',
    [
      { a: 1, b: 2 },
      { a: 2, b: 1 },
    ],
    [{ minimize: 'a' }, { minimize: 'b' }],
  )
  await makeStudy(journal, 'empty', [])
})
afterAll(() => shared[Symbol.dispose]())

async function run(options: ShowOptions, color = false): Promise<Recorder> {
  const io = recorder({ color })
  expect(await show({ journal, study: 'digits', ...options }, io)).toBe(0)
  expect(io.stderr).toBe('')
  return io
}

/** The lines of each section by its title. */
async function sections(options: ShowOptions): Promise<Record<string, string[]>> {
  const blocks = (await run(options)).stdout.trimEnd().split('\n\n')
  return Object.fromEntries(
    blocks.map((block) => {
      const [title = '', ...lines] = block.split('\n')
      return [title, lines.map((line) => line.replace(/^ {2}/, ''))]
    }),
  )
}

describe('attune show', () => {
  it('shows how a study is set up and where it stands', async () => {
    const found = await sections({})
    expect(Object.keys(found)).toEqual([
      'Study digits',
      'Space',
      'Best: trial 1, accuracy 0.9',
      'What decides about accuracy',
      'What failed',
    ])
    expect(found['Study digits']).toEqual([
      'objective      maximize accuracy',
      'constraint     latency <= 50',
      'trials         9: 1 running, 4 complete, 1 pruned, 3 failed',
      'sampler        random',
      'scheduler      median (startupTrials: 2, warmupSteps: 1, interval: 1)',
      'seed           7',
      `journal        ${journal}`,
      `created        ${formatTime(1e9)}`,
      `last activity  ${formatTime(1e9 + 36_000)}`,
    ])
    expect(found['What decides about accuracy']).toHaveLength(9)
  })

  it('shows the space, with the elements of a list once', async () => {
    expect((await sections({}))['Space']).toEqual([
      'lr                      float 0.00001..1 log',
      'batch                   int 8..512',
      'act                     choice "relu", "tanh"',
      'optimizer               choice "sgd", "adam"',
      'optimizer.sgd.momentum  float 0..1             when optimizer = sgd',
      'layers                  int 1..3',
      'layers.*.units          int 4..64',
      'required: lr * batch < 100',
    ])
  })

  it('groups failures by reason with an example and what helps', async () => {
    expect((await sections({}))['What failed']).toEqual([
      '2 × error, such as trial 7: a second one',
      '    The objective threw; the study goes on.',
      '1 × not-a-number, such as trial 4: accuracy is NaN.',
      '    The training diverged, or divided by zero; often the learning rate is too high.',
    ])
  })

  it('shows the command and the Pareto front where there are such', async () => {
    expect((await sections({ study: 'command' }))['Study command']).toContain(
      'program        "train it" --lr={lr} {batch} {act} {optimizer} [-m {momentum}]',
    )
    const front = (await sections({ study: 'two' }))['Pareto front: 2 of 2 trials']
    expect(front).toHaveLength(3)
  })

  it('leaves out what an empty study does not have', async () => {
    const found = await sections({ study: 'empty' })
    expect(Object.keys(found)).toEqual(['Study empty', 'Space'])
    expect(found['Study empty']).toContain('trials         0')
  })

  it('prints one JSON object', async () => {
    const [study] = (await run({ json: true })).json()
    expect(study).toMatchObject({
      name: 'digits',
      journal,
      config: { seed: 7, constraints: ['latency <= 50'] },
      trials: { complete: 4, failed: 3 },
      best: { number: 1 },
      importance: expect.arrayContaining([expect.objectContaining({ name: 'lr' })]),
      failures: [
        { reason: 'error', count: 2, example: { trial: 7, message: 'a second one' } },
        { reason: 'not-a-number', count: 1 },
      ],
    })
    const [empty] = (await run({ study: 'empty', json: true })).json()
    expect(empty).toMatchObject({ best: null, importance: null, failures: [] })
  })

  it('makes titles stand out where there are colours', async () => {
    expect((await run({}, true)).stdout).toContain('\u001b[1mStudy digits\u001b[0m\n')
    expect((await run({})).stdout).not.toContain('\u001b')
  })
})

describe('attune show --trial', () => {
  it('shows everything about a complete trial', async () => {
    expect(await sections({ trial: '0' })).toEqual({
      'Trial 0 of study digits': [
        'state      complete',
        'accuracy   0.8, maximized',
        'latency    20',
        'violation  none',
      ],
      Values: [
        'lr              0.01',
        'batch           32',
        'act             relu',
        'optimizer       sgd',
        'momentum        0.9',
        'layers          2',
        'layers.0.units  16',
        'layers.1.units  8',
      ],
      'Why it was suggested': [expect.stringMatching(/\w/)],
      '2 reports, the last at step 2': ['accuracy  0.8', expect.stringMatching(/^loss +0\.19/)],
      Run: [
        `started   ${formatTime(1e9)}`,
        `finished  ${formatTime(1e9 + 1000)}`,
        'took      1.0 s',
        'worker    here',
      ],
    })
  })

  it('shows why a trial failed with the end of its output, and nothing a terminal acts on', async () => {
    const found = await sections({ trial: '3' })
    expect(found['Trial 3 of study digits']).toEqual(['state  failed: error'])
    expect(found['Failure']?.slice(0, 4)).toEqual([
      'no memory left',
      'asked for 3 GB',
      'The objective threw; the study goes on.',
      'The last lines of its output:',
    ])
    expect(found['Failure']?.[4]).toBe('| Error: no memory left')
    expect((await run({ trial: '3' })).stdout).not.toContain('\u001b')
  })

  it('shows why a trial was stopped, by how much one violates, and one that runs', async () => {
    expect((await sections({ trial: '2' }))['Trial 2 of study digits']).toEqual([
      'state    pruned',
      expect.stringMatching(/^stopped {2}median: best accuracy so far 0\.1 is worse/),
    ])
    expect((await sections({ trial: '5' }))['Trial 5 of study digits']).toContain('violation  30')
    const running = await sections({ why: '8' })
    expect(running['Trial 8 of study digits']).toEqual(['state  running'])
    expect(running['Why it was suggested']).toEqual(['a hunch'])
    expect(running['1 report, the last at step 3']).toEqual(['accuracy  0.7', 'loss      0.3'])
  })

  it('shows where its files are and how to run it again', async () => {
    const folder = trialFolder(journal, 'command', 1)
    mkdirSync(folder, { recursive: true })
    const found = await sections({ study: 'command', trial: '1' })
    expect(found['Its files']).toEqual([folder])
    expect(found['To run it again']).toEqual([expect.stringMatching(/'train it' --lr=0\.001 64/)])
  })

  it('prints its record as JSON', async () => {
    const [record] = (await run({ trial: '5', json: true })).json()
    expect(record).toMatchObject({ number: 5, objectives: { accuracy: 0.95 }, violation: 30 })
  })

  it.each<[ShowOptions, string]>([
    [{ trial: '9' }, 'Study "digits" has trials 0 to 8, got --trial 9.'],
    [{ study: 'empty', trial: '0' }, 'Study "empty" has no trials yet, got --trial 0.'],
    [{ trial: '-1' }, '--trial takes a whole number >= 0, got "-1".'],
    [{ why: 'x' }, '--why takes a whole number >= 0, got "x".'],
  ])('refuses %j', async (options, message) => {
    await expect(show({ journal, study: 'digits', ...options }, recorder())).rejects.toMatchObject({
      code: 'usage',
      message,
    })
  })
})
