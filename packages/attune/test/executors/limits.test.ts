import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { createStudy, float, random, space } from '@attune/core'
import type { Study, TrialRecord } from '@attune/core'
import { commandExecutor } from 'attune'
import type { CommandExecutorOptions } from 'attune'
import { describe, expect, it } from 'vitest'
import { formatBytes } from '../../src/executors/limits.ts'
import { marked, newMark, readPids, runs, temporaryFolder } from './processes.ts'

const linux = process.platform === 'linux'
const searchSpace = space({ x: float(0, 1) })

/** The trials of a study whose program is a script for node, or a text for a shell. */
async function runTrials(
  command: CommandExecutorOptions['command'],
  options: Partial<CommandExecutorOptions> = {},
  trials = 1,
): Promise<readonly TrialRecord[]> {
  const folder = temporaryFolder()
  await using study: Study = (await createStudy({
    name: 'limits',
    space: searchSpace,
    objective: { minimize: 'loss' },
    sampler: random(),
  })) as unknown as Study
  await using executor = commandExecutor({
    command,
    cwd: folder,
    study: 'limits',
    journal: join(folder, 'attune.db'),
    space: searchSpace,
    objectives: study.config.objectives,
    slots: trials,
    mark: newMark(),
    graceSeconds: 0.1,
    ...options,
  })
  await study.optimize(executor, { trials, workers: trials })
  return study.trials()
}

async function run(
  command: CommandExecutorOptions['command'],
  options: Partial<CommandExecutorOptions> = {},
): Promise<TrialRecord> {
  const [trial] = await runTrials(command, options)
  return trial as TrialRecord
}

const node = (script: string): string[] => [
  process.execPath,
  '-e',
  script.replaceAll('{', '{{').replaceAll('}', '}}'),
]
const loss = `console.log('{"loss": 1}')`
const fill = `const kept = []
  const more = () => { kept.push(Buffer.alloc(20_000_000, 1)); setTimeout(more, 5) }
  console.log('filling'); more()`
const burn = (seconds: number): string =>
  `while (process.cpuUsage().user + process.cpuUsage().system < ${seconds * 1e6});`

function expectFailure(trial: TrialRecord, reason: string, message: RegExp, help: RegExp): void {
  expect([trial.state, trial.failure?.reason]).toEqual(['failed', reason])
  expect(trial.failure?.message).toMatch(message)
  expect(trial.failure?.help).toMatch(help)
}

describe('a limit of a command', { timeout: 30_000 }, () => {
  it.runIf(linux)('ends a trial that fills the memory, with what it printed', async () => {
    const trial = await run(node(fill), { memoryBytes: 300e6 })
    expectFailure(trial, 'out-of-memory', /more than 300 MB of memory/, /--trial-memory/)
    expect(trial.failure?.output).toEqual(['filling'])
    expect(trial.peakMemoryBytes).toBeGreaterThan(300e6)
    // A look comes before a program that fills 4 GB a second could have gone far.
    expect(trial.peakMemoryBytes).toBeLessThan(900e6)
  })

  it.runIf(linux)('counts the memory of what a program starts, wherever it goes', async () => {
    const script = `setsid ${process.execPath} -e '${fill.replaceAll("'", '"')}' & sleep 20`
    const trial = await run(script.replaceAll('{', '{{').replaceAll('}', '}}'), {
      memoryBytes: 300e6,
    })
    expectFailure(trial, 'out-of-memory', /300 MB/, /trial\.memory/)
    expect(trial.seconds).toBeLessThan(15)
  })

  it.runIf(linux)('ends a trial that takes more processor time', async () => {
    const trial = await run(node('for (;;);'), { cpuSeconds: 0.4 })
    expectFailure(trial, 'cpu-time', /0\.4 s of processor time/, /--trial-cpu/)
    expect(trial.cpuSeconds).toBeGreaterThan(0.4)
  })

  it('ends a trial that prints more', async () => {
    const trial = await run('echo begin; yes', { outputBytes: 1e6 })
    expectFailure(trial, 'output-size', /more than 1 MB/, /--trial-output/)
    expect(trial.failure?.output).toHaveLength(20)
  })

  it('ends a trial that keeps more in its folder, while it runs and at its end', async () => {
    const write = 'head -c 3000000 /dev/zero > "$ATTUNE_DIR/kept"'
    const running = await run(`${write}; sleep 20`, { diskBytes: 1e6 })
    expectFailure(running, 'disk-space', /1 MB in its folder and was ended/, /--trial-disk/)
    expect(running.seconds).toBeLessThan(15)
    const ended = await run(`${write}; echo '{{"loss": 1}}'`, { diskBytes: 1e6 })
    expectFailure(ended, 'disk-space', /1 MB in its folder\.$/, /trial\.disk/)
    const less = await run(`${write}; echo '{{"loss": 1}}'`, { diskBytes: 5e6 })
    expect(less.state).toBe('complete')
  })

  it('leaves trials alone that stay below all of them', async () => {
    const limits = { memoryBytes: 1e9, cpuSeconds: 20, outputBytes: 1e6, diskBytes: 5e6 }
    const trials = await runTrials(node(loss), limits, 4)
    expect(trials.map((trial) => trial.state)).toEqual(Array(4).fill('complete'))
  })
})

