import { AttuneError } from '../errors.ts'

import type {
  Resources,
  StoredNumbers,
  StudyConfig,
  StudyEvent,
  TrialFinished,
  TrialPaused,
  TrialPromoted,
  TrialRan,
  TrialReported,
  TrialRequeued,
  TrialSkipped,
} from './event.ts'
import { withAdjustments } from './adjusted.ts'
import { annotate } from './annotate.ts'
import { noteRun } from './note-run.ts'
import { discover, forgetDiscovered } from './discovered.ts'
import { isKnownEvent, storeNumber, storeNumbers } from './event.ts'
import type { History, Pause, TrialDetails } from './history.ts'
import { cell, hasSettled, rowOf, stateCode } from './history.ts'
import type { Entry } from './journal.ts'
import { compileOutcomeConstraint, violationOf } from './outcome-constraint.ts'
import { reachRungs } from './reach-rungs.ts'

/** A report may name this many metrics in a study; further names are left out of the columns. */
const maxMetrics = 200

/**
 * Applies the next event to a history. What an event may not do (finish a trial twice, report
 * under an old epoch, claim what is taken) changes nothing, so that every reader of a log comes
 * to the same history whatever its writers raced for.
 */
export function applyEntry(history: History, { seq, event }: Entry): void {
  // A reader that caught up meanwhile meets entries it has applied already.
  if (seq <= history.seq) return
  if (seq !== history.seq + 1) {
    throw new AttuneError(
      'journal/corrupt',
      `Event ${history.seq + 1} is missing: the journal goes on with number ${seq}. Restore a copy.`,
    )
  }
  history.seq = seq
  if (!isKnownEvent(event)) {
    history.unknown++
    return
  }
  if (Number.isNaN(history.createdAt)) history.createdAt = event.at
  if (!(event.at < history.changedAt)) history.changedAt = event.at
  if ('trial' in event && event.trial !== undefined && event.type !== 'trial-opened') {
    if (!(event.trial < history.length)) return
    history.columns.ensure('lastSeq').data[event.trial] = seq
  }
  applyEvent(history, event)
}

function applyEvent(history: History, event: StudyEvent): void {
  switch (event.type) {
    case 'study-created':
    case 'study-changed':
      if (event.type === 'study-changed' || history.config === undefined) {
        configure(history, event.study)
      }
      return
    case 'study-steered': {
      const { command, why } = event
      history.steering = { command, ...(why === undefined ? {} : { why }), seq: history.seq }
      return
    }
    case 'space-adjusted':
      history.adjusted = withAdjustments(history.adjusted, event.params)
      return
    case 'annotated':
      annotate(history, event)
      return
    case 'run-started':
    case 'run-ended':
      noteRun(history, event)
      return
    case 'trial-enqueued': {
      const { values, from } = event
      history.enqueued.push({ values, ...(from === undefined ? {} : { from }) })
      return
    }
    case 'trial-opened':
      open(history, event.trial)
      return
    case 'trial-claimed':
      if (is(history, event.trial, 'waiting') && current(history, event)) {
        set(history, 'state', event.trial, stateCode.running)
        set(history, 'startedAt', event.trial, event.at)
        detailsOf(history, event.trial).worker = event.worker
      }
      return
    case 'trial-suggested': {
      const details = detailsOf(history, event.trial)
      if (details.suggested || !history.open.has(event.trial)) return
      details.suggested = true
      for (const name in event.values) {
        history.values.set(name, event.trial, event.values[name] as never)
      }
      if (event.proposed !== undefined) details.proposed = event.proposed
      if (event.why !== undefined) details.why = event.why
      if (event.memo !== undefined) details.memo = event.memo
      return
    }
    case 'trial-reported':
      if (is(history, event.trial, 'running') && current(history, event)) report(history, event)
      return
    case 'trial-decided':
      if (
        event.decision !== 'continue' &&
        is(history, event.trial, 'running') &&
        current(history, event)
      ) {
        const details = detailsOf(history, event.trial)
        details.stopped = event.reason ?? 'stopped'
        if (event.decision === 'pause') details.pausing = true
      }
      return
    case 'trial-paused':
      if (is(history, event.trial, 'running') && current(history, event)) pause(history, event)
      else history.stale++
      return
    case 'trial-promoted':
      if (is(history, event.trial, 'paused') && event.epoch === epochOf(history, event.trial) + 1) {
        promote(history, event)
      }
      return
    case 'trial-skipped':
      if (history.open.has(event.trial) || is(history, event.trial, 'paused')) skip(history, event)
      return
    case 'trial-ran':
      if (is(history, event.trial, 'running') && current(history, event))
        awaitJudges(history, event)
      else history.stale++
      return
    case 'trial-finished':
      if (!history.open.has(event.trial) && !is(history, event.trial, 'paused')) return
      if (current(history, event)) finish(history, event)
      else history.stale++
      return
    case 'trial-requeued':
      if (history.open.has(event.trial) && event.epoch === epochOf(history, event.trial) + 1) {
        requeue(history, event)
      }
      return
    case 'trial-stale':
      history.stale++
  }
}

