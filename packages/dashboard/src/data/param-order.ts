import type { History } from '@attune/core'

import { deferred } from './deferred.ts'
import type { HeavyWork } from './heavy-work.ts'

/**
 * Parameters by importance for the first objective. The order follows the results, but only when there
 * are a tenth more of them, so that charts keep their places.
 */
export interface ParamOrder {
  /** What is known; empty while nothing is. */
  readonly names: readonly string[]
  /** Resolves when it is known. */
  readonly known: Promise<readonly string[]>
  /** Looks whether there is reason to work it out again. */
  check(): void
}

/** @param onFound hears when it is another one */
export function paramOrder(history: History, heavy: HeavyWork, onFound: () => void): ParamOrder {
  const first = deferred<readonly string[]>()
  let names: readonly string[] = []
  let finished = -Infinity
  let isRunning = false
  const look = async (): Promise<void> => {
    isRunning = true
    ;({ finished } = history)
    try {
      names = await heavy.important(history)
      first.resolve(names)
      onFound()
    } catch (error) {
      first.reject(error)
    }
    isRunning = false
  }
  return {
    get names() {
      return names
    },
    known: first.promise,
    check() {
      if (!isRunning && history.finished >= Math.max(1.1 * finished, finished + 5)) void look()
    },
  }
}
