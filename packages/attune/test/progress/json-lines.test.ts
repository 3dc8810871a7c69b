import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonLine } from '../../src/text/json-line.ts'
import { createProgress } from '../../src/progress/progress.ts'
import { captured, openStudy, runTrial } from './studies.ts'

type Opened = Awaited<ReturnType<typeof openStudy>>

function watch({ study, clock }: Opened) {
  const io = captured(clock)
  const progress = createProgress('json', io)
  progress.start({ study, trials: 60, workers: 2, journal: 'attune.db', resumedFrom: 3 })
  const objects = (): unknown[] => io.lines().map((line) => JSON.parse(line))
  return { progress, objects }
}

const params = { lr: 0.1, act: 'relu' }

it('starts with an object about the study', async () => {
  const { objects } = watch(await openStudy())
  expect(objects()).toEqual([
    {
      type: 'start',
      study: 'digits',
      objectives: [{ name: 'accuracy', direction: 'maximize' }],
      sampler: 'random',
      scheduler: 'none',
      seed: 1,
      trials: 60,
      workers: 2,
      journal: 'attune.db',
      resumedFrom: 3,
    },
  ])
})

it('writes an object for every trial that ends, and for notes', async () => {
  const opened = await openStudy()
  const { objects, progress } = watch(opened)
  await runTrial(opened, Number.NEGATIVE_INFINITY, { params })
  await runTrial(opened, Number.NaN, { params })
  await opened.study.enqueue(params)
  const pruned = await opened.study.ask()
  await pruned.report({ accuracy: Number.NaN }, { step: 4 })
  await opened.study.tell(pruned, 'pruned')
  await opened.study.enqueue(params)
  await opened.study.ask()
  await opened.study.close()
  progress.note('a note')
  const best = { number: 0, objectives: { accuracy: '-Infinity' } }
  expect(objects().slice(1)).toEqual([
    {
      type: 'trial',
      number: 0,
      state: 'complete',
      objectives: { accuracy: '-Infinity' },
      params,
      seconds: 1,
      best,
      finished: 1,
    },
    {
      type: 'trial',
      number: 1,
      state: 'failed',
      reason: 'not-a-number',
      message: 'accuracy is NaN.',
      help: expect.stringContaining('diverged'),
      objectives: {},
      params,
      seconds: 1,
      best,
      finished: 2,
    },
    {
      type: 'trial',
      number: 2,
      state: 'pruned',
      step: 4,
      objectives: {},
      lastReport: {},
      params,
      seconds: 0,
      best,
      finished: 3,
    },
    { type: 'trial', number: 3, state: 're-queued', reason: 'interrupted', params },
    { type: 'note', text: 'a note' },
  ])
})

it('tells whether a trial is on the Pareto front, and how many are', async () => {
  const opened = await openStudy({ objective: [{ maximize: 'a' }, { minimize: 'b' }] })
  const { objects } = watch(opened)
  await runTrial(opened, [1, 1])
  await runTrial(opened, [2, 2])
  expect(objects().at(-1)).toMatchObject({ objectives: { a: 2, b: 2 }, onFront: true, front: 2 })
  await runTrial(opened, [0, 2])
  expect(objects().at(-1)).toMatchObject({ onFront: false, front: 2 })
})

it('writes any text so that it can be shown and is read back as it was', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\x1b', '\x9b', '\u202e', '\n'),
      fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
    ),
  })
  fc.assert(
    fc.property(text, (given) => {
      const line = jsonLine({ given })
      expect(JSON.parse(line)).toEqual({ given })
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    }),
  )
})
