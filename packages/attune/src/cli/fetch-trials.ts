import { join, resolve } from 'node:path'
import { AttuneError } from '@attune/core'

import { openArtifactStore } from '../artifacts/artifact-store.ts'
import { fetchArtifacts } from '../artifacts/fetch-artifacts.ts'
import { artifactsOf } from '../artifacts/kept-trials.ts'
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
    const count = copies.length === 1 ? '1 file' : `${copies.length} files`
    lines.push(plain(`${count} of trial ${trial}: ${target}`))
  }
  return lines
}
