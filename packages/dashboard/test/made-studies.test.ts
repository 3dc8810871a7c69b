import type { StudyEvent } from '@attune/core'
import {
  applyEntry,
  checkValues,
  countStates,
  createHistory,
  spaceOf,
  valuesOf,
} from '@attune/core'
import { describe, expect, it } from 'vitest'

import { madeEvents } from './made-studies.ts'
import { manyTrials } from './many-trials.ts'

function historyOf(events: Iterable<StudyEvent>): ReturnType<typeof createHistory> {
  const history = createHistory()
  let seq = 0
  for (const event of events) applyEntry(history, { seq: ++seq, event })
  return history
}

/** By type of event and state, the names of what it holds, in their order. */
function shapes(events: Iterable<StudyEvent>): Record<string, string> {
  const found: Record<string, string> = {}
  for (const event of events) {
    const of = 'state' in event ? `${event.type} ${event.state}` : event.type
    found[of] = Object.keys(event).join(' ')
  }
  return found
}

describe('made studies', () => {
  it('of many trials are such as the engine writes', async () => {
    const events = [...manyTrials('many', 1500)]
    const history = historyOf(events)
    expect(history.stale + history.unknown).toBe(0)
    expect(history.finished).toBe(1500)
    const states = countStates(history)
    expect(states.failed).toBeGreaterThanOrEqual(8)
    expect(states.pruned).toBeGreaterThan(30)
    const space = spaceOf(history)
    for (let trial = 0; trial < 1500; trial += 7) {
      expect(checkValues(space, valuesOf(history, trial))).toEqual([])
    }
    expect(events.every((event, i) => i === 0 || event.at >= events[i - 1]!.at - 3)).toBe(true)
    const seen = events.every((event, i) => event.type !== 'trial-suggested' || event.seen === i)
    expect(seen).toBe(true)
    const engine = shapes(await madeEvents('one-param'))
    expect(shapes(events)).toMatchObject(engine)
  })

  it('have the same events each time', async () => {
    expect([...(await madeEvents('one-param'))]).toEqual([...(await madeEvents('one-param'))])
  })
})
