/** A trial that has its place already. */
export interface JudgedTrial {
  readonly trial: number
  readonly value: number
}

/**
 * What somebody said of a new trial beside others that were shown, best first: between which of them it
 * stands (`slot` 0 is better than all of them, as many as there are pivots is worse than all), that it is
 * as good as one of them, or that nothing can be said.
 */
export type Answer =
  | { readonly pivots: readonly number[]; readonly slot: number }
  | { readonly pivots: readonly number[]; readonly equals: number }
  | { readonly pivots: readonly number[]; readonly skipped: true }

export type Direction = 'minimize' | 'maximize'

/** What is to be done next to place a trial. */
export type Placement =
  | {
      readonly kind: 'ask'
      /** The trials to be shown beside the new one, best first. */
      readonly pivots: readonly number[]
      /** How many questions are left at most, this one included, if none is skipped. */
      readonly left: number
    }
  | {
      readonly kind: 'placed'
      /** The value of the objective that gives the trial its place. */
      readonly value: number
      /** Its place among the judged trials from 1; equals share a place. */
      readonly place: number
      /** How many trials are judged then, itself included. */
      readonly of: number
      /** Trials with the same value. */
      readonly equals: readonly number[]
    }

/** Trials of one value; `worth` is larger where the value is better. */
interface Level {
  readonly worth: number
  readonly trials: readonly number[]
}

/** The judged trials from worst to best, equals together. */
function levelsOf(judged: readonly JudgedTrial[], direction: Direction): Level[] {
  const sign = direction === 'maximize' ? 1 : -1
  const byWorth = new Map<number, number[]>()
  for (const { trial, value } of judged) {
    if (!Number.isFinite(value)) continue
    const worth = sign * value + 0
    const its = byWorth.get(worth)
    if (its === undefined) byWorth.set(worth, [trial])
    else its.push(trial)
  }
  return [...byWorth]
    .map(([worth, trials]) => ({ worth, trials: trials.toSorted((a, b) => a - b) }))
    .sort((a, b) => a.worth - b.worth)
}

/**
 * Places a new trial among judged ones by insertion: each question halves what is left, or divides it
 * by `beside` + 1 when so many judged trials are shown at once, so that about log2(n + 1) questions
 * suffice. Its value lies half-way between those of its neighbours, at the ends one beyond the last, and
 * 0 for the first trial of all: only the order of such values means anything. Answers about trials that
 * are not judged any more, because somebody excluded them meanwhile, are passed over; new ones are asked about.
 *
 * After about 50 trials in a row between the same two neighbours floating point has no number left
 * between them: such a trial gets the value of the better one.
 */
export function placementOf(
  judged: readonly JudgedTrial[],
  direction: Direction,
  answers: readonly Answer[],
  beside: number = 1,
): Placement {
  const levels = levelsOf(judged, direction)
  const bounds = boundsOf(levels, answers)
  const sign = direction === 'maximize' ? 1 : -1
  const placed = (worth: number): Placement => {
    const finite = levels.reduce((sum, { trials }) => sum + trials.length, 0)
    const better = levels.filter((level) => level.worth > worth)
    return {
      kind: 'placed',
      value: sign * worth + 0,
      place: 1 + better.reduce((sum, { trials }) => sum + trials.length, 0),
      of: finite + 1,
      equals: levels.find((level) => level.worth === worth)?.trials ?? [],
    }
  }
  if (bounds.equal !== undefined) return placed(bounds.equal)
  const between = levels.filter(({ worth }) => worth > bounds.above && worth < bounds.below)
  const asked = between.filter(({ trials }) => !trials.every((t) => bounds.skipped.has(t)))
  if (asked.length === 0) return placed(worthBetween(between, bounds))
  return {
    kind: 'ask',
    pivots: pivotsOf(asked, beside, bounds.skipped),
    left: questionsLeft(between.length, beside),
  }
}

interface Bounds {
  /** Its worth is larger than this. */
  readonly above: number
  /** Its worth is smaller than this. */
  readonly below: number
  readonly equal: number | undefined
  readonly skipped: ReadonlySet<number>
}

function boundsOf(levels: readonly Level[], answers: readonly Answer[]): Bounds {
  const worths = new Map(levels.flatMap(({ worth, trials }) => trials.map((t) => [t, worth])))
  let above = Number.NEGATIVE_INFINITY
  let below = Number.POSITIVE_INFINITY
  let equal: number | undefined
  const skipped = new Set<number>()
  for (const answer of answers) {
    if ('skipped' in answer) for (const trial of answer.pivots) skipped.add(trial)
    else if ('equals' in answer) equal = worths.get(answer.pivots[answer.equals] as number) ?? equal
    else {
      answer.pivots.forEach((trial, i) => {
        const worth = worths.get(trial)
        if (worth === undefined) return
        if (i < answer.slot) below = Math.min(below, worth)
        else above = Math.max(above, worth)
      })
    }
  }
  return { above, below, equal, skipped }
}

/** Trials that divide the levels as evenly as so many can, best first. */
function pivotsOf(
  levels: readonly Level[],
  beside: number,
  skipped: ReadonlySet<number>,
): number[] {
  const count = Math.min(beside, levels.length)
  const places = Array.from(
    { length: count },
    (_, i) => Math.floor(((i + 1) * (levels.length + 1)) / (count + 1)) - 1,
  )
  return places
    .map((place) => levels[place]?.trials.find((t) => !skipped.has(t)) as number)
    .reverse()
}

function questionsLeft(levels: number, beside: number): number {
  let questions = 0
  for (let left = levels; left > 0; questions++) {
    const shown = Math.min(beside, left)
    // The largest part that can be left when so many are shown.
    left = Math.ceil((left - shown) / (shown + 1))
  }
  return questions
}

/** The worth of a trial that stands in the middle of the levels which were not decided. */
function worthBetween(undecided: readonly Level[], { above, below }: Bounds): number {
  // What was said last bounds it where there are levels; else it is at an end of all of them.
  const worths = [above, ...undecided.map(({ worth }) => worth), below]
  const gap = Math.floor((worths.length - 1) / 2)
  const low = worths[gap] as number
  const high = worths[gap + 1] as number
  const lowest = low === Number.NEGATIVE_INFINITY
  const highest = high === Number.POSITIVE_INFINITY
  if (lowest && highest) return 0
  if (lowest) return high - beyond(high)
  if (highest) return low + beyond(low)
  const middle = low / 2 + high / 2
  return middle > low && middle < high ? middle : high
}

/** One, or as much more as it takes to leave a large number. */
const beyond = (x: number): number => Math.max(1, Math.abs(x) * 2 ** -50)
