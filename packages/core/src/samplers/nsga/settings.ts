import { AttuneError } from '../../errors.ts'

export interface NsgaOptions {
  /** Most members that live on from generation to generation; default 50. */
  readonly populationSize?: number
  /**
   * Results for which the population grows by one member, beginning at a quarter of its size; 0
   * gives it its size at once; default 8.
   */
  readonly growth?: number
  /** Results a generation waits for; default 5. Fewer adapt faster, more cost less. */
  readonly offspring?: number
  /** Trials of a scrambled Sobol' sequence before the first selection; default half a population. */
  readonly startupTrials?: number
  /** Probability that a child has two parents; default 0.9. */
  readonly crossoverProbability?: number
  /** Distribution index of the simulated binary crossover; default 5. Larger stays closer. */
  readonly crossoverEta?: number
  /** Distribution index of the polynomial mutation; default 5. Larger makes smaller steps. */
  readonly mutationEta?: number
}

export type NsgaSettings = Required<NsgaOptions> & { readonly [key: string]: number }

/** The options with their defaults. */
export function nsgaSettings(name: string, options: NsgaOptions): NsgaSettings {
  const { populationSize = 50 } = options
  const settings: NsgaSettings = {
    populationSize,
    growth: 8,
    offspring: 5,
    startupTrials: Math.ceil(populationSize / 2),
    crossoverProbability: 0.9,
    crossoverEta: 5,
    mutationEta: 5,
    ...options,
  }
  const refuse = (rule: string, given: unknown): never => {
    throw new AttuneError('sampler/options', `${name}: ${rule}, got ${JSON.stringify(given)}.`)
  }
  for (const [key, least] of [
    ['populationSize', 2],
    ['growth', 0],
    ['offspring', 1],
    ['startupTrials', 2],
  ] as const) {
    const count = settings[key]
    if (!Number.isInteger(count) || count < least) {
      refuse(`${key} must be a whole number >= ${least}`, count)
    }
  }
  const p = settings.crossoverProbability
  if (!(p >= 0 && p <= 1)) refuse('crossoverProbability must lie in 0..1', p)
  for (const key of ['crossoverEta', 'mutationEta'] as const) {
    const eta = settings[key]
    if (!(eta >= 0 && eta <= 1000)) refuse(`${key} must lie in 0..1000`, eta)
  }
  return settings
}
