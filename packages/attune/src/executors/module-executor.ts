import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { AttuneError, failed } from '@attune/core'
import type { Executor, ObjectiveSpec, Outcome, Trial } from '@attune/core'
import { DRAIN_MS, within } from './drain.ts'
import { createMarkedStream, endMarker } from './end-marker.ts'
import type { Guard } from './guard.ts'
import type { FromWorker, ToWorker } from './module-messages.ts'
import { createOutputCapture } from './output-capture.ts'
import type { OutputCapture } from './output-capture.ts'
import { MARK_VARIABLE } from './process-table.ts'
import { killTree } from './process-tree.ts'
import { trialEnvironment } from './trial-environment.ts'
import { makeTrialFolder } from './trial-folder.ts'

export interface ModuleExecutorOptions {
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
  readonly timeoutSeconds?: number
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
  const idle: Worker[] = []
  const all = new Set<Worker>()
  const take = async (): Promise<Worker> => {
    for (let worker = idle.pop(); worker !== undefined; worker = idle.pop()) {
      if (worker.alive()) return worker
      all.delete(worker)
    }
    const worker = await startWorker(options)
    all.add(worker)
    return worker
  }
  const end = async (worker: Worker): Promise<void> => {
    all.delete(worker)
    await worker.end(0)
  }
  return {
    name: 'module',
    slots: options.slots,
    async run(trial) {
      const worker = await take()
      const outcome = await worker.run(trial)
      if (worker.alive() && options.isolation !== 'process') idle.push(worker)
      else await end(worker)
      return outcome
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...all].map(end))
    },
  }
}

interface Worker {
  alive(): boolean
  run(trial: Trial): Promise<Outcome>
  end(graceMs: number): Promise<void>
}

/** Sources run the source of the worker, built code the built one. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const entry = fileURLToPath(new URL(`./module-worker.${extension}`, import.meta.url))

let started = 0

async function startWorker(options: ModuleExecutorOptions): Promise<Worker> {
  const mark = `${options.mark}module-${++started}`
  const child = fork(entry, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env, [MARK_VARIABLE]: mark },
    execArgv: extension === 'ts' ? ['--conditions=@attune/source'] : [],
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
    const marked = createMarkedStream(marker, (chunk) => output.push(chunk), printed)
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
    const said = ready?.kind === 'refused' ? ready.message : output.lastLines(5).join('\n')
    throw new AttuneError('executor/failed', `The objective could not be started. ${said}`)
  }

  return {
    alive: () => !dismissed && exited === undefined && child.connected,
    end,
    run(trial) {
      const dir = makeTrialFolder(options.journal, options.study, trial.number)
      output = createOutputCapture({ file: join(dir, 'stdout.log') })
      for (const stream of [child.stdout, child.stderr]) {
        if (stream?.readableEnded === false) printing.add(stream)
      }
      return runOn(trial, dir)
    },
  }

  async function runOn(trial: Trial, dir: string): Promise<Outcome> {
    const { timeoutSeconds, graceSeconds = 2 } = options
    const ending = new AbortController()
    let timedOut = false
    const timer =
      timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            ending.abort()
          }, timeoutSeconds * 1000)
    const abort = (): void => ending.abort()
    if (trial.signal.aborted) abort()
    let stopping: Promise<void> | undefined
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
          resolve(message.outcome)
        }
      }
      onExit = () => resolve('exited')
      // The function may go on after it was asked to end, so its process ends in any case.
      const stop = (): void => {
        tell({ kind: 'abort' })
        stopping = end(graceSeconds * 1000)
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
    if (trial.signal.aborted) return { state: 'interrupted' }
    if (!timedOut) {
      return said === 'exited' ? crashed(exited as NonNullable<typeof exited>, output) : said
    }
    return failed(
      'timeout',
      `The objective ran longer than ${timeoutSeconds} s and was ended.`,
      'Raise trial.timeout (--trial-timeout), or make the slow settings smaller.',
      output.lastLines(20),
    )
  }
}

function tellChild(child: ChildProcess, message: ToWorker): void {
  // Sending fails when the worker has just died; its exit is dealt with where it is noticed.
  if (child.connected) child.send(message, () => {})
}

function crashed(
  exited: { readonly code: number | null; readonly signal: string | null },
  output: OutputCapture,
): Outcome {
  const how = exited.signal ?? `exit code ${exited.code}`
  return failed(
    exited.signal === null ? 'error' : 'killed',
    `The worker process ended with ${how} in the middle of the trial.`,
    'The objective crashed the process, ended it, or ran out of memory.',
    output.lastLines(20),
  )
}
