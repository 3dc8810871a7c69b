import type { Selection } from '../../../data/selection.ts'

/** The numbers of the trials of a mask, ascending. */
export function trialsOf(mask: Uint8Array): readonly number[] {
  const trials: number[] = []
  for (let trial = 0; trial < mask.length; trial++) if (mask[trial] === 1) trials.push(trial)
  return trials
}

export function countOf(mask: Uint8Array): number {
  let count = 0
  for (const bit of mask) count += bit
  return count
}

/** The trials that one of two masks holds. */
export function unionOf(one: Uint8Array, other: Uint8Array): Uint8Array {
  const [long, short] = one.length >= other.length ? [one, other] : [other, one]
  const union = Uint8Array.from(long)
  short.forEach((bit, trial) => {
    if (bit === 1) union[trial] = 1
  })
  return union
}

/** The selection of trials by number; none of none. */
export const selectionOf = (trials: readonly number[]): Selection | undefined =>
  trials.length === 0 ? undefined : [{ kind: 'trials', trials }]

/** With a trial that was not there, without one that was. */
export function toggled(trials: readonly number[], trial: number): readonly number[] {
  return trials.includes(trial)
    ? trials.filter((each) => each !== trial)
    : [...trials, trial].toSorted((a, b) => a - b)
}

/** Everything from one row of a table to another, whichever is first. */
export function between(trials: readonly number[], one: number, other: number): readonly number[] {
  const [a, b] = [trials.indexOf(one), trials.indexOf(other)]
  if (a < 0 || b < 0) return [other]
  return trials.slice(Math.min(a, b), Math.max(a, b) + 1)
}
