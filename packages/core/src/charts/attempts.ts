import type { StudyEvent } from '../journal/event.ts'

/** One run of a trial by one worker. */
export interface TrialAttempt {
  readonly trial: number
  readonly epoch: number
  readonly worker: string
  /** Milliseconds since the epoch. */
  readonly from: number
  /** Undefined while it runs. */
  readonly to: number | undefined
  readonly ended: 'complete' | 'pruned' | 'failed' | 'paused' | 'tried again' | 'running'
  /** Why it failed, was lost or interrupted. */
  readonly reason?: string
}

/** Every run of every trial, told by events one after another. */
export interface Attempts {
  /** Takes the next event. */
  add(event: StudyEvent): void
  /** By their beginning. */
  all(): TrialAttempt[]
}

/** @param from where another one left off */
export function createAttempts(from: readonly TrialAttempt[] = []): Attempts {
  const attempts = [...from]
  const open = new Map<number, number>()
  attempts.forEach(({ trial, to }, place) => {
    if (to === undefined) open.set(trial, place)
  })
  const end = (
    trial: number,
    to: number,
    ended: TrialAttempt['ended'],
    reason: string | undefined,
  ): void => {
    const place = open.get(trial)
    if (place === undefined) return
    open.delete(trial)
    const why = reason === undefined ? {} : { reason }
    attempts[place] = { ...attempts[place]!, to, ended, ...why }
  }
  return {
    add(event) {
      if (!('trial' in event) || event.trial === undefined) return
      const { trial, at } = event
      const current = attempts[open.get(trial) ?? -1]
      if (event.type === 'trial-claimed') {
        // Two may claim; the reducer takes the first.
        if (current !== undefined && current.epoch >= event.epoch) return
        open.set(trial, attempts.length)
        const { worker, epoch } = event
        attempts.push({ trial, epoch, worker, from: at, to: undefined, ended: 'running' })
      } else if (event.type === 'trial-requeued') {
        end(trial, at, 'tried again', event.failure?.reason ?? event.cause)
      } else if (current !== undefined && 'epoch' in event && event.epoch === current.epoch) {
        if (event.type === 'trial-finished') end(trial, at, event.state, event.failure?.reason)
        // What comes then is no run any more: people look at what it made.
        else if (event.type === 'trial-ran') end(trial, at, 'complete', undefined)
        else if (event.type === 'trial-paused') end(trial, at, 'paused', undefined)
      }
    },
    all: () => [...attempts],
  }
}

/** Every run of every trial, from all events at once; see `createAttempts`. */
export function trialAttempts(events: Iterable<StudyEvent>): TrialAttempt[] {
  const attempts = createAttempts()
  for (const event of events) attempts.add(event)
  return attempts.all()
}
