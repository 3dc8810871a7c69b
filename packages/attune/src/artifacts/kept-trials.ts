import type { Artifact, History } from '@attune/core'
import { bestTrials, cell, rankTrials } from '@attune/core'

import type { Keep } from './artifact-rule.ts'
import { keepOf } from './artifact-rule.ts'

/** The files of a trial; one whose result was taken over from an earlier trial has the earlier one's. */
export function artifactsOf(history: History, trial: number): readonly Artifact[] {
  const details = history.details.get(trial)
  if (details?.artifacts !== undefined) return details.artifacts
  const from = details?.copyOf
  return from === undefined ? [] : (history.details.get(from)?.artifacts ?? [])
}

/** The trials that have artifacts, whether they are kept or not, by number. */
export function trialsWithArtifacts(history: History): number[] {
  return [...history.details.keys()]
    .filter((trial) => artifactsOf(history, trial).length > 0)
    .toSorted((a, b) => a - b)
}

/**
 * The trials whose artifacts are kept, ranked as `attune best` and `attune trials --best` rank them:
 * among complete trials that satisfy the outcome constraints.
 */
export function keptTrials(history: History, keep: Keep = keepOf(history)): number[] {
  if (keep === 'all') return trialsWithArtifacts(history)
  if ('pareto' in keep) return bestTrials(history)
  const kept: number[] = []
  for (const trial of rankTrials(history)) {
    if (kept.length === keep.best || cell(history, 'violation', trial) > 0) break
    kept.push(trial)
  }
  return kept
}

/** The hashes of what a study keeps. */
export function keptHashes(history: History): Set<string> {
  const trials = keptTrials(history)
  return new Set(trials.flatMap((t) => artifactsOf(history, t).map(({ sha256 }) => sha256)))
}

/** The hashes of all that a study speaks of, kept or not. */
export function mentionedHashes(history: History): Set<string> {
  const found = new Set<string>()
  for (const { artifacts = [] } of history.details.values()) {
    for (const { sha256 } of artifacts) found.add(sha256)
  }
  return found
}