const set = (history: History, column: string, row: number, value: number): void => {
  history.columns.ensure(column).data[row] = value
}
const epochOf = (history: History, trial: number): number => cell(history, 'epoch', trial)
const current = (history: History, event: { trial: number; epoch: number }): boolean =>
  event.epoch === epochOf(history, event.trial)
const is = (history: History, trial: number, state: keyof typeof stateCode): boolean =>
  cell(history, 'state', trial) === stateCode[state]

function detailsOf(history: History, trial: number): TrialDetails {
  let details = history.details.get(trial)
  if (details === undefined) history.details.set(trial, (details = {}))
  return details
}

/** Takes over a configuration; results recorded earlier keep their metrics. */
export function configure(history: History, config: StudyConfig): void {
  const rungs = JSON.stringify(history.config?.scheduler.rungs)
  forgetAdjustments(history, config)
  history.config = config
  history.era++
  // Values at the rungs of another scheduler stand for other steps.
  const moved = JSON.stringify(config.scheduler.rungs) !== rungs
  history.constraints = config.constraints.map(compileOutcomeConstraint)
  const constraintColumns = history.columns.names().filter((name) => name.startsWith('constraint:'))
  for (let trial = 0; trial < history.length; trial++) {
    history.columns.clear(trial, [...constraintColumns, 'violation'])
    if (moved) forgetRungs(history, trial)
    if (is(history, trial, 'complete')) judge(history, trial)
  }
}

function forgetRungs(history: History, trial: number): void {
  history.columns.clear(trial, ['rung:', 'nextRung:'])
  const details = history.details.get(trial)
  if (details?.paused !== undefined) details.paused = { ...details.paused, rungs: {} }
}

function open(history: History, trial: number): void {
  if (trial !== history.length) return
  history.columns.reserve(trial + 1)
  history.length = trial + 1
  history.open.add(trial)
  set(history, 'state', trial, stateCode.waiting)
  set(history, 'epoch', trial, 0)
  set(history, 'firstSeq', trial, history.seq)
  set(history, 'lastSeq', trial, history.seq)
  const enqueued = history.enqueued[history.taken]
  if (enqueued === undefined) return
  history.taken++
  const details = detailsOf(history, trial)
  details.fixed = enqueued.values
  const { from } = enqueued
  if (from !== undefined) details.start = { from, step: cell(history, 'step', from) || 0 }
}

function report(history: History, event: TrialReported): void {
  const { trial, step } = event
  discover(history, trial, event.discovered)
  // A trial that goes on stands among the settled ones, with what it discovers.
  if (event.discovered !== undefined && hasSettled(history, trial)) history.era++
  const count = cell(history, 'steps', trial)
  set(history, 'steps', trial, Number.isNaN(count) ? 1 : count + 1)
  set(history, 'step', trial, step)
  for (const name in event.values) {
    const value = Number(event.values[name])
    const last = history.columns.get(`last:${name}`) ?? newMetric(history, name)
    if (last === undefined) continue
    last.data[trial] = value
    const objective = history.config?.objectives.find((o) => o.name === name)
    if (objective === undefined) continue
    const sign = objective.direction === 'minimize' ? 1 : -1
    const best = cell(history, `best:${name}`, trial)
    if (Number.isNaN(best) || sign * value < sign * best) set(history, `best:${name}`, trial, value)
    reachRungs(history, trial, name, step, value)
  }
}

function newMetric(history: History, name: string): { data: Float64Array } | undefined {
  const count = history.columns.group('last:').length
  return count < maxMetrics ? history.columns.ensure(`last:${name}`) : undefined
}

/** Whose program has ended waits for people, and is nobody's to run or to lose. */
function awaitJudges(history: History, event: TrialRan): void {
  const { trial, metrics, standardErrors, resources, discovered, artifacts } = event
  discover(history, trial, discovered)
  const details = detailsOf(history, trial)
  details.ran = {
    metrics,
    ...(standardErrors === undefined ? {} : { standardErrors }),
    resources,
  }
  if (artifacts !== undefined) details.artifacts = artifacts
  delete details.worker
}

function finish(history: History, event: TrialFinished): void {
  const { trial } = event
  discover(history, trial, event.discovered)
  set(history, 'state', trial, stateCode[event.state])
  set(history, 'finishedAt', trial, event.at)
  setAll(history, 'metric', trial, event.metrics)
  setAll(history, 'se', trial, event.standardErrors)
  spend(history, trial, event.resources)
  const { failure, artifacts, copyOf } = event
  if (failure !== undefined) detailsOf(history, trial).failure = failure
  if (artifacts !== undefined) detailsOf(history, trial).artifacts = artifacts
  if (copyOf !== undefined) detailsOf(history, trial).copyOf = copyOf
  delete history.details.get(trial)?.ran
  if (event.state === 'complete') judge(history, trial)
  settle(history, trial)
}

