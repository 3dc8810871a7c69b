import { aborted } from './rpc.ts'

/**
 * Long work one after the other, the youngest requests first: what was asked for last is what people look
 * at. Of requests that come at once, as those of all charts of a page do, the first is first: it stands
 * above. Between two of them others get a turn, so that short requests never wait for more than one.
 */
export interface Turns {
  run<T>(work: () => T | Promise<T>, signal?: AbortSignal): Promise<T>
}

interface Waiting {
  readonly start: () => Promise<void>
  readonly drop: () => void
  readonly signal: AbortSignal | undefined
  /** The same for requests between which nothing was done. */
  readonly moment: number
}

export function createTurns(): Turns {
  const waiting: Waiting[] = []
  let isBusy = false
  let moment = 0
  const takeNext = (): Waiting | undefined => {
    const youngest = waiting.at(-1)?.moment
    const [next] = waiting.splice(
      waiting.findIndex((each) => each.moment === youngest),
      1,
    )
    return next
  }
  const drain = async (): Promise<void> => {
    if (isBusy) return
    isBusy = true
    // What comes with the same message or the next ones is known before the first is chosen.
    await breathe()
    for (let next = takeNext(); next !== undefined; next = takeNext()) {
      moment++
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
          moment,
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
