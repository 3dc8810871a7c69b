import type {
  Distribution,
  FlatParam,
  History,
  Json,
  JudgedMetric,
  Label,
  SpaceJson,
  StudyRun,
  TrialState,
  Values,
} from '@attune/core'
import {
  cell,
  codecOf,
  lastWordOf,
  rankFinished,
  rankTrials,
  spaceOf,
  stateOf,
  valuesOf,
} from '@attune/core'
import { judgeFormOf } from '../judge/judge-form.ts'

/** What forms that change a study need to know of it. */
export interface StudyDefinition {
  /** As declared; constraints that are functions in code are only named. */
  readonly space: SpaceJson
  /** Parameters that trials met while they ran. */
  readonly discovered: readonly FlatParam[]
  /** Where parameters are searched now, of those that were narrowed or widened, by flat name. */
  readonly adjusted: Readonly<Record<string, Distribution>>
  readonly objectives: readonly {
    readonly name: string
    readonly direction: 'minimize' | 'maximize'
  }[]
  /** How people give the metrics; empty where a program does. */
  readonly judge: readonly JudgedMetric[]
  /** Whether a command or module is known that runs the trials; without, code does, or people. */
  readonly hasProgram: boolean
  /** Configurations that were enqueued and have not become trials yet. */
  readonly enqueued: readonly Values[]
  /** The last runs that said who they were, by their beginning. */
  readonly runs: readonly KnownRun[]
  /** How many there were before these. */
  readonly earlierRuns: number
}

export interface KnownRun extends StudyRun {
  /** When something of it came last, in milliseconds since the epoch. */
  readonly lastWord: number
}

/** The definition of a study as it stands. */
export function studyDefinition(history: History): StudyDefinition {
  const { config } = history
  return {
    space: config?.space ?? { space: {} },
    discovered: [...history.discovered.values()],
    adjusted: Object.fromEntries(history.adjusted),
    objectives: config?.objectives ?? [],
    judge: judgeFormOf(config?.program),
    hasProgram: hasProgram(config?.program),
    enqueued: history.enqueued.slice(history.taken).map(({ values }) => values),
    runs: history.runs.map((run) => ({ ...run, lastWord: lastWordOf(history, run) })),
    earlierRuns: history.earlierRuns,
  }
}

function hasProgram(program: Json | undefined): boolean {
  if (typeof program !== 'object' || program === null) return false
  return 'command' in program || 'module' in program
}

/**
 * Which values trials had of a parameter: how many, and how many of the best tenth of the complete and
 * pruned trials, in bins of equal width on the scale of the parameter, or by label.
 */
export type ValueStrip =
  | {
      readonly kind: 'number'
      /** The whole picture: declared, adjusted and tried values lie within. */
      readonly low: number
      readonly high: number
      readonly scale: 'linear' | 'log'
      readonly counts: readonly number[]
      readonly best: readonly number[]
    }
  | {
      readonly kind: 'labels'
      readonly labels: readonly Label[]
      readonly counts: readonly number[]
      readonly best: readonly number[]
    }

const bins = 32

/** The strips of all declared parameters, by flat name. */
export function valueStrips(history: History): Readonly<Record<string, ValueStrip>> {
  const ranked = rankFinished(history)
  const best = new Set(ranked.slice(0, Math.ceil(ranked.length / 10)))
  const strips = spaceOf(history).params.map((param) => [param.name, stripOf(history, param, best)])
  return Object.fromEntries(strips) as Record<string, ValueStrip>
}

function stripOf(
  history: History,
  { name, distribution: declared }: FlatParam,
  best: ReadonlySet<number>,
): ValueStrip {
  const now = history.adjusted.get(name)
  const tried: (readonly [Label, boolean])[] = []
  for (let trial = 0; trial < history.length; trial++) {
    const value = history.values.get(name, trial)
    if (value !== undefined) tried.push([value, best.has(trial)])
  }
  if (declared.kind === 'choice') {
    const adjusted = now?.kind === 'choice' ? now.choices : []
    const labels = [...new Set([...declared.choices, ...adjusted, ...tried.map(([v]) => v)])]
    const places = new Map(labels.map((label, i) => [label, i]))
    return { kind: 'labels', labels, ...countIn(labels.length, tried, (v) => places.get(v) ?? -1) }
  }
  const numbers = tried.flatMap(([v]) =>
    typeof v === 'number' && (declared.scale === 'linear' || v > 0) ? [v] : [],
  )
  const ends = [declared, ...(now === undefined || now.kind === 'choice' ? [] : [now])]
  const low = numbers.reduce((a, b) => Math.min(a, b), Math.min(...ends.map((d) => d.low)))
  const high = numbers.reduce((a, b) => Math.max(a, b), Math.max(...ends.map((d) => d.high)))
  const { scale } = declared
  const { encode } = codecOf({ kind: 'float', low, high, scale })
  const place = (v: Label): number =>
    typeof v === 'number' ? Math.min(bins - 1, Math.floor(encode(v) * bins)) : -1
  return { kind: 'number', low, high, scale, ...countIn(bins, tried, place) }
}

function countIn(
  length: number,
  tried: readonly (readonly [Label, boolean])[],
  place: (value: Label) => number,
): { counts: number[]; best: number[] } {
  const counts = new Array<number>(length).fill(0)
  const best = new Array<number>(length).fill(0)
  for (const [value, isBest] of tried) {
    const i = place(value)
    if (i < 0 || i >= length) continue
    counts[i] = (counts[i] as number) + 1
    if (isBest) best[i] = (best[i] as number) + 1
  }
  return { counts, best }
}

/** What somebody who judges trials needs: those that wait, and those that are judged. */
export interface Judging {
  readonly open: readonly {
    readonly trial: number
    readonly state: TrialState
    readonly worker?: string
    /** Whether its program has ended, so that people can say how good what it made is. */
    readonly ran: boolean
    readonly values: Values
  }[]
  /** Complete trials with their first objective, by number. */
  readonly judged: readonly {
    readonly trial: number
    readonly value: number
    readonly values: Values
  }[]
}

/** The open and the judged trials of a study. */
export function judgingOf(history: History): Judging {
  const name = history.config?.objectives[0]?.name ?? ''
  const open = [...history.open]
    .sort((a, b) => a - b)
    .map((trial) => {
      const { worker, ran } = history.details.get(trial) ?? {}
      return {
        trial,
        state: stateOf(history, trial),
        ...(worker === undefined ? {} : { worker }),
        ran: ran !== undefined,
        values: valuesOf(history, trial),
      }
    })
  const judged = rankTrials(history)
    .sort((a, b) => a - b)
    .map((trial) => ({
      trial,
      value: cell(history, `metric:${name}`, trial),
      values: valuesOf(history, trial),
    }))
  return { open, judged }
}
