import type { Json } from '../../errors.ts'
import { AttuneError } from '../../errors.ts'
import type { HistoryView } from '../../journal/view.ts'
import type { Rng } from '../../math/rng.ts'
import { assemble } from '../../space/activity.ts'
import type { Label } from '../../space/distribution.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { FlatParam, SearchSpace } from '../../space/space.ts'
import { createFailureModels } from '../failure/failure-model.ts'
import { safeDraw } from '../failure/risk.ts'
import type { Proposal, Sampler } from '../sampler.ts'
import { sobol } from '../sobol.ts'
import { createFold } from './fold.ts'
import type { Genome } from './genome.ts'
import { createGenomes, createTried, express, isNumeric } from './genome.ts'
import type { Member } from '../../analysis/member.ts'
import { compareMembers, compareResults, memberOf } from '../../analysis/member.ts'
import { mutate } from './mutation.ts'
import { offspring } from './offspring.ts'
import { polynomial } from './variation.ts'

export interface DifferentialEvolutionOptions {
  /** Places of the population; default 12. More search wider and take longer. */
  readonly populationSize?: number
  /** Scale of differences; default 0.5. */
  readonly F?: number
  /** Probability that a parameter comes from the mutant; default 0.5. */
  readonly CR?: number
  /**
   * `rand/1/bin` starts from a random member, `current-to-pbest` from the one to be replaced,
   * pulled toward one of the best; default 'current-to-pbest'.
   */
  readonly strategy?: 'rand/1/bin' | 'current-to-pbest'
  /** Share of members that count as the best of `current-to-pbest`; default 0.2. */
  readonly pBest?: number
}

/**
 * Differential evolution on the coordinates of the parameters' scales.
 *
 * Source: R. Storn and K. Price, J. Global Optimization 11, 1997 (rand/1/bin); current-to-pbest as
 * in J. Zhang and A. C. Sanderson, "JADE", IEEE TEC 13(5), 2009, without its archive and adaptation;
 * F = CR = 0.5 as in N. Awad et al., "DEHB", IJCAI 2021.
 *
 * The first `populationSize` results fill the places, in the order in which they settled. From then
 * on trial n challenges place n mod populationSize, and replaces whoever holds it when its result
 * comes, unless that is worse; nobody waits for anybody. The place is in its memo, so a result may
 * come late. Results without a memo (enqueued and foreign trials) challenge the worst place. Trials
 * that failed, or whose result is not a number, replace nobody. Pruned trials rank behind complete
 * ones and infeasible ones behind those.
 *
 * Numbers that leave [0, 1] come back half way between the bound and the place's coordinate;
 * integers and steps are rounded within their cells. A label comes from the base member; where the
 * members of the difference disagree it is, with probability F, one of theirs. Genes a member lacks
 * add nothing to a difference, and where the base lacks one the place keeps its own.
 *
 * Memo: { place, parents }. Cost: O(parameters) a proposal, sorting the population for pbest.
 */
export function differentialEvolution(options: DifferentialEvolutionOptions = {}): Sampler {
  const settings = checked({
    populationSize: 12,
    F: 0.5,
    CR: 0.5,
    strategy: 'current-to-pbest',
    pBest: 0.2,
    ...options,
  })
  const { populationSize } = settings
  const start = sobol()
  const places = createPlaces(populationSize)
  const genomes = createGenomes()
  const tried = createTried()
  const failing = createFailureModels()
  return {
    name: 'differentialEvolution',
    options: settings,
    supports: { objectives: 'one', conditional: true, constraints: true, continuous: true },
    propose(space, draw) {
      const { view, rng, trial } = draw
      const members = places(view)
      const failures = failing(space, draw)
      if (members.length < populationSize) {
        const drawn = (start.propose(space, draw) as Proposal).values
        const values = safeDraw(space, failures, drawn, rng)
        const why = `de: even start, ${members.length} of ${populationSize} results are in`
        return { values, why }
      }
      const place = trial % populationSize
      const read = (member: Member): Genome => genomes(space, view, member.trial)
      let parents: readonly Member[] = []
      const breed = (draws: Rng, refused: number): Record<string, Label> => {
        parents = chooseParents(members, place, settings, draws)
        const genes = parents.map(read) as [Genome, Genome, Genome, Genome]
        const child = challenge(space, genes, settings, draws)
        // Members may all agree where a space has few values; then differences move nothing.
        return refused < 10
          ? child
          : express(space, mutate(space, child, stir, draws, { force: true }), draws)
      }
      const isTried = tried(space, view)
      const values = offspring(space, rng.fork('vary'), isTried, breed, failures)
      const numbers = parents.map((m) => m.trial)
      const why = `de: ${settings.strategy} of trials ${numbers.slice(1).join(', ')} against trial ${numbers[0]}`
      return { values, why, memo: { place, parents: numbers } }
    },
  }
}

