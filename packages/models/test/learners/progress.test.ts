import { createRng } from '@attune/core'
import { describe, expect, it } from 'vitest'
import type { FitProgress, Model } from '../../src/learners/learner.ts'
import type { Matrix, Prediction, Task } from '../../src/matrix.ts'
import { evaluate } from '../../src/metrics/evaluate.ts'
import { learnerNamed } from '../../src/training/learners.ts'
import { clouds, examplesFor } from './classic-cases.ts'

interface Case {
  readonly learner: string
  readonly task: Task
  /** What is reported of the validation rows beside their loss. */
  readonly score?: 'validationAccuracy' | 'validationRmse'
  /** So that learning would take minutes. */
  readonly endless: object
}

const cases: readonly Case[] = [
  { learner: 'randomForest', task: 'classification', endless: { trees: 1e6 } },
  { learner: 'extraTrees', task: 'regression', endless: { trees: 1e6 } },
  { learner: 'histogramBoosting', task: 'classification', endless: { rounds: 1e6, patience: 0 } },
  {
    learner: 'softmaxRegression',
    task: 'classification',
    endless: { iterations: 1e9, tolerance: 1e-300, c: 1e9 },
  },
  {
    learner: 'linearSvm',
    task: 'classification',
    score: 'validationAccuracy',
    endless: { iterations: 1e9, tolerance: 1e-300, loss: 'hinge', c: 1e4 },
  },
  {
    learner: 'linearSvm',
    task: 'regression',
    score: 'validationRmse',
    endless: { iterations: 1e9, tolerance: 1e-300, c: 1e4 },
  },
]

describe.each(cases)('$learner for $task', ({ learner: name, task, score, endless }) => {
  const learner = learnerNamed(name)
  const { x, y } = examplesFor(task, 120)
  const validation = examplesFor(task, 60, 2)

  it('tells how it gets on, and learns the same as when nobody listens', async () => {
    const seen: FitProgress[] = []
    const report = (progress: FitProgress): 'continue' => {
      seen.push(progress)
      return 'continue'
    }
    const model = await learner.fit(x, y, {}, { seed: 4, validation, report })
    const quiet = await learner.fit(x, y, {}, { seed: 4, validation })
    expect(model.toJSON()).toEqual(quiet.toJSON())
    expect(seen.length).toBeGreaterThan(2)
    const [first, last] = [seen[0]!, seen.at(-1)!]
    const apart = name.endsWith('Forest') || name.endsWith('Trees') ? 10 : 1
    expect(seen.map(({ step }) => step)).toEqual(seen.map((_, i) => (i + 1) * apart))
    expect(last.steps).toBeGreaterThanOrEqual(last.step)
    const names = ['loss', 'validationLoss', ...(score === undefined ? [] : [score])]
    expect(Object.keys(last.metrics)).toEqual(names)
    expect(last.metrics['loss']).toBeLessThanOrEqual(1.1 * first.metrics['loss']! + 1e-9)
    // What is said of the last step is what the model does, where that is learnt to the end.
    const judged = evaluate(validation.y, await model.predict(validation.x))
    if (score === 'validationRmse') expect(last.metrics[score]).toBeCloseTo(judged.rmse!, 9)
    else if (name === 'softmaxRegression') {
      expect(last.metrics['validationLoss']).toBeCloseTo(judged.logLoss!, 9)
    }
    if (score === 'validationAccuracy') {
      const plain = await learner.fit(x, y, { calibration: 'none' }, { seed: 4 })
      const found = evaluate(validation.y, await plain.predict(validation.x)).accuracy!
      expect(last.metrics[score]).toBeCloseTo(found, 9)
    }
  })

  it('ends when a report is answered so', async () => {
    const steps: number[] = []
    const report = ({ step }: FitProgress): 'continue' | 'stop' => {
      steps.push(step)
      return steps.length === 2 ? 'stop' : 'continue'
    }
    const model = await learner.fit(x, y, endless, { report })
    expect(steps.length).toBe(2)
    expectFinite(await model.predict(x))
  })

  it('ends soon after its signal, though it never waits for anything', async () => {
    if (name !== 'softmaxRegression') return expectEnds(name, noise(400, task), endless)
    // It gets to its end, but with so many rows not at once.
    const many = noise(100_000, task)
    const whole = await learner.fit(many.x, many.y, endless)
    expect((await expectEnds(name, many, endless)).toJSON()).not.toEqual(whole.toJSON())
  })
})

