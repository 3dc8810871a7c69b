import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Resources } from '@attune/core'
import type { Guard } from './guard.ts'
import { limitData } from './data-limit.ts'
import type { Breach } from './limits.ts'
import { createOutputCapture, steadyClock } from './output-capture.ts'
import type { OutputCapture } from './output-capture.ts'
import { MARK_VARIABLE, processStartTime } from './process-table.ts'
import { DRAIN_MS, within } from './drain.ts'
import { groupExists, killTree } from './process-tree.ts'
import type { ResourceWatch } from './resource-watch.ts'
import type { ResourceLimits, WatchedProgram } from './watched-program.ts'
import { describeSpawnError } from './spawn-error.ts'
import type { SpawnFailure } from './spawn-error.ts'

export interface SpawnCommandOptions {
  /** The program and its arguments; a text for a shell is `['sh', '-c', text]`. */
  readonly argv: readonly string[]
  readonly cwd: string
  /** The whole environment; the mark is added to it. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The value of `ATTUNE_MARK` for all processes of this run: unlike that of any other run. */
  readonly mark: string
  /** Milliseconds after which the program is stopped. Default: never. */
  readonly timeoutMs?: number | undefined
  /** Milliseconds between SIGTERM and SIGKILL when it is stopped. Default 2,000. */
  readonly graceMs?: number
  /** Where the output is kept, within bounds; replaced if it exists. Default: it is not kept. */
  readonly stdoutFile?: string | undefined
  readonly stderrFile?: string | undefined
  /** Gets every line when it comes. What it throws stops the program and rejects the promise. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr', atMs: number) => void
  /** Stops the program. */
  readonly signal?: AbortSignal | undefined
  /** Called with the program's process id as soon as it runs. */
  readonly started?: (pid: number) => void
  /** Told of the program's process group, so that it ends when this process dies. */
  readonly guard?: Guard | undefined
  /** What the program may use, and who looks after that. Default: nothing is limited nor counted. */
  readonly resources?:
    | {
        readonly watch: ResourceWatch
        readonly limits: ResourceLimits
        /** Where its files count. */
        readonly folder: string
      }
    | undefined
  /** Milliseconds, of any origin. Default: since the epoch, never running backwards. */
  readonly clock?: () => number
}

export interface ProcessResult {
  /**
   * Why it ended: by itself (`exit`, signals of others included), stopped for time (`timeout`), for a
   * limit of `resources` (`limit`) or by the signal (`aborted`); or why it did not start: no such program or folder (`not-found`), no
   * right to run it or no program at all (`not-executable`), or anything else (`not-started`).
   */
  readonly cause: 'exit' | 'timeout' | 'limit' | 'aborted' | SpawnFailure['cause']
  /** Null when a signal ended the program, when it did not start, or when it could not be killed. */
  readonly exitCode: number | null
  /** The name of the signal that ended the program, such as SIGKILL. */
  readonly signal: string | null
  /** Why it did not start, in a sentence with the remedy. */
  readonly message?: string
  /** The reason of the signal that aborted it. */
  readonly reason?: unknown
  readonly durationMs: number
  /** The last lines, at most 20, each cut at 2,000 characters. */
  readonly stdoutTail: readonly string[]
  readonly stderrTail: readonly string[]
  /** When the first and the last output came, in milliseconds since the start. */
  readonly firstOutputMs?: number
  readonly lastOutputMs?: number
  /** Why the output could not be kept in its files to the end. */
  readonly outputError?: string
  /** What it used; there is nothing in it without `resources`. */
  readonly used: Resources
  /** The limit it went over; what it left on the disk counts, even if it ended by itself. */
  readonly breach?: Breach
  /** Whether the kernel ended some program for want of memory while it ran. */
  readonly kernelKilled: boolean
}

