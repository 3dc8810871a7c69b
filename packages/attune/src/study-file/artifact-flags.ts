import type { Problem } from '@attune/core'
import type { ArtifactRule } from '../artifacts/artifact-rule.ts'
import { keepExpected, parseKeep } from '../artifacts/artifact-rule.ts'
import { checkPattern } from '../artifacts/file-patterns.ts'
import type { StudyFlags } from './study-flags.ts'
import type { StudySpec } from './study-spec.ts'
import { show } from './wording.ts'

/**
 * The files to be kept as `--artifact` and `--keep-artifacts` say, adding every mistake to `problems`.
 * `before` is what a study file says: patterns replace its patterns, and what is kept its policy.
 */
export function readArtifactFlags(
  { artifact: files = [], keepArtifacts }: StudyFlags,
  problems: Problem[],
  before?: ArtifactRule,
): Pick<StudySpec, 'artifacts'> {
  if (files.length === 0 && keepArtifacts === undefined) return {}
  const say = (path: string, message: string): void => void problems.push({ path, message })
  for (const pattern of files) {
    const message = checkPattern(pattern)
    if (message !== undefined) say('--artifact', message)
  }
  const keep = keepArtifacts === undefined ? before?.keep : parseKeep(keepArtifacts)
  if (keepArtifacts !== undefined && keep === undefined) {
    const got = show(keepArtifacts)
    say(
      '--keep-artifacts',
      `expected ${keepExpected}, got ${got}. Example: --keep-artifacts best=3`,
    )
  }
  if (files.length === 0 && before === undefined) {
    say('--keep-artifacts', 'nothing says which files. Example: --artifact model.onnx')
  }
  const rule = { ...before, files: files.length > 0 ? files : (before?.files ?? []) }
  return { artifacts: keep === undefined ? rule : { ...rule, keep } }
}