const stir = polynomial(5)

/** The holders of the places; fewer than all while the population fills. */
function createPlaces(populationSize: number): (view: HistoryView) => readonly Member[] {
  return createFold(
    () => [] as Member[],
    (members, view, trial) => {
      const member = memberOf(view.history, trial)
      if (member === undefined) return
      if (members.length < populationSize) {
        members.push(member)
        return
      }
      const place = placeOf(view.history.details.get(trial)?.memo, members)
      if (compareResults(member, members[place]!) <= 0) members[place] = member
    },
  )
}

/** The place a memo speaks of, or that of the worst member. */
function placeOf(memo: Json | undefined, members: readonly Member[]): number {
  const place = (memo as { readonly place?: Json } | null | undefined)?.place
  if (typeof place === 'number' && members[place] !== undefined) return place
  let worst = 0
  members.forEach((member, i) => {
    if (compareMembers(member, members[worst]!) > 0) worst = i
  })
  return worst
}

/** The holder of the place, the base and the two of the difference; all but the base differ. */
function chooseParents(
  members: readonly Member[],
  place: number,
  settings: Required<DifferentialEvolutionOptions>,
  rng: Rng,
): Member[] {
  const others = members.map((_, i) => i).filter((i) => i !== place)
  rng.shuffle(others)
  const [r1, r2, r3] = others as [number, number, number]
  const holder = members[place]!
  if (settings.strategy === 'rand/1/bin') return [holder, members[r1]!, members[r2]!, members[r3]!]
  const best = members.toSorted(compareMembers)
  const count = Math.max(1, Math.round(settings.pBest * members.length))
  return [holder, best[rng.int(count)]!, members[r1]!, members[r2]!]
}

/** The trial vector: genes of the mutant with probability CR, one at least, else the holder's. */
function challenge(
  space: SearchSpace,
  [holder, base, plus, minus]: readonly [Genome, Genome, Genome, Genome],
  { F, CR, strategy }: Required<DifferentialEvolutionOptions>,
  rng: Rng,
): Record<string, Label> {
  const existing = space.params.flatMap((_, i) => (holder[i] === undefined ? [] : [i]))
  const sure = existing.length === 0 ? -1 : existing[rng.int(existing.length)]
  const pulled = strategy === 'current-to-pbest'
  const mutant = (param: FlatParam, i: number): Label | undefined => {
    const [own, from, p, m] = [holder[i], base[i], plus[i], minus[i]]
    if (from === undefined) return own
    if (!isNumeric(param.distribution)) {
      if (p !== undefined && m !== undefined && p !== m && rng.next() < F) return p
      return pulled && own !== undefined && rng.next() >= F ? own : from
    }
    const codec = sharedCodec(param.distribution)
    const u = codec.encode(from)
    const current = own === undefined ? u : codec.encode(own)
    const difference = p === undefined || m === undefined ? 0 : codec.encode(p) - codec.encode(m)
    const moved = (pulled ? current + F * (u - current) : u) + F * difference
    return codec.decode(moved < 0 ? current / 2 : moved > 1 ? (1 + current) / 2 : moved)
  }
  return assemble(space, (param, i) => {
    const own = holder[i]
    const taken = own === undefined || i === sure || rng.next() < CR
    return (taken ? mutant(param, i) : own) ?? sharedCodec(param.distribution).decode(rng.next())
  })
}

function checked(
  settings: Required<DifferentialEvolutionOptions>,
): Required<DifferentialEvolutionOptions> & { [key: string]: string | number } {
  const refuse = (rule: string, given: unknown): never => {
    throw new AttuneError(
      'sampler/options',
      `differentialEvolution: ${rule}, got ${JSON.stringify(given)}.`,
    )
  }
  const { populationSize, F, CR, strategy, pBest } = settings
  if (!Number.isInteger(populationSize) || populationSize < 4) {
    refuse('populationSize must be a whole number >= 4', populationSize)
  }
  if (!(F > 0 && F <= 2)) refuse('0 < F <= 2 must hold', F)
  if (!(CR >= 0 && CR <= 1)) refuse('CR must lie in 0..1', CR)
  if (strategy !== 'rand/1/bin' && strategy !== 'current-to-pbest') {
    refuse('strategy is "rand/1/bin" or "current-to-pbest"', strategy)
  }
  if (!(pBest > 0 && pBest <= 1)) refuse('0 < pBest <= 1 must hold', pBest)
  return settings as ReturnType<typeof checked>
}
