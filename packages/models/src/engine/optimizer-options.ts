import type { Problem } from '@attune/core'
import type { Clipping, OptimizerSpec, UpdateRates } from './optimizer.ts'

/** Decays of the two moments and what keeps divisors from zero; 0 of what a rule has not. */
export interface Constants {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** With the defaults. */
export function constantsOf(spec: OptimizerSpec): Constants {
  switch (spec.kind) {
    case 'sgd':
      return { beta1: 0, beta2: 0, epsilon: 0 }
    case 'momentum':
    case 'nesterov':
      return { beta1: spec.momentum ?? 0.9, beta2: 0, epsilon: 0 }
    case 'rmsprop':
      return { beta1: 0, beta2: spec.decay ?? 0.9, epsilon: spec.epsilon ?? 1e-8 }
    case 'adam':
    case 'adamw':
      return {
        beta1: spec.beta1 ?? 0.9,
        beta2: spec.beta2 ?? 0.999,
        epsilon: spec.epsilon ?? 1e-8,
      }
  }
}

export function specProblems(spec: OptimizerSpec): Problem[] {
  const problems: Problem[] = []
  for (const name of ['momentum', 'decay', 'beta1', 'beta2'] as const) {
    const value = (spec as Readonly<Record<string, unknown>>)[name]
    if (value === undefined || (typeof value === 'number' && value >= 0 && value < 1)) continue
    problems.push({
      path: name,
      message: `It must be at least 0 and less than 1, but got ${value}.`,
    })
  }
  const { epsilon } = constantsOf(spec)
  if (!(epsilon >= 0 && epsilon < Infinity)) {
    problems.push({ path: 'epsilon', message: `It must be at least 0, but got ${epsilon}.` })
  }
  return problems
}

/** Rates by segment. */
export function ratesProblems(rates: readonly UpdateRates[], segments: number): Problem[] {
  if (rates.length !== segments) {
    const message = `There must be one for each of the ${segments} segments, but got ${rates.length}.`
    return [{ path: 'rates', message }]
  }
  const problems: Problem[] = []
  for (let i = 0; i < rates.length; i++) {
    const { rate, l2 = 0, l1 = 0 } = rates[i]!
    if (isAmount(rate) && isAmount(l2) && isAmount(l1)) continue
    const message =
      'The rate and the penalties must be finite and at least 0, ' +
      `but got rate ${rate}, l2 ${l2}, l1 ${l1}.`
    problems.push({ path: `rates[${i}]`, message })
  }
  return problems
}

export function clippingProblems({ norm, value }: Clipping): Problem[] {
  const problems: Problem[] = []
  for (const [path, limit] of [
    ['norm', norm],
    ['value', value],
  ] as const) {
    if (limit === undefined || limit > 0) continue
    problems.push({ path, message: `A limit must be greater than 0, but got ${limit}.` })
  }
  return problems
}

function isAmount(value: number): boolean {
  return value >= 0 && value < Infinity
}
