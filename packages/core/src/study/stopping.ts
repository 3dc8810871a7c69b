import { lossesOf } from '../analysis/best.ts'
import { dominates } from '../analysis/pareto.ts'
import { AttuneError } from '../errors.ts'
import { jointSpace } from '../journal/discovered.ts'
import type { StudyConfig } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { cell, countStates, stateOf } from '../journal/history.ts'
import { nearest } from '../nearest.ts'
import type { SearchSpace } from '../space/space.ts'

/** How much a study may cost in all, in any unit, and what its trials cost. */
export type CostLimit =
  | {
      readonly limit: number
      /** The cost of a wall-clock second of a trial, from its start to its end. */
      readonly perSecond: number
      readonly metric?: never
    }
  | {
      readonly limit: number
      /** The metric that holds the cost of a trial. */
      readonly metric: string
      readonly perSecond?: never
    }

/**
 * When the results of a study are reason enough to end a run. All of them judge the whole study,
 * trials of earlier runs and other workers included, so that a run of a study that has come to an
 * end ends before its first trial. They are looked at when a run begins and whenever a trial has
 * finished here; trials that still run then are re-queued. They end the run and change nothing
 * else: no suggestion depends on them.
 */
export interface StoppingLimits {
  /** Ends as soon as a feasible trial is at least this good; for one objective. */
  readonly target?: number
  /**
   * Ends when this many trials in a row have finished without a new best, whether complete, pruned or
   * failed. A new best is a feasible trial with a smaller loss than all before it; with several
   * objectives one that no trial before it dominates or equals, which is whatever changes the
   * Pareto front. Until there is one, trials count from the first. Trials come in the order in
   * which they finished; in deterministic mode by their numbers, as far as all have finished, so
   * that the same trials end it however quick each of them was.
   */
  readonly patience?: number
  /**
   * Ends when the trials of the study have cost this much, pruned and failed ones included.
   * `{ limit, perSecond }` counts the seconds of each trial. `{ limit, metric }` counts a metric of its
   * result, or where that has none of its last report; a trial without either is free. All runs of a
   * trial count, also interrupted and failed ones; not those of a worker that disappeared, as nothing
   * records what they took. The trials that run while the limit is reached may exceed it.
   */
  readonly cost?: CostLimit
  /**
   * Ends when the trials of the study have used this many CPU seconds, counted as `cost` counts
   * seconds. Where the executor measures none (a function in this process) it is never reached.
   */
  readonly cpuSeconds?: number
  /**
   * Ends when this many trials in a row have failed for the same reason, or a third as many (10 at
   * least) while no trial has completed yet: then something beside the values is broken, and every
   * further trial is wasted. Trials count from the start of the run, so that the same command goes on
   * when the fault is mended. Default: no limit; attune's command line sets 30.
   */
  readonly failures?: number
  /**
   * Ends when no result is expected to be better than the best one by more than this, in units of
   * the objective: when the bound of `estimateRegret` (0.9 sure) is no larger. For one objective.
   * Looked at when a run begins and when the complete trials have grown by a tenth since, from 10 on.
   * Goes on where the bound cannot be told: few trials, none feasible, equal results.
   */
  readonly regret?: number
}

/** One reason to end a run. */
export interface StoppingCondition {
  readonly name: keyof StoppingLimits
  /** Whether it holds now. Called again and again while the history of one study grows. */
  reached(history: History): boolean
}

/** Fewer complete trials never give a bound of the regret. */
const fewestComplete = 10

/**
 * The conditions that were asked for, the cheapest first.
 * @throws AttuneError `study/config` when a limit is none, or not for several objectives
 */
export async function createStopping(
  limits: StoppingLimits,
  config: StudyConfig,
  space: SearchSpace,
): Promise<readonly StoppingCondition[]> {
  checkStopping(limits, config)
  const { target, patience, cost, cpuSeconds, failures, regret } = limits
  return [
    ...(failures === undefined ? [] : [failuresCondition(failures)]),
    ...(target === undefined ? [] : [targetCondition(target)]),
    ...(patience === undefined ? [] : [patienceCondition(patience)]),
    ...(cost === undefined ? [] : [costCondition(cost)]),
    ...(cpuSeconds === undefined ? [] : [cpuCondition(cpuSeconds)]),
    ...(regret === undefined ? [] : [await regretCondition(regret, space)]),
  ]
}

