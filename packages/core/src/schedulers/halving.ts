import { AttuneError } from '../errors.ts'
import type { ObjectiveSpec } from '../journal/event.ts'
import { rungStep, stateCode } from '../journal/history.ts'
import type { HistoryView } from '../journal/view.ts'
import { rungValues } from '../journal/view.ts'
import type { Promotion, Scheduler } from './scheduler.ts'

/** Successive halving on rungs minSteps·factor^k. */
export interface Halving {
  readonly name: string
  readonly options: NonNullable<Scheduler['options']>
  readonly minSteps: number
  readonly factor: number
  /** The first rung at which nothing is decided any more; infinity when every rung decides. */
  readonly top: number
  /** Whether trials pause at every rung until they are promoted, instead of being stopped there. */
  readonly promote: boolean
  /**
   * The rung at which the bracket of a trial begins. Trials are compared only with those of the same
   * bracket.
   */
  startOf(trial: number): number
}

/**
 * @throws AttuneError `scheduler/options` when the numbers make no rungs.
 */
export function checkRungs(
  name: string,
  minSteps: number,
  maxSteps: number | null,
  factor: number,
): void {
  if (!(minSteps > 0) || !(factor >= 2) || !Number.isFinite(factor)) {
    throw new AttuneError(
      'scheduler/options',
      `${name}: minSteps > 0 and factor >= 2 must hold, got ${minSteps} and ${factor}.`,
    )
  }
  if (maxSteps !== null && !(maxSteps >= minSteps && Number.isFinite(maxSteps))) {
    throw new AttuneError(
      'scheduler/options',
      `${name}: maxSteps >= minSteps must hold, got ${maxSteps} and ${minSteps}. Give the number of steps of a whole trial.`,
    )
  }
}

/**
 * The scheduler that asha and hyperband share. At every rung from the one where its bracket begins to
 * the one before `top` a trial stops unless it is among the best 1/factor of its bracket there, or it
 * pauses until it is.
 */
export function halving(plan: Halving): Scheduler {
  const { name, options, factor, top, startOf } = plan
  const rungs = { first: plan.minSteps, factor }
  const base: Omit<Scheduler, 'onReport'> = {
    name,
    options,
    rungs,
    supports: { objectives: 'one' },
  }
  const decides = (trial: number, rung: number): boolean => rung >= startOf(trial) && rung < top

  if (plan.promote) {
    return {
      ...base,
      onReport({ rung, objective, value, step }, view) {
        if (!decides(view.trial, rung)) return { kind: 'continue' }
        const reason = `${name}: paused with ${objective.name} ${value} at step ${step}, until that is among the best 1/${factor} there`
        return { kind: 'stop', pause: true, reason }
      },
      next: (view) => promotion(plan, view),
    }
  }
  return {
    ...base,
    onReport({ rung, objective, value, step }, view) {
      if (!decides(view.trial, rung)) return { kind: 'continue' }
      const sign = objective.direction === 'minimize' ? 1 : -1
      const start = startOf(view.trial)
      const others = rungValues(view, objective.name, rung, (t) => startOf(t) === start)
      const seen = others.length + 1
      if (seen < factor) return { kind: 'continue' }
      const better = others.filter((x) => sign * x < sign * value || Number.isNaN(value)).length
      const keep = Math.max(1, Math.floor(seen / factor))
      if (better < keep) return { kind: 'continue' }
      return {
        kind: 'stop',
        reason: `${name}: ${objective.name} ${value} at step ${step} is place ${better + 1} of ${seen}, the best ${keep} go on`,
      }
    },
  }
}

/**
 * The trial to promote: from the highest rung that has one, of the bracket that began first, the best
 * that is paused there, if it is among the best 1/factor of all trials that reached the rung.
 */
function promotion(plan: Halving, view: HistoryView): Promotion | undefined {
  const { history } = view
  const objective = history.config?.objectives[0]
  if (objective === undefined) return undefined
  let rung = 0
  while (rung < plan.top && history.columns.get(rungColumn(objective, rung)) !== undefined) rung++
  for (rung--; rung >= 0; rung--) {
    const best = bestPaused(plan, view, objective, rung)
    if (best !== undefined) return best
  }
  return undefined
}

const rungColumn = ({ name }: ObjectiveSpec, rung: number): string => `rung:${name}:${rung}`

/** What is known at one rung of the trials of one bracket. */
interface Standing {
  seen: number
  /** The best trial that is paused at this rung. */
  best?: number
}

function bestPaused(
  { name, factor, minSteps, top, startOf }: Halving,
  view: HistoryView,
  objective: ObjectiveSpec,
  rung: number,
): Promotion | undefined {
  const { history } = view
  const values = history.columns.get(rungColumn(objective, rung))?.data
  const states = history.columns.get('state')?.data
  const nextRungs = history.columns.get(`nextRung:${objective.name}`)?.data
  if (values === undefined) return undefined
  const sign = objective.direction === 'minimize' ? 1 : -1
  /** By value, NaN last, equals in the order of their numbers. */
  const isBefore = (a: number, b: number): boolean => {
    const [x, y] = [sign * (values[a] as number), sign * (values[b] as number)]
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) return a < b
    return x < y || Number.isNaN(y)
  }
  const hasValue = (t: number): boolean =>
    nextRungs !== undefined && (nextRungs[t] as number) > rung && view.sees(t)

  const brackets = new Map<number, Standing>()
  for (let t = 0; t < history.length; t++) {
    const start = startOf(t)
    if (start > rung || !hasValue(t)) continue
    let standing = brackets.get(start)
    if (standing === undefined) brackets.set(start, (standing = { seen: 0 }))
    standing.seen++
    // Programs may report on after they were told to stop, past rungs where nothing was decided.
    const last = Math.min(nextRungs?.[t] as number, top) - 1
    if (states?.[t] !== stateCode.paused || last !== rung || history.skipped.has(t)) continue
    if (standing.best === undefined || isBefore(t, standing.best)) standing.best = t
  }
  for (const [start, { seen, best }] of [...brackets].sort(([a], [b]) => a - b)) {
    const keep = Math.floor(seen / factor)
    if (best === undefined || keep === 0) continue
    let place = 1
    for (let t = 0; t < history.length; t++) {
      if (t !== best && startOf(t) === start && hasValue(t) && isBefore(t, best)) place++
    }
    if (place > keep) continue
    const step = rungStep({ first: minSteps, factor }, rung)
    const reason = `${name}: ${objective.name} ${values[best]} is place ${place} of ${seen} at step ${step}, the best ${keep} go on`
    return { trial: best, reason }
  }
  return undefined
}
