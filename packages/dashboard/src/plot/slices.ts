/** Work that can stop between steps: each `yield` is a place where others may have their turn. */
export type Work = Generator<void, void, void>

export interface Slices {
  /** Does work in pieces, dropping what was being done; `done` is called at its end, not when dropped. */
  run(work: Work, done?: () => void): void
  stop(): void
}

/** How long pieces may take in one turn, in milliseconds: within a frame together with what else it holds. */
const piece = 10

/**
 * Work in pieces that leave the page its turn. The first piece is done at once, so that small work is
 * done when `run` returns.
 * @param now a clock in milliseconds
 * @param later calls back when the page had its turn
 * @param turn when the turn began that is now; many that share one leave the page its turn together
 */
export function createSlices(
  now: () => number = () => performance.now(),
  later: (go: () => void) => void = afterTurn,
  turn: () => number = now,
): Slices {
  let round = 0
  const step = (work: Work, own: number, done?: () => void): void => {
    if (own !== round) return
    const start = turn()
    while (now() - start < piece) {
      if (work.next().done === true) {
        done?.()
        return
      }
    }
    later(() => step(work, own, done))
  }
  return {
    run(work, done) {
      round++
      step(work, round, done)
    },
    stop() {
      round++
    },
  }
}

let began: number | undefined

/** When the turn of the page began in which pictures are drawn now: when the first of them was. */
export function turnOfPage(): number {
  if (began !== undefined) return began
  afterTurn(() => (began = undefined))
  return (began = performance.now())
}

/** After events that wait; sooner than a timer, which browsers hold back. */
export function afterTurn(go: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener('message', () => {
    port1.close()
    go()
  })
  port1.start()
  port2.postMessage(undefined)
}
