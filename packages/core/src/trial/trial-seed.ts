import { createRng } from '../math/rng.ts'

/** The seed a trial hands to its objective: 31 bits, the same whenever the trial is run. */
export function trialSeed(studySeed: number, trial: number): number {
  return createRng(studySeed, 'objective', trial).uint32() >>> 1
}
