import type { Artifact } from '@attune/core'
import { messageOf } from '@attune/core'

import type { ArtifactRule } from './artifact-rule.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { findFiles } from './find-files.ts'
import type { StoredContent } from './put-artifact.ts'
import { putArtifact } from './put-artifact.ts'

/** What a trial left. */
export interface Gathered {
  readonly artifacts: readonly Artifact[]
  /** Their content, pinned. */
  readonly contents: readonly StoredContent[]
  /** The files that are in the store now, or need not be. */
  readonly files: readonly string[]
  /** The patterns that no file matches. */
  readonly unmatched: readonly string[]
}

/**
 * Takes the files of a trial's folder that match the rule into the store; without `store` it only
 * finds them. What cannot be read or stored is left out, and `note` is told.
 */
export async function gatherArtifacts(
  folder: string,
  rule: ArtifactRule,
  store: ArtifactStore | undefined,
  note: (line: string) => void,
): Promise<Gathered> {
  const found = await findFiles(folder, rule.files)
  for (const problem of found.problems) note(`A folder was not searched for artifacts: ${problem}`)
  if (found.more) note(`Only ${found.files.length} files are kept as artifacts; there are more.`)
  const artifacts: Artifact[] = []
  const contents: StoredContent[] = []
  const files: string[] = []
  for (const { name, path } of found.files) {
    try {
      const content = store && (await putArtifact(store, path))
      files.push(path)
      if (content === undefined) continue
      contents.push(content)
      artifacts.push({ name, sha256: content.sha256, bytes: content.bytes })
    } catch (error) {
      note(`${name} was not kept as an artifact: ${messageOf(error)}`)
    }
  }
  return { artifacts, contents, files, unmatched: found.unmatched }
}
