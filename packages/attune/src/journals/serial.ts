/** Runs pieces of work one after the other, in the order in which they came. */
export interface Serial {
  run<T>(work: () => T | Promise<T>): Promise<T>
  /** Resolves when everything that came so far has ended. */
  idle(): Promise<void>
}

export function serial(): Serial {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(work) {
      const result = last.then(work)
      last = result.catch(() => undefined)
      return result
    },
    idle: async () => void (await last),
  }
}
