import { availableParallelism } from 'node:os'

/**
 * Finds out what programs used between the last look at them and their end. The kernel adds the times
 * of a child to its parent when that waits for it, so that the change around the moment of an exit is
 * what the program used in all, with whatever it waited for itself.
 */
export interface Reaping {
  /** Takes what was added so far as known; call it at every look. */
  note(): void
  /**
   * Call it from the event of an exit, with the seconds the program had used when it was last seen and
   * how many seconds ago that was. What comes back gives, from the next turn of the event loop on, the
   * seconds that were missed.
   */
  claim(lastSeen: number, ago: number): () => number
}

interface Claim {
  readonly lastSeen: number
  readonly ago: number
}

/** `reaped` gives the seconds of all children that this process waited for; none: nothing is known. */
export function createReaping(reaped: () => number | undefined): Reaping {
  let known = reaped()
  /** Those that ended in the same turn of the event loop: only their sum can be known. */
  let batch: { total: number; readonly claims: Claim[] } | undefined
  const take = (): number => {
    const now = reaped()
    const added = (now ?? 0) - (known ?? 0)
    known = now
    return added
  }
  return {
    note() {
      known = reaped()
    },
    claim(lastSeen, ago) {
      if (batch === undefined) {
        batch = { total: 0, claims: [] }
        setImmediate(() => (batch = undefined))
      }
      const mine = batch
      const claim = { lastSeen, ago: Math.max(ago, 0.001) }
      mine.total += take()
      mine.claims.push(claim)
      return () => {
        const missed = mine.claims.reduce((sum, each) => sum - each.lastSeen, mine.total)
        const waited = mine.claims.reduce((sum, each) => sum + each.ago, 0)
        const share = (missed * claim.ago) / waited
        // Other children may have been waited for as well; a program cannot use more than all cores.
        return Math.min(Math.max(0, share), claim.ago * availableParallelism() + 0.02)
      }
    },
  }
}
