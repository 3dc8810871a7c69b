/** Things that are kept until nobody has asked for them for a while. */
export interface Shelf<T> {
  /** What stands there, which then stays for another while. */
  get(key: string): T | undefined
  put(key: string, thing: T): void
  /** Takes away all whose key begins like this. */
  clear(prefix: string): void
}

/** @param keepMs how long a thing stays that nobody asks for */
export function createShelf<T>(keepMs: number): Shelf<T> {
  const things = new Map<string, { readonly thing: T; timer: ReturnType<typeof setTimeout> }>()
  const remove = (key: string): void => {
    clearTimeout(things.get(key)?.timer)
    things.delete(key)
  }
  // A timer each, which runs out once: nothing ticks while nobody asks.
  const expire = (key: string): ReturnType<typeof setTimeout> =>
    setTimeout(() => remove(key), keepMs).unref()
  return {
    get(key) {
      const found = things.get(key)
      if (found === undefined) return undefined
      clearTimeout(found.timer)
      found.timer = expire(key)
      return found.thing
    },
    put(key, thing) {
      remove(key)
      things.set(key, { thing, timer: expire(key) })
    },
    clear(prefix) {
      for (const key of [...things.keys()]) if (key.startsWith(prefix)) remove(key)
    },
  }
}
