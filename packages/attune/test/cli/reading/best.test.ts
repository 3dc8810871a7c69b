import type { Json } from '@attune/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { BestOptions } from '../../../src/cli/best.ts'
import { best } from '../../../src/cli/best.ts'
import { openStore } from '../../../src/journals/store.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
import type { Recorder } from './fixture.ts'
import { makeDigits, makeStudy, program, recorder } from './fixture.ts'

const shared = temporaryFolder()
const journal = shared.file('a.db')
const pareto = [{ minimize: 'a' }, { maximize: 'b' }] as const

beforeAll(async () => {
  await makeDigits(journal)
  await makeDigits(journal, { name: 'command', program })
  const results = [
    { a: 1, b: 1 },
    { a: 2, b: 3 },
    { a: 3, b: 2 },
  ]
  await makeStudy(journal, 'two', results, pareto)
  await makeStudy(journal, 'empty', [])
})
afterAll(() => shared[Symbol.dispose]())

async function run(options: BestOptions, code = 0): Promise<Recorder> {
  const io = recorder()
  expect(await best({ journal, study: 'digits', ...options }, io)).toBe(code)
  return io
}

describe('attune best', () => {
  it('shows the best feasible trial with its exact values', async () => {
    expect((await run({})).lines()).toEqual([
      'Trial 1 of study digits: accuracy 0.9',
      '  lr              0.001',
      '  batch           64',
      '  act             tanh',
      '  optimizer       adam',
      '  layers          1',
      '  layers.0.units  32',
    ])
  })

  it('shows how to run it again where the study was run by a command', async () => {
    const lines = (await run({ study: 'command' })).lines()
    const command = expect.stringMatching(
      /^ {2}cd '\/work folder' && ATTUNE_SEED=\d+ ATTUNE_PARAMS=.*'train it' --lr=0\.001 64 tanh adam$/,
    )
    expect(lines.slice(-2)).toEqual(['To run it again:', command])
    const alone = (await run({ study: 'command', command: true })).lines()
    expect(alone).toEqual([lines.at(-1)?.trim()])
  })

  it('prints one JSON object', async () => {
    expect((await run({ json: true })).json()).toEqual([
      {
        number: 1,
        objectives: { accuracy: 0.9 },
        params: {
          lr: 0.001,
          batch: 64,
          act: 'tanh',
          optimizer: { kind: 'adam' },
          layers: [{ units: 32 }],
        },
        values: {
          lr: 0.001,
          batch: 64,
          act: 'tanh',
          optimizer: 'adam',
          layers: 1,
          'layers.0.units': 32,
        },
        metrics: { accuracy: 0.9, latency: 10 },
        violation: 0,
      },
    ])
  })

  it('prints the parameters alone, nested', async () => {
    expect((await run({ params: true })).json()).toEqual([
      {
        lr: 0.001,
        batch: 64,
        act: 'tanh',
        optimizer: { kind: 'adam' },
        layers: [{ units: 32 }],
      },
    ])
  })

  it('gives the Pareto front of several objectives', async () => {
    const lines = (await run({ study: 'two' })).lines()
    expect(lines[0]).toBe('The Pareto front of study two, 2 of 3 trials:')
    expect(lines.slice(2).map((line) => line.slice(0, 23))).toEqual([
      '    0  complete  1  1  ',
      '    1  complete  2  3  ',
    ])
    expect((await run({ study: 'two', json: true })).json()).toEqual([
      { front: [expect.objectContaining({ number: 0 }), expect.objectContaining({ number: 1 })] },
    ])
    expect((await run({ study: 'two', params: true })).json()).toHaveLength(2)
  })

  it('ends with 1 while there is none', async () => {
    const io = await run({ study: 'empty', json: true }, 1)
    expect(io.stdout).toBe('')
    expect(io.stderr).toMatch(/^attune: Study "empty" has no complete trial yet.*\n$/)
  })

  it('ends with 1 and names the nearest when no trial satisfies the constraints', async () => {
    using folder = temporaryFolder()
    const file = folder.file('a.db')
    await makeDigits(file)
    await change(file, 'latency <= 5')
    const io = await run({ journal: file }, 1)
    expect(io.stderr).toMatch(/Trial 1 comes nearest \(violation 5\)/)
  })

  it('refuses flags that print different things', async () => {
    await expect(best({ journal, command: true, json: true }, recorder())).rejects.toMatchObject({
      code: 'usage',
      message: '--command and --json print different things. Choose one of them.',
    })
  })

  it('refuses to print a command where none was stored or none fits', async () => {
    const refused = (file: string, study: string, message: RegExp): Promise<void> =>
      expect(best({ journal: file, study, command: true }, recorder())).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(message),
      })
    await refused(journal, 'digits', /Study "digits" was run from code/)
    using folder = temporaryFolder()
    const file = folder.file('a.db')
    await makeDigits(file, { program })
    await change(file, 'latency <= 50', { command: ['x', '{lr}', '{decay}'] })
    await refused(
      file,
      'digits',
      /no command that repeats trial 1: its space or program was another/,
    )
    expect((await run({ journal: file })).stdout).not.toMatch(/run it again/)
  })
})

/** Changes the constraint, and the program, of a stored study. */
async function change(file: string, constraint: string, program?: Json): Promise<void> {
  await using store = await openStore(file)
  await using journal = await store.journal('digits')
  for await (const entries of journal.read(0)) {
    for (const { event } of entries) {
      if (event.type !== 'study-created') continue
      const study = { ...event.study, constraints: [constraint], ...(program && { program }) }
      await journal.append([{ type: 'study-changed', at: event.at, study }])
    }
    return
  }
}