describe('what a command used', { timeout: 30_000 }, () => {
  it.runIf(linux)('is recorded: processor time with that of its children, and memory', async () => {
    const child = `require('child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(burn(0.5))}])`
    const trial = await run(
      node(`const x = Buffer.alloc(200e6, 1); ${burn(0.4)} ${child}; ${loss}`),
    )
    expect(trial.state).toBe('complete')
    const { seconds, cpuSeconds, peakMemoryBytes } = trial
    expect(seconds).toBeGreaterThan(0.5)
    // Ticks of 10 ms, and what ends with the processes; the memory is at its peak for long.
    expect(cpuSeconds).toBeGreaterThan(0.87)
    expect(cpuSeconds).toBeLessThan(1.6)
    expect(peakMemoryBytes).toBeGreaterThan(220e6)
    expect(peakMemoryBytes).toBeLessThan(400e6)
  })

  it.runIf(linux)('is told apart among programs that end at the same time', async () => {
    const script = `const busy = process.env.ATTUNE_TRIAL % 2; if (busy) { ${burn(0.6)} }
      setTimeout(() => ${loss}, 1)`
    const trials = await runTrials(node(script), {}, 4)
    for (const trial of trials) {
      const used = trial.cpuSeconds ?? Number.NaN
      if (trial.number % 2 === 1) expect(used).toBeGreaterThan(0.55)
      else expect(used).toBeLessThan(0.5)
    }
  })

  it('is recorded of failed trials as well', async () => {
    const trial = await run('exit 3')
    expect(trial.seconds).toBeGreaterThan(0)
    if (linux) expect(trial.cpuSeconds).toBeGreaterThanOrEqual(0)
  })
})

