import type { Artifact } from '@attune/core'
import { useEffect, useState } from 'preact/hooks'

import { api } from '../../../app/api.ts'
import { useStudy } from '../model/study-model.ts'

/** What the server knows of a trial beside the history. */
export interface TrialDetails {
  readonly command?: string
  readonly folder?: string
  readonly environment?: unknown
  /** Bytes of what the program wrote. */
  readonly output: { readonly stdout?: number; readonly stderr?: number }
  readonly artifacts: readonly ArtifactAbout[]
  readonly story: readonly { readonly at: number; readonly text: string }[]
}

export interface ArtifactAbout {
  readonly name: string
  readonly bytes: number
  readonly type: string
  /** Whether somebody attached it: then it can be taken away. */
  readonly attached?: boolean
  /** Of its content. */
  readonly sha256: string
}

/** Where the server has what belongs to a trial. */
export const trialPath = (id: string, trial: number): string =>
  `/api/studies/${encodeURIComponent(id)}/trials/${trial}`

/**
 * Read anew when the state of the trial changes, or what `attached` tells; undefined until they are
 * there, or without a server.
 */
export function useTrialDetails(
  trial: number,
  state: string | undefined,
  attached?: readonly Artifact[],
): { readonly details?: TrialDetails; readonly problem?: string } {
  const { id, onServer } = useStudy()
  const [answer, setAnswer] = useState<{
    readonly of: string
    readonly details?: TrialDetails
    readonly problem?: string
  }>({ of: '' })
  const of = `${id} ${trial}`
  const files = attached?.map(({ name, sha256 }) => `${sha256} ${name}`).join('\n')
  useEffect(() => {
    if (!onServer || state === undefined) return undefined
    const leaving = new AbortController()
    api<TrialDetails>(trialPath(id, trial), { signal: leaving.signal }).then(
      (details) => setAnswer({ of, details }),
      (error: unknown) => {
        if (leaving.signal.aborted) return
        setAnswer({ of, problem: error instanceof Error ? error.message : String(error) })
      },
    )
    return () => leaving.abort()
  }, [of, state, onServer, files])
  return answer.of === of ? answer : {}
}