function checkStopping(limits: StoppingLimits, { name, objectives }: StudyConfig): void {
  const refuse = (message: string): never => {
    throw new AttuneError('study/config', message)
  }
  const { target = 0, patience = 1, cost, cpuSeconds = 1, failures = 1, regret = 0 } = limits
  if (Number.isNaN(target)) refuse(`target is a number, got ${target}.`)
  if (!(patience >= 1) || (Number.isFinite(patience) && !Number.isInteger(patience))) {
    refuse(`patience is a whole number >= 1, got ${patience}.`)
  }
  if (!(cpuSeconds > 0)) refuse(`cpuSeconds is a number > 0, got ${cpuSeconds}.`)
  if (!(failures >= 1) || (Number.isFinite(failures) && !Number.isInteger(failures))) {
    refuse(`failures is a whole number >= 1, got ${failures}.`)
  }
  if (!(regret >= 0)) refuse(`regret is a number >= 0, got ${regret}.`)
  if (cost !== undefined) {
    const { limit, perSecond, metric } = cost
    if (!(limit > 0)) refuse(`cost.limit is a number > 0, got ${limit}.`)
    if ((perSecond === undefined) === (metric === undefined)) {
      refuse('cost has either perSecond or metric beside its limit. Give one of them.')
    }
    if (perSecond !== undefined && !(perSecond > 0)) {
      refuse(`cost.perSecond is a number > 0, got ${perSecond}.`)
    }
  }
  for (const key of ['target', 'regret'] as const) {
    if (limits[key] === undefined || objectives.length === 1) continue
    const article = key === 'target' ? 'A target' : 'A limit of the regret'
    refuse(`${article} needs one objective, but study "${name}" has ${objectives.length}.`)
  }
}

/** The trial that comes at place `i` of an order, once it is known. */
type Order = (history: History, i: number) => number | undefined

const byFinish: Order = (history, i) =>
  i < history.finished ? (history.finishOrder[i] as number) : undefined
const byNumber: Order = (history, i) => (i < history.length && !history.open.has(i) ? i : undefined)

/**
 * Folds settled trials into a state, each of them once; from the first again after what was known of
 * them has changed, as with the study or a paused trial that went on.
 */
function folded<S>(
  begin: () => S,
  add: (state: S, history: History, trial: number) => S,
  orderOf: (config: StudyConfig | undefined) => Order = () => byFinish,
): (history: History) => S {
  let era: number | undefined
  let count = 0
  let state = begin()
  return (history) => {
    if (history.era !== era) {
      era = history.era
      count = 0
      state = begin()
    }
    const order = orderOf(history.config)
    for (;;) {
      const trial = order(history, count)
      if (trial === undefined) return state
      state = add(state, history, trial)
      count++
    }
  }
}

/** The losses of a trial that may be the best: complete and feasible, with all of its results. */
function feasibleLosses(history: History, trial: number): readonly number[] | undefined {
  if (history.excluded.has(trial)) return
  if (stateOf(history, trial) !== 'complete' || cell(history, 'violation', trial) > 0) return
  const losses = lossesOf(history, trial)
  return losses.some(Number.isNaN) ? undefined : losses
}

function targetCondition(target: number): StoppingCondition {
  const isReached = folded(
    () => false,
    (before, history, trial) => {
      const [loss = Number.NaN] = feasibleLosses(history, trial) ?? []
      const sign = history.config?.objectives[0]?.direction === 'maximize' ? -1 : 1
      return before || loss <= sign * target
    },
  )
  return { name: 'target', reached: isReached }
}

interface Stagnation {
  /** The losses of the best trial, or of the Pareto front. */
  readonly front: readonly (readonly number[])[]
  /** Trials since the last one that changed it. */
  readonly since: number
}

