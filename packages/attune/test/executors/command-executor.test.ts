import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStudy, float, int, random, space, variant } from '@attune/core'
import type { Scheduler, Study, TrialRecord } from '@attune/core'
import { commandExecutor } from 'attune'
import type { CommandExecutorOptions } from 'attune'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attune-command-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const searchSpace = space({
  x: float(0, 1),
  net: { width: int(1, 9) },
  optimizer: variant({ sgd: { momentum: float(0, 1) }, adam: {} }),
})

async function run(
  command: CommandExecutorOptions['command'],
  options: Partial<CommandExecutorOptions> & {
    readonly scheduler?: Scheduler
    readonly abortAfterMs?: number
  } = {},
): Promise<TrialRecord> {
  const { scheduler, abortAfterMs, ...more } = options
  await using study: Study = (await createStudy({
    name: 'command',
    space: searchSpace,
    objective: { maximize: 'accuracy' },
    sampler: random(),
    ...(scheduler === undefined ? {} : { scheduler }),
  })) as unknown as Study
  await study.enqueueValues({
    x: 0.25,
    'net.width': 3,
    optimizer: 'sgd',
    'optimizer.sgd.momentum': 0.5,
  })
  await using executor = commandExecutor({
    command,
    cwd: folder,
    study: 'command',
    journal: join(folder, 'attune.db'),
    space: searchSpace,
    objectives: study.config.objectives,
    slots: 1,
    mark: `test/${process.pid}/`,
    ...more,
  })
  const signal = abortAfterMs === undefined ? {} : { signal: AbortSignal.timeout(abortAfterMs) }
  await study.optimize(executor, { trials: 1, ...signal })
  return study.trial(0)
}

/** A text for the shell that prints lines; braces are doubled, as templates want them. */
const print = (...lines: string[]): string =>
  lines.map((line) => `echo '${line.replaceAll('{', '{{').replaceAll('}', '}}')}'`).join('; ')

describe('the command executor', { timeout: 20_000 }, () => {
  it('passes parameters in the arguments and in the environment', async () => {
    const trial = await run([
      ...['sh', '-c'],
      'echo "{{\\"accuracy\\": $1, \\"width\\": $ATTUNE_PARAM_NET_WIDTH, \\"m\\": $ATTUNE_PARAM_OPTIMIZER_SGD_MOMENTUM, \\"n\\": $ATTUNE_TRIAL}}"; echo "$ATTUNE_PARAMS $ATTUNE_PARAMS_FLAT $PYTHONUNBUFFERED $2" >&2',
      ...['sh', '{x}', ['{momentum}']],
    ])
    expect(trial.metrics).toEqual({ accuracy: 0.25, width: 3, m: 0.5, n: 0 })
    const said = readFileSync(join(folder, 'attune.trials/command/0/stderr.log'), 'utf8')
    expect(said).toContain('{"x":0.25,"net":{"width":3},"optimizer":{"kind":"sgd","momentum":0.5}}')
    expect(said).toContain('"optimizer.sgd.momentum":0.5} 1 0.5')
  })

  it('takes the last, the best or the final line', async () => {
    const lines = print(
      '{"step":1,"accuracy":0.7,"a":1}',
      '{"step":2,"accuracy":0.9,"a":2}',
      '{"step":3,"accuracy":0.8}',
    )
    expect((await run(lines)).metrics).toEqual({ accuracy: 0.8, a: 2 })
    expect((await run(lines, { result: 'best' })).metrics).toEqual({ accuracy: 0.9, a: 2 })
    expect((await run(lines, { result: 'final' })).metrics).toEqual({ accuracy: 0.8 })
    const unfinished = await run(`${lines}; ${print('{"step":4,"loss":1}')}`, { result: 'final' })
    expect(unfinished.failure?.reason).toBe('missing-result')
  })

  it('reads standard errors, a pattern, and a result file', async () => {
    const se = await run(print('{"accuracy":0.5,"standardErrors":{"accuracy":0.01}}'))
    expect(se.standardErrors).toEqual({ accuracy: 0.01 })
    const pattern = await run(print('epoch 1 val_acc=0.61', 'epoch 2 val_acc=0.64.'), {
      metric: 'val_acc=([0-9.]+)',
    })
    expect([pattern.metrics, pattern.reports]).toEqual([{ accuracy: 0.64 }, 2])
    const file = await run('printf "{{\\n \\"accuracy\\": 0.33\\n}}" > "$ATTUNE_RESULT"')
    expect(file.metrics).toEqual({ accuracy: 0.33 })
    const broken = await run('echo nothing > "$ATTUNE_RESULT"')
    expect(broken.failure?.reason).toBe('invalid-result')
  })

  it('stops a program early and counts it as pruned', async () => {
    const scheduler: Scheduler = {
      name: 'second',
      rungs: { first: 2, every: 2 },
      supports: { objectives: 'one' },
      onReport: () => ({ kind: 'stop', reason: 'poor' }),
    }
    const trial = await run(
      `${print('{"step":1,"accuracy":0.1}', '{"step":2,"accuracy":0.2}')}; sleep 20; exit 1`,
      { scheduler },
    )
    expect([trial.state, trial.step, trial.stopped]).toEqual(['pruned', 2, 'poor'])
    expect(trial.seconds).toBeLessThan(10)
  })

  it.each([
    ['an exit code', 'echo before; echo why >&2; exit 7', 'error', 'exit code 7'],
    ['a signal', 'kill -SEGV $$', 'killed', 'SIGSEGV'],
    ['no result', 'echo hello', 'missing-result', 'none of its 1 lines'],
    ['NaN', print('{"accuracy": NaN}'), 'not-a-number', 'NaN'],
    ['too long a run', 'sleep 20', 'timeout', '0.3 s'],
  ])('records %s with its reason and a sentence of help', async (_, command, reason, text) => {
    const trial = await run(command, { timeoutSeconds: 0.3, graceSeconds: 0.1 })
    expect([trial.state, trial.failure?.reason]).toEqual(['failed', reason])
    expect(trial.failure?.message).toContain(text)
    expect(trial.failure?.help).toMatch(/\.$/)
    if (reason === 'error') expect(trial.failure?.output).toEqual(['before', 'why'])
  })

  it('puts a trial back when the run is interrupted', async () => {
    const trial = await run('sleep 20', { abortAfterMs: 300, graceSeconds: 0.1 })
    expect([trial.state, trial.epoch]).toEqual(['waiting', 1])
  })

  it('points out a program that holds its output back', async () => {
    const notes: string[] = []
    const lines = print('{"step":1,"accuracy":0.1}', '{"step":2,"accuracy":0.2}')
    await run(`sleep 1.1; ${lines}`, { note: (line) => void notes.push(line) })
    expect(notes).toEqual([expect.stringContaining('buffers its output')])
  })

  it('refuses a program that does not exist', async () => {
    await expect(run(['no-such-program', '{x}'])).rejects.toThrow('no-such-program')
  })
})
