import { hostname } from 'node:os'

import type { StudyEvent } from '@attune/core'
import { memoryJournal, replay } from '@attune/core'
import { describe, expect, it } from 'vitest'

import { describeRuns } from '../../src/describe/describe-runs.ts'
import { runOrigin } from '../../src/journals/run-origin.ts'
import { runStandings } from '../../src/journals/run-standing.ts'
import { withoutSecrets } from '../../src/journals/without-secrets.ts'
import { workerIdentity } from '../../src/journals/worker-identity.ts'

describe('what a study keeps of the process that runs it', () => {
  it('is versions, machine and command line', () => {
    const { attune, runtime, machine, command } = runOrigin(['attune', 'run', 'a b.yaml'])
    expect(attune).toMatch(/^\d+\.\d+\.\d+/)
    expect(runtime).toBe(`node ${process.versions.node}`)
    expect(machine).toMatchObject({ platform: process.platform, arch: process.arch })
    expect(machine.cores).toBeGreaterThanOrEqual(1)
    expect(machine.memoryBytes).toBeGreaterThan(1e8)
    expect(machine.memoryBytes).toBeLessThan(1e15)
    expect(command).toEqual(['attune', 'run', 'a b.yaml'])
    expect('command' in runOrigin()).toBe(false)
  })

  it.each([
    [['--token', 'abc', '--lr', '0.1'], '--token *** --lr 0.1'],
    [
      ['--api-key=abc', 'HF_TOKEN=abc', 'DB_PASSWORD=a=b'],
      '--api-key=*** HF_TOKEN=*** DB_PASSWORD=***',
    ],
    [
      ['--max-tokens', '512', '--tokenizer=bpe', '--author', 'me'],
      '--max-tokens 512 --tokenizer=bpe --author me',
    ],
    [['--password', '--verbose'], '--password --verbose'],
    [
      ['https://ada:abc@host/x', 'https://host:80/a@b'],
      'https://ada:***@host/x https://host:80/a@b',
    ],
  ])('is without the secrets in %j', (words, shown) => {
    expect(withoutSecrets(words).join(' ')).toBe(shown)
  })

  it('is cut where it is very long', () => {
    const words = withoutSecrets(Array.from({ length: 5000 }, () => 'word'))
    expect(words.join('').length).toBeLessThanOrEqual(10_001)
    expect(words.at(-1)).toBe('…')
  })
})

describe('a run that has not said that it ended', () => {
  it('runs, died, or is silent, as its process or its lease says', async () => {
    const { host, now } = { host: hostname(), now: 100_000 }
    const start = (worker: string, at: number): StudyEvent => ({
      ...{ type: 'run-started', at, worker, workers: 1, limits: { trials: 3 }, ...runOrigin() },
    })
    const [here, dead] = [workerIdentity(), `${host}/4194000/1/1`]
    const [far, gone] = ['elsewhere/7/1/1', 'elsewhere/8/1/1']
    const journal = memoryJournal([
      ...[here, dead, far, gone].map(start),
      start('done', 9),
      { type: 'run-ended', at: 10, worker: 'done', why: 'time' },
    ])
    const history = await replay(journal)
    const leases = new Map([
      [far, now + 1],
      [gone, now - 1],
    ])
    const standings = runStandings(history, leases, now)
    expect([here, dead, far, gone].map((w) => standings.get(w)?.standing)).toEqual([
      ...['alive', 'dead', 'alive', 'silent'],
    ])
    expect(standings.get(gone)?.since).toBe(3)
    const ends = describeRuns(history, standings).map(({ end }) => end)
    expect(ends).toEqual([
      ...['runs', 'its process died', 'runs'],
      expect.stringMatching(/^no word since 1970-01-01/),
      'the time was up',
    ])
  })
})