/** Gives a trial its place among the settled ones, or tells that one of them has changed. */
function settle(history: History, trial: number): void {
  const known = hasSettled(history, trial)
  history.open.delete(trial)
  history.skipped.delete(trial)
  if (known) {
    history.era++
    return
  }
  if (history.finished === history.finishOrder.length) {
    const longer = new Int32Array(history.finishOrder.length * 2)
    longer.set(history.finishOrder)
    history.finishOrder = longer
  }
  history.finishOrder[history.finished++] = trial
}

function setAll(
  history: History,
  prefix: string,
  trial: number,
  numbers: StoredNumbers | undefined,
): void {
  for (const name in numbers) set(history, `${prefix}:${name}`, trial, Number(numbers[name]))
}

/** Adds what one run of a trial used to what its earlier runs used; memory counts at its peak. */
function spend(history: History, trial: number, used: Resources | undefined): void {
  for (const name of Object.keys(used ?? {}) as (keyof Resources)[]) {
    const amount = used![name]!
    const before = cell(history, name, trial)
    const sum = name === 'peakMemoryBytes' ? Math.max(before, amount) : before + amount
    set(history, name, trial, Number.isNaN(before) ? amount : sum)
  }
}

function pause(history: History, { trial, resources, discovered }: TrialPaused): void {
  discover(history, trial, discovered)
  spend(history, trial, resources)
  set(history, 'state', trial, stateCode.paused)
  const row = (prefix: string): StoredNumbers => storeNumbers(rowOf(history, prefix, trial))
  const paused: Pause = {
    step: storeNumber(cell(history, 'step', trial)),
    steps: storeNumber(cell(history, 'steps', trial)),
    values: row('last:'),
    best: row('best:'),
    rungs: row('nextRung:'),
  }
  settle(history, trial)
  const details = detailsOf(history, trial)
  details.paused = paused
  delete details.pausing
  delete details.worker
}

function promote(history: History, { trial, epoch }: TrialPromoted): void {
  set(history, 'state', trial, stateCode.waiting)
  set(history, 'epoch', trial, epoch)
  history.columns.clear(trial, ['startedAt'])
  history.open.add(trial)
  const details = detailsOf(history, trial)
  details.promoted = (details.promoted ?? 0) + 1
  delete details.stopped
}

function skip(history: History, { trial, why }: TrialSkipped): void {
  const details = detailsOf(history, trial)
  history.skipped.add(trial)
  details.stopped = why === undefined ? 'skipped' : `skipped: ${why}`
  delete details.pausing
}

/** A parameter that the study declares anew is searched as it is declared then. */
function forgetAdjustments(history: History, config: StudyConfig): void {
  if (history.adjusted.size === 0) return
  const before = JSON.stringify(history.config?.space)
  if (JSON.stringify(config.space) !== before) history.adjusted = new Map()
}

/** Writes by how much the results of a trial violate the outcome constraints. */
function judge(history: History, trial: number): void {
  if (history.constraints.length === 0) return
  let total = 0
  for (const constraint of history.constraints) {
    const amount = violationOf(constraint, (name) => {
      const x = cell(history, `metric:${name}`, trial)
      return Number.isNaN(x) ? undefined : x
    })
    set(history, `constraint:${constraint.source}`, trial, amount ?? Number.NaN)
    total += amount === undefined ? Number.POSITIVE_INFINITY : Math.max(0, amount)
  }
  set(history, 'violation', trial, total)
}

/**
 * What the abandoned attempt reported and discovered is forgotten; what was suggested stays. Of a trial
 * that paused before, what it had reported until then comes back, and all that it discovered stays.
 */
function requeue(
  history: History,
  { trial, epoch, cause, failure, resources }: TrialRequeued,
): void {
  set(history, 'state', trial, stateCode.waiting)
  set(history, 'epoch', trial, epoch)
  spend(history, trial, resources)
  const details = detailsOf(history, trial)
  const { paused } = details
  history.columns.clear(trial, ['last:', 'best:', 'nextRung:', 'step', 'startedAt'])
  if (paused === undefined) history.columns.clear(trial, ['rung:'])
  else restore(history, trial, paused)
  if (paused === undefined) forgetDiscovered(history, trial)
  if (cause === 'lost' || failure?.reason === 'lost') {
    details.lostUnder = [...(details.lostUnder ?? []), details.worker ?? 'unknown']
  }
  if (failure !== undefined) details.retried = [...(details.retried ?? []), failure]
  if (details.ran !== undefined) delete details.artifacts
  delete details.ran
  delete details.worker
  delete details.pausing
  if (!history.skipped.has(trial)) delete details.stopped
}

function restore(history: History, trial: number, paused: Pause): void {
  set(history, 'step', trial, Number(paused.step))
  set(history, 'steps', trial, Number(paused.steps))
  const groups = { last: paused.values, best: paused.best, nextRung: paused.rungs }
  for (const [prefix, numbers] of Object.entries(groups)) setAll(history, prefix, trial, numbers)
  for (const [name, { data }] of history.columns.group('rung:')) {
    const at = name.lastIndexOf(':')
    if (Number(name.slice(at + 1)) >= Number(paused.rungs[name.slice(0, at)] ?? 0))
      data[trial] = Number.NaN
  }
}
