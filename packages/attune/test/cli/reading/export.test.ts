import { spawnSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'

import type { StudyEvent } from '@attune/core'
import { spaceToJson } from '@attune/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { ExportOptions } from '../../../src/cli/export.ts'
import { exportStudy } from '../../../src/cli/export.ts'
import { openForReading } from '../../../src/cli/open-study.ts'
import { writeFile } from '../../../src/cli/write-file.ts'
import { openStore } from '../../../src/journals/store.ts'
import { created, readAll, temporaryFolder } from '../../journals/temporary.ts'
import { digitsSpace, makeDigits, makeStudy, parseCsv, recorder } from './fixture.ts'

const shared = temporaryFolder()
const journal = shared.file('a.db')

beforeAll(() => makeDigits(journal))
afterAll(() => shared[Symbol.dispose]())

async function text(options: ExportOptions): Promise<string> {
  const io = recorder()
  expect(await exportStudy({ journal, ...options }, io)).toBe(0)
  return io.stdout
}

describe('attune export as CSV', () => {
  it('writes number, state, reason, objectives, parameters by flat name and seconds', async () => {
    const rows = parseCsv(await text({ format: 'csv' }))
    expect(rows[0]).toEqual([
      'number',
      'state',
      'reason',
      'accuracy',
      'lr',
      'batch',
      'act',
      'optimizer',
      'optimizer.sgd.momentum',
      'layers',
      'layers.0.units',
      'layers.1.units',
      'layers.2.units',
      'seconds',
    ])
    const none = undefined
    const sgd = ['sgd', '0.9', '2', '16', '8', none]
    const adam = ['adam', none, '1', '32', none, none]
    expect(rows[1]).toEqual(['0', 'complete', none, '0.8', '0.01', '32', 'relu', ...sgd, '1'])
    expect(rows[4]).toEqual(['3', 'failed', 'error', none, '0.02', '16', 'relu', ...adam, '4'])
    expect(rows[5]?.slice(0, 5)).toEqual(['4', 'failed', 'not-a-number', 'NaN', '0.9'])
    expect(rows[3]?.[2]).toMatch(/^median: best accuracy so far 0\.1 is worse/)
    expect(rows[9]?.slice(0, 4)).toEqual(['8', 'running', none, none])
    expect(rows).toHaveLength(10)
  })

  it('tells columns of the same name apart', async () => {
    using folder = temporaryFolder()
    const file = folder.file('a.db')
    await makeNamed(file, ['x', 'seconds', 'state', 'x'], ['seconds', 'x'])
    const [header] = parseCsv(await text({ journal: file, format: 'csv' }))
    expect(header).toEqual([
      'number',
      'state',
      'reason',
      'metric.seconds',
      'x',
      'param.x',
      'param.seconds',
      'param.state',
      'seconds',
    ])
  })

  it('spells infinities and quotes what needs it', async () => {
    using folder = temporaryFolder()
    const file = folder.file('a.db')
    await makeStudy(file, 's', [Number.NEGATIVE_INFINITY])
    expect(parseCsv(await text({ journal: file, format: 'csv' }))[1]?.[3]).toBe('-Infinity')
    const [, , , row] = (await text({ format: 'csv' })).split('\r\n')
    expect(row).toMatch(/^2,pruned,[^"]*at this step,/)
  })

  it('is a header alone for a study without trials', async () => {
    using folder = temporaryFolder()
    await makeStudy(folder.file('a.db'), 's', [])
    expect(await text({ journal: folder.file('a.db'), format: 'csv' })).toBe(
      'number,state,reason,loss,x,seconds\r\n',
    )
  })
})

async function makeNamed(
  file: string,
  params: readonly string[],
  objectives: readonly string[],
): Promise<void> {
  const { study, ...event } = created('s') as Extract<StudyEvent, { type: 'study-created' }>
  const shape = Object.fromEntries(params.map((name) => [name, { float: [0, 1] }]))
  await using store = await openStore(file)
  await using journal = await store.journal('s')
  await journal.append([
    {
      ...event,
      study: {
        ...study,
        space: { space: shape },
        objectives: objectives.map((name) => ({ name, direction: 'minimize' })),
      },
    },
  ])
}

describe('attune export as JSON', () => {
  it('is a list of everything that is recorded about each trial', async () => {
    const records = JSON.parse(await text({ format: 'json' })) as Record<string, unknown>[]
    expect(records.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(records[0]).toMatchObject({
      state: 'complete',
      epoch: 0,
      objectives: { accuracy: 0.8 },
      params: {
        lr: 0.01,
        optimizer: { kind: 'sgd', momentum: 0.9 },
        layers: [{ units: 16 }, { units: 8 }],
      },
      metrics: { accuracy: 0.8, latency: 20 },
      reports: 2,
      step: 2,
      lastReport: { accuracy: 0.8 },
      worker: 'here',
      startedAt: 1e9,
      finishedAt: 1e9 + 1000,
      seconds: 1,
    })
  })

  it('is an empty list for a study without trials', async () => {
    using folder = temporaryFolder()
    await makeStudy(folder.file('a.db'), 's', [])
    expect(JSON.parse(await text({ journal: folder.file('a.db'), format: 'json' }))).toEqual([])
  })
})

describe.each(['db', 'jsonl'])('attune export of a .%s journal as JSON lines', (ending) => {
  it('is a journal with the same events', async () => {
    using folder = temporaryFolder()
    const source = folder.file(`source.${ending}`)
    const copy = folder.file('copy.jsonl')
    await makeDigits(source)
    await exportStudy({ journal: source, format: 'jsonl', output: copy }, recorder())
    await using before = await openForReading(source)
    await using after = await openForReading(copy)
    expect(after.name).toBe('digits')
    expect(await readAll(after.journal)).toEqual(await readAll(before.journal))
    expect(after.history.config?.space).toEqual(spaceToJson(digitsSpace))
    expect(await text({ journal: copy, format: 'csv' })).toBe(
      await text({ journal: source, format: 'csv' }),
    )
  })

  it('goes on where the other one was left', async () => {
    using folder = temporaryFolder()
    const source = folder.file(`source.${ending}`)
    const copy = folder.file('copy.jsonl')
    await makeDigits(source)
    await exportStudy({ journal: source, output: copy }, recorder())
    {
      await using store = await openStore(copy)
      await using journal = await store.journal('digits')
      await journal.append([{ type: 'trial-opened', at: 1, trial: 9 }])
    }
    await using after = await openForReading(copy)
    expect(after.history.length).toBe(10)
  })
})

describe('the format of an export', () => {
  it.each([
    ['out.json', '['],
    ['out.JSONL', '{"type":"study-created"'],
    ['out.ndjson', '{"type":"study-created"'],
    ['out.csv', 'number,'],
    ['out', 'number,'],
  ])('of %s follows from its name', async (name, beginning) => {
    using folder = temporaryFolder()
    const output = folder.file(name)
    await text({ output })
    expect(readFileSync(output, 'utf8').startsWith(beginning)).toBe(true)
  })

  it('is refused when it is not known', async () => {
    await expect(exportStudy({ journal, format: 'cvs' }, recorder())).rejects.toMatchObject({
      code: 'usage',
      message: '--format: "cvs" is not known. Did you mean csv? There are csv, json, jsonl.',
    })
  })
})

describe('the file of an export', () => {
  it('takes the place of an earlier one and keeps its permissions', async () => {
    using folder = temporaryFolder()
    const output = folder.file('out.csv')
    writeFileSync(output, 'old', { mode: 0o600 })
    expect(await text({ output })).toBe(`9 trials of study digits: ${output}\n`)
    expect(readFileSync(output, 'utf8')).toBe(await text({ format: 'csv' }))
    expect(statSync(output).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder.path)).toEqual(['out.csv'])
  })

  it('stays as it was when the export fails, with nothing left beside it', async () => {
    using folder = temporaryFolder()
    const output = folder.file('out.csv')
    writeFileSync(output, 'old')
    async function* failing(): AsyncIterable<string> {
      yield 'new'
      throw new RangeError('half way')
    }
    await expect(writeFile(output, failing())).rejects.toThrow('half way')
    expect(readFileSync(output, 'utf8')).toBe('old')
    expect(readdirSync(folder.path)).toEqual(['out.csv'])
  })

  it('is replaced behind a link, which stays one', async () => {
    using folder = temporaryFolder()
    writeFileSync(folder.file('real.csv'), 'old')
    symlinkSync('real.csv', folder.file('link.csv'))
    await text({ output: folder.file('link.csv') })
    expect(lstatSync(folder.file('link.csv')).isSymbolicLink()).toBe(true)
    expect(readFileSync(folder.file('real.csv'), 'utf8')).toMatch(/^number,/)
  })

  it('may be a device or a pipe', async () => {
    using folder = temporaryFolder()
    await text({ output: '/dev/null' })
    expect(statSync('/dev/null').isFile()).toBe(false)
    const pipe = folder.file('pipe')
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0)
    const [, received] = await Promise.all([text({ output: pipe }), readFile(pipe, 'utf8')])
    expect(received).toMatch(/^number,/)
    expect(statSync(pipe).isFIFO()).toBe(true)
  })

  it('is never the journal that is exported, nor another one', async () => {
    using folder = temporaryFolder()
    const own = folder.file('own.db')
    const other = folder.file('other.db')
    await makeStudy(own, 's', [1])
    await makeStudy(other, 't', [1])
    symlinkSync(own, folder.file('link.db'))
    for (const output of [own, folder.file('link.db'), other]) {
      await expect(
        exportStudy({ journal: own, format: 'csv', output }, recorder()),
      ).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(/is a journal/) })
    }
    const lines = folder.file('own.jsonl')
    await exportStudy({ journal: own, output: lines }, recorder())
    await expect(exportStudy({ journal: lines, output: lines }, recorder())).rejects.toThrow(
      /is a journal/,
    )
    await using still = await openForReading(own)
    expect(still.history.length).toBe(1)
  })

  it('is refused when it is a folder or lies in none', async () => {
    using folder = temporaryFolder()
    mkdirSync(folder.file('sub'))
    const refused = (output: string, message: RegExp): Promise<void> =>
      expect(exportStudy({ journal, format: 'csv', output }, recorder())).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(message),
      })
    await refused(folder.file('sub'), /sub cannot be written: it is a folder/)
    await refused(folder.file('no/out.csv'), /there is no folder .*\/no\. Choose another place/)
  })
})
