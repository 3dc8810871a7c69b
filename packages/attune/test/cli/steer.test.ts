import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Json, StudyEvent } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'

import { enqueue } from '../../src/cli/enqueue.ts'
import { narrow } from '../../src/cli/narrow.ts'
import { skip } from '../../src/cli/skip.ts'
import { steer } from '../../src/cli/steer.ts'
import { recorder } from './reading/fixture.ts'
import type { Recorder } from './reading/fixture.ts'
import type { Running } from './support/attune.ts'
import { attune, eventsOf, historyOf, start, temporaryFolder } from './support/attune.ts'

const gated = resolve(import.meta.dirname, 'support/gated.mjs')

/** A study in a folder of its own whose trials run until they are let go. */
interface Stage extends AsyncDisposable {
  readonly journal: string
  readonly file: (name: string) => string
  run(...args: string[]): Running
  /** Until a trial has started; gives the process of its program. */
  started(trial: number): Promise<number>
  /** Lets a trial end, or all of them. */
  open(trial?: number): void
  events(): Promise<StudyEvent[]>
  /** Until something can be seen in what a run prints. */
  printed(run: Running, text: string | RegExp): Promise<void>
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 25_000
  while (!(await holds())) {
    if (performance.now() > end) expect.fail(`waited in vain until ${what}`)
    await sleep(20)
  }
}

function stage(more: Readonly<Record<string, Json>> = {}): Stage {
  const folder = temporaryFolder()
  const file = (name: string): string => join(folder.path, name)
  const study = {
    name: 'gated',
    command: [process.execPath, gated],
    space: { x: { float: [0, 1] }, act: { choice: ['relu', 'tanh'] } },
    objective: { minimize: 'loss' },
    sampler: 'random',
    trials: 20,
    ...more,
  }
  writeFileSync(file('study.yaml'), stringify(study))
  const journal = file('attune.db')
  const runs: Running[] = []
  return {
    journal,
    file,
    run(...args) {
      const run = start(['run', 'study.yaml', ...args], folder.path)
      runs.push(run)
      return run
    },
    async started(trial) {
      const mark = file(`started-${trial}`)
      await until(
        `trial ${trial} has started`,
        () => existsSync(mark) && readFileSync(mark).length > 0,
      )
      return Number(readFileSync(mark, 'utf8'))
    },
    open: (trial) => writeFileSync(file(trial === undefined ? 'open' : `open-${trial}`), ''),
    events: () => eventsOf(journal, 'gated'),
    printed: (run, text) =>
      until(`it prints ${String(text)}`, () =>
        typeof text === 'string' ? run.stdout().includes(text) : text.test(run.stdout()),
      ),
    async [Symbol.asyncDispose]() {
      for (const run of runs) run.kill('SIGKILL')
      await Promise.all(runs.map((run) => run.ended))
      folder[Symbol.dispose]()
    },
  }
}

/** What a command says, which ends well. */
async function said(command: (io: Recorder) => Promise<number>): Promise<Recorder> {
  const io = recorder()
  expect(await command(io)).toBe(0)
  return io
}

