import { describe, expect, it } from 'vitest'
import type { FailureReason, SearchSpace } from '../../../src/index.ts'
import { createRng, float, gp, laggedView, space, tpe } from '../../../src/index.ts'
import { createFailureModels } from '../../../src/samplers/failure/failure-model.ts'
import { riskOf } from '../../../src/samplers/failure/risk.ts'
import type { MadeTrial } from '../../../src/testing/made-history.ts'
import { historyOf, madeEvents, madeTrial } from '../../../src/testing/made-history.ts'

const plane = space({ x: float(0, 1), y: float(0, 1) }) as SearchSpace

/** Trials over the plane, of which some of those beyond x = 0.6 failed. */
function trialsOf(count: number, failures: number, reason: FailureReason): MadeTrial[] {
  const rng = createRng('trials')
  let left = failures
  return Array.from({ length: count }, (): MadeTrial => {
    const values = { x: rng.next(), y: rng.next() }
    if (values.x > 0.6 && left-- > 0) return { values, state: 'failed', reason }
    return { values, state: 'complete', metrics: { value: (values.x - 0.55) ** 2 + values.y } }
  })
}
const modelOf = (trials: readonly MadeTrial[]) => {
  const history = historyOf(madeEvents({ space: plane }, trials))
  const trial = trials.length
  historyOf(madeTrial(trial, { state: 'running' }).start, history)
  const draw = { view: laggedView(history, trial, 1), trial, rng: createRng(0), seed: 0 }
  return createFailureModels()(plane, draw)
}

describe('a model of failures', () => {
  it('waits for three of them', () => {
    // Both are beyond 0.6, as far as anything can be told.
    expect(modelOf(trialsOf(8, 2, 'error'))).toBeUndefined()
    const model = modelOf(trialsOf(60, 30, 'error'))
    expect(riskOf(model!, { x: 0.9, y: 0.5 })).toBeGreaterThan(0.7)
    expect(riskOf(model!, { x: 0.2, y: 0.5 })).toBeLessThan(0.1)
  })

  it('blames a configuration less for what the machine may have done', () => {
    const many = (reason: FailureReason): number =>
      riskOf(modelOf(trialsOf(60, 30, reason))!, { x: 0.9, y: 0.5 })
    expect(many('lost')).toBeLessThan(many('timeout') - 0.2)
    expect(many('killed')).toBe(many('lost'))
    expect(many('out-of-memory')).toBe(many('error'))
    // Five lost trials count as two and a half.
    const few = (reason: FailureReason) => modelOf(trialsOf(60, 5, reason))
    expect(few('lost')).toBeUndefined()
  })

  it('takes no account of failures that it is not shown', async () => {
    const study = { space: plane, deterministic: true, lag: 6 }
    const trials = trialsOf(70, 70, 'error')
    const ahead = historyOf(madeEvents(study, trials))
    for (const make of [tpe, gp]) {
      const old = make()
      for (const trial of [30, 69, 41]) {
        const shown = historyOf(madeEvents(study, trials.slice(0, trial - 5)))
        for (let i = trial - 5; i < trial; i++) {
          historyOf(madeTrial(i, { ...(trials[i] as MadeTrial), state: 'running' }).start, shown)
        }
        historyOf(madeTrial(trial, { state: 'running' }).start, shown)
        const ask = (sampler: typeof old, history: typeof shown) => {
          const view = laggedView(history, trial, 6)
          return sampler.propose(plane, { view, trial, rng: createRng(trial), seed: 0 })
        }
        expect(await ask(old, ahead)).toEqual(await ask(make(), shown))
      }
    }
  })
})
