import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import {
  attune,
  eventsOf,
  objective,
  start,
  temporaryFolder,
  writeStudy,
} from './support/attune.ts'

const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('attune run', { timeout: 60_000 }, () => {
  it('tunes a study file to its end and prints a line a trial into a pipe', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'short', 'trials: 12\nworkers: 2\nscheduler: median')
    const { code, stdout, stderr } = await attune(['run', 'study.yaml'], folder.path)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout.match(/^trial \d+ (complete|pruned|failed)/gm)).toHaveLength(12)
    expect(stdout).toMatch(/Best: trial \d+, loss/)
    expect(stdout).toMatch(/To run it again\n.*--x 0\./)
    expect(existsSync(join(folder.path, 'attune.trials/short/0/stdout.log'))).toBe(true)
  })

  it('tunes a command given after -- with a group for an optional parameter', async () => {
    using folder = temporaryFolder()
    const { code, stdout } = await attune(
      [
        ...['run', '--name', 'flags', '--param', 'x=float:0..1', '--param', 'act=relu,tanh'],
        ...['--minimize', 'loss', '--trials', '6', '--sampler', 'sobol', '--json', '--'],
        ...[process.execPath, objective, '--x', '{x}', '--act', '{act}'],
      ],
      folder.path,
    )
    expect(code).toBe(0)
    const lines = jsonLines(stdout)
    expect(lines.filter((line) => line['type'] === 'trial')).toHaveLength(6)
    expect(lines.at(-1)?.['type']).toBe('summary')
  })

  it('ends when its patience does, says so, and goes on with more', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'patient', 'patience: 3\ntrials: 60\nsampler: random', 0)
    const { code, stdout } = await attune(['run', 'study.yaml'], folder.path)
    expect(code).toBe(0)
    const best = Number(/Best: trial (\d+)/.exec(stdout)?.[1])
    expect(stdout.match(/^trial \d+ complete/gm)).toHaveLength(best + 4)
    expect(stdout).toContain(
      `As many trials as the patience allows brought no new best. ${best + 4} complete;`,
    )
    expect(stdout).toContain('The same command with more --patience continues it.')
    const more = ['run', 'study.yaml', '--patience', '4', '--json']
    const lines = jsonLines((await attune(more, folder.path)).stdout)
    expect(lines.filter((line) => line['type'] === 'trial').length).toBeGreaterThan(0)
    expect(lines.at(-1)).toMatchObject({ type: 'summary', reason: 'patience' })
  })

  it('tries a failed trial again as its file says, in the same folder, and keeps why it failed', async () => {
    using folder = temporaryFolder()
    const program = [
      'echo "attempt $ATTUNE_ATTEMPT of $ATTUNE_PARAM_X" >> "$ATTUNE_DIR/attempts"',
      'if [ "$ATTUNE_ATTEMPT" -lt 3 ]; then echo "no luck $ATTUNE_ATTEMPT"; exit 7; fi',
      'echo loss=2',
    ]
    writeFileSync(
      join(folder.path, 'study.yaml'),
      stringify({
        name: 'again',
        command: ['sh', '-c', program.join('\n')],
        space: { x: { int: [1, 1000] } },
        objective: { minimize: 'loss' },
        trials: 2,
        metric: 'loss=([0-9.]+)',
        retry: { times: 2, on: ['error'] },
      }),
    )
    const { code, stdout } = await attune(['run', 'study.yaml'], folder.path)
    expect(code).toBe(0)
    expect(stdout.match(/^trial \d+ re-queued error/gm)).toHaveLength(4)
    expect(stdout.match(/^trial \d+ complete/gm)).toHaveLength(2)
    const text = readFileSync(join(folder.path, 'attune.trials/again/0/attempts'), 'utf8')
    const [first, second, third] = text.trim().split('\n')
    expect(first).toMatch(/^attempt 1 of \d+$/)
    expect([second, third]).toEqual([2, 3].map((n) => first?.replace('1', String(n))))
    const events = await eventsOf(join(folder.path, 'attune.db'), 'again')
    const failures = events.flatMap((e) =>
      e.type === 'trial-requeued' && e.trial === 0 ? [e.failure] : [],
    )
    expect(failures.map((f) => [f?.reason, f?.output])).toEqual([
      ['error', ['no luck 1']],
      ['error', ['no luck 2']],
    ])
  })

  it.each([
    ['--cost-limit 0.001 --cost-metric loss', 'The cost limit is reached. 1 complete;'],
    ['--cost-limit 0.001 --cost-per-second 1', 'The cost limit is reached. 1 complete;'],
    ['--regret 1e9', 'Hardly more than the regret asked for is left to gain. 10 complete;'],
  ])('ends by %s', async (flags, words) => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'ending', 'trials: 14\nsampler: random', 0)
    const { code, stdout, stderr } = await attune(
      ['run', 'study.yaml', ...flags.split(' ')],
      folder.path,
    )
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toContain(words)
  })

  it('refuses a changed space without --accept-changes, and says what will happen', async () => {
    using folder = temporaryFolder()
    const file = writeStudy(folder.path, 'changed', 'trials: 3')
    await attune(['run', 'study.yaml'], folder.path)
    const text = (await import('node:fs')).readFileSync(file, 'utf8')
    writeFileSync(
      file,
      text
        .replace('x: { float: [0, 1] }', 'x: { float: [0, 2] }')
        .replace('trials: 3', 'trials: 5'),
    )
    const refused = await attune(['run', 'study.yaml'], folder.path)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('space.x: float 0..1 -> float 0..2')
    expect(refused.stderr).toContain('--accept-changes')
    const accepted = await attune(['run', 'study.yaml', '--accept-changes'], folder.path)
    expect(accepted.code).toBe(0)
    expect(accepted.stdout).toContain('[5/5]')
  })

  it('shares a study between two processes on one SQLite journal', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'shared', 'trials: 24\nworkers: 1')
    const runs = await Promise.all([
      attune(['run', 'study.yaml'], folder.path),
      attune(['run', 'study.yaml'], folder.path),
    ])
    for (const run of runs) {
      expect(run.stderr).toBe('')
      expect(run.code).toBe(0)
    }
    const events = await eventsOf(join(folder.path, 'attune.db'), 'shared')
    const opened = events.flatMap((e) => (e.type === 'trial-opened' ? [e.trial] : []))
    expect(opened).toEqual(Array.from({ length: 24 }, (_, i) => i))
    const workers = new Set(events.flatMap((e) => (e.type === 'trial-claimed' ? [e.worker] : [])))
    expect(workers.size).toBe(2)
    expect(events.filter((e) => e.type === 'trial-finished')).toHaveLength(24)
  })

  it('stops on Ctrl-C with a summary and exit code 130, and the same command continues', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'ctrl-c', 'trials: 30\nworkers: 2', 60)
    const first = start(['run', 'study.yaml'], folder.path)
    while (!first.stdout().includes('trial 2 ')) await new Promise((done) => setTimeout(done, 20))
    first.kill('SIGINT')
    const stopped = await first.ended
    expect(stopped.code).toBe(130)
    expect(stopped.stdout).toMatch(/put back|re-queued/)
    const again = await attune(['run', 'study.yaml', '--trials', '8'], folder.path)
    expect(again.code).toBe(0)
    const events = await eventsOf(join(folder.path, 'attune.db'), 'ctrl-c')
    expect(events.some((e) => e.type === 'trial-requeued' && e.cause === 'interrupted')).toBe(true)
  })

  it('stores in JSON lines as well', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'lines', 'trials: 5\njournal: runs/lines.jsonl')
    const missing = await attune(['run', 'study.yaml'], folder.path)
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('runs')])
    const run = await attune(['run', 'study.yaml', '--journal', 'lines.jsonl'], folder.path)
    expect(run.code).toBe(0)
    const best = await attune(['best', '--journal', 'lines.jsonl', '--json'], folder.path)
    expect(JSON.parse(best.stdout)).toHaveProperty('params.x')
  })
})