const TAIL_LINES = 20
/** The grace of what a program leaves running in its group when it ends by itself. */
const LEFTOVER_GRACE_MS = 200
/** The longest time that timers can count. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

type Child = ChildProcessByStdio<null, Readable, Readable>
type Stop =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'limit'; readonly breach: Breach }
  | { readonly kind: 'aborted'; readonly reason: unknown }
  | { readonly kind: 'thrown' }
type Exit = { readonly kind: 'exit'; readonly code: number | null; readonly signal: string | null }

/**
 * Runs a program in a process group of its own until it ends, and leaves none of its group behind:
 * when it ends by itself, what still runs in the group is ended too; when it is stopped, when
 * something outside the group holds its output open for half a second, or when a watch finds anything
 * of it outside the group, the whole tree is (`killTree`).
 * All ways to end or not to start are results, and the promise settles even if a process cannot be
 * killed.
 *
 * @throws AttuneError `executor/failed` when an output file cannot be made; whatever `onLine` throws.
 */
export async function spawnCommand(options: SpawnCommandOptions): Promise<ProcessResult> {
  const { clock = steadyClock, signal, guard } = options
  const startedAt = clock()
  let stop!: (why: Stop) => void
  const stopped = new Promise<Stop>((resolve) => (stop = resolve))
  const output = captureOutput(options, clock, () => stop({ kind: 'thrown' }))
  const finish = (end: Pick<ProcessResult, 'cause'> & Partial<ProcessResult>): ProcessResult => ({
    exitCode: null,
    signal: null,
    used: {},
    kernelKilled: false,
    durationMs: clock() - startedAt,
    ...output.end(),
    ...end,
  })
  if (signal?.aborted) return finish({ cause: 'aborted', reason: signal.reason })

  const child = start(options)
  if ('cause' in child) return finish(child)
  const { pid } = child
  if (pid === undefined) return finish(await spawnFailure(child, options))
  // Nothing may come between: a death of this process from here on is the guard's to deal with.
  guard?.add(pid)
  options.started?.(pid)
  const startedWatching = performance.now()
  const program = watchResources(pid, options, stop)

  const exit = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      program?.exited()
      resolve({ kind: 'exit', code, signal })
    })
  })
  const closed = new Promise<true>((resolve) => child.once('close', () => resolve(true)))
  // Streams and signals to a process that is just ending may fail; its end says all there is to say.
  for (const source of [child, child.stdout, child.stderr]) source.on('error', () => {})
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      program?.printed(chunk.length)
      output.push(stream, chunk)
    })
  }
  const unwatch = watch(options, stop)
  // Noted while the process cannot have been cleared away, so that its number is still its own.
  const startTime = process.platform === 'linux' ? processStartTime(pid) : undefined
  const first = await Promise.race([exit, stopped])
  unwatch()

  const gone = await clearAway(pid, startTime, first, closed, options, program)
  if (gone) guard?.remove(pid)
  if (!(await within(closed, DRAIN_MS))) {
    child.stdout.destroy()
    child.stderr.destroy()
    child.unref()
  }
  const ended = first.kind === 'exit' ? first : await within(exit, 0)
  const { used, breach } = (await program?.end()) ?? { used: {} }
  await program?.forget()
  const result = finish({
    cause: first.kind === 'thrown' ? 'aborted' : first.kind,
    used,
    kernelKilled: options.resources?.watch.kernelKilledSince(startedWatching) ?? false,
    ...(breach === undefined ? {} : { breach }),
    exitCode: ended?.code ?? null,
    signal: ended?.signal ?? null,
    ...(first.kind === 'aborted' ? { reason: first.reason } : {}),
  })
  output.rethrow()
  return result
}

