import type {
  Discovered,
  StoredNumber,
  TrialDecided,
  TrialOpened,
  TrialPromoted,
  TrialSuggested,
} from '../journal/event.ts'
import type { Entry, Seq } from '../journal/journal.ts'
import type { Values } from '../space/space.ts'

interface CheckOf<Kind extends string, Event> {
  readonly kind: Kind
  readonly seq: Seq
  readonly trial: number
  /** The number of the last event that was known when it was worked out. */
  readonly seen: Seq
  /** Whether `seen` is certain; otherwise it is the event before. */
  readonly isExact: boolean
  readonly event: Event
}

/** Something in a journal that follows from the events before it. */
export type Check =
  | CheckOf<'suggestion', TrialSuggested>
  /** With the report it is about; undefined when that is not in the journal. */
  | (CheckOf<'decision', TrialDecided> & { readonly value: StoredNumber | undefined })
  | CheckOf<'promotion', TrialPromoted | TrialOpened>
  /** With what was proposed for parameters that are met only while the objective runs. */
  | (CheckOf<'discovery', Discovered> & { readonly proposed: Values })

/** Collects what can be checked of a journal, given its entries in order. */
export interface CheckCollector {
  add(entry: Entry): void
  /** All checks in the order in which their events were known. */
  sorted(): Check[]
}

/** A report of the first objective, as it is needed to repeat the decision on it. */
interface Reported {
  readonly epoch: number
  readonly value: StoredNumber
}

export function createCheckCollector(): CheckCollector {
  const checks: Check[] = []
  const reports = new Map<number, Map<number, Reported>>()
  const proposed = new Map<number, Values>()
  let before: Entry['event'] | undefined
  let objective = ''
  let hasRungs = false

  const remember = (trial: number, step: number, reported: Reported): void => {
    const known = reports.get(trial)
    if (known === undefined) reports.set(trial, new Map([[step, reported]]))
    else known.set(step, reported)
  }
  /** What was known, for events that say so and for those of before they did. */
  const knownAt = (
    seq: Seq,
    event: TrialSuggested | TrialDecided,
  ): Pick<Check, 'seen' | 'isExact'> => {
    const { seen } = event
    if (seen !== undefined && Number.isInteger(seen) && seen >= 0 && seen < seq) {
      return { seen, isExact: true }
    }
    const own = before !== undefined && 'trial' in before && before.trial === event.trial
    return { seen: seq - 1, isExact: own }
  }
  const addDiscoveries = (
    seq: Seq,
    trial: number,
    discovered: readonly Discovered[] | undefined,
  ): void => {
    const known = { seq, trial, seen: seq - 1, isExact: true, proposed: proposed.get(trial) ?? {} }
    for (const event of discovered ?? []) checks.push({ kind: 'discovery', ...known, event })
  }

  const collect = ({ seq, event }: Entry): void => {
    switch (event.type) {
      case 'study-created':
      case 'study-changed':
        objective = event.study.objectives[0]?.name ?? ''
        hasRungs = event.study.scheduler.rungs !== undefined
        return
      case 'trial-suggested': {
        const { trial } = event
        if (event.proposed !== undefined) proposed.set(trial, event.proposed)
        checks.push({ kind: 'suggestion', seq, trial, ...knownAt(seq, event), event })
        return
      }
      case 'trial-reported': {
        const { trial, step, epoch } = event
        const value = event.values[objective]
        if (hasRungs && value !== undefined) remember(trial, step, { epoch, value })
        addDiscoveries(seq, trial, event.discovered)
        return
      }
      case 'trial-decided': {
        const { trial, step, epoch } = event
        const reported = reports.get(trial)?.get(step)
        const value = reported?.epoch === epoch ? reported.value : undefined
        checks.push({ kind: 'decision', seq, trial, ...knownAt(seq, event), event, value })
        return
      }
      case 'trial-paused':
      case 'trial-ran':
      case 'trial-finished':
        addDiscoveries(seq, event.trial, event.discovered)
        return
      case 'trial-opened':
      case 'trial-promoted': {
        const { trial } = event
        // Both are appended only if nothing came in between.
        checks.push({ kind: 'promotion', seq, trial, seen: seq - 1, isExact: true, event })
      }
    }
  }
  return {
    add(entry) {
      collect(entry)
      before = entry.event
    },
    sorted: () => checks.sort((a, b) => a.seen - b.seen || a.seq - b.seq),
  }
}
