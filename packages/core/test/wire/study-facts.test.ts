import { describe, expect, it } from 'vitest'

import type { History, RunLimits, Study, StudyEvent } from '../../src/index.ts'
import {
  applyEntry,
  bestTrials,
  cell,
  createHistory,
  createRng,
  createStudy,
  expectedResult,
  float,
  memoryJournal,
  random,
  simulatedClock,
  space,
  studyCard,
  studyFacts,
} from '../../src/index.ts'
import { bowlTrials, complete, drawValues, lossAt, make } from '../charts/support/studies.ts'
import { someOrigin } from '../journal/some-origin.ts'

const place = { id: 'a-1', journal: 'attune.db' }

/** A study of one trial a minute, every fifth of which fails; two run at the end. */
async function minutes(): Promise<{
  study: Study<{ x: number }, number>
  now: number
  append(event: StudyEvent): Promise<void>
}> {
  const clock = simulatedClock()
  const journal = memoryJournal()
  const options = { space: space({ x: float(0, 1) }), sampler: random(), clock } as const
  const study = await createStudy({ ...options, objective: 'minimize', journal })
  for (let i = 0; i < 30; i++) {
    const trial = await study.ask()
    await clock.advance(60_000)
    await study.tell(trial, i % 5 === 4 ? new Error(`broken ${i}`) : Math.abs(i - 12))
  }
  await study.ask()
  await study.ask()
  await clock.advance(30_000)
  const append = async (event: StudyEvent): Promise<void> => {
    await journal.append([event])
    await study.refresh()
  }
  return { study: study as never, now: clock.now(), append }
}

function started(at: number, limits: RunLimits, worker = 'w'): StudyEvent {
  const { attune, runtime, machine } = someOrigin
  return { type: 'run-started', at, attune, runtime, machine, worker, workers: 2, limits }
}

describe('what stands at the top of a study', () => {
  it('is the best with what came since, pace and what is left, who runs what and what failed', async () => {
    const { study, now, append } = await minutes()
    await append(started(0, { trials: 50 }))
    const facts = studyFacts(study.history, now)
    const { best, ...rest } = facts
    expect(best).toMatchObject({ trial: 12, metrics: [{ name: 'value', value: 0 }], front: 1 })
    expect(best!.params).toEqual({ x: study.trial(12).params.x })
    expect(rest).toMatchObject({
      states: { complete: 24, failed: 6, running: 2, waiting: 0 },
      asked: 50,
      left: { trials: 20 },
      startedAt: 0,
      elapsedSeconds: 30.5 * 60,
      sinceGain: { trials: 17, seconds: 17.5 * 60 },
      workers: [{ trials: [30, 31] }],
      lastFailure: { trial: 29, text: 'broken 29' },
      excluded: 0,
    })
    expect(facts.perHour).toBeCloseTo(60)
    expect(facts.etaSeconds).toBeCloseTo(20 * 60)
    await append(started(now - 60_000, { trials: 50, seconds: 300 }))
    const soon = studyFacts(study.history, now)
    expect(soon).toMatchObject({ left: { trials: 20, seconds: 240 }, etaSeconds: 240 })
    await study.annotate({ trial: 12, excluded: true })
    await study.annotate({ title: 'T', note: 'N', tags: ['t'] })
    await study.steer('pause', 'lunch')
    expect(studyFacts(study.history, now)).toMatchObject({
      ...{ title: 'T', note: { text: 'N' }, tags: ['t'], excluded: 1 },
      steering: { command: 'pause', why: 'lunch' },
      best: { trial: 11 },
    })
  })

  it('tells nothing of what is left when the run has ended, and takes its pace from the run', async () => {
    const { study, now, append } = await minutes()
    const { history } = study
    // The last three trials ended within it, a minute apart; before it, nothing ran for an hour.
    const late = [27, 28, 29]
    for (let trial = 0; trial < 27; trial++)
      history.columns.get('finishedAt')!.data[trial]! -= 3.6e6
    const from = cell(history, 'finishedAt', late[0]!)
    await append(started(from, { trials: 40 }))
    expect(studyFacts(history, now)).toMatchObject({ perHour: 60, etaSeconds: 600 })
    await append({ type: 'run-ended', at: now, worker: 'w', why: 'signal' })
    const facts = studyFacts(history, now)
    expect(facts).toMatchObject({ asked: 40 })
    expect('left' in facts || 'etaSeconds' in facts).toBe(false)
    expect(facts.perHour).toBeLessThan(60)
  })

  it('has nobody at work and no end in sight when the worker of the newest run is dead', async () => {
    const { study, now, append } = await minutes()
    const { history } = study
    const worker = history.details.get(30)!.worker!
    const dead = new Set([worker])
    await append(started(0, { trials: 50, seconds: 1e6 }, worker))
    const alive = studyFacts(history, now + 9e6, { dead: new Set(['other']) })
    expect(alive).toMatchObject({ workers: [{ name: worker }], left: { trials: 20 } })
    expect(['unattended', 'diedAfter'].some((key) => key in alive)).toBe(false)
    const facts = studyFacts(history, now + 9e6, { dead })
    expect(facts).toMatchObject({
      ...{ states: { running: 2 }, unattended: 2, diedAfter: 30 * 60_000, workers: [] },
      ...{ asked: 50, elapsedSeconds: 30 * 60 },
    })
    expect(['left', 'etaSeconds'].some((key) => key in facts)).toBe(false)
    expect(facts.perHour).toBeCloseTo(60)
    expect(studyCard(history, { ...place, dead })).toMatchObject({
      ...{ states: { running: 2 }, unattended: 2, diedAfter: 30 * 60_000 },
    })
    // The older run is the one that goes on when a newer one died.
    await append(started(now, { trials: 40 }, 'newer'))
    const two = studyFacts(history, now, { dead: new Set(['newer']) })
    expect(two).toMatchObject({ left: { trials: 20 }, workers: [{ trials: [30, 31] }] })
    expect('diedAfter' in two).toBe(false)
    // All of them died; and then somebody ended the newest in order.
    const all = new Set([worker, 'newer'])
    expect(studyFacts(history, now, { dead: all }).diedAfter).toBe(now)
    await append({ type: 'run-ended', at: now, worker: 'newer', why: 'signal' })
    expect('diedAfter' in studyFacts(history, now, { dead: all })).toBe(false)
  })

  it('has nobody at a trial that is to be judged', async () => {
    const { study, append } = await minutes()
    await append({ type: 'trial-ran', at: 1, trial: 30, epoch: 0, metrics: {}, resources: {} })
    expect(studyFacts(study.history, 2)).toMatchObject({
      ...{ states: { running: 2 }, toJudge: 1, unattended: 1, workers: [{ trials: [31] }] },
    })
    expect(studyCard(study.history, place)).toMatchObject({ unattended: 1 })
  })

  it('is there for a study without trials, and without any event', () => {
    for (const history of [make([]).history, createHistory()]) {
      const facts = studyFacts(history, 1000)
      expect(facts).toMatchObject({ elapsedSeconds: 0, workers: [], tags: [], archived: false })
      expect(['best', 'perHour', 'sinceGain', 'lastFailure'].some((key) => key in facts)).toBe(
        false,
      )
      expect(studyCard(history, place)).toMatchObject({ id: 'a-1', spark: [], tags: [] })
    }
  })

  it('of several objectives names a trial of the front and how large that is', () => {
    const objectives = [
      { name: 'value', direction: 'minimize' },
      { name: 'size', direction: 'minimize' },
    ] as const
    const { history } = make(bowlTrials(60), { objectives })
    const front = bestTrials(history)
    const { best } = studyFacts(history, 0)
    expect(best).toMatchObject({ trial: front[0], front: front.length })
    expect(best!.estimate).toBeUndefined()
  })
})