describe('why a command failed', { timeout: 30_000 }, () => {
  it.each([
    ['python', 'echo "Traceback"; echo "MemoryError" >&2; exit 1', /exit code 1: MemoryError/],
    ['numpy', 'echo "numpy._core._exceptions._ArrayMemoryError: Unable" >&2; exit 1', /Unable/],
    ['C++', `echo "  what():  std::bad_alloc" >&2; kill -ABRT $$`, /SIGABRT/],
    ['a shell or container', 'exit 137', /exit code 137/],
  ])('is found to be memory from the words of %s', async (_, command, message) => {
    expectFailure(await run(command), 'out-of-memory', message, /\.$/)
  })

  it('is found to be memory when the heap of JavaScript is full', async () => {
    const script = 'const a = []; for (;;) a.push(new Array(1e5).fill(0.5))'
    const trial = await run([process.execPath, '--max-old-space-size=50', ...node(script).slice(1)])
    expectFailure(trial, 'out-of-memory', /heap out of memory/, /--trial-memory/)
    expect(trial.failure?.output?.length).toBeLessThanOrEqual(20)
  })

  it('may be the memory of a graphics card, for which other help is given', async () => {
    const trial = await run('echo "torch.OutOfMemoryError: CUDA out of memory." >&2; exit 1')
    expectFailure(trial, 'out-of-memory', /CUDA/, /graphics card/)
  })

  it('is not memory when a program that ended well speaks of it', async () => {
    const trial = await run(`echo MemoryError; echo '{{"loss": 1}}'`)
    expect(trial.state).toBe('complete')
  })

  it.each([
    ['SEGV', /memory that is not its own/],
    ['ABRT', /assertion/],
    ['BUS', /shm/],
    ['ILL', /instruction/],
    ['FPE', /divided/],
    ['KILL', /outside attune/],
    ['TERM', /outside attune/],
  ])('is the signal SIG%s, by itself or within a shell', async (name, help) => {
    const direct = await run(`kill -${name} $$`)
    expectFailure(direct, 'killed', new RegExp(`ended by SIG${name}\\.`), help)
    if (name === 'KILL' || name === 'TERM') return
    const within = await run(`sh -c 'kill -${name} $$'; exit $?`)
    expectFailure(within, 'killed', new RegExp(`crashed by SIG${name} \\(exit code`), help)
  })

  it('is its own refusal of the configuration, however it ends', async () => {
    const said = `echo '{{"refused": "layers do not fit"}}'`
    for (const command of [said, `${said}; exit 4`, `${said}; echo '{{"loss": 1}}'`]) {
      expectFailure(await run(command), 'refused', /: layers do not fit$/, /require/)
    }
    const file = await run(`printf '{{"refused": true}}' > "$ATTUNE_RESULT"`)
    expectFailure(file, 'refused', /refused this configuration\.$/, /require/)
    const other = await run(`echo '{{"refused": 3, "loss": 1}}'`)
    expect(other.state).toBe('complete')
  })

  it('comes with the last 20 lines of both outputs', async () => {
    const many = 'for i in $(seq 30); do echo out $i; done'
    const both = await run(`${many}; for i in $(seq 30); do echo err $i >&2; done; exit 1`)
    expect(both.failure?.output).toEqual([
      ...Array.from({ length: 10 }, (_, i) => `out ${i + 21}`),
      ...Array.from({ length: 10 }, (_, i) => `err ${i + 21}`),
    ])
    const one = await run(`${many}; echo why >&2; exit 1`)
    expect(one.failure?.output).toEqual([
      ...Array.from({ length: 19 }, (_, i) => `out ${i + 12}`),
      'why',
    ])
  })
})

describe('what a command leaves behind', { timeout: 30_000 }, () => {
  it.runIf(linux)('is killed when it left the group, ignores signals and is silent', async () => {
    const mark = newMark()
    const folder = temporaryFolder()
    const escaped = `setsid sh -c 'trap "" TERM HUP INT; echo $$ >$F; while :; do sleep 1; done'`
    const trial = await run(
      `(${escaped} >/dev/null 2>&1 &) ; while [ ! -s $F ]; do sleep 0.01; done; echo '{{"loss": 1}}'`,
      { mark, env: { F: join(folder, 'pids') } },
    )
    expect(trial.state).toBe('complete')
    const [pid] = await readPids(join(folder, 'pids'), 1)
    expect(runs(pid as number)).toBe(false)
    expect(marked(mark)).toEqual([])
    expect(trial.seconds).toBeLessThan(10)
  })

  it.runIf(linux)('does not keep the trial waiting by holding its output open', async () => {
    const mark = newMark()
    const trial = await run(`(setsid sleep 60 &); echo '{{"loss": 1}}'`, { mark })
    expect(trial.state).toBe('complete')
    expect(trial.seconds).toBeLessThan(10)
    expect(marked(mark)).toEqual([])
  })
})

describe.runIf(hasPrlimit())('the limit of data', () => {
  it('is set as a last resort, and is far above that of memory', async () => {
    const trial = await run(`sleep 0.5; ulimit -d; echo "{{\\"loss\\": $(ulimit -d)}}"`, {
      memoryBytes: 1e9,
    })
    // The shell counts in kibibytes.
    expect(trial.metrics['loss']).toBeGreaterThan((2e9 + 4 * 1024 ** 3) / 1024)
    expect(trial.metrics['loss']).toBeLessThan(1e9)
  })
})

function hasPrlimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [999_600, '1 MB'],
    [1_500_000_000, '1.5 GB'],
    [2 ** 31, '2.15 GB'],
    [5e15, '5000 TB'],
  ])('writes %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })
})
