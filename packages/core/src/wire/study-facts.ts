import { bestTrials } from '../analysis/best.ts'
import type { ExpectedResult } from '../analysis/expected-result.ts'
import { expectedResult } from '../analysis/expected-result.ts'
import type { History } from '../journal/history.ts'
import { cell, countStates, rowOf, stateCode, trialsToJudge } from '../journal/history.ts'
import { recordOf } from '../trial/stored-record.ts'
import type { DeadWorkers } from './run-facts.ts'
import { askedTrials, attendedTrials, budgetLeft, lastWordOfDead, runGoingOn } from './run-facts.ts'
import type { StudyFacts } from './wire.ts'

export interface StudyFactsOptions {
  /** Whether to fit a model that tells what to expect of the best trial, some 0.1 s; default true. */
  readonly estimate?: boolean
  /** Workers that are known to be dead, though their trials are open; default none. */
  readonly dead?: DeadWorkers
}

/**
 * What stands at the top of a study.
 * @param now milliseconds since the epoch
 */
export function studyFacts(
  history: History,
  now: number,
  { estimate = true, dead }: StudyFactsOptions = {},
): StudyFacts {
  const best = bestTrials(history)
  const pace = paceOf(history, dead)
  const { open, finished, steering, about } = history
  const states = countStates(history)
  const attended = attendedTrials(history, dead)
  const unattended = states.running - attended.length
  const diedAfter = lastWordOfDead(history, dead)
  const asked = askedTrials(history)
  const left = budgetLeft(history, now, dead)
  const eta = attended.length === 0 ? undefined : etaOf(history, left, pace)
  const startedAt = firstStart(history)
  const runs = diedAfter === undefined && open.size > 0
  const end = runs ? now : Math.max(lastEnd(history), diedAfter ?? Number.NEGATIVE_INFINITY)
  const failure = lastFailure(history)
  const { note, title } = about
  const toJudge = trialsToJudge(history).length
  return {
    states,
    ...(unattended === 0 ? {} : { unattended }),
    ...(diedAfter === undefined ? {} : { diedAfter }),
    ...(asked === undefined ? {} : { asked }),
    ...(left === undefined ? {} : { left }),
    ...(best[0] === undefined ? {} : { best: bestOf(history, best, estimate) }),
    ...(Number.isFinite(startedAt) ? { startedAt } : {}),
    ...(Number.isNaN(history.changedAt) ? {} : { changedAt: history.changedAt }),
    elapsedSeconds: Number.isFinite(startedAt) ? Math.max(0, (end - startedAt) / 1000) : 0,
    ...(pace === undefined ? {} : { perHour: 3600 * pace }),
    ...(eta === undefined ? {} : { etaSeconds: eta }),
    ...(best[0] === undefined || finished === 0
      ? {}
      : { sinceGain: sinceGain(history, best, end) }),
    workers: workersOf(history, attended),
    ...(failure === undefined ? {} : { lastFailure: failure }),
    ...(steering === undefined ? {} : { steering: steeringOf(steering) }),
    ...(title === undefined ? {} : { title }),
    ...(note === undefined ? {} : { note: { text: note.text, seq: note.seq } }),
    tags: about.tags,
    archived: about.archived,
    files: about.attached ?? [],
    excluded: history.excluded.size,
    ...(toJudge === 0 ? {} : { toJudge }),
  }
}

function bestOf(
  history: History,
  front: readonly number[],
  wanted: boolean,
): NonNullable<StudyFacts['best']> {
  const trial = front[0]!
  const { params, values } = recordOf(history, trial)
  const results = rowOf(history, 'metric:', trial)
  const objectives = (history.config?.objectives ?? []).map(({ name }) => name)
  const names = [...new Set([...objectives, ...Object.keys(results)])]
  const estimate = wanted && objectives.length === 1 ? estimateOf(history, trial) : undefined
  return {
    trial,
    metrics: names.map((name) => ({ name, value: results[name] ?? Number.NaN })),
    params,
    flat: values,
    ...(estimate === undefined ? {} : { estimate }),
    front: front.length,
  }
}

interface Estimate {
  readonly key: string
  readonly found: ExpectedResult | undefined
}
const estimates = new WeakMap<History, Estimate>()

