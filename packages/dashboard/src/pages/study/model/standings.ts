import type { WorkerStanding } from '@attune/core'
import type { ReadonlySignal } from '@preact/signals'
import { signal } from '@preact/signals'

import { api } from '../../../app/api.ts'
import { refreshOf } from './refresh.ts'

/** How runs stand that have not said that they ended, by worker. */
export type Standings = Readonly<Record<string, { readonly standing: WorkerStanding }>>

/** What the server knows of workers and the journal does not. */
export interface StudyStandings extends Disposable {
  readonly standings: ReadonlySignal<Standings>
  /** Names of workers whose process is gone, in order. */
  readonly dead: readonly string[]
  /** The study has changed. */
  ask(): void
}

/** The server is asked no more often than this, in milliseconds. */
const leastGap = 2000

/**
 * Follows who is alive: asks the server at once, whenever the study changed, and when the page is seen again,
 * since a process that is killed writes nothing.
 * @param onDeath called when other workers are dead than before
 */
export function followStandings(id: string, onDeath: () => void): StudyStandings {
  const standings = signal<Standings>({})
  let dead: readonly string[] = []
  const asking = refreshOf(async () => {
    if (document.hidden) return
    standings.value = await api<Standings>(`/api/studies/${encodeURIComponent(id)}/runs`)
    const before = dead.join('\n')
    dead = Object.entries(standings.value)
      .flatMap(([worker, { standing }]) => (standing === 'dead' ? [worker] : []))
      .toSorted()
    if (dead.join('\n') !== before) onDeath()
  }, leastGap)
  document.addEventListener('visibilitychange', asking.ask)
  asking.ask()
  return {
    standings,
    get dead() {
      return dead
    },
    ask: asking.ask,
    [Symbol.dispose]() {
      document.removeEventListener('visibilitychange', asking.ask)
      asking[Symbol.dispose]()
    },
  }
}