it('linearSvm tells of two labels by their one machine', async () => {
  const { x, y } = clouds(120, 2)
  const scores: number[] = []
  const losses: number[] = []
  const report = ({ metrics }: FitProgress): 'continue' => {
    scores.push(metrics['validationAccuracy']!)
    losses.push(metrics['validationLoss']!)
    return 'continue'
  }
  const options = { calibration: 'none', loss: 'hinge' }
  const model = await learnerNamed('linearSvm').fit(x, y, options, { validation: { x, y }, report })
  expect(scores.at(-1)).toBeCloseTo(evaluate(y, await model.predict(x)).accuracy!, 9)
  expect(scores.at(-1)).toBeGreaterThan(0.8)
  // 1 is the loss of scores that are 0, and of others for the wrong label more.
  expect(losses.at(-1)).toBeLessThan(0.8)
})

describe.each(['classification', 'regression'] as const)('rbfSvm for %s', (task) => {
  const learner = learnerNamed('rbfSvm')
  const { x, y } = examplesFor(task, 120)

  it('tells of every machine, and ends when a report is answered so', async () => {
    const seen: FitProgress[] = []
    const report = (progress: FitProgress): 'continue' => {
      seen.push(progress)
      return 'continue'
    }
    const whole = await learner.fit(x, y, {}, { report })
    expect(whole.toJSON()).toEqual((await learner.fit(x, y, {})).toJSON())
    const machines = task === 'classification' ? 3 : 1
    expect(seen.map(({ step }) => step)).toEqual([1, 2, 3].slice(0, machines))
    for (const { steps, metrics } of seen) {
      expect(steps).toBe(machines)
      expect(metrics['loss']).toBeGreaterThanOrEqual(0)
      expect(metrics['loss']).toBeLessThan(0.6)
    }
    const cut = await learner.fit(x, y, {}, { report: () => 'stop' })
    const prediction = await cut.predict(x)
    expectFinite(prediction)
    // Of three labels only the first two were told apart.
    if (prediction.kind === 'classes') {
      const found = evaluate(y, prediction).accuracy!
      expect(found).toBeLessThan(evaluate(y, await whole.predict(x)).accuracy!)
    }
  })

  it('ends soon after its signal', async () => {
    await expectEnds('rbfSvm', noise(1500, task), { c: 1e6, tolerance: 1e-12, iterations: 1e9 })
  })
})

/** Columns that say nothing of the target, so that there is no end of learning it. */
function noise(rows: number, task: Task): ReturnType<typeof examplesFor> {
  const rng = createRng('noise')
  const data = Float32Array.from({ length: rows * 6 }, () => rng.next() - 0.5)
  const x: Matrix = { rows, columns: 6, data }
  if (task === 'regression') {
    return { x, y: { kind: 'numbers', values: Float64Array.from(data.subarray(0, rows)).sort() } }
  }
  const codes = Int32Array.from({ length: rows }, () => rng.int(3))
  return { x, y: { kind: 'classes', codes, labels: ['a', 'b', 'c'] } }
}

async function expectEnds(
  name: string,
  { x, y }: ReturnType<typeof examplesFor>,
  endless: object,
): Promise<Model> {
  const begun = performance.now()
  const model = await learnerNamed(name).fit(x, y, endless, { signal: AbortSignal.timeout(40) })
  expect(performance.now() - begun).toBeGreaterThan(39)
  expect(performance.now() - begun).toBeLessThan(3000)
  expectFinite(await model.predict(x))
  return model
}

function expectFinite(prediction: Prediction): void {
  const numbers = prediction.kind === 'classes' ? prediction.probabilities : prediction.values
  expect(numbers.every((number) => Number.isFinite(number))).toBe(true)
}
