import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Discovered, History, StudyEvent } from '../../src/index.ts'
import { applyEntry, asha, cell, float, historyFromSnapshot, recordOf } from '../../src/index.ts'
import { snapshotBytes, space, stateOf } from '../../src/index.ts'
import { createHistory } from '../../src/journal/history.ts'
import { liveView, settledReport, settledState, settledStep } from '../../src/journal/view.ts'
import { madeStudy } from '../../src/testing/made-history.ts'
import { dump } from './dump.ts'

/** What a trial is by the rules of leases and epochs, kept beside the reducer. */
interface Model {
  epoch: number
  state: 'waiting' | 'running' | 'paused' | 'complete' | 'pruned' | 'failed'
  worker: string | undefined
  step: number | undefined
  value: number | undefined
  /** What it had reported where it paused last. */
  pause: { step: number | undefined; value: number | undefined } | undefined
  result: number | undefined
  excluded: boolean
}

/** An event that somebody writes: about a trial, under an epoch that is right or some steps away. */
interface Act {
  readonly kind:
    | 'open'
    | 'claim'
    | 'report'
    | 'pause'
    | 'promote'
    | 'finish'
    | 'requeue'
    | 'lose'
    | 'stale'
    | 'exclude'
    | 'take back'
  readonly trial: number
  readonly away: number
  readonly worker: string
  readonly value: number
}

const kinds: readonly Act['kind'][] = [
  ...(['open', 'claim', 'claim', 'report', 'report', 'pause', 'pause', 'promote'] as const),
  ...(['finish', 'requeue', 'lose', 'stale', 'exclude', 'take back'] as const),
]
const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom(...kinds),
  trial: fc.nat(2),
  away: fc.constantFrom(0, 0, 0, 0, 0, -1, -2, 1),
  worker: fc.constantFrom('a', 'b', 'c'),
  value: fc.constantFrom(1, 2, 3, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN),
})
/** Begins with one trial that pauses, is promoted and runs again, so that most acts meet such ones. */
const acts = fc
  .tuple(fc.boolean(), fc.array(act, { maxLength: 60, size: 'max' }))
  .map(([deep, more]): Act[] => {
    const by = { trial: 0, away: 0, worker: 'a', value: 2 }
    const begin = ['open', 'claim', 'report', 'pause', 'promote', 'claim', 'report'] as const
    return [...(deep ? begin : []).map((kind) => ({ ...by, kind })), ...more]
  })

const isOpen = (model: Model | undefined): boolean =>
  model?.state === 'waiting' || model?.state === 'running'

/** A parameter that a trial met while it ran. */
const met = (name: string): Discovered => ({
  param: { name, distribution: { kind: 'float', low: 0, high: 1, scale: 'linear' }, when: [] },
  value: 0.5,
})
const stored = (x: number): never => (Number.isFinite(x) ? x : String(x)) as never

