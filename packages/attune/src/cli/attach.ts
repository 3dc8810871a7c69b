import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, sep } from 'node:path'
import type { Artifact, Problem } from '@attune/core'
import {
  AttuneError,
  checkArtifactName,
  messageOf,
  parseCharts,
  refuseProblems,
} from '@attune/core'

import { openArtifactStore } from '../artifacts/artifact-store.ts'
import type { NamedContent } from '../artifacts/attach-files.ts'
import { attachContents } from '../artifacts/attach-files.ts'
import { putArtifact } from '../artifacts/put-artifact.ts'
import { formatBytes } from '../executors/limits.ts'
import { trialNumber, userName } from './annotate.ts'
import type { Io } from './io.ts'
import { openToSteer } from './open-to-steer.ts'
import { answer } from './steering.ts'

interface Shared {
  readonly study: string
  /** The number of a trial, as it was written; default: the study itself. */
  readonly trial?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** One JSON object. */
  readonly json?: boolean | undefined
}

export interface AttachOptions extends Shared {
  readonly files: readonly string[]
  /** In place of the file's own name; of one file only. */
  readonly name?: string | undefined
}

/** Larger files are not read to see whether they are charts: the page does not draw them either. */
const mostChartBytes = 4_000_000

/**
 * `attune attach`: files that are kept with a study or a trial from now on, in place of those that were
 * attached under the same names before.
 * @throws AttuneError `usage` when a file cannot be read, a name cannot be one, or a `.chart.json` is none;
 *   then nothing is attached
 */
export async function attach(options: AttachOptions, io: Io): Promise<number> {
  const { files, trial: given, json } = options
  const wanted = files.map((file) => ({ file, name: options.name ?? basename(file) }))
  refuseProblems('usage', 'attune attach', await problemsOf(wanted, options.name))
  const trial = given === undefined ? undefined : trialNumber(given)
  await using steered = await openToSteer(options)
  const { study } = steered
  if (trial !== undefined) study.trial(trial)
  const store = openArtifactStore(steered.file)
  const contents: NamedContent[] = []
  try {
    for (const { file, name } of wanted) {
      contents.push({ name, content: await putArtifact(store, file) })
    }
  } catch (cause) {
    for (const { content } of contents) await content.release()
    throw new AttuneError('usage', `A file could not be stored: ${messageOf(cause)}`, { cause })
  }
  await attachContents(study, contents, { trial, by: userName() })
  const attached = contents.map(({ name, content: { sha256, bytes } }): Artifact => ({
    ...{ name, sha256, bytes },
  }))
  const lines = attached.map(({ name, bytes }) => `${name}, ${formatBytes(bytes)}`)
  const text = `${whose(study.name, trial)} has ${count(files.length)} more: ${lines.join('; ')}.`
  const done = { study: study.name, command: 'attach', ...about(trial), attached }
  answer(io, json, [text], { ...done, runners: await steered.runners() })
  return 0
}

export interface DetachOptions extends Shared {
  readonly names: readonly string[]
}

/**
 * `attune detach`: takes away what was attached. The content stays in the store until
 * `attune artifacts --collect`.
 * @throws AttuneError `usage` when one of the names is not attached; then nothing is taken away
 */
export async function detach({ names, ...options }: DetachOptions, io: Io): Promise<number> {
  const trial = options.trial === undefined ? undefined : trialNumber(options.trial)
  await using steered = await openToSteer(options)
  const { study } = steered
  const detached = [...new Set(names)]
  await study.annotate({ ...about(trial), by: userName(), detached })
  const text = `${detached.join(', ')} ${detached.length === 1 ? 'is' : 'are'} no longer attached to ${whose(study.name, trial, 'study')}.`
  const done = { study: study.name, command: 'detach', ...about(trial), detached }
  answer(io, options.json, [text], { ...done, runners: await steered.runners() })
  return 0
}

const about = (trial: number | undefined): { readonly trial?: number } =>
  trial === undefined ? {} : { trial }

const whose = (study: string, trial: number | undefined, word = 'Study'): string =>
  trial === undefined
    ? `${word} ${study}`
    : `${word === 'Study' ? 'Trial' : 'trial'} ${trial} of study ${study}`

const count = (files: number): string => (files === 1 ? '1 file' : `${files} files`)

async function problemsOf(
  wanted: readonly { readonly file: string; readonly name: string }[],
  given: string | undefined,
): Promise<Problem[]> {
  const problems: Problem[] = []
  const names = wanted.map(({ name }) => name)
  if (given !== undefined && wanted.length > 1) {
    problems.push({ path: '--name', message: `it names one file, got ${wanted.length}.` })
  }
  for (const [i, { file, name }] of wanted.entries()) {
    const problem = checkArtifactName(name) ?? fileProblem(file)
    if (problem !== undefined) problems.push({ path: file, message: problem })
    else if (given === undefined && names.indexOf(name) < i) {
      const message = `another file is called ${name} too. Attach it by itself, with --name.`
      problems.push({ path: file, message })
    } else if (name.endsWith('.chart.json')) problems.push(...(await chartProblems(file)))
  }
  return problems
}

function fileProblem(file: string): string | undefined {
  try {
    if (statSync(file).isFile()) return undefined
    return file.endsWith(sep) || statSync(file).isDirectory()
      ? 'it is a folder. Name the files in it, or pack it into one.'
      : 'it is no file.'
  } catch (error) {
    return `it cannot be read: ${messageOf(error)}`
  }
}

/** What the page would not draw is told at once. */
async function chartProblems(file: string): Promise<Problem[]> {
  if (statSync(file).size > mostChartBytes) {
    return [{ path: file, message: `a chart has at most ${formatBytes(mostChartBytes)}.` }]
  }
  let data: unknown
  try {
    data = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    return [{ path: file, message: `a chart is JSON: ${messageOf(error)}` }]
  }
  const parsed = parseCharts(data)
  if ('charts' in parsed) return []
  return parsed.problems.map(({ path, message }) => ({ path: `${file}: ${path}`, message }))
}