describe('what to expect of a trial that is run again', () => {
  const noisy = (seed: number): History => {
    const rng = createRng(seed, 'noise')
    return make(
      Array.from({ length: 60 }, (_, i) => {
        const values = drawValues(100 * seed + i)
        return complete(values, lossAt(values) + rng.next() * 2 - 1)
      }),
    ).history
  }

  it('is nearer to the truth than the best of noisy results', () => {
    const gaps = Array.from({ length: 6 }, (_, seed) => {
      const history = noisy(seed)
      const [trial] = bestTrials(history)
      const found = cell(history, 'metric:value', trial!)
      const { value, low, high } = expectedResult(history, trial!)!
      expect(low).toBeLessThan(value)
      expect(high).toBeGreaterThan(value)
      const truth = lossAt(
        Object.fromEntries(
          ['lr', 'units', 'act'].map((name) => [name, history.values.get(name, trial!)!]),
        ),
      )
      return {
        model: Math.abs(value - truth),
        result: Math.abs(found - truth),
        inside: low <= truth && truth <= high,
      }
    })
    const mean = (key: 'model' | 'result'): number =>
      gaps.reduce((sum, gap) => sum + gap[key], 0) / gaps.length
    expect(mean('model')).toBeLessThan(mean('result'))
    expect(gaps.filter(({ inside }) => inside).length).toBeGreaterThanOrEqual(4)
  })

  it('is the result itself where there is no noise', () => {
    const { history } = make(Array.from({ length: 60 }, (_, i) => complete(drawValues(i))))
    const [trial] = bestTrials(history)
    const found = cell(history, 'metric:value', trial!)
    const { value, low, high } = expectedResult(history, trial!)!
    expect(Math.abs(value - found)).toBeLessThan(0.05)
    expect(high - low).toBeLessThan(0.3)
  })

  it('is not said with few results, of equal ones, or of a trial without one', () => {
    const few = make(Array.from({ length: 6 }, (_, i) => complete(drawValues(i)))).history
    const equal = make(Array.from({ length: 40 }, (_, i) => complete(drawValues(i), 1))).history
    expect(expectedResult(few, 0)).toBeUndefined()
    expect(expectedResult(equal, 0)).toBeUndefined()
    const { history } = make(bowlTrials(60))
    const pruned = 9
    expect(expectedResult(history, pruned)).toBeUndefined()
  })
})

describe('the card of a study', () => {
  it('has its best and the course of it in 40 values at most', () => {
    const { history } = make(bowlTrials(300))
    applyEntry(history, { seq: history.seq + 1, event: started(0, { trials: 500 }) })
    const card = studyCard(history, place)
    const [trial] = bestTrials(history)
    expect(card).toMatchObject({
      ...{ ...place, name: 'made', asked: 500, archived: false },
      objectives: [{ name: 'value', direction: 'minimize' }],
      best: { trial, values: [cell(history, 'metric:value', trial!)], front: 1 },
    })
    expect(card.spark).toHaveLength(40)
    expect(card.spark).toEqual(card.spark.toSorted((a, b) => b - a))
    expect(card.spark.at(-1)).toBe(card.best!.values[0])
    expect(JSON.parse(JSON.stringify(card))).toEqual(card)
  })
})