function start(options: SpawnCommandOptions): Child | SpawnFailure {
  const [program = '', ...args] = options.argv
  try {
    return spawn(program, args, {
      cwd: options.cwd,
      env: { ...options.env, [MARK_VARIABLE]: options.mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      // On Windows this would open a console window, and there are no process groups.
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
  } catch (error) {
    return describeSpawnError(error, program, options.cwd)
  }
}

async function spawnFailure(child: Child, options: SpawnCommandOptions): Promise<SpawnFailure> {
  const error = await new Promise((resolve) => child.once('error', resolve))
  return describeSpawnError(error, options.argv[0] ?? '', options.cwd)
}

/** Has its use of resources looked after, which may be a reason to stop. */
function watchResources(
  pid: number,
  { resources, mark }: SpawnCommandOptions,
  stop: (why: Stop) => void,
): WatchedProgram | undefined {
  if (resources === undefined) return undefined
  const { watch, limits, folder } = resources
  const program = watch.add(pid, mark, limits)
  program.begin({ folder, onBreach: (breach) => stop({ kind: 'limit', breach }) })
  if (limits.memoryBytes !== undefined) limitData(pid, limits.memoryBytes)
  return program
}

/** Reports the first reason to stop; returns how to stop watching for one. */
function watch(options: SpawnCommandOptions, stop: (why: Stop) => void): () => void {
  const { timeoutMs = Infinity, signal } = options
  const onAbort = (): void => stop({ kind: 'aborted', reason: signal?.reason })
  signal?.addEventListener('abort', onAbort, { once: true })
  // When this process was busy for long, the timer may fire before an earlier exit was noticed; it
  // will have been by the time of the immediate.
  const onTimeout = (): void => void setImmediate(() => stop({ kind: 'timeout' }))
  const timer = timeoutMs <= LONGEST_TIMER_MS ? setTimeout(onTimeout, timeoutMs) : undefined
  return () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Ends what has to be ended, and says whether all of that is gone. */
async function clearAway(
  pid: number,
  startTime: string | undefined,
  first: Exit | Stop,
  closed: Promise<true>,
  options: SpawnCommandOptions,
  program: WatchedProgram | undefined,
): Promise<boolean> {
  const { mark } = options
  if (first.kind !== 'exit') {
    const noTime = first.kind === 'limit' && first.breach.reason === 'out-of-memory'
    const graceMs = noTime ? 0 : options.graceMs
    return killTree(pid, { mark, startTime, ...(graceMs === undefined ? {} : { graceMs }) })
  }
  const drained = await within(closed, DRAIN_MS)
  const leftover = { startTime, graceMs: LEFTOVER_GRACE_MS }
  if (!drained || program?.leftAny()) return killTree(pid, { ...leftover, mark })
  return groupExists(pid) ? killTree(pid, leftover) : true
}

interface CapturedOutput {
  push(stream: 'stdout' | 'stderr', chunk: Buffer): void
  end(): Pick<ProcessResult, 'stdoutTail' | 'stderrTail'> & Partial<ProcessResult>
  /** Throws what `onLine` threw first, if it did. */
  rethrow(): void
}

function captureOutput(
  options: SpawnCommandOptions,
  clock: () => number,
  onThrow: () => void,
): CapturedOutput {
  const startedAt = clock()
  let firstAt: number | undefined
  let lastAt = startedAt
  let thrown: { readonly error: unknown } | undefined

  const capture = (stream: 'stdout' | 'stderr', file: string | undefined): OutputCapture =>
    createOutputCapture({
      clock,
      ...(file === undefined ? {} : { file }),
      onLine(line, atMs) {
        if (thrown !== undefined) return
        try {
          options.onLine?.(line, stream, atMs)
        } catch (error) {
          thrown = { error }
          onThrow()
        }
      },
    })
  const stdout = capture('stdout', options.stdoutFile)
  let stderr: OutputCapture
  try {
    stderr = capture('stderr', options.stderrFile)
  } catch (error) {
    stdout.end()
    throw error
  }

  return {
    push(stream, chunk) {
      lastAt = clock()
      firstAt ??= lastAt
      ;(stream === 'stdout' ? stdout : stderr).push(chunk)
    },
    end() {
      stdout.end()
      stderr.end()
      const outputError = stdout.fileError ?? stderr.fileError
      return {
        stdoutTail: stdout.lastLines(TAIL_LINES),
        stderrTail: stderr.lastLines(TAIL_LINES),
        ...(firstAt === undefined
          ? {}
          : { firstOutputMs: firstAt - startedAt, lastOutputMs: lastAt - startedAt }),
        ...(outputError === undefined ? {} : { outputError }),
      }
    },
    rethrow() {
      if (thrown !== undefined) throw thrown.error
    },
  }
}
