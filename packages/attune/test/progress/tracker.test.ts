import type { StudyEvent } from '@attune/core'
import { bestTrials } from '@attune/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Happening } from '../../src/progress/tracker.ts'
import { trackStudy } from '../../src/progress/tracker.ts'
import type { TestStudy } from './studies.ts'
import { openStudy, runTrial } from './studies.ts'

const result = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.nat(5), fc.nat(5)) },
  fc.constantFrom('pruned' as const, new Error('boom')),
)

function follow(study: TestStudy) {
  const tracker = trackStudy(study)
  const happenings: Happening[] = []
  study.subscribe((event) => {
    const happening = tracker.apply(event)
    if (happening !== undefined) happenings.push(happening)
  })
  return { tracker, happenings }
}

describe('the standing of a study', () => {
  it('is what the whole history says, followed from any moment, with one objective', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(result, { maxLength: 12 }), fc.nat(12), async (results, from) => {
        const opened = await openStudy({ objective: { minimize: 'loss' } })
        let followed: ReturnType<typeof follow> | undefined
        for (const [i, one] of results.entries()) {
          if (i === from) followed = follow(opened.study)
          await runTrial(opened, Array.isArray(one) ? one[0] : one, { seconds: 0 })
        }
        const { tracker } = followed ?? follow(opened.study)
        const { history } = opened.study
        expect(tracker.best()).toEqual(bestTrials(history))
        expect(tracker.finished).toBe(results.length)
        const complete = results.filter((r) => Array.isArray(r)).length
        expect(tracker.count('complete')).toBe(complete)
        expect(tracker.count('pruned') + tracker.count('failed')).toBe(results.length - complete)
      }),
      { numRuns: 25 },
    )
  })

  it('has the Pareto front of several objectives, equal trials included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(result, { maxLength: 12 }), async (results) => {
        const opened = await openStudy({ objective: [{ maximize: 'a' }, { minimize: 'b' }] })
        const { tracker } = follow(opened.study)
        for (const one of results) await runTrial(opened, one, { seconds: 0 })
        const { history } = opened.study
        expect(tracker.best().toSorted((a, b) => a - b)).toEqual(bestTrials(history))
        const first = tracker.best().map((t) => opened.study.trial(t).objectives[0])
        expect(first).toEqual(first.toSorted((a, b) => (b ?? 0) - (a ?? 0)))
      }),
      { numRuns: 25 },
    )
  })

  it('leaves out trials that break an outcome constraint', async () => {
    const opened = await openStudy({ constraints: ['latency <= 50'] })
    const { tracker } = follow(opened.study)
    await runTrial(opened, { accuracy: 0.9, latency: 80 })
    expect(tracker.best()).toEqual([])
    await runTrial(opened, { accuracy: 0.8, latency: 50 })
    expect(tracker.best()).toEqual([1])
  })

  it('tells how long ago the best trial was, and how the best value went', async () => {
    const opened = await openStudy()
    const { tracker } = follow(opened.study)
    expect(tracker.curve(8)).toEqual([])
    for (const value of [new Error('first'), 0.1, 0.3, 0.2]) await runTrial(opened, value)
    expect(tracker.sinceBest()).toBe(1)
    expect(tracker.curve(8)).toEqual([Number.NaN, 0.1, 0.3, 0.3])
    expect(tracker.curve(2)).toEqual([0.1, 0.3])
  })

  it('remembers the last failures, newest first', async () => {
    const opened = await openStudy()
    const { tracker } = follow(opened.study)
    for (const value of [new Error('a'), 1, Number.NaN, 'pruned' as const])
      await runTrial(opened, value)
    expect(tracker.failures()).toEqual([2, 0])
  })
})

describe('events', () => {
  it('are told once, however often they come', async () => {
    const opened = await openStudy()
    const { tracker } = follow(opened.study)
    const events: StudyEvent[] = []
    opened.study.subscribe((event) => events.push(event))
    await runTrial(opened, 0.5)
    await opened.study.ask()
    await opened.study.close()
    expect(events.at(-1)?.type).toBe('trial-requeued')
    for (const event of events) expect(tracker.apply(event)).toBeUndefined()
    expect(tracker.finished).toBe(1)
  })

  it('tell of trials that are put back', async () => {
    const { study } = await openStudy()
    const { happenings } = follow(study)
    await study.ask()
    await study.close()
    expect(happenings).toEqual([{ kind: 'requeued', trial: 0, cause: 'interrupted' }])
  })
})
