import type { Sampler } from './sampler.ts'
import { tpe } from './tpe/tpe.ts'

/** The sampler a study gets when none is named: multivariate TPE with its default settings. */
export function auto(): Sampler {
  return { ...tpe(), name: 'auto', options: {} }
}
