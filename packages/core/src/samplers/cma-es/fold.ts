import type { Json } from '../../errors.ts'
import type { HistoryView } from '../../journal/view.ts'
import { hashText } from '../../math/hash.ts'
import { createRng } from '../../math/rng.ts'
import type { SearchSpace } from '../../space/space.ts'
import type { Coordinates, Point } from './coordinates.ts'
import { coordinatesOf } from './coordinates.ts'
import type { Member, Restarts, Run } from './run.ts'
import { addMember, createRestarts, createRun, isFinished, nextRun } from './run.ts'
import { byStanding, isBetter, resultless, standingOf } from './standing.ts'
import { defaultPopulation } from './strategy.ts'
import { leastEarlier, plainBeginning, warmBeginning } from './warm-start.ts'

export interface Settings {
  readonly sigma: number
  readonly population: number | null
  readonly warmStart: boolean
  readonly margin: boolean
  readonly adaptRates: boolean
  readonly restarts: 'bipop' | 'ipop' | 'none'
}

/** What a proposal stores with its trial. */
export interface Memo {
  /** Tells the trials of these parameters and options from all others. */
  readonly key: string
  readonly run: number
  readonly generation: number
  /** Which member of the generation it is. */
  readonly member: number
  readonly x: readonly number[]
  readonly labels: readonly number[]
}

/**
 * The state of the search after a number of settled trials, each taken in once, in the order in
 * which the view shows them: that order only grows, so what was proposed from a shorter view stays
 * a part of what follows from a longer one.
 *
 * - Trials with a memo of this search are members: a generation is full with its first λ settled
 *   members, whatever their outcome. Later ones join the next generation with a clipped step; those
 *   that come later still, or from an earlier run, are left out.
 * - All others (enqueued, changed by hand, of other samplers, parameters or options) begin the first
 *   run when they are at least ten (warm start) and settle before its first member. Afterwards the
 *   best of them since the run began is injected when it beats everything the run has found.
 */
export interface Fold {
  readonly coordinates: Coordinates
  /** Memos with this key are ours. */
  readonly key: string
  /** How many settled trials are in. */
  settled: number
  /** Trials of others before the first member, with a result. */
  earlier: Member[]
  /** The present run; until its first member has settled it begins anew with each of `earlier`. */
  run: Run
  /** Of how many `earlier` trials the run begins; undefined once a member has settled. */
  begunWith: number | undefined
  readonly restarts: Restarts
}

export function createFold(space: SearchSpace, settings: Settings): Fold {
  const coordinates = coordinatesOf(space)
  return {
    coordinates,
    key: hashText(`${coordinates.key} ${JSON.stringify(settings)}`),
    settled: 0,
    earlier: [],
    run: firstRun(coordinates, [], settings),
    begunWith: 0,
    restarts: createRestarts(settings.restarts === 'ipop' ? 'ipop' : 'bipop'),
  }
}

/** Takes in what has settled since. */
export function advance(fold: Fold, view: HistoryView, seed: number, settings: Settings): void {
  for (; fold.settled < view.settledCount; fold.settled++) {
    takeIn(fold, view, view.settledAt(fold.settled), seed, settings)
  }
  if (fold.begunWith !== undefined) begin(fold, settings)
}

function takeIn(
  fold: Fold,
  view: HistoryView,
  trial: number,
  seed: number,
  settings: Settings,
): void {
  const details = view.history.details.get(trial)
  const memo = details?.fixed === undefined ? readMemo(details?.memo, fold) : undefined
  if (memo === undefined) {
    takeGuest(fold, view, trial)
    return
  }
  if (fold.begunWith !== undefined) {
    begin(fold, settings)
    fold.begunWith = undefined
    fold.earlier = []
  }
  const { run } = fold
  const late = run.generation - memo.generation
  if (memo.run !== run.index || late > 1 || late < 0) return
  const { choices } = fold.coordinates
  const labels = Int32Array.from(memo.labels, (label, k) =>
    view.valueOf(trial, choices[k]!.name) === undefined ? -1 : label,
  )
  const member: Member = {
    point: { x: Float64Array.from(memo.x), labels },
    standing: standingOf(view.history, trial),
    ...(late > 0 ? { kind: 'late' } : { kind: 'drawn', place: memo.member }),
  }
  const sound = addMember(run, member, fold.coordinates, settings)
  if (run.members.length > 0 && sound) return
  const over =
    settings.restarts !== 'none' &&
    (run.evaluations >= fold.restarts.limit || isFinished(run, fold.coordinates))
  if (!sound || over) restart(fold, seed, settings)
}

