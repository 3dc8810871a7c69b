import type { Sampler } from '../sampler.ts'
import { evolve } from './evolve.ts'
import type { NsgaOptions } from './settings.ts'
import { nsgaSettings } from './settings.ts'
import { crowdedSurvival } from './survival.ts'

/**
 * NSGA-II: evolves an approximation of the Pareto front; for two objectives, or one.
 *
 * Source: K. Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE TEC
 * 6(2), 2002: constraint domination, non-dominated sorting, crowding, binary tournaments, simulated
 * binary crossover and polynomial mutation (rate: one over the number of active parameters) on the
 * scale of each number; labels cross uniformly. Conditional configurations cross by name, lists
 * also by segments, and what a child lacks is drawn. Differences, all for the sake of small budgets:
 * generations are shorter than the population, which grows with the results there are; the first
 * one is half a population of Sobol' points; children stray further from their parents (indices of 5
 * instead of 20); the last front is thinned one by one; no configuration is tried twice while there
 * are new ones. Generations with parallel workers and failures: see `evolve`.
 *
 * Cost: O(parameters) a proposal, and O(m N log N) once a generation for m <= 2 objectives.
 */
export function nsga2(options: NsgaOptions = {}): Sampler {
  return evolve('nsga2', nsgaSettings('nsga2', options), crowdedSurvival)
}
