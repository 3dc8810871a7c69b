import type { Direction, StudyEvent } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { cell, rungAt, rungStep, stateOf } from '../journal/history.ts'
import { snapshotBytes } from '../journal/snapshot.ts'
import type { HistoryView } from '../journal/view.ts'
import { laggedView, liveView } from '../journal/view.ts'
import { normalDraw } from '../math/normal.ts'
import { createRng } from '../math/rng.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import { float } from '../space/builders.ts'
import { space } from '../space/space.ts'
import { createStudy } from '../study/create-study.ts'
import type { Decision } from '../trial/decision.ts'
import type { Case } from './case.ts'
import { check, checkEqual } from './case.ts'
import type { MadeTrial } from './made-history.ts'
import { historyOf, madeStudy, madeTrial } from './made-history.ts'

const line = space({ x: float(0, 1) })
const lag = 4

/** How a past run went: curves of some trials and how each ended. */
function curves(seed: number, scheduler: Scheduler, sign: number): MadeTrial[] {
  const rng = createRng('curves', seed)
  const stopped = scheduler.next === undefined ? 'pruned' : 'paused'
  const states = ['complete', 'complete', stopped, stopped, 'failed', 'running'] as const
  return Array.from({ length: 24 }, () => {
    const level = normalDraw(rng)
    const length = 1 + rng.int(4)
    return {
      values: { x: rng.next() },
      state: states[rng.int(states.length)] ?? 'complete',
      metrics: { value: sign * level },
      reports: Array.from({ length }, (_, k) => {
        const value = rng.int(12) === 0 ? Number.NaN : level + normalDraw(rng) / 4
        return [stepOf(scheduler, k), { value: sign * value }] as const
      }),
    }
  })
}

const stepOf = ({ rungs }: Scheduler, k: number): number =>
  rungs === undefined ? k + 1 : rungStep(rungs, k)

/** The same trials as events; `shuffle` mixes what different trials did, each keeping its order. */
function eventsOf(
  scheduler: Scheduler,
  trials: readonly MadeTrial[],
  options: { readonly direction?: Direction; readonly shuffle?: number } = {},
): StudyEvent[] {
  const { direction = 'minimize', shuffle } = options
  const parts = trials.map((trial, i) => madeTrial(i, trial))
  const rest = parts.map((part) => [...part.rest])
  const mixed: StudyEvent[] = []
  const rng = createRng('interleave', shuffle ?? 0)
  for (let left = rest; left.length > 0; left = left.filter((queue) => queue.length > 0)) {
    const event = left[shuffle === undefined ? 0 : rng.int(left.length)]?.shift()
    if (event !== undefined) mixed.push(event)
  }
  const study = madeStudy({
    space: line,
    objectives: [{ name: 'value', direction }],
    deterministic: true,
    lag,
    ...(scheduler.rungs === undefined ? {} : { rungs: scheduler.rungs }),
  })
  return [study, ...parts.flatMap((part) => part.start), ...mixed]
}

/** What is decided when one more trial reports this value at a rung. */
function decide(
  scheduler: Scheduler,
  history: History,
  trial: number,
  rung: number,
  value: number,
  viewOf: (history: History, trial: number) => HistoryView = liveView,
): Decision {
  const step = stepOf(scheduler, rung)
  const reports = [[step, { value }]] as const
  const { start, rest } = madeTrial(trial, { values: { x: 0 }, state: 'running', reports })
  if (trial === history.length) historyOf(start, history)
  historyOf(rest, history)
  const objective = history.config?.objectives[0] ?? { name: 'value', direction: 'minimize' }
  const reached = scheduler.rungs === undefined ? -1 : rungAt(scheduler.rungs, step)
  if (reached < 0) return { kind: 'continue' }
  return scheduler.onReport({ step, rung: reached, objective, value }, viewOf(history, trial))
}

/** Whether a trial is ended for good. */
const isEnd = (decision: Decision): boolean => decision.kind === 'stop' && decision.pause !== true

/**
 * Promotes trials until none is due, each of which runs to the next rung with the value it had, or to
 * its end; tells which they were.
 */
