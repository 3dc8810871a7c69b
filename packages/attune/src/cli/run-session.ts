import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { Change, Study, Summary } from '@attune/core'
import { countStates, describeChanges, pedAnova, rankFinished, trialsToJudge } from '@attune/core'
import { createProgress } from '../progress/progress.ts'
import type { ProgressMode } from '../progress/progress-contract.ts'
import { chooseMode } from '../progress/surroundings.ts'
import { printSummary } from '../progress/summary.ts'
import { jsonLine } from '../text/json-line.ts'
import type { StudySpec } from '../study-file/study-spec.ts'
import { commandOf } from './command-of.ts'
import { watchInterrupts } from './interrupt.ts'
import type { Io } from './io.ts'
import { runLimits } from './run-limits.ts'
import type { RunPage, RunUi } from './run-page.ts'
import type { RunStudyOptions } from './run-study.ts'
import { runStudy } from './run-study.ts'
import { noteJudging } from './judging-notes.ts'
import { noteSteering } from './steering-notes.ts'

/** A run of a study that a person watches, and may interrupt. */
export interface RunSession extends Pick<RunStudyOptions, 'prepare' | 'around'> {
  readonly spec: StudySpec
  /** The file of the journal; default that of the specification, or `attune.db`. */
  readonly journal?: string | undefined
  readonly json?: boolean | undefined
  /** Whether a stored study may be changed; default: a person at a terminal is asked. */
  readonly acceptChanges?: boolean | undefined
  /** Whether the summary says which parameters decide; default true. */
  readonly importance?: boolean
  /** Serves the study to browsers while it runs. */
  readonly ui?: RunUi | undefined
  /** Called behind the summary, while the study is still open; gives the exit code. */
  readonly conclude?: (study: Study, place: ConcludedPlace) => Promise<number>
}

export interface ConcludedPlace {
  readonly mode: ProgressMode
  /** The exit code so far: 1 when no trial completed or a run of failures ended it. */
  readonly code: number
}

/**
 * Runs a study up to the trials asked, shows how it goes, and sums up.
 * Gives the exit code: 0, 1 when no trial completed or a run of failures ended it (`attune stop` is
 * no failure), 130 after Ctrl-C.
 */
export async function runSession(session: RunSession, io: Io): Promise<number> {
  const { spec } = session
  const journal = resolve(session.journal ?? spec.journal ?? 'attune.db')
  const mode = chooseMode({
    json: session.json ?? false,
    stdoutIsTty: Boolean(process.stdout.isTTY),
    env: process.env,
  })
  const progress = createProgress(mode, {
    write: io.out,
    columns: () => process.stdout.columns ?? 100,
    rows: () => process.stdout.rows ?? 40,
    color: io.color,
    now: Date.now,
  })
  const interrupt = watchInterrupts()
  const started = performance.now()
  let page: RunPage | undefined
  let code = 0
  const summarise = async (study: Study, summary: Summary): Promise<void> => {
    progress.stop()
    printSummary(
      study,
      {
        reason: summary.reason,
        ran: summary.ran,
        seconds: (performance.now() - started) / 1000,
        journal,
        importance: (session.importance ?? true) ? importanceOf(study) : undefined,
        mode,
        color: io.color,
        columns: Math.min(io.columns, 120),
        commandOf: (trial) => commandOf(study.history, trial, journal),
      },
      io.out,
    )
    const { reason } = summary
    const { history } = study
    const isWaited = trialsToJudge(history).length > 0
    const failed = countStates(history).complete === 0 && history.length > 0 && !isWaited
    code = (failed && reason !== 'stopped') || reason === 'failures' ? 1 : 0
    code = (await session.conclude?.(study, { mode, code })) ?? code
    if (page !== undefined && mode !== 'json') io.out(`${page.farewell}\n`)
  }
  try {
    await runStudy(
      {
        spec,
        journal,
        accept: session.acceptChanges ?? (mode === 'screen' ? ask : false),
        signal: interrupt.signal,
        async prepare(study) {
          await session.prepare?.(study)
          if (session.ui === undefined) return
          const { openRunPage } = await import('./run-page.ts')
          page = await openRunPage(session.ui, { study, journal, note: progress.note }, io)
        },
        ...(session.around === undefined ? {} : { around: session.around }),
        opened(study, workers) {
          progress.start({
            study,
            workers,
            journal,
            resumedFrom: study.history.length,
            ...runLimits(spec),
          })
          noteSteering(study, journal, progress.note)
          const { waiting, trials } = runLimits(spec)
          if (waiting !== undefined) {
            noteJudging(study, { journal, link: page?.link, waiting, trials }, progress.note)
          }
          if (page !== undefined && mode === 'json')
            io.out(jsonLine({ type: 'ui', url: page.link }))
          else if (page !== undefined) progress.note(`live at ${page.link}`)
          return progress
        },
      },
      summarise,
    )
  } finally {
    progress.stop()
    await page?.[Symbol.asyncDispose]()
    interrupt.restore()
  }
  return interrupt.exitCode ?? code
}

/** Asks at the terminal whether a stored study may be changed. */
export async function ask(changes: readonly Change[]): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const text = `The stored study differs:\n${describeChanges(changes)}\nGo on with these changes? [y/N] `
    return /^y(es)?$/i.test((await prompt.question(text)).trim())
  } finally {
    prompt.close()
  }
}

/** Importance, once there are enough trials to say anything. */
function importanceOf(study: Study): ReturnType<typeof pedAnova> | undefined {
  const enough = 4
  return rankFinished(study.history).length < enough ? undefined : pedAnova(study.history)
}