/** The event of an act, and what the rules make of it; false when it may change nothing. */
function perform(
  models: Model[],
  { kind, trial, away, worker, value }: Act,
): [StudyEvent, boolean] {
  const model = models[trial]
  const now = model?.epoch ?? 0
  const epoch = now + away
  const at = { at: 0, trial, epoch }
  const isRight = away === 0
  const runs = model?.state === 'running' && isRight
  switch (kind) {
    case 'open': {
      const may = trial === models.length
      const fresh = {
        step: undefined,
        value: undefined,
        pause: undefined,
        result: undefined,
        excluded: false,
      }
      if (may) models.push({ epoch: 0, state: 'waiting', worker: undefined, ...fresh })
      return [{ type: 'trial-opened', at: 0, trial }, may]
    }
    case 'claim': {
      const may = model?.state === 'waiting' && isRight
      if (may) Object.assign(model, { state: 'running', worker })
      return [{ type: 'trial-claimed', ...at, worker }, may]
    }
    case 'report': {
      const step = (model?.step ?? 0) + 1
      if (runs) Object.assign(model, { step, value })
      const values = { value: stored(value) }
      const discovered = value === 2 || value === 3 ? { discovered: [met(`z${value}`)] } : {}
      return [{ type: 'trial-reported', ...at, step, values, ...discovered }, runs]
    }
    case 'pause':
      if (runs) {
        const pause = { step: model.step, value: model.value }
        Object.assign(model, { state: 'paused', worker: undefined, pause })
      }
      return [{ type: 'trial-paused', ...at }, runs]
    case 'promote': {
      const may = model?.state === 'paused' && isRight
      if (may) Object.assign(model, { state: 'waiting', epoch: now + 1 })
      return [{ type: 'trial-promoted', ...at, epoch: epoch + 1, reason: 'due' }, may]
    }
    case 'finish': {
      const may = (isOpen(model) || model?.state === 'paused') && isRight
      if (may) Object.assign(model as Model, { state: 'complete', result: value })
      const metrics = { value: stored(value) }
      return [{ type: 'trial-finished', ...at, state: 'complete', metrics }, may]
    }
    case 'requeue':
    case 'lose': {
      const may = isOpen(model) && isRight
      const { step, value: last } = model?.pause ?? { step: undefined, value: undefined }
      if (may) {
        const back = { state: 'waiting', epoch: now + 1, worker: undefined, step, value: last }
        Object.assign(model as Model, back)
      }
      const cause = kind === 'lose' ? 'lost' : 'interrupted'
      return [{ type: 'trial-requeued', ...at, epoch: epoch + 1, cause }, may]
    }
    case 'exclude':
    case 'take back': {
      const excluded = kind === 'exclude'
      const may = model !== undefined && model.excluded !== excluded
      if (may) model.excluded = excluded
      return [{ type: 'annotated', at: 0, trial, excluded }, may]
    }
    case 'stale':
      return [{ type: 'trial-stale', ...at, state: 'complete' }, false]
  }
}

const study = madeStudy({
  space: space({ x: float(0, 1) }),
  rungs: asha({ factor: 2 }).rungs as never,
})
const begun = (): History => {
  const history = createHistory()
  applyEntry(history, { seq: 1, event: study })
  return history
}

/** A history without what every event leaves in it. */
function lasting(history: History): unknown {
  const {
    seq: _,
    stale: __,
    columns,
    ...rest
  } = dump(history) as {
    seq: number
    stale: number
    columns: readonly [string, unknown][]
  }
  return { ...rest, columns: columns.filter(([name]) => name !== 'lastSeq') }
}

/** What people say of a trial may change after it has ended. */
function resultOf(history: History, trial: number): unknown {
  const { note: _, tags: __, excluded: ___, ...result } = recordOf(history, trial)
  return result
}

/** How the settled trials stand, in the order in which they settled. */
function standings(history: History): unknown[] {
  const view = liveView(history, -1)
  return Array.from({ length: view.settledCount }, (_, i) => {
    const t = view.settledAt(i)
    const result = cell(history, 'metric:value', t)
    const last = [settledStep(history, t), settledReport(history, t, 'value')]
    return [
      t,
      settledState(history, t),
      ...last,
      result,
      view.valueOf(t, 'z2'),
      view.valueOf(t, 'z3'),
    ]
  })
}