function promoteAll(scheduler: Scheduler, history: History): number[] {
  const promoted: number[] = []
  for (;;) {
    const trial = scheduler.next?.(liveView(history, -1))?.trial
    if (trial === undefined) return promoted
    checkEqual(stateOf(history, trial), 'paused', 'the state of a trial that is promoted')
    check(promoted.length < 200, 'promotions come to an end')
    promoted.push(trial)
    const epoch = cell(history, 'epoch', trial) + 1
    const rung = cell(history, 'nextRung:value', trial)
    const value = cell(history, 'last:value', trial) || 0
    const at = { at: 0, trial, epoch }
    const step = stepOf(scheduler, rung)
    const onwards: StudyEvent[] = [
      { type: 'trial-promoted', ...at, reason: 'it is due' },
      { type: 'trial-claimed', ...at, worker: 'made' },
      { type: 'trial-reported', ...at, step, values: { value } },
    ]
    historyOf(onwards, history)
    const objective = history.config?.objectives[0] ?? { name: 'value', direction: 'minimize' }
    const decision = scheduler.onReport({ step, rung, objective, value }, liveView(history, trial))
    const end: StudyEvent =
      decision.kind === 'stop'
        ? { type: 'trial-paused', ...at }
        : { type: 'trial-finished', ...at, state: 'complete', metrics: { value } }
    historyOf([end], history)
  }
}

const levels = [-9, -1, -0.3, 0, 0.2, 0.8, 9, Number.NaN]
const seeds = [1, 2, 3]
const rungs = [0, 1, 2, 3]

/**
 * What every scheduler must do: decide by the reports it is shown alone, whatever order they came
 * in, alike for both directions, and never stop what leads; those that pause trials promote them by
 * the same rules. `make` gives a new one each time.
 */
