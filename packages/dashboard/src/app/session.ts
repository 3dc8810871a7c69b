import { api } from './api.ts'
import { isFile } from './base.ts'
import type { Session } from './session-state.ts'
import { setSession, setStale } from './session-state.ts'

export { canWrite, isStale, needsLink, session, setStale } from './session-state.ts'
export type { Session } from './session-state.ts'

/** Asks the server who it is; a server that does not answer makes the page stale. */
export async function loadSession(): Promise<void> {
  if (isFile) return
  try {
    setSession(await api<Session>('/api/session'))
    setStale(false)
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 0) setStale(true)
  }
}
