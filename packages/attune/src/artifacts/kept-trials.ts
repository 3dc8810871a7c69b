import type { Artifact, History } from '@attune/core'
import { bestTrials, cell, filesOf, rankTrials, trialsToJudge } from '@attune/core'

import type { Keep } from './artifact-rule.ts'
import { keepOf } from './artifact-rule.ts'

/**
 * The files of a trial: those that its program left, and those that somebody attached, which come before
 * one of the same name. A trial whose result was taken over from an earlier one has what that one left.
 */
export function artifactsOf(history: History, trial: number): readonly Artifact[] {
  const attached = history.details.get(trial)?.attached
  const artifacts = leftBy(history, trial)
  return filesOf(attached === undefined ? { artifacts } : { artifacts, attached })
}

/** The files that somebody attached to a trial, or without one to the study. */
export function attachedTo(history: History, trial?: number): readonly Artifact[] {
  return (trial === undefined ? history.about : history.details.get(trial))?.attached ?? []
}

function leftBy(history: History, trial: number): readonly Artifact[] {
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
 * among complete trials that satisfy the outcome constraints. Behind them those that people are yet to
 * judge: any of them may be the best.
 */
export function keptTrials(history: History, keep: Keep = keepOf(history)): number[] {
  if (keep === 'all') return trialsWithArtifacts(history)
  const waiting = trialsToJudge(history)
  if ('pareto' in keep) return [...bestTrials(history), ...waiting]
  const kept: number[] = []
  for (const trial of rankTrials(history)) {
    if (kept.length === keep.best || cell(history, 'violation', trial) > 0) break
    kept.push(trial)
  }
  return [...kept, ...waiting]
}

/** The hashes of what a study keeps: what its policy says, and all that is attached. */
export function keptHashes(history: History): Set<string> {
  const kept = policyHashes(history)
  const attached = [history.about, ...history.details.values()]
  for (const { attached: files = [] } of attached) for (const { sha256 } of files) kept.add(sha256)
  return kept
}

/** The hashes of what programs left and the policy of the study keeps. */
export function policyHashes(history: History): Set<string> {
  const trials = keptTrials(history)
  return new Set(trials.flatMap((t) => leftBy(history, t).map(({ sha256 }) => sha256)))
}

/**
 * The hashes of all that programs left, kept or not. What was detached is not among them, so that it
 * stays until somebody collects what nobody speaks of, and can be attached again.
 */
export function mentionedHashes(history: History): Set<string> {
  const found = new Set<string>()
  for (const { artifacts = [] } of history.details.values()) {
    for (const { sha256 } of artifacts) found.add(sha256)
  }
  return found
}
