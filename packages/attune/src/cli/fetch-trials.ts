import { join, resolve } from 'node:path'
import { AttuneError } from '@attune/core'

import { openArtifactStore } from '../artifacts/artifact-store.ts'
import { fetchArtifacts } from '../artifacts/fetch-artifacts.ts'
import { artifactsOf, attachedTo } from '../artifacts/kept-trials.ts'
import { plain } from '../text/text.ts'
import type { OpenStudy } from './open-study.ts'

/**
 * Copies what trials left into a folder, with `apart` those of each into a folder with the number of
 * the trial. Gives a line about each.
 *
 * @throws AttuneError `usage` when none of them left any, and what `fetchArtifacts` throws.
 */
export async function fetchTrials(
  { file, name, history }: OpenStudy,
  trials: readonly number[],
  folder: string,
  apart: boolean,
): Promise<string[]> {
  const store = openArtifactStore(file)
  const having = trials.filter((trial) => artifactsOf(history, trial).length > 0)
  if (having.length === 0) {
    const who = apart ? 'No such trial' : `Trial ${trials[0]}`
    throw new AttuneError(
      'usage',
      `${who} of study "${name}" left ${apart ? '' : 'no '}artifacts. Its study file says which files are kept: artifacts: [model.onnx].`,
    )
  }
  const lines: string[] = []
  for (const trial of having) {
    const target = resolve(apart ? join(folder, String(trial)) : folder)
    const copies = await fetchArtifacts(store, artifactsOf(history, trial), target)
    lines.push(plain(`${count(copies.length)} of trial ${trial}: ${target}`))
  }
  return lines
}

/**
 * Copies what is attached to the study itself into a folder. Gives a line about it.
 * @throws AttuneError `usage` when nothing is attached, and what `fetchArtifacts` throws
 */
export async function fetchOwn(
  { file, name, history }: OpenStudy,
  folder: string,
): Promise<string[]> {
  const files = attachedTo(history)
  if (files.length === 0) {
    throw new AttuneError(
      'usage',
      `Nothing is attached to study "${name}" itself. This attaches a file: attune attach ${name} FILE`,
    )
  }
  const copies = await fetchArtifacts(openArtifactStore(file), files, resolve(folder))
  return [plain(`${count(copies.length)} of the study: ${resolve(folder)}`)]
}

const count = (files: number): string => (files === 1 ? '1 file' : `${files} files`)
