import { execFileSync } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createGuard } from '../../src/executors/guard.ts'
import type { Guard } from '../../src/executors/guard.ts'
import { groupExists } from '../../src/executors/process-tree.ts'
import { spawnCommand } from '../../src/executors/spawn-command.ts'
import type { ProcessResult, SpawnCommandOptions } from '../../src/executors/spawn-command.ts'
import { eventually, marked, newMark, readPids, runs, temporaryFolder } from './processes.ts'

const linux = process.platform === 'linux'
const hasPython = (() => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

interface Run extends ProcessResult {
  readonly lines: readonly string[]
  readonly folder: string
  readonly mark: string
}

/** Runs a program, or a text by a shell; $F is a file in its folder for the ids it writes. */
async function run(
  command: string | readonly string[],
  options: Partial<SpawnCommandOptions> = {},
): Promise<Run> {
  const folder = options.cwd ?? temporaryFolder()
  const mark = newMark()
  const lines: string[] = []
  const result = await spawnCommand({
    argv: typeof command === 'string' ? ['sh', '-c', command] : command,
    cwd: folder,
    mark,
    onLine: (line, stream) => lines.push(stream === 'stdout' ? line : `! ${line}`),
    ...options,
    env: { ...process.env, F: join(folder, 'pids'), ...options.env },
  })
  return { ...result, lines, folder, mark }
}

describe('a program that ends by itself', () => {
  it('gives its code, its lines and its last lines', async () => {
    const result = await run('echo one; echo two >&2; sleep 0.4; echo three; exit 3')
    expect(result).toMatchObject({ cause: 'exit', exitCode: 3, signal: null })
    expect(result.lines.toSorted()).toEqual(['! two', 'one', 'three'])
    expect(result.stdoutTail).toEqual(['one', 'three'])
    expect(result.stderrTail).toEqual(['two'])
    expect(result.durationMs).toBeGreaterThanOrEqual(400)
    expect(result.lastOutputMs! - result.firstOutputMs!).toBeGreaterThan(50)
    expect(result).not.toHaveProperty('reason')
  })

  it('gives the signal that ended it', async () => {
    expect(await run('kill -KILL $$')).toMatchObject({
      cause: 'exit',
      exitCode: null,
      signal: 'SIGKILL',
    })
  })

  it('runs in its folder with its environment, its mark and no input', async () => {
    const script = 'console.log(process.cwd(), process.env.X, process.env.ATTUNE_MARK)'
    const result = await run([process.execPath, '-e', `${script};process.stdin.resume()`], {
      env: { X: 'ü b' },
    })
    expect(result.lines).toEqual([`${result.folder} ü b ${result.mark}`])
    expect(result.exitCode).toBe(0)
  })

  it('leads a process group of its own that the guard knows until it is gone', async () => {
    const calls: string[] = []
    const guard: Guard = {
      add: (pgid) => calls.push(`+ ${pgid} ${groupExists(pgid)}`),
      remove: (pgid) => calls.push(`- ${pgid} ${groupExists(pgid)}`),
      close: () => Promise.resolve(),
    }
    const { lines } = await run('ps -o pgid= -p $$; echo $$', { guard })
    expect(lines[0]!.trim()).toBe(lines[1])
    expect(calls).toEqual([`+ ${lines[1]} true`, `- ${lines[1]} false`])
  })

  it('keeps megabytes of output within bounds and loses no line', async () => {
    const folder = temporaryFolder()
    const stdoutFile = join(folder, 'stdout.txt')
    let count = 0
    let sum = 0
    const program = `let s = ''; for (let i = 0; i < 200_000; i++) s += 'line number ' + i + '\\n'
      process.stdout.write(s); process.stderr.write(s)`
    const result = await run([process.execPath, '-e', program], {
      stdoutFile,
      onLine(line, stream) {
        if (stream === 'stderr') return
        count++
        sum += Number(line.slice(12))
      },
    })
    expect([count, sum]).toEqual([200_000, (199_999 * 200_000) / 2])
    expect(result.stdoutTail).toHaveLength(20)
    expect(result.stderrTail.at(-1)).toBe('line number 199999')
    const text = readFileSync(stdoutFile, 'utf8')
    expect(text.length).toBeLessThan(520_000)
    expect(text).toMatch(/^line number 0\n[^]*\n… \d+ bytes left out …\n[^]*line number 199999\n$/)
  })

  it.runIf(hasPython)('copes with bytes that are no text', async () => {
    const folder = temporaryFolder()
    const stdoutFile = join(folder, 'out')
    const program = `import sys; sys.stdout.buffer.write(b'a\\xff\\xfe\\x00b\\n' + b'\\xe2\\x82')`
    const result = await run(['python3', '-c', program], { stdoutFile })
    expect(result.lines).toEqual(['a\uFFFD\uFFFD\0b', '\uFFFD'])
    expect(readFileSync(stdoutFile)).toEqual(
      Buffer.from([0x61, 0xff, 0xfe, 0, 0x62, 0x0a, 0xe2, 0x82]),
    )
  })

  it('may close its output early', async () => {
    const result = await run('echo a; exec >&- 2>&-; sleep 0.2; exit 4')
    expect(result).toMatchObject({ cause: 'exit', exitCode: 4, lines: ['a'] })
    expect(result.durationMs).toBeGreaterThanOrEqual(200)
  })

  it('takes what is left in its group with it', async () => {
    const script = `sleep 60 >/dev/null 2>&1 & echo $! >$F
      sh -c 'trap "" TERM; echo $$ >>$F; while :; do sleep 1; done' >/dev/null 2>&1 &
      while [ $(wc -l <$F) -lt 2 ]; do sleep 0.01; done; echo done`
    const result = await run(script)
    expect(result).toMatchObject({ exitCode: 0, lines: ['done'] })
    expect(result.durationMs).toBeLessThan(1_500)
    const pids = await readPids(join(result.folder, 'pids'), 2)
    expect(pids.filter(runs)).toEqual([])
  })

  it('ends although something in its group holds its output open', async () => {
    const result = await run('sleep 60 & echo $! >$F; echo done')
    expect(result).toMatchObject({ cause: 'exit', exitCode: 0, lines: ['done'] })
    expect(result.durationMs).toBeLessThan(1_500)
    expect((await readPids(join(result.folder, 'pids'), 1)).filter(runs)).toEqual([])
  })

  it.runIf(linux)('ends although something outside its group holds its output open', async () => {
    const result = await run(`setsid sh -c 'echo $$ >$F; sleep 60; :' & sleep 0.2; echo done`)
    expect(result).toMatchObject({ cause: 'exit', exitCode: 0 })
    expect(result.durationMs).toBeLessThan(1_700)
    expect(marked(result.mark)).toEqual([])
  })

  it('still gives what a child writes shortly after the end', async () => {
    const result = await run('(sleep 0.2; echo late) & echo early')
    expect(result.lines).toEqual(['early', 'late'])
  })
})

describe('a program that is stopped', () => {
  it('ends in time with SIGTERM, and its last words are heard', async () => {
    const script = `trap 'echo "{\\"saved\\":1}"; exit 7' TERM; echo up; while :; do sleep 0.02; done`
    const result = await run(script, { timeoutMs: 200, graceMs: 5_000 })
    expect(result).toMatchObject({ cause: 'timeout', exitCode: 7 })
    expect(result.stdoutTail).toEqual(['up', '{"saved":1}'])
    expect(result.durationMs).toBeGreaterThanOrEqual(200)
    expect(result.durationMs).toBeLessThan(1_500)
  })

  it('is killed when it ignores SIGTERM, with all it started', async () => {
    const script = `trap '' TERM; sleep 60 & echo $! >$F; echo $$ >>$F; while :; do sleep 0.1; done`
    const result = await run(script, { timeoutMs: 150, graceMs: 200 })
    expect(result).toMatchObject({ cause: 'timeout', exitCode: null, signal: 'SIGKILL' })
    expect(result.durationMs).toBeLessThan(1_500)
    const pids = await readPids(join(result.folder, 'pids'), 2)
    expect(pids).toHaveLength(2)
    expect(pids.filter(runs)).toEqual([])
  })

  it.runIf(linux)('takes along what left its session', async () => {
    const script = `(setsid sh -c 'trap "" TERM; echo $$ >$F; while :; do sleep 1; done' >/dev/null &)
      sleep 60`
    const result = await run(script, { timeoutMs: 300, graceMs: 100 })
    expect(result.cause).toBe('timeout')
    expect(await readPids(join(result.folder, 'pids'), 1)).toHaveLength(1)
    expect(marked(result.mark)).toEqual([])
  })

  it('keeps the reason for which it was aborted', async () => {
    const controller = new AbortController()
    const reason = { kind: 'stop', reason: 'worse than the median' }
    const result = await run('echo ready; sleep 60', {
      signal: controller.signal,
      onLine: () => controller.abort(reason),
    })
    expect(result).toMatchObject({ cause: 'aborted', exitCode: null, signal: 'SIGTERM' })
    expect(result.reason).toBe(reason)
    expect(result.durationMs).toBeLessThan(1_000)
  })

  it('does not start when it was aborted before', async () => {
    const folder = temporaryFolder()
    const result = await run('echo $$ >$F', { cwd: folder, signal: AbortSignal.abort('no') })
    expect(result).toMatchObject({ cause: 'aborted', reason: 'no', exitCode: null })
    expect(() => readFileSync(join(folder, 'pids'))).toThrow()
  })

  it('counts as ended by itself when it had ended before the time was noticed to be over', async () => {
    const running = run('exit 5', { timeoutMs: 150 })
    await new Promise((resolve) => setImmediate(resolve))
    const until = performance.now() + 300
    while (performance.now() < until) {
      // Keeps this process busy past the timeout, as a costly suggestion would.
    }
    expect(await running).toMatchObject({ cause: 'exit', exitCode: 5 })
  })

  it('is stopped when a line makes the caller fail, and passes the failure on', async () => {
    const mark = newMark()
    const failure = new TypeError('broken')
    const running = run('echo a; echo b; sleep 60', {
      mark,
      onLine() {
        throw failure
      },
    })
    await expect(running).rejects.toBe(failure)
    expect(marked(mark)).toEqual([])
  })

  it('leaves no listener behind on a signal that many programs share', async () => {
    const controller = new AbortController()
    const { signal } = controller
    for (let i = 0; i < 3; i++) await run(['true'], { signal })
    await run('sleep 60', { signal, timeoutMs: 50 })
    await run(['no-such-program'], { signal })
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('a program that does not start', () => {
  const write = (folder: string, name: string, text: string, mode: number): void => {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), mode)
  }

  it('is not found, with the likely reason', async () => {
    const folder = temporaryFolder()
    write(folder, 'train', '#!/bin/sh\n', 0o755)
    write(folder, 'lost', '#!/no/such/interpreter\n', 0o755)
    const message = async (program: string, cwd = folder): Promise<string | undefined> => {
      const result = await run([program, 'x'], { cwd, env: { F: '' } })
      expect(result).toMatchObject({ cause: 'not-found', exitCode: null, signal: null })
      return result.message
    }
    expect(await message('no-such-program')).toMatch(/no program "no-such-program" on the PATH/)
    expect(await message('train')).toContain('write "./train"')
    expect(await message('./none')).toMatch(/no file "\.\/none" in the folder/)
    expect(await message('./lost')).toMatch(/interpreter that its first line names does not/)
    expect(await message('./train/x')).toMatch(/no file "\.\/train\/x"/)
    expect(await message('sh', join(folder, 'gone'))).toMatch(
      /working folder ".*gone" does not exist/,
    )
    expect(await message('sh', join(folder, 'train'))).toMatch(/working folder/)
  })

  it('is not executable, with the remedy', async () => {
    const folder = temporaryFolder()
    write(folder, 'train.py', 'print(1)\n', 0o644)
    mkdirSync(join(folder, 'sub'))
    const file = await run(['./train.py'], { cwd: folder })
    expect(file).toMatchObject({ cause: 'not-executable', exitCode: null })
    expect(file.message).toContain('chmod +x ./train.py')
    expect((await run(['./sub'], { cwd: folder })).message).toContain('is a folder')
  })

  it('says so when its arguments are too long or impossible', async () => {
    const long = await run(['echo', 'x'.repeat(4_000_000)])
    expect(long).toMatchObject({ cause: 'not-started', message: expect.stringContaining('longer') })
    const impossible = await run(['echo', 'a\0b'])
    expect(impossible).toMatchObject({ cause: 'not-started' })
    expect(await run([])).toMatchObject({ cause: 'not-started' })
  })

  it('is never told to the guard', async () => {
    const calls: number[] = []
    const record = (pgid: number): unknown => calls.push(pgid)
    const guard: Guard = { add: record, remove: record, close: () => Promise.resolve() }
    await run(['no-such-program'], { guard })
    expect(calls).toEqual([])
  })

  it('refuses output files that cannot be made before it starts anything', async () => {
    const folder = temporaryFolder()
    const running = run('echo $$ >$F', { cwd: folder, stderrFile: join(folder, 'no', 'err') })
    await expect(running).rejects.toMatchObject({ code: 'executor/failed' })
    expect(() => readFileSync(join(folder, 'pids'))).toThrow()
  })
})

describe('many programs at once', () => {
  it('all end, with a real guard, and nothing is left', async () => {
    const mark = newMark()
    const guard = createGuard({ mark })
    const results = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        run(i % 3 === 0 ? 'sleep 60' : `echo ${i}; sleep 0.05; exit ${i}`, {
          guard,
          mark: `${mark}${i}`,
          timeoutMs: i % 3 === 0 ? 300 : 5_000,
          graceMs: 500,
        }),
      ),
    )
    await guard.close()
    for (const [i, result] of results.entries()) {
      expect(result.cause).toBe(i % 3 === 0 ? 'timeout' : 'exit')
      if (i % 3 !== 0) expect(result).toMatchObject({ exitCode: i, lines: [String(i)] })
    }
    expect(await eventually(() => marked(mark).length === 0)).toBe(true)
  })
})
