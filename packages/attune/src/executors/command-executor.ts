import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AttuneError, failed, outcomeOfError } from '@attune/core'
import type { Executor, ObjectiveSpec, Outcome, SearchSpace, Trial } from '@attune/core'
import type { Command } from './command-template.ts'
import { templateFor } from './command-template.ts'
import { exitFailure } from './exit-failure.ts'
import type { Guard } from './guard.ts'
import type { TrialLimits } from './limits.ts'
import { breachFailure, timeoutBreach } from './limits.ts'
import type { MetricLine, MetricParser } from './metric-parser.ts'
import { compileMetricPattern, createMetricParser } from './metric-parser.ts'
import type { ProgramResult, ResultRule } from './program-result.ts'
import { createProgramResult } from './program-result.ts'
import { createResourceWatch } from './resource-watch.ts'
import type { ProcessResult } from './spawn-command.ts'
import { spawnCommand } from './spawn-command.ts'
import type { PriorityOptions } from './priority.ts'
import { lowerPriority } from './priority.ts'
import type { SlotOptions } from './slots.ts'
import { createSlots, slotEnvironment } from './slots.ts'
import { resultFile, trialEnvironment, withoutTrial } from './trial-environment.ts'
import { makeTrialFolder } from './trial-folder.ts'

export interface CommandExecutorOptions extends TrialLimits, SlotOptions, PriorityOptions {
  readonly command: Command
  /** The folder the program runs in. */
  readonly cwd: string
  /** Variables added to this process's own; the trial's come on top. */
  readonly env?: Readonly<Record<string, string>>
  readonly study: string
  /** The journal's file; trial folders lie beside it. */
  readonly journal: string
  readonly space: SearchSpace
  readonly objectives: readonly ObjectiveSpec[]
  /** Default `last`. */
  readonly result?: ResultRule
  /** A regular expression for the output; default: JSON lines. */
  readonly metric?: string
  /** How many programs run at once. */
  readonly slots: number
  /** Between SIGTERM and SIGKILL; default 2. */
  readonly graceSeconds?: number
  readonly guard?: Guard
  /** Begins the mark of every process started here, so that leftovers can be found. */
  readonly mark: string
  /** Told once about habits of the program that keep attune from helping. */
  readonly note?: (line: string) => void
}

/**
 * Runs any program as the objective. It gets its parameters in its arguments and environment, and
 * answers on standard output with JSON lines (or lines that match a pattern), or by the file that
 * `ATTUNE_RESULT` names. A line with a `step` is a report that may lead to an early stop.
 *
 * @throws AttuneError `command/template` and `command/metric` when the command or pattern is wrong.
 */
export function commandExecutor(options: CommandExecutorOptions): Executor {
  const { space, study, journal, objectives, cwd } = options
  const template = templateFor(options.command, space)
  if (options.metric !== undefined) compileMetricPattern(options.metric, objectives[0]?.name)
  const watch = createResourceWatch()
  const slots = createSlots()
  let buffered = false

  const runIn = async (slot: number, trial: Trial): Promise<Outcome> => {
    const dir = await makeTrialFolder(journal, study, trial)
    rmSync(resultFile(dir), { force: true })
    const { argv } = template.render(trial.values, { trial: trial.number, seed: trial.seed, dir })
    const answers = listen(trial, options)
    const signal = AbortSignal.any([trial.signal, answers.stop])
    const ended = await spawnCommand({
      argv,
      cwd,
      env: {
        ...withoutTrial(process.env),
        ...slotEnvironment(options, slot),
        ...options.env,
        ...trialEnvironment(trial, study, dir),
      },
      started: (pid) => lowerPriority(pid, options),
      mark: `${options.mark}${trial.number}`,
      ...(options.timeoutSeconds === undefined ? {} : { timeoutMs: options.timeoutSeconds * 1000 }),
      ...(options.graceSeconds === undefined ? {} : { graceMs: options.graceSeconds * 1000 }),
      stdoutFile: join(dir, 'stdout.log'),
      stderrFile: join(dir, 'stderr.log'),
      onLine: (line, stream) => {
        if (stream === 'stdout') answers.line(line)
      },
      signal,
      resources: { watch, limits: options, folder: dir },
      ...(options.guard === undefined ? {} : { guard: options.guard }),
    })
    await answers.settled()
    if (!buffered && answers.cameAtTheEnd(ended)) {
      buffered = true
      options.note?.(
        'All reports came only when the program ended: it buffers its output, so nothing can be stopped early. Flush after every line (Python: print(..., flush=True)).',
      )
    }
    return outcomeOf(ended, answers, dir, options)
  }
  return {
    name: 'command',
    slots: options.slots,
    async run(trial) {
      const slot = slots.take()
      try {
        return await runIn(slot, trial)
      } finally {
        slots.give(slot)
      }
    },
    async [Symbol.asyncDispose]() {
      watch.close()
    },
  }
}

interface Answers {
  line(text: string): void
  /** Aborts when the scheduler says stop. */
  readonly stop: AbortSignal
  /** All reports have been stored and decided. */
  settled(): Promise<void>
  readonly result: ProgramResult
  readonly parser: MetricParser
  /** Whether reports came when the trial had to end, and nobody looked at them any more. */
  missed(): boolean
  cameAtTheEnd(ended: ProcessResult): boolean
}

/** Reports of fewer than this many milliseconds before the end came with it. */
const atOnceMs = 60
/** Only programs that run for longer can be said to hold their output back. */
const noticeableMs = 1000

