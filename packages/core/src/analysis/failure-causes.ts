import type { FailureReason } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { stateOf } from '../journal/history.ts'
import { log } from '../math/elementary.ts'
import { quantile } from '../math/stats.ts'
import type { Label } from '../space/distribution.ts'
import type { SearchSpace } from '../space/space.ts'

/** Part of a parameter's range in which trials fail more often than elsewhere. */
export interface FailureRegion {
  readonly name: string
  /** What of it: a label, or all values from a number on, or up to it. */
  readonly part: { readonly label: Label } | { readonly from: number } | { readonly upTo: number }
  /** Of the trials that ended with values of it: those within, and how many of them failed. */
  readonly trials: number
  readonly failed: number
  /** The same of those outside. */
  readonly otherTrials: number
  readonly otherFailed: number
  /** The likelihood ratio statistic G of the two shares. */
  readonly evidence: number
}

/** The failures of a study for one reason. */
export interface FailureCause {
  readonly reason: FailureReason
  readonly trials: readonly number[]
  /** What they share, the clearest first; empty where nothing is clear. */
  readonly regions: readonly FailureRegion[]
}

/** Fewer failures than this share things by chance. */
const fewest = 3
/** G of a difference that one in a thousand tries shows by chance (χ² with one degree of freedom). */
const clear = 10.83
/** Places at which a range is cut, as quantiles of its values. */
const cuts = Array.from({ length: 9 }, (_, k) => (k + 1) / 10)

/**
 * Failed trials by reason, the most frequent first, each with the parts of the space that its failures
 * share: of every parameter the label, or the lower or upper end of its range, where their share differs
 * most from elsewhere. A part counts when G = 2 Σ O ln(O / E) of the table inside/outside by
 * failed/not failed exceeds 10.83 + 2 ln(parts looked at), against chance finds.
 */
export function failureCauses(space: SearchSpace, history: History): FailureCause[] {
  const ended: number[] = []
  const groups = new Map<FailureReason, number[]>()
  for (let trial = 0; trial < history.length; trial++) {
    if (history.excluded.has(trial)) continue
    const state = stateOf(history, trial)
    if (state === 'complete' || state === 'pruned' || state === 'failed') ended.push(trial)
    const reason = history.details.get(trial)?.failure?.reason
    if (state !== 'failed' || reason === undefined) continue
    groups.set(reason, [...(groups.get(reason) ?? []), trial])
  }
  return [...groups]
    .map(([reason, trials]) => ({
      reason,
      trials,
      regions: trials.length < fewest ? [] : sharedBy(space, history, ended, new Set(trials)),
    }))
    .sort((a, b) => b.trials.length - a.trials.length)
}

function sharedBy(
  space: SearchSpace,
  history: History,
  ended: readonly number[],
  failed: ReadonlySet<number>,
): FailureRegion[] {
  const candidates = space.params.map(({ name }) => {
    const values = ended.map((trial) => history.values.get(name, trial))
    return { name, values, parts: partsOf(values) }
  })
  const count = candidates.reduce((sum, { parts }) => sum + parts.length, 0)
  const wanted = clear + 2 * log(Math.max(1, count))
  return candidates
    .flatMap(({ name, values, parts }): FailureRegion[] => {
      let best: FailureRegion | undefined
      for (const part of parts) {
        const region = measure(name, part, values, ended, failed)
        const isMore = region.failed / region.trials > region.otherFailed / region.otherTrials
        if (isMore && region.evidence > (best?.evidence ?? wanted)) best = region
      }
      return best === undefined ? [] : [best]
    })
    .sort((a, b) => b.evidence - a.evidence)
}

function partsOf(values: readonly (Label | undefined)[]): FailureRegion['part'][] {
  const known = [...new Set(values.filter((value) => value !== undefined))]
  if (known.length < 2) return []
  if (!known.every((value) => typeof value === 'number')) return known.map((label) => ({ label }))
  const sorted = (values.filter((value) => value !== undefined) as number[]).sort((a, b) => a - b)
  const places = [...new Set(cuts.map((q) => nearestOf(sorted, q)))]
  return places.flatMap((at) => [{ from: at }, { upTo: at }])
}

/** A value that is there, not one between two. */
const nearestOf = (sorted: readonly number[], q: number): number => {
  const wanted = quantile(sorted, q)
  return sorted.find((x) => x >= wanted) ?? wanted
}

function measure(
  name: string,
  part: FailureRegion['part'],
  values: readonly (Label | undefined)[],
  ended: readonly number[],
  failed: ReadonlySet<number>,
): FailureRegion {
  const counts = { trials: 0, failed: 0, otherTrials: 0, otherFailed: 0 }
  values.forEach((value, i) => {
    if (value === undefined) return
    const hasFailed = failed.has(ended[i]!) ? 1 : 0
    if (lies(value, part)) {
      counts.trials++
      counts.failed += hasFailed
    } else {
      counts.otherTrials++
      counts.otherFailed += hasFailed
    }
  })
  return { name, part, ...counts, evidence: likelihoodRatio(counts) }
}

function lies(value: Label, part: FailureRegion['part']): boolean {
  if ('label' in part) return value === part.label
  return 'from' in part ? (value as number) >= part.from : (value as number) <= part.upTo
}

function likelihoodRatio(of: {
  readonly trials: number
  readonly failed: number
  readonly otherTrials: number
  readonly otherFailed: number
}): number {
  const all = of.trials + of.otherTrials
  const share = (of.failed + of.otherFailed) / all
  if (of.trials === 0 || of.otherTrials === 0 || share === 0 || share === 1) return 0
  const term = (found: number, expected: number): number =>
    found === 0 ? 0 : 2 * found * log(found / expected)
  return (
    term(of.failed, of.trials * share) +
    term(of.trials - of.failed, of.trials * (1 - share)) +
    term(of.otherFailed, of.otherTrials * share) +
    term(of.otherTrials - of.otherFailed, of.otherTrials * (1 - share))
  )
}
