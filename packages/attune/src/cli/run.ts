import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { Change, Direction, Study, Summary } from '@attune/core'
import { AttuneError, countStates, describeChanges, pedAnova, rankFinished } from '@attune/core'
import { parseCommandLineWords } from '../executors/command-template.ts'
import { createProgress } from '../progress/progress.ts'
import { chooseMode } from '../progress/surroundings.ts'
import { printSummary } from '../progress/summary.ts'
import { mergeFlags, specFromFlags } from '../study-file/spec-from-flags.ts'
import type { StudyFlags } from '../study-file/study-flags.ts'
import type { StudySpec } from '../study-file/study-spec.ts'
import { commandOf } from './command-of.ts'
import { watchInterrupts } from './interrupt.ts'
import type { Io } from './io.ts'
import { runLimits } from './run-limits.ts'
import { runStudy } from './run-study.ts'
import { noteSteering } from './steering-notes.ts'

/** The options of `attune run`, as the command line gives them. */
export interface RunFlags extends StudyFlags {
  readonly name?: string
  readonly param: readonly string[]
  readonly require: readonly string[]
  readonly goals: readonly { readonly direction: Direction; readonly name: string }[]
  readonly metric?: string
  readonly result?: string
  readonly acceptChanges?: boolean
  readonly json?: boolean
}

/**
 * `attune run`: runs a study file, or a command given after `--`, up to the trials asked.
 * Gives the exit code: 0, 1 when no trial completed or a run of failures ended it (`attune stop` is
 * no failure), 130 after Ctrl-C.
 */
export async function run(
  file: string | undefined,
  flags: RunFlags,
  words: readonly string[],
  io: Io,
): Promise<number> {
  const spec = await readSpec(file, flags, words)
  const journal = resolve(flags.journal ?? spec.journal ?? 'attune.db')
  const mode = chooseMode({
    json: flags.json ?? false,
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
        importance: importanceOf(study),
        mode,
        color: io.color,
        columns: Math.min(io.columns, 120),
        commandOf: (trial) => commandOf(study.history, trial, journal),
      },
      io.out,
    )
    const { reason } = summary
    const failed = countStates(study.history).complete === 0 && study.history.length > 0
    code = (failed && reason !== 'stopped') || reason === 'failures' ? 1 : 0
  }
  try {
    await runStudy(
      {
        spec,
        journal,
        accept: flags.acceptChanges ?? (mode === 'screen' ? ask : false),
        signal: interrupt.signal,
        opened(study, workers) {
          progress.start({
            study,
            workers,
            journal,
            resumedFrom: study.history.length,
            ...runLimits(spec),
          })
          noteSteering(study, journal, progress.note)
          return progress
        },
      },
      summarise,
    )
  } finally {
    progress.stop()
    interrupt.restore()
  }
  return interrupt.exitCode ?? code
}

async function readSpec(
  file: string | undefined,
  flags: RunFlags,
  words: readonly string[],
): Promise<StudySpec> {
  if (file === undefined) {
    return mergeFlags(specFromFlags({ ...flags, words: parseCommandLineWords(words) }), flags)
  }
  const given = [
    ...(flags.param.length > 0 ? ['--param'] : []),
    ...(flags.goals.length > 0 ? ['--minimize/--maximize'] : []),
    ...(words.length > 0 ? ['a command after --'] : []),
  ]
  if (given.length > 0) {
    throw new AttuneError(
      'usage',
      `A study file says these itself: ${given.join(', ')}. Leave them out, or leave out ${file}.`,
    )
  }
  // YAML and its checks are loaded only where there is a file.
  const { parseStudyFile } = await import('../study-file/parse-study-file.ts')
  return mergeFlags(parseStudyFile(readText(file), file), flags)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    const why = missing ? 'there is no such file' : (cause as Error).message
    throw new AttuneError('usage', `Study file ${file}: ${why}. Give the path of a study file.`, {
      cause,
    })
  }
}

/** Asks at the terminal whether a stored study may be changed. */
async function ask(changes: readonly Change[]): Promise<boolean> {
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
