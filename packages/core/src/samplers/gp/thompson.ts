import { createFactor, dot } from '../../math/linalg.ts'
import { normalDraw } from '../../math/normal.ts'
import { normalCdf } from '../../math/special.ts'
import type { Candidate, SearchInput } from './search.ts'
import { drawCandidates } from './search.ts'
import type { Surrogate } from './surrogate.ts'

/** Points at which functions are drawn. */
const most = 256

/**
 * Thompson sampling: draws one function from the posterior, jointly at the pool of candidates, and
 * takes where it is lowest, among the candidates that likely satisfy every constraint if there are
 * any (W. R. Thompson 1933; over a set of candidates as in D. Eriksson et al., "Scalable Global
 * Optimization via Local Bayesian Optimization", NeurIPS 2019).
 * @param riskAt the probability of failing at features
 */
export function thompsonCandidate(
  input: SearchInput,
  surrogate: Surrogate,
  constraints: readonly Surrogate[],
  riskAt: (x: Float64Array) => number,
): Candidate | undefined {
  const pool = drawCandidates({ ...input, candidates: most / 2 }).slice(-most)
  const { size } = surrogate
  const explained = new Float64Array(pool.length * size)
  const row = new Float64Array(pool.length)
  const means = new Float64Array(pool.length)
  const factor = createFactor(pool.length)
  const rng = input.rng.fork('function')
  const white = new Float64Array(pool.length)
  let best: Candidate | undefined
  let lowest = Number.POSITIVE_INFINITY
  pool.forEach((candidate, i) => {
    surrogate.predict(candidate.features)
    means[i] = surrogate.means[0]!
    explained.set(surrogate.explained, i * size)
    for (let j = 0; j < i; j++) {
      const shared = dot(explained, i * size, explained, j * size, size)
      row[j] = surrogate.covariance(candidate.features, pool[j]!.features) - shared
    }
    factor.append(row, surrogate.variance * (1 + 1e-8))
    white[i] = normalDraw(rng)
    const value = means[i]! + dot(factor.lower, (i * (i + 1)) / 2, white, 0, i + 1)
    candidate.value = -value
    // Unlikely candidates come after all likely ones, the less unlikely first.
    let chance = 1 - riskAt(candidate.features)
    for (const constraint of constraints) {
      constraint.predict(candidate.features)
      chance *= normalCdf(-constraint.means[0]! / Math.sqrt(constraint.variance))
    }
    const rank = chance >= 0.5 ? value : 1e6 * (2 - chance)
    if (best === undefined || rank < lowest) {
      best = candidate
      lowest = rank
    }
  })
  return best
}
