import { AttuneError } from '../../errors.ts'
import type { HistoryView } from '../../journal/view.ts'
import type { Rng } from '../../math/rng.ts'
import { assemble } from '../../space/activity.ts'
import type { Label } from '../../space/distribution.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { SearchSpace } from '../../space/space.ts'
import { createFailureModels } from '../failure/failure-model.ts'
import type { Sampler } from '../sampler.ts'
import { cross } from './crossover.ts'
import { createGenomes, createTried, express, listsOf } from './genome.ts'
import type { Member } from '../../analysis/member.ts'
import { mutate } from './mutation.ts'
import { offspring } from './offspring.ts'
import type { Slot } from './population.ts'
import { createAgeing, createGenerations, tournament } from './population.ts'
import { polynomial, simulatedBinary } from './variation.ts'

export interface GeneticOptions {
  /** Individuals of a generation; default 25. */
  readonly populationSize?: number
  /**
   * How parents are chosen: the best ones, winners of tournaments, or winners of tournaments among
   * the latest results whatever their worth (no generations, no elites); default 'truncation'.
   */
  readonly selection?: 'truncation' | 'tournament' | 'ageing'
  /** Share of a population's size that truncation selects; default 0.2. */
  readonly survivalShare?: number
  /** Members that take part in a tournament; default 3. */
  readonly tournamentSize?: number
  /** Probability that an individual mutates; default 0.2. */
  readonly mutationProbability?: number
  /** Probability that a pair crosses; default 0.5. */
  readonly crossoverProbability?: number
  /** The best individuals that go over unchanged; default a third of the population. */
  readonly elites?: number
  /**
   * Evaluation cache: individuals that go over unchanged keep the result they have, and no
   * configuration is run twice while there are new ones. Without it they are run again, which helps
   * when results are noisy; default true.
   */
  readonly cache?: boolean
  /**
   * In generation 0 each element a list may have beyond its minimum is added with this probability;
   * default 0.5.
   */
  readonly layerProbability?: number
}

/** Spread of the changes to numbers: mild enough to explore a range within some generations. */
const blend = simulatedBinary(3)
const move = polynomial(5)

/**
 * Genetic algorithm over configurations of any shape: lists grow, shrink and cross by segments,
 * variants pass on their branches whole.
 *
 * Source: T. Zhan's genetic tuner for neural networks, Algorithms A and B: evaluate all, select the
 * N best, mutate each with one probability, cross pairs with another, repeat. It leaves open
 * N, the probabilities and the operators; ours: simulated binary crossover and polynomial mutation
 * of numbers on their scale, uniform crossover and replacement of labels, one gene in expectation a
 * mutation and at least one. Ageing selection: E. Real et al., "Regularized Evolution", AAAI 2019.
 * Pruned trials rank behind complete ones and infeasible ones behind those. How generations begin
 * and end, also with workers in parallel and failures: see `createGenerations`.
 *
 * Memo: { generation, parents }. Cost: O(parameters) a proposal, sorting once a generation.
 */
