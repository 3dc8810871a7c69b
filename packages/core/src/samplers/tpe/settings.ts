import type { Problem } from '../../errors.ts'
import { refuseProblems } from '../../errors.ts'
import type { Prior } from './prior.ts'
import { checkPrior } from './prior.ts'

export interface TpeOptions {
  /** Trials of an even start before the model takes over; default 10. */
  readonly startupTrials?: number
  /** Points drawn from the density of good trials, of which the best ratio wins; default 24. */
  readonly candidates?: number
  /** Share of trials that counts as good; default 0.15. */
  readonly gamma?: number
  /** Which parameters share a density; default `grouped`. */
  readonly grouping?: Grouping
  /**
   * What is expected of parameters before any trial; default nothing. Numbers:
   * `{ lr: { around: 1e-3, spread: 3 } }`, labels by weight: `{ optimizer: { sgd: 1, adam: 4 } }`.
   */
  readonly prior?: Prior
  /** With how many results of trials the prior is on a par; default 10. */
  readonly priorWeight?: number
}

/**
 * `univariate`: every parameter has a density of its own. `multivariate`: one density over all that
 * are always active, the others by themselves. `grouped`: one density over all that are active
 * under the same conditions.
 */
export type Grouping = (typeof groupings)[number]
export const groupings = ['univariate', 'multivariate', 'grouped'] as const

/** @throws AttuneError `sampler/options` with every option that is out of range */
export function checkOptions(options: Required<TpeOptions>): void {
  const { startupTrials, candidates, gamma, grouping, prior, priorWeight } = options
  const problems: Problem[] = []
  const rule = (path: string, holds: boolean, message: string, value: unknown): void => {
    const given = typeof value === 'number' ? String(value) : JSON.stringify(value)
    if (!holds) problems.push({ path, message: `${message}, but got ${given}.` })
  }
  rule('startupTrials', startupTrials >= 1, 'startupTrials >= 1 must hold', startupTrials)
  rule('candidates', candidates >= 1, 'candidates >= 1 must hold', candidates)
  rule('gamma', gamma > 0 && gamma < 1, '0 < gamma < 1 must hold', gamma)
  rule(
    'grouping',
    groupings.includes(grouping),
    `It must be one of ${groupings.join(', ')}`,
    grouping,
  )
  rule(
    'priorWeight',
    priorWeight >= 0 && priorWeight < Infinity,
    'priorWeight must be a number of at least 0',
    priorWeight,
  )
  const isObject = typeof prior === 'object' && prior !== null && !Array.isArray(prior)
  rule('prior', isObject, 'It holds beliefs by parameter', prior)
  if (isObject) problems.push(...checkPrior(prior))
  refuseProblems('sampler/options', 'tpe', problems)
}
