import { scrambledSobol } from '../../math/sobol.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { Candidate, PoolInput } from '../gp/search.ts'
import { drawCandidates } from '../gp/search.ts'
import type { DistributionName, SearchDistribution } from './search-distribution.ts'
import { fitSearchDistribution, isPositive } from './search-distribution.ts'

/** How candidates are drawn from a search distribution. */
export interface SearchSettings {
  readonly distribution: DistributionName
  /** The least standard deviation of a search distribution, in units of its mean. */
  readonly minSpread: number
  /** The share of even points that stay even. */
  readonly evenShare: number
}

/**
 * The pool of the Gaussian process sampler (even points, and steps from the best), where in all but
 * a share of the even points the parameters that have a search distribution are drawn from it. The
 * uniform numbers behind it are a scrambled Sobol' sequence; they do not depend on the family.
 * @param good codes of the best configurations, to which search distributions are fitted; NaN for
 *   parameters that they lack
 */
export function drawSearchCandidates(
  input: PoolInput,
  good: readonly Float64Array[],
  settings: SearchSettings,
): Candidate[] {
  const { layout } = input
  const searched = distributionsOf(input, good, settings)
  if (searched.length === 0) return drawCandidates(input)
  const sobol = scrambledSobol(input.rng.fork('search distribution').uint32(), searched.length)
  const u = new Float64Array(searched.length)
  const even = Math.round(settings.evenShare * input.candidates)
  return drawCandidates(input, (codes, n) => {
    if (n < even) return
    sobol.at(n - even, u)
    searched.forEach(({ param, draw, encode }, k) => {
      codes[param] = layout.codeAt(param, encode(draw(u[k]!)))
    })
  })
}

interface Searched {
  readonly param: number
  readonly draw: SearchDistribution
  readonly encode: (value: number) => number
}

function distributionsOf(
  { layout, space }: PoolInput,
  good: readonly Float64Array[],
  { distribution: family, minSpread }: SearchSettings,
): Searched[] {
  return layout.free.flatMap((param) => {
    const { distribution } = space.params[param]!
    if (!isPositive(distribution)) return []
    const values = good.flatMap((codes) => {
      const code = codes[param]!
      return Number.isNaN(code) ? [] : [layout.dimensions[param]!.valueOf(code) as number]
    })
    if (values.length === 0) return []
    const draw = fitSearchDistribution(values, distribution, family, minSpread)
    const { encode } = sharedCodec(distribution)
    return draw === undefined ? [] : [{ param, draw, encode }]
  })
}