function patienceCondition(patience: number): StoppingCondition {
  const stagnation = folded<Stagnation>(
    () => ({ front: [], since: 0 }),
    ({ front, since }, history, trial) => {
      const losses = feasibleLosses(history, trial)
      const isNew =
        losses !== undefined && !front.some((other) => other.every((x, k) => x <= losses[k]!))
      if (!isNew) return { front, since: since + 1 }
      return { front: [...front.filter((other) => !dominates(losses, other)), losses], since: 0 }
    },
    (config) => (config?.deterministic === true ? byNumber : byFinish),
  )
  return { name: 'patience', reached: (history) => stagnation(history).since >= patience }
}

function costCondition(cost: CostLimit): StoppingCondition {
  const { limit, perSecond, metric } = cost
  const spent = folded(
    () => 0,
    (sum, history, trial) => {
      const price =
        perSecond === undefined
          ? metricOf(history, metric, trial)
          : perSecond * cell(history, 'seconds', trial)
      return sum + (Number.isNaN(price) ? 0 : price)
    },
  )
  let before: number | undefined
  return {
    name: 'cost',
    reached(history) {
      // Trials of earlier runs may be from before the program told its cost.
      before ??= history.finished
      if (metric !== undefined) refuseUnknown(history, metric, before)
      return spent(history) >= limit
    },
  }
}

function cpuCondition(limit: number): StoppingCondition {
  const used = folded(
    () => 0,
    (sum, history, trial) => sum + (cell(history, 'cpuSeconds', trial) || 0),
  )
  return { name: 'cpuSeconds', reached: (history) => used(history) >= limit }
}

/** While nothing has completed, this many failures say as much as three times as many later on. */
const fewestFailures = 10

function failuresCondition(limit: number): StoppingCondition {
  const early = Math.min(limit, Math.max(fewestFailures, Math.ceil(limit / 3)))
  let counted: number | undefined
  let streak = 0
  let reason: string | undefined
  return {
    name: 'failures',
    reached(history) {
      counted ??= history.finished
      for (; counted < history.finished; counted++) {
        const trial = history.finishOrder[counted] as number
        const failure = history.details.get(trial)?.failure
        streak = failure === undefined ? 0 : failure.reason === reason ? streak + 1 : 1
        reason = failure?.reason
      }
      if (streak < early) return false
      return streak >= limit || countStates(history).complete === 0
    },
  }
}

/** A metric of the result, or of the last report. */
function metricOf(history: History, metric: string, trial: number): number {
  const x = cell(history, `metric:${metric}`, trial)
  return Number.isNaN(x) ? cell(history, `last:${metric}`, trial) : x
}

/** A limit on a metric that no trial has would never be reached, whatever the study costs. */
function refuseUnknown(history: History, metric: string, before: number): void {
  const { columns } = history
  if (columns.get(`metric:${metric}`) ?? columns.get(`last:${metric}`)) return
  for (let i = before; i < history.finished; i++) {
    const trial = history.finishOrder[i] as number
    if (stateOf(history, trial) !== 'complete') continue
    const known = columns.group('metric:').map(([name]) => name)
    const near = nearest(metric, known)
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`
    throw new AttuneError(
      'study/config',
      `The cost is counted by metric "${metric}", but trial ${trial} is complete without it. It gave ${known.join(', ')}.${hint}`,
    )
  }
}

async function regretCondition(limit: number, space: SearchSpace): Promise<StoppingCondition> {
  // The model behind it is large; most runs do without.
  const { estimateRegret } = await import('../analysis/regret.ts')
  const completed = folded(
    () => 0,
    (count, history, trial) =>
      count + Number(stateOf(history, trial) === 'complete' && !history.excluded.has(trial)),
  )
  let looked = 0
  return {
    name: 'regret',
    reached(history) {
      const complete = completed(history)
      if (complete < fewestComplete || complete * 10 < looked * 11) return false
      looked = complete
      try {
        return estimateRegret(jointSpace(history, space), history).bound <= limit
      } catch (error) {
        if (error instanceof AttuneError && error.code === 'study/config') return false
        throw error
      }
    },
  }
}