function takeGuest(fold: Fold, view: HistoryView, trial: number): void {
  const standing = standingOf(view.history, trial)
  if (standing.kind === resultless) return
  const { run } = fold
  const wanted =
    fold.begunWith !== undefined ||
    run.guest === undefined ||
    isBetter(standing, run.guest.standing)
  const point = wanted ? fold.coordinates.encode((name) => view.valueOf(trial, name)) : undefined
  if (point === undefined) return
  const member: Member = { point, standing, kind: 'guest' }
  if (fold.begunWith === undefined) run.guest = member
  else fold.earlier.push(member)
}

/** Makes the first run of what is known by now; the best of too few is injected instead. */
function begin(fold: Fold, settings: Settings): void {
  if (fold.begunWith === fold.earlier.length) return
  const ranked = fold.earlier.toSorted((a, b) => byStanding(a.standing, b.standing))
  fold.run = firstRun(fold.coordinates, ranked, settings)
  fold.begunWith = fold.earlier.length
}

function firstRun(coordinates: Coordinates, ranked: readonly Member[], settings: Settings): Run {
  const { axes } = coordinates
  const warm = settings.warmStart && ranked.length >= leastEarlier
  const points = ranked.map(({ point }) => point)
  const beginning = warm
    ? warmBeginning(coordinates, points, settings.sigma)
    : plainBeginning(coordinates, new Float64Array(axes.length).fill(0.5), settings.sigma)
  const run = createRun(0, populationOf(coordinates, settings), beginning, coordinates, settings)
  if (!warm) run.guest = ranked[0]
  return run
}

const populationOf = ({ axes, choices }: Coordinates, settings: Settings): number =>
  settings.population ?? defaultPopulation(axes.length + choices.length)

/** Begins the next run around a random point. */
function restart(fold: Fold, seed: number, settings: Settings): void {
  const { coordinates, run } = fold
  const index = run.index + 1
  const rng = createRng(seed, 'cmaEs restart', index)
  const { population, sigmaFactor } = nextRun(
    fold.restarts,
    run,
    populationOf(coordinates, settings),
    rng,
  )
  const mean = new Float64Array(coordinates.axes.length).map(() => rng.next())
  const beginning = plainBeginning(coordinates, mean, settings.sigma * sigmaFactor)
  fold.run = createRun(index, population, beginning, coordinates, settings)
}

/** The memo of a trial of this very search; undefined for all others. */
function readMemo(json: Json | undefined, { key, coordinates }: Fold): Memo | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const memo = json as unknown as Memo
  if (memo.key !== key || !isWhole(memo.run) || !isWhole(memo.generation) || !isWhole(memo.member))
    return undefined
  const { axes, choices } = coordinates
  if (!isRow(memo.x, axes.length) || !memo.x.every(Number.isFinite)) return undefined
  if (!isRow(memo.labels, choices.length)) return undefined
  return memo.labels.every((label, k) => isWhole(label) && label < choices[k]!.count)
    ? memo
    : undefined
}

const isWhole = (x: unknown): boolean => Number.isInteger(x) && (x as number) >= 0
const isRow = (x: unknown, length: number): boolean => Array.isArray(x) && x.length === length

/** The first place of the present generation that nobody has taken yet. */
export function freePlace(fold: Fold, view: HistoryView): number {
  const { run } = fold
  const taken = new Set(run.members.map(({ place }) => place))
  for (const trial of view.pending) {
    const memo = readMemo(view.history.details.get(trial)?.memo, fold)
    if (memo?.run === run.index && memo.generation === run.generation) taken.add(memo.member)
  }
  let place = 0
  while (taken.has(place)) place++
  return place
}

/** The memo of a proposal at this point of the present generation. */
export function memoOf({ key, run }: Fold, member: number, { x, labels }: Point): Json {
  const { index, generation } = run
  return { key, run: index, generation, member, x: [...x], labels: [...labels] }
}
