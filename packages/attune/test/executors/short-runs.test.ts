import type { Executor, Outcome, Trial } from '@attune/core'
import {
  createStudy,
  createTrial,
  failed,
  float,
  inline,
  objectiveSpecs,
  space,
} from '@attune/core'
import { describe, expect, it } from 'vitest'
import { shortRuns } from '../../src/executors/short-runs.ts'

const objectives = objectiveSpecs({ minimize: 'loss' })
const search = space({ x: float(0, 1) })
const signal = new AbortController().signal

/** A trial whose reports are kept; its signal can only be read of the trial itself, as of real ones. */
function aTrial(): { readonly trial: Trial; readonly reported: number[] } {
  const reported: number[] = []
  const data = {
    ...{ number: 0, params: { x: 0.5 }, values: { x: 0.5 }, seed: 1, epoch: 0, studySeed: 1 },
    ...{ objective: 'loss', proposed: {}, declared: {} },
  }
  const trial = createTrial(data, {
    signal: () => signal,
    send: async (_, values) => {
      reported.push(values['loss'] as number)
      return { kind: 'continue' }
    },
  })
  return { trial, reported }
}

/** Reports 5, 4, 3, … until it is told to stop, and ends as it is told. */
const counting = (end: Outcome): Executor => ({
  name: 'counting',
  slots: 1,
  async run(trial) {
    expect(trial.signal).toBe(signal)
    for (let step = 1; step <= 4; step++) {
      const decision = await trial.report({ loss: 6 - step, other: step }, { step })
      if (decision.kind === 'stop') return { state: 'pruned', resources: { seconds: 2 } }
    }
    return end
  },
  async [Symbol.asyncDispose]() {},
})

describe('shortRuns', () => {
  it('ends a trial after its reports and takes what it said as its result', async () => {
    const { trial, reported } = aTrial()
    const complete: Outcome = { state: 'complete', metrics: { loss: 0 } }
    await using short = shortRuns(counting(complete), { objectives, result: 'last', reports: 2 })
    expect(await short.run(trial)).toEqual({
      ...{ state: 'complete', metrics: { loss: 4, other: 2 }, resources: { seconds: 2 } },
    })
    expect(reported).toEqual([5, 4])
    await using long = shortRuns(counting(complete), { objectives, result: 'last', reports: 9 })
    expect(await long.run(aTrial().trial)).toEqual(complete)
  })

  it('takes what was reported when the time is up, and fails when that was nothing', async () => {
    const late = failed('timeout', 'The program ran longer than 1 s and was ended.')
    await using short = shortRuns(counting(late), { objectives, result: 'best' })
    expect(await short.run(aTrial().trial)).toEqual({
      ...{ state: 'complete', metrics: { loss: 2, other: 4 } },
    })
    const silent: Executor = { ...counting(late), run: async () => late }
    await using nothing = shortRuns(silent, { objectives, result: 'last' })
    expect(await nothing.run(aTrial().trial)).toEqual(late)
  })

  it('leaves other failures as they are, and calls a last report of NaN a failure', async () => {
    const broken = failed('error', 'It broke.')
    await using short = shortRuns(counting(broken), { objectives, result: 'last' })
    expect(await short.run(aTrial().trial)).toEqual(broken)
    await using study = await createStudy({ space: search, objective: { minimize: 'loss' } })
    const diverging = inline(
      async (trial) => {
        const decision = await trial.report({ loss: Number.NaN })
        return decision.kind === 'stop' ? 1 : 2
      },
      { objectives },
    )
    await study.optimize(
      shortRuns(diverging as Executor, { objectives, result: 'last', reports: 1 }),
      {
        trials: 1,
      },
    )
    expect(study.trial(0)).toMatchObject({ state: 'failed', failure: { reason: 'not-a-number' } })
  })
})
