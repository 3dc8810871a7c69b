import type { Rng } from '../../math/rng.ts'
import { createRng } from '../../math/rng.ts'
import type { Member } from '../../analysis/member.ts'
import { compareMembers, memberOf } from '../../analysis/member.ts'
import { createFold } from './fold.ts'
import type { HistoryView } from '../../journal/view.ts'

export interface GenerationRules {
  readonly populationSize: number
  readonly selection: 'truncation' | 'tournament'
  readonly survivalShare: number
  readonly tournamentSize: number
  readonly elites: number
  readonly mutationProbability: number
  readonly crossoverProbability: number
  readonly cache: boolean
}

/** A place in the generation that is being bred. */
export interface Slot {
  readonly parent: Member
  /** The other of its pair, when they cross. */
  readonly partner: Member | undefined
  readonly mutates: boolean
}

export interface Generation {
  readonly number: number
  /** Places that need a trial; empty in generation 0. */
  readonly slots: readonly Slot[]
}

interface Growing {
  generation: Generation
  /** Results that this generation still waits for. */
  missing: number
  /** What the next selection chooses from. */
  candidates: Member[]
}

/**
 * The generations of Algorithm A of T. Zhan's genetic tuner, as a fold over settled trials in the
 * order in which they settled. Generation 0 ends with `populationSize` results. Then, again and
 * again: of the results that came in, of what went over unchanged and of the elites, N are
 * selected; each mutates with one probability, each pair crosses with another. With the cache on,
 * who is not varied goes over with the result it has; otherwise it is run again. The generation
 * ends when as many results have come in as it has places to be run.
 *
 * A late result counts in the generation in which it arrives, as do enqueued and foreign trials.
 * Trials that failed, or whose result is not a number, count nowhere: their place is tried again.
 */
export function createGenerations(
  rules: GenerationRules,
): (view: HistoryView, seed: number) => Generation {
  const fold = createFold(
    (seed: number) => ({
      seed,
      generation: { number: 0, slots: [] } as Generation,
      missing: rules.populationSize,
      candidates: [] as Member[],
    }),
    (state, view, trial) => {
      const member = memberOf(view.history, trial)
      if (member === undefined) return
      state.candidates.push(member)
      state.missing--
      if (state.missing <= 0) {
        advance(state, rules, createRng(state.seed, 'genetic', state.generation.number + 1))
      }
    },
  )
  return (view, seed) => fold(view, seed).generation
}

function advance(state: Growing, rules: GenerationRules, rng: Rng): void {
  const { populationSize, mutationProbability, crossoverProbability } = rules
  const ranked = state.candidates.sort(compareMembers)
  const elites = ranked.slice(0, rules.elites)
  const parents = select(ranked, rules, populationSize - elites.length, rng)
  const places: Slot[] = elites.map((parent) => ({ parent, partner: undefined, mutates: false }))
  for (let i = 0; i < parents.length; i += 2) {
    const [one, two] = [parents[i]!, parents[i + 1]]
    const crosses = two !== undefined && two !== one && rng.next() < crossoverProbability
    places.push({
      parent: one,
      partner: crosses ? two : undefined,
      mutates: rng.next() < mutationProbability,
    })
    if (two === undefined) continue
    places.push({
      parent: two,
      partner: crosses ? one : undefined,
      mutates: rng.next() < mutationProbability,
    })
  }
  const isKept = (slot: Slot): boolean => rules.cache && slot.partner === undefined && !slot.mutates
  const slots = places.filter((slot) => !isKept(slot))
  // Without a single change no generation would ever end.
  if (slots.length === 0) slots.push({ parent: ranked[0]!, partner: undefined, mutates: true })
  state.generation = { number: state.generation.number + 1, slots }
  state.missing = slots.length
  state.candidates = [...new Set(places.filter(isKept).map((slot) => slot.parent))]
}

/** As many members as asked for, in random order; good ones more than once. */
function select(
  ranked: readonly Member[],
  rules: GenerationRules,
  count: number,
  rng: Rng,
): Member[] {
  const selected: Member[] = []
  const best = Math.max(1, Math.ceil(rules.survivalShare * rules.populationSize))
  const survivors = ranked.slice(0, best)
  for (let i = 0; i < count; i++) {
    selected.push(
      rules.selection === 'truncation'
        ? survivors[i % survivors.length]!
        : tournament(ranked, rules.tournamentSize, rng),
    )
  }
  rng.shuffle(selected)
  return selected
}

/** The best of some members drawn at random, with replacement, from a list sorted best first. */
export function tournament(ranked: readonly Member[], size: number, rng: Rng): Member {
  let best = ranked.length
  for (let i = 0; i < size; i++) best = Math.min(best, rng.int(ranked.length))
  return ranked[best]!
}

/**
 * The latest `populationSize` results, best first (E. Real et al., "Regularized Evolution", AAAI
 * 2019), and how many generations' worth have come in.
 */
export function createAgeing(
  populationSize: number,
): (view: HistoryView) => { readonly generation: number; readonly ranked: readonly Member[] } {
  const fold = createFold(
    () => ({ count: 0, alive: [] as Member[] }),
    (state, view, trial) => {
      const member = memberOf(view.history, trial)
      if (member === undefined) return
      state.count++
      state.alive.push(member)
      if (state.alive.length > populationSize) state.alive.shift()
    },
  )
  return (view) => {
    const { count, alive } = fold(view)
    return {
      generation: Math.floor(count / populationSize),
      ranked: alive.toSorted(compareMembers),
    }
  }
}
