import { useEffect, useState } from 'preact/hooks'

import { api } from '../../../app/api.ts'
import { useStudy } from '../model/study-model.ts'
import type { ArtifactAbout } from '../trial/trial-details.ts'
import { filesPath } from './file-paths.ts'

/** What is attached to the study, as the server has it; undefined until that is known. */
export function useStudyFiles(): readonly ArtifactAbout[] | undefined {
  const { id, onServer, facts } = useStudy()
  const known = facts.value?.files
  const key = known?.map(({ name, sha256 }) => `${sha256} ${name}`).join('\n')
  const [files, setFiles] = useState<readonly ArtifactAbout[] | undefined>(undefined)
  useEffect(() => {
    if (!onServer || key === undefined) return undefined
    if (key === '') {
      setFiles([])
      return undefined
    }
    const leaving = new AbortController()
    api<readonly ArtifactAbout[]>(filesPath(id, undefined), { signal: leaving.signal }).then(
      setFiles,
      () => {
        if (!leaving.signal.aborted) setFiles([])
      },
    )
    return () => leaving.abort()
  }, [id, onServer, key])
  return files
}
