import { describe, expect, it } from 'vitest'
import type { Values } from '../../../src/index.ts'
import { createRng, laggedView } from '../../../src/index.ts'
import { createFailureModels } from '../../../src/samplers/failure/failure-model.ts'
import { partialCodes, riskOf } from '../../../src/samplers/failure/risk.ts'
import { feasibleDraw } from '../../../src/samplers/feasible-draw.ts'
import { riskOnFeatures } from '../../../src/samplers/gp/failures.ts'
import { createLayout } from '../../../src/samplers/gp/layout.ts'
import type { MadeTrial } from '../../../src/testing/made-history.ts'
import { countValues } from '../../../src/space/distribution.ts'
import { historyOf, madeEvents } from '../../../src/testing/made-history.ts'
import { spaceZoo } from '../../../src/testing/space-zoo.ts'

/** A model of a space where one side of the first parameter, or one label, fails. */
function made(space: ReturnType<typeof spaceZoo>[number]['space']) {
  const rng = createRng('zoo')
  const draws = Array.from({ length: 160 }, () => feasibleDraw(space, rng))
  const first = space.params.find(({ distribution }) => countValues(distribution) > 1)?.name ?? ''
  const numbers = draws.flatMap((v) => (typeof v[first] === 'number' ? [v[first]] : []))
  const middle = numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? 0
  const fails = (v: Values): boolean => {
    const value = v[first]
    return typeof value === 'number' ? value > middle : value === draws[0]![first]
  }
  const trials = draws.map((values): MadeTrial => {
    if (fails(values)) return { values, state: 'failed' }
    return { values, state: 'complete', metrics: { value: 1 } }
  })
  const history = historyOf(madeEvents({ space }, trials))
  const draw = { view: laggedView(history, 160, 1), trial: 160, rng, seed: 0 }
  return { model: createFailureModels()(space, draw), view: draw.view, draws }
}

describe('the risk at features of a layout', () => {
  it('is that of the configuration, in every kind of space', () => {
    let models = 0
    for (const { name, space } of spaceZoo()) {
      const { model, view, draws } = made(space)
      if (model === undefined) continue
      models++
      const layout = createLayout(space, new Set())
      const active = new Uint8Array(space.params.length)
      const features = new Float64Array(layout.features)
      const riskAt = riskOnFeatures(space, layout, model)
      draws.slice(0, 40).forEach((values, trial) => {
        const codes = layout.read(view, trial)!
        layout.activate(codes, active)
        layout.featuresOf(codes, active, features)
        expect(riskAt(features), name).toBeCloseTo(riskOf(model, values), 9)
      })
    }
    expect(models).toBeGreaterThan(5)
  })
})

describe('the codes of a configuration in the making', () => {
  it('are those of the whole one where values are chosen, and open elsewhere', () => {
    for (const { name, space } of spaceZoo()) {
      const { model, draws } = made(space)
      if (model === undefined) continue
      for (const values of draws.slice(0, 20)) {
        const whole = partialCodes(model, values)
        for (let count = 0; count <= space.params.length; count++) {
          const names = space.params.slice(0, count).map((p) => p.name)
          const part = Object.fromEntries(
            names.flatMap((n) => (n in values ? [[n, values[n]!]] : [])),
          )
          partialCodes(model, part).forEach((code, j) => {
            if (!Number.isNaN(code)) expect(code, name).toBe(whole[j])
          })
        }
        expect(whole.includes(Number.NaN), name).toBe(false)
      }
    }
  })
})