/** Kept until a trial settles, since a page asks again and again. */
function estimateOf(history: History, trial: number): ExpectedResult | undefined {
  const key = `${history.era} ${history.finished} ${trial}`
  let known = estimates.get(history)
  if (known?.key !== key) {
    estimates.set(history, (known = { key, found: expectedResult(history, trial) }))
  }
  return known.found
}

function steeringOf({
  command,
  why,
}: NonNullable<History['steering']>): NonNullable<StudyFacts['steering']> {
  return why === undefined ? { command } : { command, why }
}

function firstStart(history: History): number {
  const began = history.columns.get('startedAt')?.data
  let first = Number.POSITIVE_INFINITY
  for (let trial = 0; trial < history.length; trial++) {
    if (began![trial]! < first) first = began![trial]!
  }
  return first
}

function lastEnd(history: History): number {
  const ended = history.columns.get('finishedAt')?.data
  let last = Number.NEGATIVE_INFINITY
  for (let trial = 0; trial < history.length; trial++) {
    if (ended![trial]! > last) last = ended![trial]!
  }
  return last
}

/** Seconds until a limit is reached, whichever comes first; undefined while nothing runs towards one. */
function etaOf(
  { steering }: History,
  left: StudyFacts['left'],
  pace: number | undefined,
): number | undefined {
  if (left === undefined || steering?.command === 'pause') return undefined
  const { trials, seconds } = left
  const known = [
    ...(trials === undefined || trials === 0 || pace === undefined ? [] : [trials / pace]),
    ...(seconds === undefined || seconds === 0 ? [] : [seconds]),
  ]
  return known.length === 0 ? undefined : Math.min(...known)
}

/**
 * Ended trials a second, over the last tenth of them or the last 20, whichever is more; while a run goes
 * on over those that ended in it, as soon as there are two, since nothing runs between runs.
 */
function paceOf(history: History, dead: DeadWorkers | undefined): number | undefined {
  const since = runGoingOn(history, dead)?.at ?? Number.NEGATIVE_INFINITY
  return paceSince(history, since) ?? paceSince(history, Number.NEGATIVE_INFINITY)
}

function paceSince(history: History, since: number): number | undefined {
  const ends: number[] = []
  const wanted = Math.max(20, Math.ceil(history.finished / 10)) + 1
  for (let i = history.finished - 1; i >= 0 && ends.length < wanted; i--) {
    const at = cell(history, 'finishedAt', history.finishOrder[i]!)
    if (at < since) break
    if (!Number.isNaN(at)) ends.push(at)
  }
  const seconds = (ends[0]! - ends.at(-1)!) / 1000
  return ends.length > 1 && seconds > 0 ? (ends.length - 1) / seconds : undefined
}

/** What has ended since the newest of the best trials had. */
function sinceGain(
  history: History,
  best: readonly number[],
  end: number,
): NonNullable<StudyFacts['sinceGain']> {
  const isBest = new Set(best)
  let trials = 0
  let i = history.finished - 1
  for (; i >= 0 && !isBest.has(history.finishOrder[i]!); i--) {
    if (!history.excluded.has(history.finishOrder[i]!)) trials++
  }
  const found = cell(history, 'finishedAt', history.finishOrder[i] ?? -1)
  return { trials, seconds: Math.max(0, (end - found) / 1000) || 0 }
}

function workersOf(history: History, attended: readonly number[]): StudyFacts['workers'] {
  const workers = new Map<string, number[]>()
  for (const trial of attended) {
    const name = history.details.get(trial)?.worker
    if (name === undefined) continue
    const trials = workers.get(name)
    if (trials === undefined) workers.set(name, [trial])
    else trials.push(trial)
  }
  return [...workers].map(([name, trials]) => ({ name, trials }))
}

function lastFailure(history: History): StudyFacts['lastFailure'] {
  const states = history.columns.get('state')?.data
  for (let i = history.finished - 1; i >= 0; i--) {
    const trial = history.finishOrder[i]!
    if (states?.[trial] !== stateCode.failed) continue
    const failure = history.details.get(trial)?.failure
    return { trial, text: failure === undefined ? 'failed' : failure.message || failure.reason }
  }
  return undefined
}