const typesOf = (events: readonly StudyEvent[], type: StudyEvent['type']): StudyEvent[] =>
  events.filter((event) => event.type === type)

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a study that runs is steered from elsewhere', { timeout: 60_000 }, () => {
  it('pauses, so that no further trial starts and what runs ends, and goes on', async () => {
    await using it = stage()
    const run = it.run()
    await it.started(0)
    const paused = await said((io) => steer('pause', { journal: it.journal, why: 'lunch' }, io))
    expect(paused.lines()).toEqual([
      expect.stringMatching(
        new RegExp(
          `^Study gated is paused\\. Process ${run.pid} on .+ runs it now, with 1 trial\\.$`,
        ),
      ),
      'What runs goes on to its end; no further trial starts from now on (within a second).',
      expect.stringMatching(/^It goes on with: attune resume gated --journal /),
    ])
    await it.printed(
      run,
      /^note: paused by attune pause \(lunch\); go on with: attune resume gated$/m,
    )
    it.open(0)
    await it.printed(run, /^trial 0 complete/m)
    // Some looks at the journal later there is still nothing.
    await sleep(400)
    expect(existsSync(it.file('started-1'))).toBe(false)
    const again = await said((io) => steer('pause', { journal: it.journal }, io))
    expect(again.stdout).toMatch(/^Study gated is paused already; it goes on with: attune resume/)

    const resumed = await said((io) => steer('resume', { journal: it.journal }, io))
    expect(resumed.lines()).toEqual(['Study gated goes on within a second.'])
    await it.started(1)
    const events = typesOf(await it.events(), 'study-steered')
    expect(events).toMatchObject([{ command: 'pause', why: 'lunch' }, { command: 'resume' }])
  })

  it('stops, puts back what runs and tells why, as no failure', async () => {
    await using it = stage({ workers: 2 })
    const run = it.run('--json')
    await Promise.all([it.started(0), it.started(1)])
    const io = await said((out) => steer('stop', { journal: it.journal, json: true }, out))
    expect(io.json()).toEqual([
      expect.objectContaining({
        study: 'gated',
        command: 'stop',
        done: true,
        runners: [{ worker: expect.stringContaining(`/${run.pid}/`), trials: [0, 1] }],
      }),
    ])
    const { code, stdout, stderr } = await run.ended
    expect([code, stderr]).toEqual([0, ''])
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
    expect(last).toMatchObject({ type: 'summary', reason: 'stopped', trials: { waiting: 2 } })
    const idle = await said((out) => steer('stop', { journal: it.journal }, out))
    expect(idle.stdout).toMatch(/^Nobody runs study gated now, so there is nothing to stop\.\n$/)
    // It was meant for that run alone.
    it.open()
    const { code: next, stdout: text } = await it.run('--trials', '2').ended
    expect([next, text.match(/^trial \d complete/gm)]).toEqual([
      0,
      expect.arrayContaining(['trial 0 complete', 'trial 1 complete']),
    ])
  })

  it('skips a trial, whose process ends, and goes on with the next', async () => {
    await using it = stage()
    const run = it.run()
    const pid = await it.started(0)
    const io = await said((out) => skip({ trial: '0', journal: it.journal, why: 'no use' }, out))
    expect(io.lines()).toEqual(['Trial 0 of study gated is ended within a second, as pruned.'])
    await it.printed(run, /^trial 0 pruned/m)
    expect(isAlive(pid)).toBe(false)
    await it.started(1)
    const history = historyOf(await it.events())
    expect(history.details.get(0)?.stopped).toBe('skipped: no use')
    await expect(skip({ trial: '0', journal: it.journal }, recorder())).rejects.toMatchObject({
      code: 'trial/state',
      message: 'Trial 0 is pruned; only trials that wait, run or have paused can be skipped.',
    })
  })

  it('tries what is enqueued next, and searches narrowed ranges from then on', async () => {
    await using it = stage({ trials: 12 })
    const run = it.run()
    await it.started(0)
    const { journal } = it
    const enqueued = await said((io) => enqueue({ words: ['gated', 'x=0.125'], journal }, io))
    expect(enqueued.lines().slice(0, 3)).toEqual([
      'Enqueued for study gated: x=0.125.',
      'The sampler proposes the other parameters.',
      'It is tried next, as soon as a worker is free.',
    ])
    const ranges = ['x=0.5..0.625', 'act+=gelu', 'act-=relu']
    const narrowed = await said((io) => narrow({ words: ranges.slice(0, 2), journal }, io))
    expect(narrowed.lines().slice(0, 3)).toEqual([
      'Study gated searches from its next suggestion on:',
      '  x    was float 0..1             now float 0.5..0.625',
      '  act  was choice "relu", "tanh"  now choice "relu", "tanh", "gelu"',
    ])
    await said((io) => narrow({ words: ranges.slice(2), journal }, io))
    it.open()
    const { code, stdout } = await run.ended
    expect(code).toBe(0)
    expect(stdout).toContain('note: a configuration was enqueued: x=0.125\n')
    expect(stdout).toContain('act in choice "tanh", "gelu", by attune narrow\n')
    const events = await it.events()
    const values = events.flatMap((e) => (e.type === 'trial-suggested' ? [e.values] : []))
    expect(values).toHaveLength(12)
    expect(values[1]?.['x']).toBe(0.125)
    for (const later of values.slice(2)) {
      expect(later['x']).toBeGreaterThanOrEqual(0.5)
      expect(later['x']).toBeLessThanOrEqual(0.625)
    }
    const labels = new Set(values.slice(1).map((each) => each['act']))
    expect(labels).toEqual(new Set(['gelu', 'tanh']))
    expect(typesOf(events, 'space-adjusted')).toMatchObject([
      { params: { x: { low: 0.5, high: 0.625 }, act: { choices: ['relu', 'tanh', 'gelu'] } } },
      { params: { act: { choices: ['tanh', 'gelu'] } } },
    ])
  })

  it('refuses where JSON lines have one writer, and says what to do', async () => {
    await using it = stage()
    const run = it.run('--journal', 'gated.jsonl')
    await it.started(0)
    await expect(
      steer('pause', { journal: it.file('gated.jsonl') }, recorder()),
    ).rejects.toMatchObject({
      code: 'journal/locked',
      message: expect.stringMatching(
        new RegExp(
          `run by process ${run.pid}.*kill -INT ${run.pid} stops it.*--journal attune\\.db`,
          's',
        ),
      ),
    })
  })
})

