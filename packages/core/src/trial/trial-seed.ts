import { createRng } from '../math/rng.ts'

/** The seed a trial hands to its objective: 31 bits, the same whenever the trial is run. */
export function trialSeed(studySeed: number, trial: number): number {
  return trialSeeds(studySeed)(trial)
}

/** The seeds of the trials of one study. */
export function trialSeeds(studySeed: number): (trial: number) => number {
  const seeds = createRng(studySeed, 'objective')
  return (trial) => seeds.fork(trial).uint32() >>> 1
}