/** Turns lines into reports, one after the other in their order. */
function listen(trial: Trial, options: CommandExecutorOptions): Answers {
  const { objectives, metric } = options
  const parser = createMetricParser(
    metric === undefined ? {} : { pattern: metric, metricName: objectives[0]?.name ?? '' },
  )
  const result = createProgramResult(options.result ?? 'last', objectives)
  const stop = new AbortController()
  const started = performance.now()
  let queue = Promise.resolve()
  let failure: { readonly error: unknown } | undefined
  let missed = false
  let count = 0
  let firstAt = 0

  const report = async (step: number, metrics: Readonly<Record<string, number>>): Promise<void> => {
    if (stop.signal.aborted || failure !== undefined) return
    if (trial.signal.aborted) {
      missed = true
      return
    }
    try {
      const decision = await trial.report(metrics, { step })
      if (decision.kind === 'stop') stop.abort(decision.reason)
    } catch (error) {
      failure = { error }
      stop.abort('the report could not be stored')
    }
  }
  const stepOf = (line: MetricLine): number | undefined => {
    const { step } = line
    if (typeof step === 'number' && step >= 0) return step
    // A pattern cannot say steps, unless it names a group so: its matches are counted.
    return metric === undefined ? undefined : count + 1
  }
  return {
    stop: stop.signal,
    result,
    parser,
    line(text) {
      const line = parser.push(text)
      if (line === undefined) return
      const metrics = result.add(line)
      const step = stepOf(line)
      if (step === undefined || Object.keys(metrics).length === 0) return
      if (count++ === 0) firstAt = performance.now() - started
      queue = queue.then(() => report(step, metrics))
    },
    async settled() {
      await queue
      if (failure !== undefined) throw failure.error
    },
    missed: () => missed,
    cameAtTheEnd: ({ cause, durationMs }) =>
      cause === 'exit' && count > 1 && durationMs > noticeableMs && durationMs - firstAt < atOnceMs,
  }
}

function outcomeOf(
  ended: ProcessResult,
  answers: Answers,
  dir: string,
  options: CommandExecutorOptions,
): Outcome {
  const output = outputTail(ended)
  const resources = { seconds: ended.durationMs / 1000, ...ended.used }
  if (ended.cause === 'not-found' || ended.cause === 'not-executable') {
    throw new AttuneError('command/not-found', ended.message ?? 'The program could not be started.')
  }
  if (answers.stop.aborted) return { state: 'pruned', resources }
  // A program that ended before the abort reached it keeps its result, if all it said was heard.
  if (ended.cause === 'aborted' || answers.missed()) return { state: 'interrupted' }
  const outcome = judge(ended, answers, dir, options)
  if (outcome.state === 'failed') {
    return { state: 'failed', failure: { ...outcome.failure, output }, resources }
  }
  return outcome.state === 'interrupted' ? outcome : { ...outcome, resources }
}

function judge(
  ended: ProcessResult,
  answers: Answers,
  dir: string,
  options: CommandExecutorOptions,
): Outcome {
  if (ended.cause === 'not-started') {
    return failed('error', ended.message ?? 'The program could not be started.')
  }
  const subject = 'The program'
  if (ended.cause === 'timeout') {
    return breachFailure(subject, timeoutBreach(options.timeoutSeconds as number))
  }
  if (ended.breach !== undefined) return breachFailure(subject, ended.breach)
  const { refused } = answers.result
  if (refused !== undefined) return refusal(refused)
  if (ended.signal !== null || ended.exitCode !== 0) {
    const help =
      'The last lines of its output say why; `attune best` shows how a trial is run by hand.'
    return exitFailure({ ...ended, subject, help, output: outputTail(ended) })
  }
  const fromFile = readResultFile(dir, answers.result)
  if (fromFile !== undefined) return fromFile
  const outcome = answers.result.outcome()
  if (outcome.state !== 'failed' || outcome.failure.reason !== 'missing-result') return outcome
  return missingResult(answers, options)
}

/** What a program says by `refused` is what a function says by throwing this. */
function refusal(why: string): Outcome {
  return outcomeOfError({ code: 'trial/refused', message: why })
}

/** Adds the result file, if the program left one; a file that cannot be read is a failure. */
function readResultFile(dir: string, result: ProgramResult): Outcome | undefined {
  const file = resultFile(dir)
  if (!existsSync(file)) return undefined
  const line = createMetricParser().push(readFileSync(file, 'utf8').replaceAll(/\s+/g, ' '))
  if (line === undefined) {
    return failed(
      'invalid-result',
      'The result file holds no JSON object.',
      'Write one object with every objective into the file that ATTUNE_RESULT names.',
    )
  }
  result.add(line)
  return result.refused === undefined ? undefined : refusal(result.refused)
}

function missingResult(answers: Answers, options: CommandExecutorOptions): Outcome {
  const names = options.objectives.map((o) => o.name)
  const { lines, understood, broken } = answers.parser.counts()
  const expected =
    options.metric === undefined
      ? `Print a line such as {"${names[0]}": 0.5}.`
      : `Print a line that matches ${options.metric}.`
  const seen =
    understood > 0
      ? `${understood} of ${lines} lines were understood, but none gave ${names.join(', ')}`
      : `none of its ${lines} lines of output was understood`
  const hint = broken === undefined ? '' : ` This line looks like JSON but is not: ${broken}`
  return failed(
    'missing-result',
    `The program ended without a result: ${seen}.`,
    `${expected}${hint}`,
  )
}

const TAIL_LINES = 20

/** The last 20 lines of both outputs, half of each if both have many; standard error at the end. */
function outputTail({ stdoutTail, stderrTail }: ProcessResult): string[] {
  const half = TAIL_LINES / 2
  const errors = stderrTail.slice(-Math.max(half, TAIL_LINES - stdoutTail.length))
  const others = TAIL_LINES - errors.length
  return [...(others === 0 ? [] : stdoutTail.slice(-others)), ...errors]
}