describe('the commands in a shell', { timeout: 60_000 }, () => {
  it('hold for the next run where nobody runs the study; a pause lasts over its start', async () => {
    await using it = stage({ trials: 1, sampler: 'sobol' })
    it.open()
    expect((await it.run().ended).code).toBe(0)
    const call = (...args: string[]): ReturnType<typeof attune> => attune(args, it.file('.'))
    const [paused] = await Promise.all([
      call('pause', 'gated', '--why', 'later'),
      call('enqueue', 'x=0.25', 'act=relu', '--times', '2'),
      call('narrow', 'x=0.75..1'),
    ])
    expect(paused.stdout.split('\n')).toEqual([
      'Study gated is paused.',
      'Nobody runs it now; attune run will wait.',
      'It goes on with: attune resume gated',
      '',
    ])
    const run = it.run('--trials', '4', '--json')
    await it.printed(run, 'paused by attune pause (later); go on with: attune resume gated')
    await it.printed(run, 'x is searched in float 0.75..1, declared as float 0..1')
    await sleep(300)
    expect(existsSync(it.file('started-1'))).toBe(false)
    const resumed = await call('resume', '--json')
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      command: 'resume',
      runners: [{ trials: [] }],
    })
    const { code, stdout } = await run.ended
    expect(code).toBe(0)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines[0]).toMatchObject({ type: 'start', trials: 4, failures: 30 })
    const xs = lines.flatMap((line) =>
      line['type'] === 'trial' ? [(line['params'] as { x: number }).x] : [],
    )
    expect(xs.slice(0, 2)).toEqual([0.25, 0.25])
    expect(xs[2]).toBeGreaterThanOrEqual(0.75)
    const skipped = await call('skip', '3', 'gated')
    expect([skipped.code, skipped.stderr]).toEqual([
      2,
      'attune: Trial 3 is complete; only trials that wait, run or have paused can be skipped.\n',
    ])
    expect((await call('stop', 'gatde')).stderr).toMatch(/no study "gatde".*Did you mean "gated"\?/)
  })
})
