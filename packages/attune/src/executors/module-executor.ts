import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { AttuneError } from '@attune/core'
import type { Executor, ObjectiveSpec, Outcome, Trial } from '@attune/core'
import { limitData } from './data-limit.ts'
import { DRAIN_MS, within } from './drain.ts'
import { createMarkedStream, endMarker } from './end-marker.ts'
import { exitFailure } from './exit-failure.ts'
import type { Guard } from './guard.ts'
import type { Breach, TrialLimits } from './limits.ts'
import { breachFailure, timeoutBreach } from './limits.ts'
import type { FromWorker, ToWorker } from './module-messages.ts'
import { createOutputCapture } from './output-capture.ts'
import type { OutputCapture } from './output-capture.ts'
import { MARK_VARIABLE } from './process-table.ts'
import { killTree } from './process-tree.ts'
import { createResourceWatch } from './resource-watch.ts'
import type { ResourceWatch } from './resource-watch.ts'
import type { Own } from './watched-program.ts'
import type { PriorityOptions } from './priority.ts'
import { lowerPriority } from './priority.ts'
import type { SlotOptions } from './slots.ts'
import { createSlots, slotEnvironment } from './slots.ts'
import { trialEnvironment } from './trial-environment.ts'
import { makeTrialFolder } from './trial-folder.ts'

export interface ModuleExecutorOptions extends TrialLimits, SlotOptions, PriorityOptions {
  /** A JavaScript or TypeScript file whose default export is the objective. */
  readonly file: string
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly study: string
  /** The journal's file; trial folders lie beside it. */
  readonly journal: string
  readonly objectives: readonly ObjectiveSpec[]
  readonly slots: number
  /** `worker` (default) reuses processes, `process` starts a fresh one for every trial. */
  readonly isolation?: 'worker' | 'process'
  readonly graceSeconds?: number
  readonly guard?: Guard
  readonly mark: string
}

/**
 * Runs a function of a JavaScript or TypeScript file in worker processes, which are reused from
 * trial to trial. A trial that must end is asked by its signal first; a worker that does not listen
 * is killed, and a new one takes its place.
 */
export function moduleExecutor(options: ModuleExecutorOptions): Executor {
  // A worker keeps its place: what it has done with its devices cannot be undone.
  const idle = new Map<number, Worker>()
  const slots = createSlots()
  const watch = createResourceWatch()
  const all = new Set<Worker>()
  const end = async (worker: Worker): Promise<void> => {
    all.delete(worker)
    await worker.end(0)
    await worker.forget()
  }
  const workerIn = async (slot: number): Promise<Worker> => {
    const known = idle.get(slot)
    idle.delete(slot)
    if (known?.alive() === true) return known
    if (known !== undefined) await end(known)
    const worker = await startWorker(options, slot, watch)
    all.add(worker)
    return worker
  }
  return {
    name: 'module',
    slots: options.slots,
    async run(trial) {
      const slot = slots.take()
      try {
        const worker = await workerIn(slot)
        const outcome = await worker.run(trial)
        if (worker.alive() && options.isolation !== 'process') idle.set(slot, worker)
        else await end(worker)
        return outcome
      } finally {
        slots.give(slot)
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...all].map(end))
      watch.close()
    },
  }
}

interface Worker {
  alive(): boolean
  run(trial: Trial): Promise<Outcome>
  end(graceMs: number): Promise<void>
  /** To be called when it has ended and its last trial is judged. */
  forget(): Promise<void>
}

/** Sources run the source of the worker, built code the built one. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const entry = fileURLToPath(new URL(`./module-worker.${extension}`, import.meta.url))

let started = 0

/** Options of Node for a worker, so that a heap that grows too large is a failure with a name. */
function nodeOptions({ memoryBytes }: TrialLimits): string[] {
  const conditions = extension === 'ts' ? ['--conditions=@attune/source'] : []
  if (memoryBytes === undefined) return conditions
  const mebibytes = memoryBytes / 1024 ** 2
  // The process itself needs about as much as is left out here.
  const heap = Math.ceil(Math.max(mebibytes - 64, mebibytes / 2))
  return [...conditions, `--max-old-space-size=${heap}`]
}