export function genetic(options: GeneticOptions = {}): Sampler {
  const settings = checked({
    populationSize: 25,
    selection: 'truncation',
    survivalShare: 0.2,
    tournamentSize: 3,
    mutationProbability: 0.2,
    crossoverProbability: 0.5,
    elites: Math.floor((options.populationSize ?? 25) / 3),
    cache: true,
    layerProbability: 0.5,
    ...options,
  })
  const { populationSize, selection, cache } = settings
  const generations = createGenerations({
    ...settings,
    selection: selection === 'tournament' ? 'tournament' : 'truncation',
  })
  const ageing = createAgeing(populationSize)
  const genomes = createGenomes()
  const tried = createTried()
  const failing = createFailureModels()
  const nothing = (): boolean => false

  const nextSlot = (
    view: HistoryView,
    seed: number,
    rng: Rng,
  ): { readonly generation: number; readonly slot: Slot | undefined } => {
    if (selection === 'ageing') {
      const { generation, ranked } = ageing(view)
      if (generation === 0) return { generation, slot: undefined }
      return { generation, slot: steadySlot(ranked, settings, rng) }
    }
    const { number, slots } = generations(view, seed)
    // Places are filled by turns, so that neighbours in number never take the same.
    return { generation: number, slot: slots[view.trial % slots.length] }
  }

  return {
    name: 'genetic',
    options: settings,
    supports: { objectives: 'one', conditional: true, constraints: true, continuous: true },
    propose(space, draw) {
      const { view, rng, seed } = draw
      const failures = failing(space, draw)
      const { generation, slot } = nextSlot(view, seed, rng.fork('select'))
      const isTried = cache ? tried(space, view) : nothing
      if (slot === undefined) {
        const first = (draws: Rng): Record<string, Label> =>
          firstDraw(space, settings.layerProbability, draws)
        const values = offspring(space, rng.fork('start'), isTried, first, failures)
        return { values, why: `genetic: generation 0`, memo: { generation: 0, parents: [] } }
      }
      const genes = genomes(space, view, slot.parent.trial)
      const partner = slot.partner && genomes(space, view, slot.partner.trial)
      const breed = (draws: Rng, refused: number): Record<string, Label> => {
        const child = express(
          space,
          partner ? cross(space, genes, partner, blend, draws) : genes,
          draws,
        )
        const mutates = slot.mutates || (cache && refused > 0)
        return mutates
          ? express(space, mutate(space, child, move, draws, { force: true }), draws)
          : child
      }
      const values = offspring(space, rng.fork('vary'), isTried, breed, failures)
      const parents = slot.partner ? [slot.parent.trial, slot.partner.trial] : [slot.parent.trial]
      return { values, why: describe(generation, slot), memo: { generation, parents } }
    },
  }
}

function describe(generation: number, { parent, partner, mutates }: Slot): string {
  const from =
    partner === undefined ? `trial ${parent.trial}` : `trials ${parent.trial} and ${partner.trial}`
  const how =
    partner === undefined
      ? mutates
        ? 'mutated from'
        : 'again'
      : mutates
        ? 'crossed and mutated from'
        : 'crossed from'
  return `genetic: generation ${generation}, ${how} ${from}`
}

/** A parent from the living, varied in at least one way. */
function steadySlot(ranked: readonly Member[], settings: Required<GeneticOptions>, rng: Rng): Slot {
  const parent = tournament(ranked, settings.tournamentSize, rng)
  const other = tournament(ranked, settings.tournamentSize, rng)
  const partner = rng.next() < settings.crossoverProbability && other !== parent ? other : undefined
  const mutates = rng.next() < settings.mutationProbability
  return { parent, partner, mutates: mutates || (settings.cache && partner === undefined) }
}

/** A random individual; lists get each further element with the layer probability. */
function firstDraw(space: SearchSpace, layerProbability: number, rng: Rng): Record<string, Label> {
  const lists = listsOf(space)
  return assemble(space, ({ distribution }, i) => {
    const list = lists.get(i)
    if (list === undefined) return sharedCodec(distribution).decode(rng.next())
    let length = list.min
    for (let k = list.min; k < list.max; k++) if (rng.next() < layerProbability) length++
    return length
  })
}

function checked(
  settings: Required<GeneticOptions>,
): Required<GeneticOptions> & { [key: string]: string | number | boolean } {
  const refuse = (rule: string, given: unknown): never => {
    throw new AttuneError('sampler/options', `genetic: ${rule}, got ${JSON.stringify(given)}.`)
  }
  const { populationSize, selection, survivalShare, tournamentSize, elites, cache } = settings
  if (!Number.isInteger(populationSize) || populationSize < 2) {
    refuse('populationSize must be a whole number >= 2', populationSize)
  }
  if (!['truncation', 'tournament', 'ageing'].includes(selection)) {
    refuse('selection is "truncation", "tournament" or "ageing"', selection)
  }
  if (!(survivalShare > 0 && survivalShare <= 1)) {
    refuse('0 < survivalShare <= 1 must hold', survivalShare)
  }
  if (!Number.isInteger(tournamentSize) || tournamentSize < 1) {
    refuse('tournamentSize must be a whole number >= 1', tournamentSize)
  }
  if (!Number.isInteger(elites) || elites < 0 || elites >= populationSize) {
    refuse('elites must be a whole number from 0 to below populationSize', elites)
  }
  if (typeof cache !== 'boolean') refuse('cache is true or false', cache)
  for (const name of ['mutationProbability', 'crossoverProbability', 'layerProbability'] as const) {
    const p = settings[name]
    if (!(p >= 0 && p <= 1)) refuse(`${name} must lie in 0..1`, p)
  }
  return settings as ReturnType<typeof checked>
}
