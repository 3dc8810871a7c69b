import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AttuneError } from '@attune/core'
import { afterAll, expect, test } from 'vitest'
import { fitModel, loadTrainedModel, runTraining, tableOf } from '../../src/node.ts'
import { checkTrainingSpec } from '../../src/training/spec.ts'
import { points } from '../network/data.ts'

const folder = mkdtempSync(join(tmpdir(), 'attune-federated-'))
afterAll(() => rmSync(folder, { recursive: true }))

const { data } = points(90, 2)
const rows = Array.from({ length: 90 }, (_, i) => ({
  a: data[2 * i]!,
  b: data[2 * i + 1]!,
  speaker: `s${i % 4}`,
  label: data[2 * i]! * data[2 * i + 1]! > 0 ? 'alike' : 'unlike',
}))
const table = tableOf({
  a: rows.map(({ a }) => a),
  b: rows.map(({ b }) => b),
  speaker: rows.map(({ speaker }) => speaker),
  label: rows.map(({ label }) => label),
})

const spec = {
  learner: 'network',
  target: 'label',
  options: { depth: 1, units: 8, batch: 8, optimizer: { kind: 'sgd', rate: 0.2 } },
  federated: { clients: { column: 'speaker' }, rounds: 25, localEpochs: 4 },
  seed: 1,
} as const

test('a table is learnt from by the clients that a column names, which is no feature', async () => {
  const steps: number[] = []
  const { model, validation, costs } = await fitModel(spec, table, {
    report: ({ step, metrics }) => {
      steps.push(step)
      expect(Object.keys(metrics)).toEqual([
        ...['loss', 'validationLoss', 'validationAccuracy', 'seconds', 'bytes', 'multiplyAdds'],
      ])
      return 'continue'
    },
  })
  expect(steps).toEqual(Array.from({ length: 25 }, (_, i) => i + 1))
  expect(validation!['accuracy']).toBeGreaterThan(0.8)
  expect(model.preparation.features).toEqual(['a', 'b'])
  // 2 · 8 + 8 + 8 · 2 + 2 weights of 4 bytes, both ways, of 4 clients.
  expect(costs).toMatchObject({ rounds: 25, bytes: 25 * 2 * 4 * 4 * 42 })
  const again = loadTrainedModel(JSON.parse(JSON.stringify(model)))
  expect(await again.predict(table)).toEqual(await model.predict(table))
})

test('clients can be drawn, and with folds each fold has its own', async () => {
  const drawn = async (clients: object): Promise<number> => {
    const asked = { ...spec.federated, clients: clients as never, rounds: 2 }
    const { costs } = await fitModel(
      { ...spec, preparation: { drop: ['speaker'] }, federated: asked },
      table,
    )
    return costs!['bytes']! / (2 * 2 * 4 * 42)
  }
  expect(await drawn({ count: 7 })).toBe(7)
  expect(await drawn({ count: 9, dirichlet: 0.3, least: 2 })).toBe(9)
  const folds = { ...spec, validation: { folds: 3 }, federated: { ...spec.federated, rounds: 2 } }
  const { validation, costs } = await fitModel(folds, table)
  expect(validation!['accuracy']).toBeGreaterThan(0)
  expect(costs!['rounds']).toBe(2)
})

test('the command line prints costs with every round and at the end', async () => {
  const data = join(folder, 'data.csv')
  const lines = rows.map((row) => Object.values(row).join(','))
  writeFileSync(data, `a,b,speaker,label\n${lines.join('\n')}\n`)
  const printed: Record<string, number>[] = []
  const federated = { ...spec.federated, rounds: 3 }
  await runTraining({
    ...{ spec: { ...spec, federated }, subject: 'model.yaml', data },
    signal: new AbortController().signal,
    print: (line) => printed.push(line as Record<string, number>),
  })
  expect(printed).toHaveLength(4)
  expect(printed[0]).toMatchObject({ step: 1, accuracy: expect.any(Number) })
  expect(printed[0]!['cpuSeconds']).toBeGreaterThan(0)
  const { seconds, bytes, multiplyAdds } = printed[2]!
  expect(printed[3]).toMatchObject({ rounds: 3, seconds, bytes, multiplyAdds })
  expect(printed[3]!['accuracy']).toBe(printed[2]!['accuracy'])
})

function problemsOf(given: unknown): string[] {
  try {
    checkTrainingSpec(given)
  } catch (error) {
    const details = (error as AttuneError).details as unknown as { path: string; message: string }[]
    return details.map(({ path, message }) => `${path} ${message}`)
  }
  return []
}

test('all problems are told at once', () => {
  expect(problemsOf(spec)).toEqual([])
  expect(
    problemsOf({
      learner: 'network',
      target: 'label',
      seed: 0.5,
      options: { epochs: 3 },
      federated: { clients: { column: 'label', count: 3 }, rounds: 0, fracton: 1 },
    }),
  ).toEqual([
    'seed is 0.5, but must be a whole number.',
    expect.stringMatching(/^federated.clients .*not both\. Leave out column, or count\./),
    'federated.rounds is 0, but must be a whole number of at least 1.',
    expect.stringMatching(/^federated.fracton is not an option: did you mean fraction\?/),
    'federated.clients.column is "label", which is the target. Name another column.',
    expect.stringMatching(/^options.epochs is not for clients/),
  ])
  expect(
    problemsOf({ ...spec, learner: 'randomForest', options: {}, federated: { clients: 5 } }),
  ).toEqual([
    'federated.clients must be { column: NAME } or { count: N, dirichlet: CONCENTRATION }.',
    expect.stringMatching(/^federated is for networks/),
  ])
  expect(
    problemsOf({ ...spec, federated: { clients: { count: 3, least: 0, dirichlit: 1 } } }),
  ).toEqual([
    'federated.clients.least is 0, but must be a whole number of at least 1.',
    'federated.clients.dirichlit is no key: did you mean dirichlet?',
    expect.stringMatching(/^federated.clients.least is of clients with labels of their own/),
  ])
})
