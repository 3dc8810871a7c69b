import { readFileSync } from 'node:fs'
import type { Direction } from '@attune/core'
import { AttuneError } from '@attune/core'
import { parseCommandLineWords } from '../executors/command-template.ts'
import { mergeFlags, specFromFlags } from '../study-file/spec-from-flags.ts'
import type { StudyFlags } from '../study-file/study-flags.ts'
import type { StudySpec } from '../study-file/study-spec.ts'
import type { Io } from './io.ts'
import { runSession } from './run-session.ts'

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
  /** Serves the study to browsers while it runs. */
  readonly ui?: boolean
  /** Of attune. */
  readonly version?: string
}

/**
 * `attune run`: runs a study file, or a command given after `--`, up to the trials asked.
 * Gives the exit code of `runSession`.
 */
export async function run(
  file: string | undefined,
  flags: RunFlags,
  words: readonly string[],
  io: Io,
): Promise<number> {
  const spec = await readSpec(file, flags, words)
  const { journal, json, acceptChanges } = flags
  if (spec.judge !== undefined && (spec.command ?? spec.module) === undefined) {
    const { createJudged } = await import('./create-judged.ts')
    return createJudged({ spec, journal, json, acceptChanges }, flags, io)
  }
  const ui = flags.ui ? { version: flags.version ?? '' } : undefined
  return runSession({ spec, journal, json, acceptChanges, ui }, io)
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
  return mergeFlags(await readStudyFile(file), flags)
}

/** A study file, checked. */
export async function readStudyFile(file: string): Promise<StudySpec> {
  // YAML and its checks are loaded only where there is a file.
  const { parseStudyFile } = await import('../study-file/parse-study-file.ts')
  return parseStudyFile(readText(file), file)
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
