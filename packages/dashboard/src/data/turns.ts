import { aborted } from './rpc.ts'

/**
 * Long work one after the other, the youngest request first: what was asked for last is what people look
 * at. Between two of them others get a turn, so that short requests never wait for more than one.
 */
export interface Turns {
  run<T>(work: () => T | Promise<T>, signal?: AbortSignal): Promise<T>
}

interface Waiting {
  readonly start: () => Promise<void>
  readonly drop: () => void
  readonly signal: AbortSignal | undefined
}

export function createTurns(): Turns {
  const waiting: Waiting[] = []
  let isBusy = false
  const drain = async (): Promise<void> => {
    if (isBusy) return
    isBusy = true
    // What comes with the same message or the next ones is known before the first is chosen.
    await breathe()
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.signal?.aborted === true) next.drop()
      else await next.start()
      await breathe()
    }
    isBusy = false
  }
  return {
    run: (work, signal) =>
      new Promise((resolve, reject) => {
        waiting.push({
          signal,
          drop: () => reject(aborted()),
          start: async () => {
            try {
              resolve(await work())
            } catch (error) {
              reject(error)
            }
          },
        })
        void drain()
      }),
  }
}

/** Lets messages that wait be heard. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