describe('attune run refuses', { timeout: 30_000 }, () => {
  const refused = async (args: readonly string[], text: string): Promise<void> => {
    using folder = temporaryFolder()
    const { code, stderr, stdout } = await attune(args, folder.path)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(text)
    expect(stderr).not.toMatch(/\n\s+at /)
  }

  it('a study file that is not there', () =>
    refused(['run', 'absent.yaml'], 'there is no such file'))
  it('an unknown option, with the nearest one', () => refused(['run', '--trails', '3'], '--trials'))
  it('an unknown command', () => refused(['runn'], 'run'))
  it('a parameter it cannot read', () =>
    refused(
      [
        'run',
        '--name',
        'a',
        '--param',
        'lr=log:0..1',
        '--minimize',
        'l',
        '--trials',
        '1',
        '--',
        'true',
      ],
      'low > 0',
    ))

  it('a program that does not exist, with exit code 2', async () => {
    using folder = temporaryFolder()
    const { code, stderr } = await attune(
      [
        'run',
        '--name',
        'n',
        '--param',
        'x=float:0..1',
        '--minimize',
        'l',
        '--trials',
        '3',
        '--',
        'no-such-program',
        '{x}',
      ],
      folder.path,
    )
    expect(code).toBe(2)
    expect(stderr).toContain('no-such-program')
  })

  it('a program that prints garbage: failed trials with help, exit code 1', async () => {
    using folder = temporaryFolder()
    const { code, stdout } = await attune(
      [
        'run',
        '--name',
        'n',
        '--param',
        'x=float:0..1',
        '--minimize',
        'loss',
        '--trials',
        '3',
        '--',
        'echo',
        'garbage {x}',
      ],
      folder.path,
    )
    expect(code).toBe(1)
    expect(stdout).toContain('missing-result')
    expect(stdout).toContain('{"loss": 0.5}')
  })

  it('a journal that is another file', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'foreign', 'trials: 1')
    writeFileSync(join(folder.path, 'attune.db'), 'PNG, or something else altogether')
    const { code, stderr } = await attune(['run', 'study.yaml'], folder.path)
    expect(code).toBe(2)
    expect(stderr).toMatch(/attune\.db/)
  })
})

describe('the bin', () => {
  it('says its version', async () => {
    using folder = temporaryFolder()
    const { code, stdout } = await attune(['--version'], folder.path)
    expect([code, stdout.trim()]).toEqual([0, '0.1.0'])
  })
})