export function schedulerCases(make: () => Scheduler): readonly Case[] {
  const both = (...options: Parameters<typeof eventsOf>): [History, History] => [
    historyOf(eventsOf(...options)),
    historyOf(eventsOf(...options)),
  ]
  const tests: Record<string, () => void | Promise<void>> = {
    'never stops a trial that reported nothing, or has nobody to be compared with': async () => {
      const study = await createStudy({ space: line, scheduler: make() })
      await study.optimize(() => 1, { trials: 3 })
      const alone = await study.ask()
      for (let step = 1; step <= 30; step++) {
        check(!isEnd(await alone.report(step)), `the trial is not ended at step ${step}`)
      }
      await study.tell(alone, 1)
      checkEqual(study.trials({ state: 'pruned' }).length, 0, 'the number of pruned trials')
    },
    'gives a reason whenever it stops a trial': () => {
      for (const seed of seeds) {
        for (const rung of rungs) {
          const [history] = both(make(), curves(seed, make(), 1))
          const decision = decide(make(), history, history.length, rung, 1e9)
          if (decision.kind === 'stop') check(decision.reason.length > 10, 'a reason is given')
          else checkEqual(decision, { kind: 'continue' }, 'the decision')
          const pauses = decision.kind === 'stop' && decision.pause === true
          check(!pauses || make().next !== undefined, 'whoever pauses trials promotes them')
        }
      }
    },
    'decides the same in whatever order the reports of others came': () => {
      for (const seed of seeds) {
        for (const value of levels) {
          for (const rung of rungs) {
            const trials = curves(seed, make(), 1)
            const decisions = [undefined, 1, 2, 3].map((shuffle) => {
              const history = historyOf(
                eventsOf(make(), trials, shuffle === undefined ? {} : { shuffle }),
              )
              return decide(make(), history, history.length, rung, value)
            })
            for (const one of decisions) checkEqual(one, decisions[0], `the decision on ${value}`)
          }
        }
      }
    },
    'promotes the same trials in whatever order the reports came': () => {
      for (const seed of seeds) {
        const trials = curves(seed, make(), 1)
        const promoted = [undefined, 1, 2, 3].map((shuffle) =>
          promoteAll(
            make(),
            historyOf(eventsOf(make(), trials, shuffle === undefined ? {} : { shuffle })),
          ),
        )
        for (const one of promoted) checkEqual(one, promoted[0], 'the trials promoted')
        check(make().next === undefined || promoted[0]?.length !== 0, 'some trial is promoted')
      }
    },
    'promotes for maximised values as for minimised ones of the other sign': () => {
      for (const seed of seeds) {
        const up = { direction: 'maximize' } as const
        checkEqual(
          promoteAll(make(), historyOf(eventsOf(make(), curves(seed, make(), -1), up))),
          promoteAll(make(), historyOf(eventsOf(make(), curves(seed, make(), 1)))),
          'the trials promoted',
        )
      }
    },
    'never promotes a trial that is skipped': () => {
      const history = historyOf(eventsOf(make(), curves(1, make(), 1)))
      for (;;) {
        const trial = make().next?.(liveView(history, -1))?.trial
        if (trial === undefined) return
        check(!history.skipped.has(trial), `trial ${trial} was skipped`)
        historyOf([{ type: 'trial-skipped', at: 0, trial }], history)
      }
    },
    'decides for maximised values as for minimised ones of the other sign': () => {
      for (const seed of seeds) {
        for (const value of levels) {
          for (const rung of rungs) {
            const up = { direction: 'maximize' } as const
            const low = historyOf(eventsOf(make(), curves(seed, make(), 1)))
            const high = historyOf(eventsOf(make(), curves(seed, make(), -1), up))
            checkEqual(
              decide(make(), high, high.length, rung, -value).kind,
              decide(make(), low, low.length, rung, value).kind,
              `the decision on ${value} at rung ${rung}`,
            )
          }
        }
      }
    },
    'never stops the best, and never spares a worse value where it stops a better one': () => {
      for (const seed of seeds) {
        for (const rung of rungs) {
          const ends = levels.map((value) => {
            const history = historyOf(eventsOf(make(), curves(seed, make(), 1)))
            return isEnd(decide(make(), history, history.length, rung, value))
          })
          check(ends[0] === false, 'the trial with the best value goes on')
          const first = ends.indexOf(true)
          const after = first < 0 ? [] : ends.slice(first)
          check(!after.includes(false), `ended from best to worst: ${ends.join(', ')}`)
        }
      }
    },
    'is not moved by reports of NaN from others': () => {
      const trials = curves(1, make(), 1)
      const poisoned = trials.map((trial, i) =>
        i % 3 === 0
          ? { ...trial, reports: [[stepOf(make(), 0), { value: Number.NaN }]] as const }
          : trial,
      )
      const history = historyOf(eventsOf(make(), poisoned))
      check(!isEnd(decide(make(), history, history.length, 0, -9)), 'the best trial goes on')
    },
    'sees in deterministic mode only trials that are settled for it': () => {
      const view = (history: History, trial: number): HistoryView => laggedView(history, trial, lag)
      for (const seed of seeds) {
        for (const value of levels) {
          const trials = curves(seed, make(), 1).map((t) => ({
            ...t,
            state: t.state === 'running' ? 'failed' : t.state,
          }))
          const trial = trials.length - 6
          const later = trials.map((t, i) =>
            i > trial - lag
              ? { ...t, reports: [[stepOf(make(), 1), { value: -1e6 }]] as const }
              : t,
          )
          const histories = [trials, later].map((list) => {
            const one = list.map((t, i) =>
              i === trial ? { ...t, state: 'running', reports: [] } : t,
            )
            return historyOf(eventsOf(make(), one as MadeTrial[]))
          })
          const [a, b] = histories.map((h) => decide(make(), h, trial, 1, value, view))
          checkEqual(b, a, `the decision on ${value}`)
        }
      }
    },
    'leaves the history as it is': () => {
      const history = historyOf(eventsOf(make(), curves(1, make(), 1)))
      decide(make(), history, history.length, 0, 1)
      const before = snapshotBytes(history)
      const trial = history.length - 1
      const objective = { name: 'value', direction: 'minimize' } as const
      const report = { step: stepOf(make(), 0), rung: 0, objective, value: 1 }
      if (make().rungs !== undefined) make().onReport(report, liveView(history, trial))
      make().next?.(liveView(history, -1))
      checkEqual(snapshotBytes(history), before, 'the history')
    },
  }
  return Object.entries(tests).map(([name, run]) => ({ name, run: async () => run() }))
}
