import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Entry, Journal, StudyEvent } from '../../src/index.ts'
import {
  applyEntry,
  historyFromSnapshot,
  memoryJournal,
  recordOf,
  replay,
  snapshotBytes,
  stateOf,
} from '../../src/index.ts'
import { createHistory } from '../../src/journal/history.ts'
import { openHistory } from '../../src/study/study-log.ts'
import { dump } from './dump.ts'
import { richEvents } from './rich-events.ts'

let events: StudyEvent[]
let whole: unknown
beforeAll(async () => {
  events = await richEvents()
  whole = dump(await replay(memoryJournal(events)))
})
const entryAt = (i: number): Entry => ({ seq: i + 1, event: events[i] as StudyEvent })

describe('the history of a study', () => {
  it('comes from a log in which everything happened', () => {
    const types = new Set(events.map((e) => e.type))
    for (const type of [
      'study-created',
      'study-changed',
      'trial-enqueued',
      'trial-opened',
      'trial-suggested',
      'trial-claimed',
      'trial-reported',
      'trial-decided',
      'trial-finished',
      'trial-requeued',
      'trial-stale',
      'annotated',
      'run-started',
      'run-ended',
      'note',
    ]) {
      expect(types).toContain(type)
    }
  })

  it('is the same read at once, step by step, in any batches and with entries seen twice', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (sizes) => {
        const history = createHistory()
        let from = 0
        for (const size of sizes) {
          if (from >= events.length) break
          for (let i = Math.max(0, from - 3); i < Math.min(events.length, from + size); i++) {
            applyEntry(history, entryAt(i))
          }
          from += size
        }
        expect(dump(history)).toEqual(whole)
      }),
      { numRuns: 10 },
    )
  })

  it('is the same from a snapshot taken after any event', async () => {
    const history = createHistory()
    for (let k = 0; k < events.length; k++) {
      applyEntry(history, entryAt(k))
      if (k % 5 !== 0) continue
      const bytes = snapshotBytes(history)
      const copy = historyFromSnapshot(bytes)
      if (copy === undefined) throw new TypeError('The snapshot is not read back.')
      expect(dump(copy)).toEqual(dump(history))
      for (let i = k + 1; i < events.length; i++) applyEntry(copy, entryAt(i))
      expect(dump(copy)).toEqual(whole)
    }
  })

  it('is read from snapshot bytes at any address', () => {
    const history = createHistory()
    events.forEach((_, i) => applyEntry(history, entryAt(i)))
    const bytes = snapshotBytes(history)
    for (const shift of [1, 4, 8]) {
      const moved = new Uint8Array(bytes.length + shift)
      moved.set(bytes, shift)
      expect(dump(historyFromSnapshot(moved.subarray(shift)) as never)).toEqual(whole)
    }
  })

  it('is read from the log where a snapshot is of another layout or damaged', async () => {
    const history = createHistory()
    events.forEach((_, i) => applyEntry(history, entryAt(i)))
    const bytes = snapshotBytes(history)
    const text = new TextDecoder('latin1').decode(bytes)
    const other = bytes.slice()
    other[text.indexOf('"layout":') + 9] = '9'.charCodeAt(0)
    const broken = bytes.slice()
    broken.fill(123, 8, 40)
    const cases = {
      other,
      broken,
      truncated: bytes.slice(0, 100),
      empty: new Uint8Array(0),
      noise: new Uint8Array(64).fill(255),
    }
    for (const [name, saved] of Object.entries(cases)) {
      const journal = memoryJournal(events)
      await journal.snapshot?.save(events.length, saved)
      const opened = await openHistory(journal)
      expect([dump(opened.history), opened.snapshotSeq], name).toEqual([whole, 0])
    }
  })

  it('is opened from a good snapshot without reading what came before', async () => {
    const history = createHistory()
    for (let i = 0; i < 100; i++) applyEntry(history, entryAt(i))
    const log = memoryJournal(events)
    await log.snapshot?.save(100, snapshotBytes(history))
    const reads: number[] = []
    const journal: Journal = {
      ...log,
      read(after) {
        reads.push(after)
        return log.read(after)
      },
    }
    const opened = await openHistory(journal)
    expect(dump(opened.history)).toEqual(whole)
    expect([reads, opened.snapshotSeq]).toEqual([[100], 100])
  })

  it('refuses a log with a hole', () => {
    const history = createHistory()
    applyEntry(history, entryAt(0))
    expect(() => applyEntry(history, entryAt(2))).toThrow(
      'Event 2 is missing: the journal goes on with number 3. Restore a copy.',
    )
  })

  it('forgets what an abandoned attempt reported and met, but not what it was given', async () => {
    const history = await replay(memoryJournal(events))
    const requeued = events.findIndex((e) => e.type === 'trial-requeued')
    const before = createHistory()
    for (let i = 0; i <= requeued; i++) applyEntry(before, entryAt(i))
    const { trial } = events[requeued] as { trial: number }
    const record = recordOf(before, trial)
    expect(record).toMatchObject({ state: 'waiting', epoch: 1, reports: 0, lastReport: {} })
    expect([record.step, record.worker, record.startedAt]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(Object.keys(record.values)).not.toContain('extra.kind')
    expect(record.values['lr']).toBe(recordOf(history, trial).values['lr'])
  })
})

