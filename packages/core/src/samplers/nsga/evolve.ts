import type { HistoryView } from '../../journal/view.ts'
import type { Rng } from '../../math/rng.ts'
import { createRng } from '../../math/rng.ts'
import type { Label } from '../../space/distribution.ts'
import { createFailureModels } from '../failure/failure-model.ts'
import { safeDraw } from '../failure/risk.ts'
import type { Sampler, Proposal } from '../sampler.ts'
import { sobol } from '../sobol.ts'
import { cross } from '../genetic/crossover.ts'
import { createFold } from '../genetic/fold.ts'
import { createGenomes, createTried, express } from '../genetic/genome.ts'
import type { Member } from '../../analysis/member.ts'
import { memberOf } from '../../analysis/member.ts'
import { mutate } from '../genetic/mutation.ts'
import { offspring } from '../genetic/offspring.ts'
import { polynomial, simulatedBinary } from '../genetic/variation.ts'
import type { NsgaSettings } from './settings.ts'
import type { Population, Survival } from './survival.ts'

/**
 * The frame of NSGA-II and NSGA-III. Settled trials are folded in the order in which they settled:
 * the first `startupTrials` results are generation 0; from then on a generation ends with every
 * `offspring` results, and the best of the population and these live on. With many workers children
 * are bred as soon as that many trials have begun and half of them have results.
 *
 * The population grows with the results there are, one member for every `growth` of them, from a
 * quarter of `populationSize` on: while little is known only the best are worth breeding from.
 *
 * A late result counts in the generation in which it arrives, as do enqueued and foreign trials.
 * Trials that failed, or with a result that is missing or not a number, count nowhere, but from three
 * failures on children that are likely to fail are bred anew.
 *
 * Memo: { generation, parents }.
 */
export function evolve(name: string, settings: NsgaSettings, survive: Survival): Sampler {
  const start = sobol()
  const fold = createGenerations(name, settings, survive)
  const genomes = createGenomes()
  const tried = createTried()
  const failing = createFailureModels()
  const blend = simulatedBinary(settings.crossoverEta)
  const move = polynomial(settings.mutationEta)
  return {
    name,
    options: settings,
    supports: { objectives: 'many', conditional: true, constraints: true, continuous: true },
    propose(space, draw) {
      const { view, rng, seed } = draw
      const { generation, population, arrivals } = fold(view, seed)
      const failures = failing(space, draw)
      const parents = population ?? earlyPopulation(view, arrivals, settings, survive, rng)
      if (parents === undefined) {
        const drawn = (start.propose(space, draw) as Proposal).values
        const values = safeDraw(space, failures, drawn, rng)
        const why = `${name}: even start, ${arrivals.length} of ${settings.startupTrials} results are in`
        return { values, why, memo: { generation: 0, parents: [] } }
      }
      const couple = rng.fork('select')
      const first = winner(parents, couple)
      const second = winner(parents, couple)
      const crosses = first !== second && couple.next() < settings.crossoverProbability
      const mother = genomes(space, view, first.trial)
      const father = genomes(space, view, second.trial)
      const breed = (draws: Rng, refused: number): Record<string, Label> => {
        const genes = crosses ? cross(space, mother, father, blend, draws) : mother
        const child = express(space, genes, draws)
        const force = !crosses || refused > 0
        return express(space, mutate(space, child, move, draws, { force }), draws)
      }
      const isTried = tried(space, view)
      const values = offspring(space, rng.fork('vary'), isTried, breed, failures)
      const numbers = crosses ? [first.trial, second.trial] : [first.trial]
      const next = Math.max(1, generation + 1)
      const of = crosses ? `trials ${numbers.join(' and ')}` : `trial ${numbers[0]}`
      const why = `${name}: generation ${next}, child of ${of}`
      return { values, why, memo: { generation: next, parents: numbers } }
    },
  }
}

interface Generations {
  /** The number of the last generation that ended. */
  generation: number
  population: Population | undefined
  /** Results since then. */
  arrivals: Member[]
}

function createGenerations(
  name: string,
  settings: NsgaSettings,
  survive: Survival,
): (view: HistoryView, seed: number) => Generations {
  const { startupTrials, offspring: children } = settings
  return createFold(
    (seed: number) => ({
      seed,
      results: 0,
      generation: -1,
      population: undefined as Population | undefined,
      arrivals: [] as Member[],
    }),
    (state, view, trial) => {
      const member = memberOf(view.history, trial)
      if (member === undefined) return
      state.arrivals.push(member)
      state.results++
      const awaited = state.population === undefined ? startupTrials : children
      if (state.arrivals.length < awaited) return
      state.generation++
      const rng = createRng(state.seed, name, state.generation)
      const candidates = [...(state.population?.members ?? []), ...state.arrivals]
      state.population = survive(candidates, sizeAt(state.results, settings), rng)
      state.arrivals = []
    },
  )
}

/** Results of generation 0 to breed from when all of its trials have begun and half have ended. */
function earlyPopulation(
  view: HistoryView,
  arrivals: readonly Member[],
  settings: NsgaSettings,
  survive: Survival,
  rng: Rng,
): Population | undefined {
  const { startupTrials } = settings
  const begun = arrivals.length + view.pending.length
  if (begun < startupTrials || arrivals.length < startupTrials / 2) return undefined
  return survive(arrivals, sizeAt(arrivals.length, settings), rng.fork('early'))
}

/** How many members live on when there are so many results. */
function sizeAt(results: number, { populationSize, growth }: NsgaSettings): number {
  if (growth === 0) return populationSize
  const least = Math.ceil(populationSize / 4)
  return Math.min(populationSize, Math.max(least, Math.ceil(results / growth)))
}

/** The better of two members drawn at random: the lower front, then more room. */
function winner({ members, fronts, room }: Population, rng: Rng): Member {
  const a = rng.int(members.length)
  const b = rng.int(members.length)
  const better = fronts[a]! - fronts[b]! || room[b]! - room[a]!
  return members[better > 0 ? b : a]!
}
