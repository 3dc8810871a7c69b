import type { Convergence, History, Regret, SurrogateDiagnosis } from '@attune/core'
import { AttuneError, countStates, rowOfShare } from '@attune/core'

import { formatDuration, formatNumber, sparkline } from '../text/format.ts'
import { table } from '../text/table.ts'
import { plain } from '../text/text.ts'
import { describeResult, hasManyObjectives } from './describe-study.ts'
import type { TextSection } from './sections.ts'

/** What is known of how a study goes; an error says why something cannot be told. */
export interface Diagnosis {
  /** The best trial, or the Pareto front. */
  readonly best: readonly number[]
  readonly convergence: Convergence & { readonly reference?: readonly number[] }
  readonly regret: Regret | AttuneError
  /** By objective. */
  readonly surrogates: readonly (SurrogateDiagnosis | AttuneError)[]
}

/** A diagnosis in words. */
export function describeDiagnosis(
  history: History,
  { best, convergence, regret, surrogates }: Diagnosis,
  width: number,
): TextSection[] {
  const objectives = history.config?.objectives ?? []
  const title = hasManyObjectives(history)
    ? `Pareto front: ${best.length} of ${history.length} trials`
    : `Best: trial ${best[0]}, ${describeResult(history, best[0]!)}`
  return [
    { title, lines: describeSince(history, convergence) },
    { title: 'How it got there', lines: describeCourse(history, convergence, width) },
    { title: 'What may be left to gain', lines: describeLeft(history, regret, surrogates) },
    ...surrogates.map((one, k) => ({
      title: `How well a surrogate predicts ${plain(objectives[k]!.name)}`,
      lines: one instanceof AttuneError ? [untold(one)] : describeSurrogate(one),
    })),
  ]
}

function untold(error: AttuneError): string {
  return plain(`It cannot be told. ${error.message}`)
}

/** A share from 0 to 1 in percent: `12 %`, `under 1 %`, `over 99 %`. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) return 'under 1 %'
  if (share < 1 && share >= 0.995) return 'over 99 %'
  return `${Math.round(100 * share)} %`
}

const trialsOf = (count: number): string => (count === 1 ? 'trial' : `${count} trials`)

/** The hypervolume, and how long nothing better has come. */
export function describeSince(
  history: History,
  {
    since,
    best,
    reference,
  }: Convergence & {
    readonly reference?: readonly number[]
  },
): string[] {
  const objectives = history.config?.objectives ?? []
  const volume =
    reference === undefined
      ? []
      : [
          plain(
            `Hypervolume ${formatNumber(best.at(-1)!)}, measured from ${objectives
              .map(({ name }, k) => `${name} ${formatNumber(reference[k]!)}`)
              .join(', ')}.`,
          ),
        ]
  if (since === undefined) return volume
  const what = reference === undefined ? 'Nothing better' : 'No better trade-off'
  const time = Number.isFinite(since.seconds) ? ` (${formatDuration(since.seconds)})` : ''
  const line =
    since.trials === 0
      ? 'The latest trial brought it.'
      : `${what} in the ${trialsOf(since.trials)}${time} since.`
  return [...volume, line]
}

/** A line longer than this says no more. */
const widestSpark = 60

function describeCourse(history: History, found: Convergence, width: number): string[] {
  const { best } = found
  const about = hasManyObjectives(history) ? 'hypervolume' : history.config?.objectives[0]?.name
  const [first, last] = [best.find((x) => !Number.isNaN(x))!, best.at(-1)!]
  const spark = sparkline(thinned(best, Math.max(8, Math.min(widestSpark, width - 4))))
  const line = plain(`${about} ${formatNumber(first)} ${spark} ${formatNumber(last)}`)
  return [line, ...describePace(history, found)]
}

/** When the improvements came, and at which rate they still come; a sentence each. */
export function describePace(history: History, found: Convergence): string[] {
  const { best, recent, gains } = found
  const direction = history.config?.objectives[0]?.direction
  const lines: string[] = []
  if (gains.length > 1) {
    const rows = [0.5, 0.9, 0.99].map((share) => rowOfShare(found, share) + 1)
    lines.push(
      rows[0] === rows[2]
        ? `Nearly all of the improvement came at once, after ${rows[0]} of ${best.length} trials.`
        : `Half of the improvement was there after ${trialsOf(rows[0]!)}, 90 % after ${rows[1]}, 99 % after ${rows[2]} of ${best.length}.`,
    )
  } else {
    const verb = direction === 'maximize' ? 'higher' : 'lower'
    lines.push(
      hasManyObjectives(history)
        ? 'Nothing was added to the first result.'
        : `No result was ${verb} than the first one.`,
    )
  }
  if (recent !== undefined) {
    const count = recent.gains === 0 ? 'none' : String(recent.gains)
    lines.push(
      `Of the latest ${trialsOf(recent.trials)} ${count} improved it; at this rate the next does with a chance of about ${percent(recent.chance)}.`,
    )
  }
  return lines
}

