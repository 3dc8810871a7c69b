import type { Sampler } from '../sampler.ts'
import { evolve } from './evolve.ts'
import { nichedSurvival } from './niching.ts'
import type { NsgaOptions } from './settings.ts'
import { nsgaSettings } from './settings.ts'

/**
 * NSGA-III: NSGA-II for three and more objectives. Survivors are spread over reference directions,
 * of which there are as many as the population allows: with 50 members 45 for three objectives, 35
 * for four.
 *
 * Source: K. Deb and H. Jain, "An evolutionary many-objective optimization algorithm using
 * reference-point-based nondominated sorting approach", IEEE TEC 18(4), 2014; constraint domination
 * as in H. Jain and K. Deb, part II. Differences: those of `nsga2` in breeding; parents win
 * tournaments by front, then by how few share their direction.
 *
 * Cost: O(parameters) a proposal, and O(m N²) once a generation for m objectives.
 */
export function nsga3(options: NsgaOptions = {}): Sampler {
  return evolve('nsga3', nsgaSettings('nsga3', options), nichedSurvival)
}
