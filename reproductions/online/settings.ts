import type { Profile } from '../lib/reproduction.ts'
import type { ImageSizes } from '../genetic/images.ts'

export type SizeName = 'shallow' | 'medium' | 'deep'
export type Variant = 'notebook' | 't1t2'

/** A network of the document, how often and how long it is trained. */
export interface SizeExtent {
  readonly units: readonly number[]
  readonly starts: number
  readonly images: ImageSizes
}

export interface Plan {
  readonly sizes: Readonly<Record<SizeName, SizeExtent>>
  readonly epochs: number
  /** Steps of the weights a step of the hyperparameters; 10 in the document. */
  readonly ratio: number
  /** The map of starts, on a reduced shallow network. */
  readonly basin: { readonly l2: readonly number[]; readonly noise: readonly number[] }
  readonly reduced: SizeExtent
  /** Search alone against search and online tuning, on reduced networks. */
  readonly joined: {
    readonly trials: number
    readonly seeds: readonly number[]
    readonly epochs: number
  }
  /** Turns in which time is measured. */
  readonly turns: number
}

/** What the document's networks have, divided by ten in the short profile. */
const units = {
  shallow: [1000, 1000, 1000],
  medium: [2000, 1000, 1000, 500],
  deep: [4000, 2000, 1000, 500, 250],
} as const

/** T2 steps of a run of the notebook: 50 epochs of 55. */
const notebookSteps = 2750
const notebookRate = 1e-3

/**
 * The full profile is meant for three hours on two cores, by steps of about 17, 31 and 85 ms of
 * processor time for the three sizes: 1.2, 0.8 and 0.4 hours of both cores, and half an hour for the rest.
 */
export function planOf(profile: Profile): Plan {
  const small = { train: 5000, validation: 1000, test: 2000, pool: 2 }
  const tenth = (size: SizeName): number[] => units[size].map((count) => count / 10)
  const reduced = { units: tenth('shallow'), starts: 0, images: small }
  if (profile === 'full') {
    const large = { train: 55_000, validation: 5000, test: 10_000, pool: 1 }
    const some = { ...large, train: 20_000 }
    const few = { ...large, train: 12_000 }
    return {
      sizes: {
        shallow: { units: units.shallow, starts: 10, images: large },
        medium: { units: units.medium, starts: 10, images: some },
        deep: { units: units.deep, starts: 3, images: few },
      },
      ...{ epochs: 15, ratio: 10, reduced },
      basin: { l2: [-6, -5, -4, -3, -2, -1, 0], noise: [0, 0.2, 0.4, 0.6, 0.8, 1] },
      joined: { trials: 20, seeds: [1, 2, 3, 4, 5], epochs: 10 },
      turns: 9,
    }
  }
  const size = (name: SizeName): SizeExtent => ({ units: tenth(name), starts: 10, images: small })
  return {
    sizes: { shallow: size('shallow'), medium: size('medium'), deep: size('deep') },
    ...{ epochs: 12, ratio: 2, reduced },
    basin: { l2: [-5, -4, -3, -2, -1], noise: [0, 0.3, 0.6, 0.9] },
    joined: { trials: 8, seeds: [1, 2, 3, 4, 5], epochs: 6 },
    turns: 5,
  }
}

/** The share of the rows that the notebook's hyperparameters learn from: 5,000 of 60,000. */
export const share = 5000 / 60_000
export const batch = 100

/** T2 steps of a run. */
export function tuningSteps({ images }: SizeExtent, epochs: number, ratio: number): number {
  const batches = Math.ceil((images.train - Math.round(share * images.train)) / batch)
  return Math.floor((batches * epochs) / ratio)
}

/** The notebook's rate, raised as its T2 steps are fewer here, so that values can go as far. */
export const rateFor = (steps: number): number => (notebookRate * notebookSteps) / steps