/** At most `count` of the values, evenly, with the first and the last. */
function thinned(values: Float64Array, count: number): number[] {
  if (values.length <= count) return [...values]
  const step = (values.length - 1) / (count - 1)
  return Array.from({ length: count }, (_, k) => values[Math.round(k * step)]!)
}

/** What further trials may gain, and what speaks against relying on it; a sentence each. */
export function describeLeft(
  history: History,
  regret: Regret | AttuneError,
  [surrogate]: Diagnosis['surrogates'],
): string[] {
  if (regret instanceof AttuneError) return [untold(regret)]
  const { name, direction } = history.config!.objectives[0]!
  const { best, bound, next } = regret
  const up = direction === 'maximize'
  const end = up ? best + bound : best - bound
  const { complete, pruned } = countStates(history)
  const lines = [
    plain(
      `At most ${formatNumber(bound, 2)}: no ${name} ${up ? 'above' : 'below'} ${formatNumber(end)} is to be expected (90 % sure, if the surrogate is right).`,
    ),
    `The next trial, where most can be expected, is better with a chance of ${percent(next.probability)}; it gains ${formatNumber(next.gain, 2)} on average.`,
  ]
  if (surrogate !== undefined && !(surrogate instanceof AttuneError)) {
    const doubt = doubtOf(surrogate)
    if (doubt !== undefined) lines.push(`Do not rely on it: ${doubt}`)
  }
  if (pruned > complete) {
    lines.push(
      `It knows only the ${complete} complete trials; ${pruned} were stopped early, and where they were counts as unknown.`,
    )
  }
  if (history.constraints.length > 0) {
    lines.push('It leaves the outcome constraints aside: what it hopes for may be infeasible.')
  }
  return lines
}

const poor = 0.3
const fair = 0.7
/** With fewer results even those of pure noise often have an R² above `poor`. */
const telling = 20

/** Why what a surrogate says should not be relied on. */
function doubtOf({ summary }: SurrogateDiagnosis): string | undefined {
  if (!(summary.r2 >= poor)) return 'the surrogate hardly predicts the results, see below.'
  if (isTooSure(summary)) return 'the surrogate is too sure of itself, see below.'
  return undefined
}

type Summary = SurrogateDiagnosis['summary']

function shareAt({ calibration }: Summary, level: number): number {
  return calibration.shares[calibration.levels.findIndex((x) => Math.abs(x - level) < 1e-9)]!
}

/** By how many standard errors a share of results lies above its level. */
function excess(summary: Summary, level: number): number {
  const error = Math.sqrt((level * (1 - level)) / summary.results)
  return (shareAt(summary, level) - level) / error
}

const isTooSure = (summary: Summary): boolean =>
  excess(summary, 0.95) < -2.5 || excess(summary, 0.8) < -2.5

function describeSurrogate({ summary }: SurrogateDiagnosis): string[] {
  const shares = [0.5, 0.8, 0.95].map((level) => shareAt(summary, level))
  const rows = [
    ['R²', formatNumber(summary.r2, 2), 'of each result, predicted from the others'],
    ['rank correlation', formatNumber(summary.rankCorrelation, 2), ''],
    ['typical error', formatNumber(summary.rmse, 2), ''],
    ['in 50 / 80 / 95 % intervals', shares.map(percent).join(' / '), 'of the results'],
  ]
  const lines = [...table(rows), describeFit(summary), describeCalibration(summary)]
  if (summary.results >= telling) return lines
  return [...lines, 'So few results may look predictable, or not, by chance.']
}

/** How well a surrogate predicts results, in a sentence. */
export function describeFit({ r2, results }: Summary): string {
  const from = `From ${results} results it`
  if (r2 >= fair) {
    return `${from} has learnt how they depend on the parameters; what it says of untried ones can be relied on.`
  }
  if (r2 >= poor) {
    return `${from} knows the broad lines; what it says of untried parameters is rough.`
  }
  return `${from} predicts hardly better than their mean: they are mostly noise, change abruptly, or are still too few.`
}

/** Whether the intervals of a surrogate hold what they should, in a sentence. */
export function describeCalibration(summary: Summary): string {
  if (isTooSure(summary)) {
    return 'It is too sure of itself: more results than should be lie outside its intervals.'
  }
  if (excess(summary, 0.5) > 2.5) {
    return 'It is cautious: results lie closer to its predictions than it says.'
  }
  return 'Its intervals hold about as many results as they should.'
}
