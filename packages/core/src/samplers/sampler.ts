import type { Json } from '../errors.ts'
import type { HistoryView } from '../journal/view.ts'
import type { Rng } from '../math/rng.ts'
import type { SearchSpace, Values } from '../space/space.ts'

export interface Draw {
  /** What the sampler may know; it must not depend on anything else. */
  readonly view: HistoryView
  readonly trial: number
  /** Randomness of this trial alone. */
  readonly rng: Rng
  /** The seed of the study, for sequences that all trials share. */
  readonly seed: number
}

export interface Proposal {
  /** A value for every active parameter, and for no other. */
  readonly values: Values
  /** Why this configuration, in a few words for people. */
  readonly why?: string
  /** State for later proposals; stored with the trial. */
  readonly memo?: Json
}

/**
 * Proposes configurations. A pure function of the space, the view it is shown, the trial's number
 * and the seed: caches may speed it up but never change it. It must cope with any history:
 * empty, all failed, results of NaN or infinity, values outside the space, foreign trials.
 */
export interface Sampler {
  readonly name: string
  /** Stored with the study, so that a change of options is noticed. */
  readonly options?: { readonly [key: string]: Json | undefined }
  readonly supports: SamplerSupport
  propose(space: SearchSpace, draw: Draw): Proposal | Promise<Proposal>
  /**
   * How many further configurations there are, for samplers that come to an end; asked before a
   * trial is opened. Trials that are opened but have no values yet count as one each.
   */
  remaining?(space: SearchSpace, view: HistoryView, seed: number): number
}

/** What a sampler can do; checked before the first trial. */
export interface SamplerSupport {
  readonly objectives: 'one' | 'many'
  readonly conditional: boolean
  readonly constraints: boolean
  /** Whether continuous parameters are allowed. */
  readonly continuous: boolean
}
