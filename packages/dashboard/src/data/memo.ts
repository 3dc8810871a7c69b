/** Keeps what was worked out of something that changes, for as long as it has not changed. */
export interface Memo<T> {
  /** What `make` gave for this key at this version; older versions are forgotten. */
  get(version: number, key: string, make: () => T): T
  forget(key: string): void
}

/** @param most how many keys are kept, those that were asked for last */
export function latestMemo<T>(most: number): Memo<T> {
  const kept = new Map<string, T>()
  let current: number | undefined
  return {
    forget: (key) => void kept.delete(key),
    get(version, key, make) {
      if (version !== current) kept.clear()
      current = version
      const found = kept.has(key) ? (kept.get(key) as T) : make()
      // The one that was asked for last stands last.
      kept.delete(key)
      kept.set(key, found)
      if (kept.size > most) kept.delete(kept.keys().next().value as string)
      return found
    },
  }
}
