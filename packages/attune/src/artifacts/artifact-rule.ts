import type { History, Json, StudyConfig } from '@attune/core'

/**
 * Whose artifacts are kept: those of all trials, of the best so many, or of the Pareto front. Only
 * `all` keeps those of pruned and infeasible trials.
 */
export type Keep = 'all' | { readonly best: number } | { readonly pareto: true }

/** Which files of a trial's folder are artifacts, and of which trials they are kept. */
export interface ArtifactRule {
  /** Patterns relative to the trial's folder; see `checkPattern`. */
  readonly files: readonly string[]
  /** Default: those of the trials that `attune best` names. */
  readonly keep?: Keep
  /** Whether the files leave the trial's folder when its result is recorded; default false. */
  readonly move?: boolean
}

export const keepExpected = 'all, best=3 (or another number) or pareto'

/** Reads `all`, `best=3` or `pareto`; undefined for anything else. */
export function parseKeep(text: string): Keep | undefined {
  if (text === 'all') return 'all'
  if (text === 'pareto') return { pareto: true }
  const [, count = ''] = /^best=(\d+)$/.exec(text) ?? []
  return isCount(Number(count)) ? { best: Number(count) } : undefined
}

export function describeKeep(keep: Keep): string {
  if (keep === 'all') return 'all trials'
  if ('pareto' in keep) return 'the Pareto front'
  return keep.best === 1 ? 'the best trial' : `the best ${keep.best} trials`
}

/** The rule as it is stored with the study. */
export function storedRule(rule: ArtifactRule, objectives: number): Json {
  const { files, keep = objectives > 1 ? { pareto: true } : { best: 1 }, move } = rule
  return { files, keep, ...(move === true ? { move } : {}) }
}

/** What a stored study keeps; undefined when it says nothing that this version understands. */
export function storedKeep(config: StudyConfig | undefined): Keep | undefined {
  const keep = entry(entry(config?.program, 'artifacts'), 'keep')
  const best = entry(keep, 'best')
  if (keep === 'all') return 'all'
  if (typeof best === 'number' && isCount(best)) return { best }
  return entry(keep, 'pareto') === true ? { pareto: true } : undefined
}

/** As `storedKeep`, of a study that says nothing: all. */
export function keepOf({ config }: History): Keep {
  return storedKeep(config) ?? 'all'
}

function isCount(x: number): boolean {
  return Number.isSafeInteger(x) && x >= 1
}

function entry(from: Json | undefined, key: string): Json | undefined {
  if (typeof from !== 'object' || from === null || Array.isArray(from)) return undefined
  return (from as { readonly [key: string]: Json | undefined })[key]
}