async function startWorker(
  options: ModuleExecutorOptions,
  slot: number,
  watch: ResourceWatch,
): Promise<Worker> {
  const mark = `${options.mark}module-${++started}`
  const child = fork(entry, {
    cwd: options.cwd,
    env: {
      ...process.env,
      ...slotEnvironment(options, slot),
      ...options.env,
      [MARK_VARIABLE]: mark,
    },
    execArgv: nodeOptions(options),
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  })
  const pid = child.pid
  if (pid === undefined) {
    const error = await new Promise<Error>((resolve) => child.once('error', resolve))
    throw new AttuneError(
      'executor/failed',
      `A worker process could not be started: ${error.message}`,
    )
  }
  options.guard?.add(pid)
  lowerPriority(pid, options)
  const program = watch.add(pid, mark, options)
  if (options.memoryBytes !== undefined) limitData(pid, options.memoryBytes)
  let exited: { code: number | null; signal: string | null } | undefined
  let onMessage: (message: FromWorker) => void = () => {}
  let onExit: () => void = () => {}
  let output: OutputCapture = createOutputCapture()
  // Output and messages come by different ways: a result may be here before the words before it.
  const marker = endMarker(mark)
  const printing = new Set<Readable>()
  let onPrinted: () => void = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    const printed = (): void => {
      if (printing.delete(stream) && printing.size === 0) onPrinted()
    }
    const keep = (chunk: Buffer): void => {
      program.printed(chunk.length)
      output.push(chunk)
    }
    const marked = createMarkedStream(marker, keep, printed)
    stream.on('data', (chunk: Buffer) => marked.push(chunk))
    stream.on('end', () => {
      marked.end()
      printed()
    })
  }
  /** What was left running may keep a stream open, so this waits a moment only. */
  const allPrinted = (): Promise<void> => {
    const printed = new Promise<void>((resolve) => (onPrinted = resolve))
    return printing.size === 0 ? Promise.resolve() : within(printed, DRAIN_MS)
  }
  // A worker that is just ending cannot be written to; its exit says the rest.
  child.on('error', () => {})
  child.on('message', (message) => onMessage(message as FromWorker))
  child.on('exit', (code, signal) => {
    exited = { code, signal }
    program.exited()
    onExit()
  })
  // The process may be gone before its exit is heard of, so that it must not be used from here on.
  let dismissed = false
  const end = async (graceMs: number): Promise<void> => {
    dismissed = true
    if (await killTree(pid, { mark, graceMs })) options.guard?.remove(pid)
  }
  const tell = (message: ToWorker): void => tellChild(child, message)

  const ready = await new Promise<FromWorker | undefined>((resolve) => {
    onMessage = resolve
    onExit = () => resolve(undefined)
    tell({ kind: 'load', file: options.file, objectives: options.objectives, marker })
  })
  if (ready?.kind !== 'ready') {
    await end(0)
    await program.forget()
    const said = ready?.kind === 'refused' ? ready.message : output.lastLines(5).join('\n')
    throw new AttuneError('executor/failed', `The objective could not be started. ${said}`)
  }

  return {
    alive: () => !dismissed && exited === undefined && child.connected,
    end,
    forget: () => program.forget(),
    async run(trial) {
      const dir = await makeTrialFolder(options.journal, options.study, trial)
      // Making a file takes longer than many a trial that prints nothing.
      output = createOutputCapture({ file: join(dir, 'stdout.log'), lazy: true })
      for (const stream of [child.stdout, child.stderr]) {
        if (stream?.readableEnded === false) printing.add(stream)
      }
      return runOn(trial, dir)
    },
  }

  async function runOn(trial: Trial, dir: string): Promise<Outcome> {
    const { timeoutSeconds, graceSeconds = 2 } = options
    const startedAt = performance.now()
    const ending = new AbortController()
    let breach: Breach | undefined
    const onBreach = (why: Breach): void => {
      breach ??= why
      ending.abort()
    }
    program.begin({ folder: dir, onBreach })
    const timer =
      timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => onBreach(timeoutBreach(timeoutSeconds)), timeoutSeconds * 1000)
    const abort = (): void => ending.abort()
    if (trial.signal.aborted) abort()
    let stopping: Promise<void> | undefined
    let own: Own | undefined
    trial.signal.addEventListener('abort', abort, { once: true })
    const said = await new Promise<Outcome | 'exited'>((resolve, reject) => {
      onMessage = (message) => {
        if (message.kind === 'report') {
          trial.adopt(message.discovered)
          trial
            .report(message.values, { step: message.step })
            .then((decision) => tell({ kind: 'decision', id: message.id, decision }), reject)
        } else if (message.kind === 'done') {
          trial.adopt(message.discovered)
          own = message.own
          resolve(message.outcome)
        }
      }
      onExit = () => resolve('exited')
      // The function may go on after it was asked to end, so its process ends in any case.
      const stop = (): void => {
        tell({ kind: 'abort' })
        stopping = end(breach?.reason === 'out-of-memory' ? 0 : graceSeconds * 1000)
      }
      ending.signal.addEventListener('abort', stop, { once: true })
      if (exited !== undefined) return onExit()
      if (ending.signal.aborted) stop()
      tell({ kind: 'run', trial: trial.data, env: trialEnvironment(trial, options.study, dir) })
    })
    clearTimeout(timer)
    trial.signal.removeEventListener('abort', abort)
    await stopping
    await allPrinted()
    output.end()
    const { used: resources, breach: late } = await program.end(own)
    if (trial.signal.aborted) return { state: 'interrupted' }
    const lines = output.lastLines(TAIL_LINES)
    const tooMuch = breach ?? (said === 'exited' || said.state === 'complete' ? late : undefined)
    if (tooMuch !== undefined) {
      return { ...breachFailure('The objective', tooMuch, lines), resources }
    }
    if (said === 'exited')
      return { ...crashed(lines, watch.kernelKilledSince(startedAt)), resources }
    if (said.state === 'failed') return { ...withOutput(said, lines), resources }
    return said.state === 'interrupted' ? said : { ...said, resources }
  }

  function crashed(lines: readonly string[], kernelKilled: boolean): FailedOutcome {
    return exitFailure({
      subject: 'The worker process',
      exitCode: exited?.code ?? null,
      signal: exited?.signal ?? null,
      output: lines,
      kernelKilled,
      help: 'The objective ended its own process; have it return its result, or throw.',
    })
  }
}

type FailedOutcome = Extract<Outcome, { state: 'failed' }>

const TAIL_LINES = 20

/** What was printed stands before where the objective threw, and gives way to it. */
function withOutput(outcome: FailedOutcome, lines: readonly string[]): FailedOutcome {
  const { output: stack = [] } = outcome.failure
  const room = TAIL_LINES - stack.length
  const output = [...(room <= 0 ? [] : lines.slice(-room)), ...stack]
  return { ...outcome, failure: { ...outcome.failure, output } }
}

function tellChild(child: ChildProcess, message: ToWorker): void {
  // Sending fails when the worker has just died; its exit is dealt with where it is noticed.
  if (child.connected) child.send(message, () => {})
}
