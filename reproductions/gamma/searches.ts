import type { GammaOptions, Sampler } from 'attune'
import { gamma, gp, random, tpe } from 'attune'

/** A way to search for a learning rate with a given number of evaluations. */
export interface SearchMethod {
  /** In names of studies. */
  readonly key: string
  readonly title: string
  make(): Sampler
}

const reading = (key: string, title: string, options: GammaOptions): SearchMethod => ({
  key,
  title,
  make: () => gamma({ candidates: mainCandidates, ...options }),
})

/** As many candidates as a grid of Table 8 has points; other rows have other numbers. */
export const mainCandidates = 300

/** Gamma and Gaussian as the tables compare them: readings A and B together, and the twin. */
export const gammaSearch: SearchMethod = reading('gamma', 'Gamma (A+B)', {})
export const gaussianSearch: SearchMethod = reading('gaussian', 'Gaussian (A+B)', {
  distribution: 'gaussian',
})

/** The same pair with another number of candidates. */
export const withCandidates = (method: SearchMethod, candidates: number): SearchMethod => ({
  ...method,
  key: candidates === mainCandidates ? method.key : `${method.key}-${candidates}`,
  make: () => gamma({ ...method.make().options, candidates } as GammaOptions),
})

/** The readings by themselves. Without B no search distribution is drawn from, so A and C share a twin. */
const gammaA: SearchMethod = reading('gamma-a', 'Gamma (A)', { readings: ['A'] })
const gammaB: SearchMethod = reading('gamma-b', 'Gamma (B)', { readings: ['B'] })
const gammaC: SearchMethod = reading('gamma-c', 'Gamma (C)', { readings: ['C'] })
const gaussianB: SearchMethod = reading('gaussian-b', 'Gaussian (B)', {
  readings: ['B'],
  distribution: 'gaussian',
})
const ordinary: SearchMethod = reading('ordinary', 'ordinary (no reading)', { readings: [] })

/** Pairs that differ in nothing but the family of a distribution. */
export const twins: readonly (readonly [SearchMethod, SearchMethod])[] = [
  [gammaSearch, gaussianSearch],
  [gammaA, ordinary],
  [gammaB, gaussianB],
  [gammaC, ordinary],
]

/** What else there is to search with, at the same number of evaluations. */
export const controls: readonly SearchMethod[] = [
  { key: 'gp', title: 'GP, log-warped losses', make: () => gp() },
  { key: 'tpe', title: 'TPE', make: () => tpe() },
  { key: 'random', title: 'random on the log scale', make: () => random() },
]

export const allSearches: readonly SearchMethod[] = [
  ...new Map([...twins.flat(), ...controls].map((method) => [method.key, method])).values(),
]
