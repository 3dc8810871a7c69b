import { frame } from './frame.ts'
import type { Progress, ProgressIo, ProgressStart } from './progress-contract.ts'
import { createRegion } from './region.ts'
import { plain } from '../text/text.ts'
import type { Tracker } from './tracker.ts'
import { trackStudy } from './tracker.ts'

/** The screen is not drawn more often than `soonMs`, and at least every `tickMs`. */
const soonMs = 100
const tickMs = 1000
/** The rate is that of the last so many trials. */
const rateWindow = 30

interface Run {
  readonly info: ProgressStart
  readonly tracker: Tracker
  readonly startedAt: number
  readonly unsubscribe: () => void
  /** When the run started and the last trials ended, at most `rateWindow` of them. */
  readonly times: number[]
  ran: number
}

/**
 * A running study, redrawn in place: at once after an event unless the last drawing is less than
 * 100 ms old, and every second. It never scrolls: it has fewer lines than the terminal, and each is
 * cut to its width. Its timer does not keep the process alive.
 *
 * `stop` leaves the outcome; notes, which may have been cut before, follow it whole.
 */
export function screenProgress(io: ProgressIo): Progress {
  const region = createRegion(io)
  const notes: string[] = []
  let run: Run | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let drawnAt = Number.NEGATIVE_INFINITY
  let soon = false

  const draw = (ended: boolean): void => {
    if (run === undefined) return
    const now = io.now()
    const columns = io.columns() || 80
    const rate = ended ? perMinute(run.ran, now - run.startedAt) : recentRate(run, now)
    const model = { ...run, now, rate, notes, ended }
    region.draw(frame(model, columns, io.rows() || 24), columns)
    drawnAt = now
  }
  const wait = (ms: number): void => {
    clearTimeout(timer)
    soon = ms < tickMs
    timer = setTimeout(redraw, ms)
    timer.unref()
  }
  const redraw = (): void => {
    draw(false)
    wait(tickMs)
  }
  const changed = (): void => {
    if (run === undefined) return
    const early = soonMs - (io.now() - drawnAt)
    // Not left to the timer, which never fires while an objective keeps the process busy.
    if (early <= 0) redraw()
    else if (!soon) wait(Math.min(soonMs, early))
  }

  return {
    start(info) {
      const tracker = trackStudy(info.study)
      const startedAt = io.now()
      const unsubscribe = info.study.subscribe((event) => {
        if (tracker.apply(event)?.kind === 'finished') countEnd(run, io.now())
        changed()
      })
      run = { info, tracker, startedAt, unsubscribe, times: [startedAt], ran: 0 }
      redraw()
    },
    stop() {
      if (run === undefined) return
      clearTimeout(timer)
      run.unsubscribe()
      draw(true)
      for (const note of notes) io.write(`note: ${note}\n`)
      run = undefined
    },
    note(line) {
      notes.push(plain(line))
      changed()
    },
  }
}

function countEnd(run: Run | undefined, now: number): void {
  if (run === undefined) return
  run.ran++
  run.times.push(now)
  if (run.times.length > rateWindow + 1) run.times.shift()
}

/** Up to now, not to the last end, so that it sinks while nothing ends. */
function recentRate({ times }: Run, now: number): number {
  return perMinute(times.length - 1, now - (times[0] as number))
}

/** NaN while nothing can be said. */
function perMinute(trials: number, ms: number): number {
  return trials > 0 && ms > 0 ? (trials / ms) * 60_000 : Number.NaN
}
