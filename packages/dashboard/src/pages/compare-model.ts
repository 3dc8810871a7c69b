import { seedlessName } from '@attune/core'
import { quantile } from '@attune/core/math'
import type { AboutStudy, StudyFacts } from '../data/engine.ts'
import { countOf } from '../ui/format.ts'

/** A study of a comparison. */
export interface ComparedStudy {
  readonly id: string
  readonly name: string
  readonly about: AboutStudy
}

type Objective = AboutStudy['objectives'][number]

/** What several studies can be compared by. */
export interface CommonGround {
  /** Objectives that all have at the same place, in the same direction. */
  readonly objectives: readonly (Objective & { readonly place: number })[]
  /** Why they cannot share an axis, in a sentence; and whom to leave out so that the others can. */
  readonly refusal?: { readonly text: string; readonly odd: readonly string[] }
}

/**
 * Which objectives studies share. Without one, those that the fewest have are the odd ones.
 */
export function commonGround(studies: readonly ComparedStudy[]): CommonGround {
  const [first] = studies
  if (first === undefined) return { objectives: [] }
  const objectives = first.about.objectives.flatMap((objective, place) =>
    studies.every(({ about }) => isSame(about.objectives[place], objective))
      ? [{ ...objective, place }]
      : [],
  )
  if (objectives.length > 0) return { objectives }
  const kinds = new Map<string, ComparedStudy[]>()
  for (const study of studies) {
    const kind = study.about.objectives.map(describeObjective).join(' and ')
    kinds.set(kind, [...(kinds.get(kind) ?? []), study])
  }
  const groups = [...kinds].sort(([, a], [, b]) => b.length - a.length)
  const parts = groups.map(([kind, of]) => `${of.map(({ name }) => name).join(', ')}: ${kind}`)
  return {
    objectives: [],
    refusal: {
      text: `These studies do not aim at the same thing and cannot share an axis. ${parts.join('. ')}.`,
      odd: groups.slice(1).flatMap(([, of]) => of.map(({ id }) => id)),
    },
  }
}

const isSame = (a: Objective | undefined, b: Objective): boolean =>
  a?.name === b.name && a.direction === b.direction

const describeObjective = ({ name, direction }: Objective): string => `${direction} ${name}`

/** Whether some of the studies differ by the number at the end of their names alone. */
export function haveSeeds(studies: readonly ComparedStudy[]): boolean {
  return new Set(studies.map(({ name }) => seedlessName(name))).size < studies.length
}

/** How studies differ that one might take for alike, in sentences. */
export function cautions(studies: readonly ComparedStudy[]): string[] {
  const differ = (of: (about: AboutStudy) => string): boolean =>
    new Set(studies.map(({ about }) => of(about))).size > 1
  const said: string[] = []
  if (
    differ(({ params }) =>
      params
        .map(({ name, about }) => `${name} ${about ?? ''}`)
        .sort()
        .join(),
    )
  ) {
    said.push('They search different spaces: a better value may come from a wider search.')
  }
  if (studies.length > 1 && !haveSeeds(studies)) {
    said.push('One study of a kind cannot tell skill from luck: run each with several seeds.')
  }
  return said
}

/** A row of the table: a study, or several seeds of one. */
export interface ComparedRow {
  readonly name: string
  readonly ids: readonly string[]
  /** The best value; of several seeds the median of their best ones. */
  readonly best: number
  /** Of several seeds the range of their best values. */
  readonly range?: readonly [low: number, high: number]
  readonly trials: number
  readonly failed: number
  readonly seconds: number
  /** Of the results of complete trials, those of all seeds together: median and quartiles. */
  readonly results?: { readonly low: number; readonly middle: number; readonly high: number }
}

/** What is known of a study besides its settings. */
export interface ComparedFacts {
  readonly facts: StudyFacts
  /** Its results in rising order. */
  readonly results?: ArrayLike<number>
}

/**
 * The results behind a line of the chart `edf`, in rising order: a step stands for as many as its height
 * says, the lowest step for one.
 *
 * @param xy value and per cent of trials with no larger one, after one another, the first at 0 %
 */
export function resultsOf(xy: ArrayLike<number>): Float64Array {
  const places = Array.from({ length: Math.max(0, xy.length / 2 - 1) }, (_, k) => 2 * (k + 1))
  const rises = places.map((at) => xy[at + 1]! - xy[at - 1]!)
  const one = Math.min(...rises)
  const results: number[] = []
  for (const [k, at] of places.entries()) {
    for (let n = Math.round(rises[k]! / one); n > 0; n--) results.push(xy[at]!)
  }
  return Float64Array.from(results)
}

export function comparedRows(
  studies: readonly (ComparedStudy & ComparedFacts)[],
  objective: string,
  joinsSeeds: boolean,
): ComparedRow[] {
  const groups = new Map<string, (ComparedStudy & ComparedFacts)[]>()
  for (const study of studies) {
    const key = joinsSeeds ? seedlessName(study.name) : study.id
    groups.set(key, [...(groups.get(key) ?? []), study])
  }
  return [...groups.values()].map((group) => rowOf(group, objective, joinsSeeds))
}

function rowOf(
  group: readonly (ComparedStudy & ComparedFacts)[],
  objective: string,
  joinsSeeds: boolean,
): ComparedRow {
  const bests = group
    .map(({ facts }) => facts.best?.metrics.find(({ name }) => name === objective)?.value)
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b)
  const sum = (of: (facts: StudyFacts) => number): number =>
    group.reduce((total, { facts }) => total + of(facts), 0)
  const [first] = group
  const all = Float64Array.from(group.flatMap(({ results = [] }) => Array.from(results))).sort()
  const name = first?.name ?? ''
  return {
    name:
      joinsSeeds && group.length > 1
        ? `${seedlessName(name)}, ${countOf(group.length, 'seed')}`
        : name,
    ids: group.map(({ id }) => id),
    best: quantile(bests, 0.5),
    ...(bests.length > 1 ? { range: [bests[0]!, bests.at(-1)!] as const } : {}),
    trials: sum(({ states }) => states.complete + states.pruned + states.failed),
    failed: sum(({ states }) => states.failed),
    seconds: sum(({ elapsedSeconds }) => elapsedSeconds),
    ...(all.length === 0
      ? {}
      : {
          results: {
            low: quantile(all, 0.25),
            middle: quantile(all, 0.5),
            high: quantile(all, 0.75),
          },
        }),
  }
}
