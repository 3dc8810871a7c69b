import type { Study } from 'attune'
import { bestTrials, recordOf } from 'attune'

/** Says a line; one that is `passing` may give way to the next. */
export type Say = (text: string, passing?: boolean) => void

const everyMs = 1000

/**
 * Says how far a study has come: a passing line now and then, and one at the end.
 * @param budget seconds after which it ends, if it has not its trials by then
 */
export function createProgress(
  study: Study,
  trials: number,
  say: Say,
  budget = Infinity,
): { end(): void } {
  const began = performance.now()
  const first = study.history.finished
  let said = began
  const line = (): string => {
    const { finished } = study.history
    const seconds = (performance.now() - began) / 1000
    const rate = (finished - first) / seconds
    const remaining = Math.min((trials - finished) / rate, Math.max(0, budget - seconds))
    const left = finished > first ? `, ${duration(remaining)} left` : ''
    return `${study.name}: ${finished} of ${trials} trials, ${rate.toFixed(2)} a second${left}${best(study)}`
  }
  const unsubscribe = study.subscribe(({ type }) => {
    if (type !== 'trial-finished' || performance.now() - said < everyMs) return
    said = performance.now()
    say(line(), true)
  })
  return {
    end() {
      unsubscribe()
      const { finished } = study.history
      const seconds = (performance.now() - began) / 1000
      say(`${study.name}: ${finished} of ${trials} trials in ${duration(seconds)}${best(study)}`)
    },
  }
}

function best({ history }: Study): string {
  const objectives = history.config?.objectives ?? []
  const [trial] = objectives.length === 1 ? bestTrials(history) : []
  if (trial === undefined) return ''
  const { metrics } = recordOf(history, trial)
  const { name } = objectives[0]!
  return `, best ${name} ${Number((metrics[name] ?? Number.NaN).toPrecision(5))}`
}

/** A span of time in words. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown time'
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Lines on a stream; passing ones are written over on a terminal, and rare elsewhere. */
export function sayOn(stream: NodeJS.WriteStream): Say {
  let passing = false
  let last = -Infinity
  return (text, gives = false) => {
    if (stream.isTTY) {
      stream.write(
        `${passing ? '\r\u001b[2K' : ''}${gives ? text.slice(0, stream.columns - 1) : `${text}\n`}`,
      )
      passing = gives
      return
    }
    if (gives && performance.now() - last < 15_000) return
    last = performance.now()
    stream.write(`${text}\n`)
  }
}
