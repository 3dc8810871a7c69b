/** A promise that somebody else settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (why: unknown) => void
}

/** Who waits hears of a failure; nobody else needs to. */
export function deferred<T>(): Deferred<T> {
  let parts: Pick<Deferred<T>, 'resolve' | 'reject'> | undefined
  const promise = new Promise<T>((resolve, reject) => void (parts = { resolve, reject }))
  promise.catch(() => {})
  return { promise, ...parts! }
}
