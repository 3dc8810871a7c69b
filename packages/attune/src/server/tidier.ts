import type { StudyFeed } from './study-feed.ts'

/** Lets go of histories that nobody needs. */
export interface Tidier {
  /** Looks now, and once more when the next one is due: nothing ticks while nobody looks. */
  tidy(): void
  stop(): void
}

/** An open history that nobody has used for so long is let go. */
const idleMs = 60_000
/** Histories that nobody follows may take so much memory together, in bytes. */
const mostBytes = 250_000_000

export function createTidier(
  feeds: () => readonly StudyFeed[],
  { release }: { readonly release: (feed: StudyFeed) => void },
): Tidier {
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  const tidy = (): void => {
    clearTimeout(timer)
    const free = feeds()
      .filter(({ open, followers }) => open !== undefined && followers === 0)
      .toSorted((a, b) => a.usedAt - b.usedAt)
    let bytes = free.reduce((sum, feed) => sum + feed.bytes, 0)
    const now = performance.now()
    for (const feed of free) {
      const isOld = now - feed.usedAt >= idleMs
      // The last one that was used stays, whatever its size: somebody looks at it now.
      if (!isOld && (bytes <= mostBytes || feed === free.at(-1))) continue
      bytes -= feed.bytes
      release(feed)
    }
    const oldest = free.find(({ open }) => open !== undefined)
    if (oldest === undefined || stopped) return
    timer = setTimeout(tidy, Math.max(1, oldest.usedAt + idleMs - now))
    timer.unref()
  }
  return {
    tidy,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
