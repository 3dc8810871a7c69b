import type { Artifact } from '../journal/event.ts'
import type { TrialDetails } from '../journal/history.ts'

/**
 * The files of a trial: those that its program left and those that somebody attached, which take the
 * place of one that the program left under the same name.
 */
export function filesOf(
  details: Pick<TrialDetails, 'artifacts' | 'attached'> | undefined,
): readonly Artifact[] {
  const { artifacts = [], attached } = details ?? {}
  if (attached === undefined) return artifacts
  const names = new Set(attached.map(({ name }) => name))
  return [...artifacts.filter(({ name }) => !names.has(name)), ...attached]
}