describe('events of two and three workers in any order', () => {
  it('come to what the rules of leases and epochs say', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const history = begun()
        const models: Model[] = []
        for (const one of list) {
          const before = lasting(history)
          const [event, counts] = perform(models, one)
          applyEntry(history, { seq: history.seq + 1, event })
          if (!counts) expect(lasting(history)).toEqual(before)
          expect(history.length).toBe(models.length)
          models.forEach((model, t) => {
            const record = recordOf(history, t)
            expect([record.state, record.epoch]).toEqual([model.state, model.epoch])
            const given = record.metrics['value'] ?? Number.NaN
            expect([record.step, given]).toEqual([model.step, model.result ?? Number.NaN])
            if (!Number.isNaN(model.value)) expect(record.lastReport['value']).toBe(model.value)
            if (isOpen(model)) expect(record.worker).toBe(model.worker)
          })
          const open = models.flatMap((model, t) => (isOpen(model) ? [t] : []))
          expect([...history.open].toSorted((a, b) => a - b)).toEqual(open)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('give a trial one result, which no late one changes', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const history = begun()
        const models: Model[] = []
        const ended = new Map<number, unknown>()
        for (const one of list) {
          applyEntry(history, { seq: history.seq + 1, event: perform(models, one)[0] })
          for (const [t, result] of ended) expect(resultOf(history, t)).toEqual(result)
          for (let t = 0; t < history.length; t++) {
            if (stateOf(history, t) === 'complete' && !ended.has(t))
              ended.set(t, resultOf(history, t))
          }
        }
      }),
    )
  })

  it('count late results as stale, in their journal and nowhere else', () => {
    fc.assert(
      fc.property(acts, fc.nat(2), fc.integer({ min: 1, max: 3 }), (list, t, late) => {
        const history = begun()
        const models: Model[] = []
        for (const one of list) {
          applyEntry(history, { seq: history.seq + 1, event: perform(models, one)[0] })
        }
        const model = models[t]
        if (model === undefined || model.epoch < late) return
        const { stale } = history
        const before = lasting(history)
        const at = { at: 0, trial: t, epoch: model.epoch - late }
        const events: StudyEvent[] = [
          { type: 'trial-finished', ...at, state: 'complete', metrics: { value: -1 } },
          { type: 'trial-paused', ...at },
          { type: 'trial-reported', ...at, step: 99, values: { value: -1 } },
          { type: 'trial-decided', ...at, step: 99, decision: 'pause', reason: 'late' },
          { type: 'trial-claimed', ...at, worker: 'late' },
          { type: 'trial-requeued', ...at, cause: 'lost' },
          { type: 'trial-promoted', ...at, reason: 'late' },
        ]
        for (const event of events) applyEntry(history, { seq: history.seq + 1, event })
        expect(lasting(history)).toEqual(before)
        const ended = !isOpen(model) && model.state !== 'paused'
        expect(history.stale - stale).toBe(ended ? 1 : 2)
      }),
    )
  })

  it('never move a settled trial, nor change how it stands within an era', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const history = begun()
        const models: Model[] = []
        let before = standings(history)
        for (const one of list) {
          const { era } = history
          applyEntry(history, { seq: history.seq + 1, event: perform(models, one)[0] })
          const after = standings(history)
          const trials = (all: readonly unknown[]): unknown[] => all.map((s) => (s as unknown[])[0])
          const known = after.slice(0, before.length)
          const isAbout = one.kind === 'exclude' || one.kind === 'take back'
          if (!isAbout) expect(trials(known)).toEqual(trials(before))
          if (history.era === era) expect(known).toEqual(before)
          expect(trials(after).some((trial) => history.excluded.has(trial as number))).toBe(false)
          before = after
        }
      }),
      { numRuns: 200 },
    )
  })

  it('give the same history read at once, and from a snapshot after any event', () => {
    fc.assert(
      fc.property(acts, fc.nat(60), (list, cut) => {
        const models: Model[] = []
        const events = list.map((one) => perform(models, one)[0])
        const history = begun()
        let copy: History | undefined
        events.forEach((event, i) => {
          if (i === cut) copy = historyFromSnapshot(snapshotBytes(history))
          for (const each of [history, copy]) {
            if (each !== undefined) applyEntry(each, { seq: i + 2, event })
          }
        })
        const again = begun()
        events.forEach((event, i) => applyEntry(again, { seq: i + 2, event }))
        expect(dump(again)).toEqual(dump(history))
        if (copy !== undefined) {
          expect(dump(copy)).toEqual(dump(history))
          expect(standings(copy)).toEqual(standings(history))
        }
      }),
      { numRuns: 200 },
    )
  })
})
