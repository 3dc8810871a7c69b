import { bestTrials } from '../analysis/best.ts'
import { convergence } from '../analysis/convergence.ts'
import type { History } from '../journal/history.ts'
import { cell, countStates } from '../journal/history.ts'
import type { DeadWorkers } from './run-facts.ts'
import { askedTrials, attendedTrials, lastWordOfDead } from './run-facts.ts'
import type { StudyCard } from './wire.ts'

/** What a history does not know of itself. */
export interface StudyPlace {
  readonly id: string
  /** The journal's file, as people know it. */
  readonly journal: string
  /** Default: as the study was created. */
  readonly name?: string
  /** Workers that are known to be dead, though their trials are open; default none. */
  readonly dead?: DeadWorkers
}

/** Values of the best so far. */
const sparks = 40

/** A study as a list of studies shows it. */
export function studyCard(history: History, { id, journal, name, dead }: StudyPlace): StudyCard {
  const { config, about, steering } = history
  const objectives = config?.objectives ?? []
  const front = bestTrials(history)
  const trial = front[0]
  const asked = askedTrials(history)
  const states = countStates(history)
  const unattended = states.running - attendedTrials(history, dead).length
  const diedAfter = lastWordOfDead(history, dead)
  return {
    id,
    name: name ?? config?.name ?? '',
    ...(about.title === undefined ? {} : { title: about.title }),
    journal,
    objectives: objectives.map((o) => ({ name: o.name, direction: o.direction })),
    createdAt: history.createdAt || 0,
    changedAt: history.changedAt || 0,
    states,
    ...(unattended === 0 ? {} : { unattended }),
    ...(diedAfter === undefined ? {} : { diedAfter }),
    ...(asked === undefined ? {} : { asked }),
    ...(trial === undefined
      ? {}
      : {
          best: {
            trial,
            values: objectives.map((o) => cell(history, `metric:${o.name}`, trial)),
            front: front.length,
          },
        }),
    spark: objectives.length === 0 ? [] : sparkOf(history),
    ...(steering === undefined ? {} : { steering: steering.command }),
    tags: about.tags,
    archived: about.archived,
  }
}

/** The best so far of the first objective at even places of its course. */
function sparkOf(history: History): number[] {
  const known = convergence(history).best.filter(Number.isFinite)
  if (known.length <= sparks) return [...known]
  return Array.from(
    { length: sparks },
    (_, k) => known[Math.round((k * (known.length - 1)) / (sparks - 1))]!,
  )
}
