import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { TrialsOptions } from '../../../src/cli/trials.ts'
import { trials } from '../../../src/cli/trials.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
import type { Recorder } from './fixture.ts'
import { makeDigits, makeStudy, recorder } from './fixture.ts'

const shared = temporaryFolder()
const journal = shared.file('a.db')

beforeAll(() => makeDigits(journal))
afterAll(() => shared[Symbol.dispose]())

async function list(options: TrialsOptions = {}, columns = 200): Promise<Recorder> {
  const io = recorder({ columns })
  expect(await trials({ ...options, journal }, io)).toBe(0)
  expect(io.stderr).toBe('')
  return io
}

describe('attune trials', () => {
  it('shows a line a trial with its state, results, parameters and seconds', async () => {
    expect((await list()).lines()).toEqual([
      'trial  state                 accuracy     lr  batch  act   optimizer  momentum  layers  layers.0.units  layers.1.units  seconds',
      '    0  complete                   0.8   0.01     32  relu  sgd             0.9       2              16               8      1.0',
      '    1  complete                   0.9  0.001     64  tanh  adam                      1              32                      2.0',
      '    2  pruned                  0.1 @1    0.5      8  relu  adam                      1              32                      3.0',
      '    3  failed: error                    0.02     16  relu  adam                      1              32                      4.0',
      '    4  failed: not-a-number              0.9    100  relu  sgd             0.9       2              16               8      5.0',
      '    5  complete, infeasible      0.95  0.002    128  tanh  adam                      1              32                      6.0',
      '    6  complete                  0.85  0.003     48  relu  sgd             0.9       2              16               8      7.0',
      '    7  failed: error                    0.03     24  tanh  adam                      1              32                      8.0',
      '    8  running                 0.7 @3   0.05      8  relu  adam                      1              32',
    ])
  })

  it('leaves out parameters that none of the trials has', async () => {
    const io = await list({ where: 'optimizer == "adam"', best: '1' })
    expect(io.lines()).toEqual([
      'trial  state     accuracy     lr  batch  act   optimizer  layers  layers.0.units  seconds',
      '    1  complete       0.9  0.001     64  tanh  adam            1              32      2.0',
    ])
  })

  it('puts parameters together where the place is too narrow for columns', async () => {
    const io = await list({ best: '2' }, 80)
    expect(io.lines()).toEqual([
      'trial  state     accuracy  seconds  parameters',
      '    1  complete       0.9      2.0  lr=0.001 batch=64 act=tanh optimizer=adam l…',
      '    6  complete      0.85      7.0  lr=0.003 batch=48 act=relu optimizer=sgd mo…',
    ])
  })

  it('prints one record a line as JSON', async () => {
    const records = (await list({ json: true })).json()
    expect(records.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(records[5]).toMatchObject({
      state: 'complete',
      objectives: { accuracy: 0.95 },
      params: { optimizer: { kind: 'adam' }, layers: [{ units: 32 }] },
      values: { 'layers.0.units': 32 },
      metrics: { latency: 80 },
      violation: 30,
    })
    expect(records[2]).toMatchObject({ objectives: {}, lastReport: { accuracy: 0.1, loss: 0.9 } })
    expect(records[3]).toMatchObject({ failure: { reason: 'error' } })
  })

  it('writes infinite results as text in JSON', async () => {
    using folder = temporaryFolder()
    await makeStudy(folder.file('a.jsonl'), 's', [Number.POSITIVE_INFINITY, 1])
    const io = recorder()
    await trials({ journal: folder.file('a.jsonl'), json: true }, io)
    expect(io.json().map(({ objectives }) => objectives)).toEqual([
      { loss: 'Infinity' },
      { loss: 1 },
    ])
  })

  it('says so when there are none', async () => {
    expect((await list({ where: 'lr > 5' })).stdout).toBe('Study digits has no such trials.\n')
    expect((await list({ where: 'lr > 5', json: true })).stdout).toBe('')
    using folder = temporaryFolder()
    await makeStudy(folder.file('a.db'), 's', [])
    const io = recorder()
    await trials({ journal: folder.file('a.db') }, io)
    expect(io.stdout).toBe('Study s has no trials yet.\n')
  })
})
