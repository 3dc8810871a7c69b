import type { Profile } from '../lib/reproduction.ts'
import type { ImageSizes, SetName } from './images.ts'

/** How much is run. */
export interface Extent {
  readonly populationSize: number
  /** Evaluations of every search, in generations of the population. */
  readonly generations: number
  readonly epochs: number
  readonly sizes: ImageSizes
  readonly seeds: readonly number[]
}

export interface Plan {
  readonly sets: Readonly<Record<SetName, Extent>>
  /** Architectures on which every batch size is tried. */
  readonly architectures: number
  /** Of the search with a time budget. */
  readonly seconds: number
}

const small = { train: 2000, validation: 1000, test: 2000, pool: 2 }
const large = { train: 6000, validation: 2000, test: 10_000, pool: 2 }

export function planOf(profile: Profile): Plan {
  const common = { populationSize: 25, epochs: 5 }
  if (profile === 'full') {
    const extent = { ...common, generations: 25, sizes: large }
    return {
      sets: {
        mnist: { ...extent, seeds: [1, 2, 3] },
        cifar10: { ...extent, seeds: [1, 2] },
      },
      architectures: 40,
      seconds: 300,
    }
  }
  return {
    sets: {
      mnist: { ...common, generations: 6, sizes: small, seeds: [1, 2, 3] },
      cifar10: { ...common, generations: 4, sizes: { ...small, pool: 4 }, seeds: [1, 2] },
    },
    architectures: 12,
    seconds: 20,
  }
}
