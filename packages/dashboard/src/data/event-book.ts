import type { Entry, ReportCourse, StudyEvent, TrialAttempt } from '@attune/core'
import { createAttempts, createReports, memoryJournal } from '@attune/core'

/** What trials reported and when they ran, which the history of a study does not keep. */
export interface EventBook {
  /** Forgets everything, as when a study is read anew. */
  begin(): void
  /** Takes what happened next. */
  add(entries: readonly Entry[]): void
  attempts(): Promise<readonly TrialAttempt[]>
  /** Trials that reported any of some metrics, by number, with the steps and values of these. */
  reports(metrics: readonly string[]): Promise<readonly ReportCourse[]>
}

/** What was known when a certain event was the last one. */
export interface Known<T> {
  readonly seq: number
  readonly all: readonly T[]
}

/** Where the beginning comes from, of what the book was not told; asked for when it is needed first. */
export interface BookSources {
  attempts(): Promise<Known<TrialAttempt>>
  reports(metric: string): Promise<Known<ReportCourse>>
}

const nothing: BookSources = {
  attempts: async () => ({ seq: 0, all: [] }),
  reports: async () => ({ seq: 0, all: [] }),
}

const told: ReadonlySet<StudyEvent['type']> = new Set([
  ...(['trial-claimed', 'trial-reported', 'trial-paused'] as const),
  ...(['trial-promoted', 'trial-requeued', 'trial-ran', 'trial-finished'] as const),
])

/** Keeps the events that it is told, packed, and reads them when somebody asks. */
export function eventBook(sources: BookSources = nothing): EventBook {
  let kept = memoryJournal()
  let numbers: number[] = []
  /** Reads on with what was kept since it did so last. */
  const fold = <T>(add: (event: StudyEvent) => void, seq: number, result: () => T): Fold<T> => {
    let read = 0
    return async () => {
      const from = read
      read = numbers.length
      for await (const entries of kept.read(from)) {
        for (const { seq: place, event } of entries) if (numbers[place - 1]! > seq) add(event)
      }
      return result()
    }
  }
  const folds = new Map<string, Promise<Fold<unknown>>>()
  const latest = async <T>(key: string, begin: () => Promise<Fold<T>>): Promise<T> => {
    let found = folds.get(key)
    if (found === undefined) {
      folds.set(key, (found = begin()))
      found.catch(() => folds.delete(key))
    }
    const next = await found
    const result = next()
    // Who asks at the same time waits for the same events.
    folds.set(
      key,
      result.then(
        () => next,
        () => next,
      ),
    )
    return (await result) as T
  }
  const ofMetric = (metric: string): Promise<readonly ReportCourse[]> =>
    latest(`of ${metric}`, async () => {
      const { seq, all } = await sources.reports(metric)
      const reports = createReports({ metrics: [metric], from: all })
      return fold(
        (event) => reports.add(event),
        seq,
        () => reports.courses(),
      )
    })
  return {
    begin() {
      kept = memoryJournal()
      numbers = []
      folds.clear()
    },
    add(entries) {
      const wanted = entries.filter(({ event }) => told.has(event.type))
      if (wanted.length === 0) return
      for (const { seq } of wanted) numbers.push(seq)
      void kept.append(wanted.map(({ event }) => event))
    },
    attempts: () =>
      latest('attempts', async () => {
        const { seq, all } = await sources.attempts()
        const attempts = createAttempts(all)
        return fold(
          (event) => attempts.add(event),
          seq,
          () => attempts.all(),
        )
      }),
    async reports(metrics) {
      const all = await Promise.all(metrics.map(ofMetric))
      return all.length === 1 ? all[0]! : joined(all)
    },
  }
}

type Fold<T> = () => Promise<T>

/** Courses of several metrics as one a trial: what was reported of them at a step stands together. */
function joined(all: readonly (readonly ReportCourse[])[]): readonly ReportCourse[] {
  const groups = new Map<number, ReportCourse[]>()
  for (const course of all.flat()) {
    const group = groups.get(course.trial)
    if (group === undefined) groups.set(course.trial, [course])
    else group.push(course)
  }
  return [...groups.values()].map(joinedCourse).sort((a, b) => a.trial - b.trial)
}

function joinedCourse(courses: readonly ReportCourse[]): ReportCourse {
  const steps = new Map<number, Record<string, number>>()
  const keptSteps = new Set<number>()
  for (const { reports, kept } of courses) {
    reports.forEach(({ step, values }, i) => {
      steps.set(step, { ...steps.get(step), ...values })
      if (i < kept) keptSteps.add(step)
    })
  }
  const { trial, epoch } = courses[0]!
  const reports = [...steps].map(([step, values]) => ({ step, values }))
  return { trial, epoch, kept: keptSteps.size, reports: reports.sort((a, b) => a.step - b.step) }
}