describe('events that may not happen', () => {
  const trial = fc.integer({ min: 0, max: 2 })
  const epoch = fc.integer({ min: 0, max: 1 })
  const event = fc.oneof(
    fc.record({ type: fc.constant('trial-opened'), trial }),
    fc.record({ type: fc.constant('trial-claimed'), trial, epoch, worker: fc.constant('w') }),
    fc.record({ type: fc.constant('trial-suggested'), trial, values: fc.record({ x: fc.nat() }) }),
    fc.record({
      type: fc.constant('trial-reported'),
      trial,
      epoch,
      step: fc.nat(30),
      values: fc.record({ value: fc.constantFrom(1, 'NaN', 'Infinity') }),
    }),
    fc.record({
      type: fc.constant('trial-decided'),
      trial,
      epoch,
      decision: fc.constantFrom('stop', 'continue'),
    }),
    fc.record({
      type: fc.constant('trial-finished'),
      trial,
      epoch,
      state: fc.constantFrom('complete', 'failed', 'pruned'),
      metrics: fc.record({ value: fc.constantFrom(1, 'NaN') }),
    }),
    fc.record({ type: fc.constant('trial-requeued'), trial, epoch }),
    fc.record({ type: fc.constant('trial-stale'), trial, epoch }),
    fc.record({ type: fc.constant('something-new'), trial }),
  )

  it('change nothing: every trial is open or finished once, and stays as it ended', () => {
    const created = events[0] as StudyEvent
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80, size: 'max' }), (made) => {
        const history = createHistory()
        applyEntry(history, { seq: 1, event: created })
        const ends = new Map<number, unknown>()
        const epochs: number[] = []
        made.forEach((one, i) => {
          const before = history.finished
          applyEntry(history, { seq: i + 2, event: { at: 0, ...one } as never })
          for (const [t, record] of ends) {
            expect({ ...recordOf(history, t), epoch: 0 }).toEqual(record)
          }
          // What opens, re-queues and ends a trial, in a few words.
          const {
            type,
            trial: t,
            epoch: e = 0,
          } = one as { type: string; trial: number; epoch?: number }
          const isOpen = t < epochs.length && !ends.has(t)
          if (type === 'trial-opened' && t === epochs.length) epochs.push(0)
          const ended = type === 'trial-finished' && isOpen && e === epochs[t]
          if (type === 'trial-requeued' && isOpen && e === (epochs[t] as number) + 1) epochs[t] = e
          expect(history.length).toBe(epochs.length)
          expect(history.finished - before).toBe(ended ? 1 : 0)
          for (const t of history.finishOrder.subarray(ends.size, history.finished)) {
            ends.set(t, { ...recordOf(history, t), epoch: 0 })
          }
        })
        const finished = [...history.finishOrder.subarray(0, history.finished)]
        const all = [...finished, ...history.open].toSorted((a, b) => a - b)
        expect(all).toEqual([...Array(history.length).keys()])
        for (const t of finished)
          expect(['complete', 'failed', 'pruned']).toContain(stateOf(history, t))
        for (const t of history.open) expect(['waiting', 'running']).toContain(stateOf(history, t))
        expect(historyFromSnapshot(snapshotBytes(history))).toBeDefined()
      }),
      { numRuns: 300 },
    )
  })
})
