import type { Direction, StudyEvent } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { rungAt, rungStep } from '../journal/history.ts'
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
  const states = ['complete', 'complete', 'complete', 'pruned', 'failed', 'running'] as const
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

const levels = [-9, -1, -0.3, 0, 0.2, 0.8, 9, Number.NaN]
const seeds = [1, 2, 3]
const rungs = [0, 1, 2, 3]

/**
 * What every scheduler must do: decide by the reports it is shown alone, whatever order they came
 * in, alike for both directions, and never stop what leads. `make` gives a new one each time.
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
        checkEqual(await alone.report(step), { kind: 'continue' }, `the decision at step ${step}`)
      }
      await study.tell(alone, 1)
      checkEqual(study.trials({ state: 'complete' }).length, 4, 'the number of complete trials')
    },
    'gives a reason whenever it stops a trial': () => {
      for (const seed of seeds) {
        for (const rung of rungs) {
          const [history] = both(make(), curves(seed, make(), 1))
          const decision = decide(make(), history, history.length, rung, 1e9)
          if (decision.kind === 'stop') check(decision.reason.length > 10, 'a reason is given')
          else checkEqual(decision, { kind: 'continue' }, 'the decision')
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
          const kinds = levels.map((value) => {
            const history = historyOf(eventsOf(make(), curves(seed, make(), 1)))
            return decide(make(), history, history.length, rung, value).kind
          })
          checkEqual(kinds[0], 'continue', 'the decision on the best value')
          const first = kinds.indexOf('stop')
          const after = first < 0 ? [] : kinds.slice(first)
          check(!after.includes('continue'), `from best to worst: ${kinds.join(', ')}`)
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
      checkEqual(decide(make(), history, history.length, 0, -9).kind, 'continue', 'the decision')
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
      checkEqual(snapshotBytes(history), before, 'the history')
    },
  }
  return Object.entries(tests).map(([name, run]) => ({ name, run: async () => run() }))
}
