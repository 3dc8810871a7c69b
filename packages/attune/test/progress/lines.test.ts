import { asha } from '@attune/core'
import { expect, it } from 'vitest'
import { createProgress } from '../../src/progress/progress.ts'
import type { ProgressStart } from '../../src/progress/progress-contract.ts'
import { captured, openStudy, runTrial } from './studies.ts'

type Opened = Awaited<ReturnType<typeof openStudy>>

function watch(opened: Opened, info: Partial<ProgressStart> = {}) {
  const io = captured(opened.clock)
  const progress = createProgress('lines', io)
  progress.start({
    study: opened.study,
    trials: 60,
    workers: 2,
    journal: 'attune.db',
    resumedFrom: 0,
    ...info,
  })
  return { io, progress }
}

it('starts with a line about the study', async () => {
  const { io } = watch(await openStudy({ scheduler: asha() }), { seconds: 600, resumedFrom: 20 })
  expect(io.lines()).toEqual([
    'study digits: 60 trials, at most 600 s, 2 workers, sampler random, scheduler asha, seed 1, maximize accuracy, stored in attune.db, continues after 20 trials',
  ])
})

it('prints a line for every trial that is complete', async () => {
  const opened = await openStudy()
  const { io } = watch(opened)
  await runTrial(opened, 0.9631, { params: { lr: 0.0123, act: 'relu' }, seconds: 3.2 })
  await runTrial(opened, 0.5, { params: { lr: 0.00012, act: 'tanh' }, seconds: 0.052 })
  expect(io.lines().slice(1)).toEqual([
    'trial 0 complete accuracy=0.9631 lr=0.0123 act=relu 3.2s best=0.9631 (trial 0) [1/60]',
    'trial 1 complete accuracy=0.5 lr=1.2e-4 act=tanh 0.052s best=0.9631 (trial 0) [2/60]',
  ])
})

it('prints the step and the last value of a trial that was stopped', async () => {
  const opened = await openStudy()
  const { io } = watch(opened)
  await opened.study.enqueue({ lr: 0.1, act: 'relu' })
  const trial = await opened.study.ask()
  await trial.report({ accuracy: 0.2, loss: 3 }, { step: 1 })
  await trial.report({ accuracy: 0.31, loss: 2 }, { step: 3 })
  await opened.study.tell(trial, 'pruned')
  expect(io.lines()[1]).toBe('trial 0 pruned step=3 accuracy=0.31 lr=0.1 act=relu 0s [1/60]')
})

it('prints why a trial failed, and only the first line of it', async () => {
  const opened = await openStudy()
  const { io } = watch(opened)
  const params = { lr: 0.1, act: 'relu' }
  await runTrial(opened, new Error('\n\x1b[31mCUDA\x1b[0m out of memory\nat line 3'), { params })
  await runTrial(opened, Number.NaN, { params })
  expect(io.lines().slice(1)).toEqual([
    'trial 0 failed error lr=0.1 act=relu 1.0s [1/60]: CUDA out of memory',
    'trial 1 failed not-a-number lr=0.1 act=relu 1.0s [2/60]: accuracy is NaN.',
  ])
})

it('prints trials that are put back, and notes', async () => {
  const opened = await openStudy()
  const { io, progress } = watch(opened)
  await opened.study.ask()
  await opened.study.close()
  progress.note('two\nlines \x1b[2J')
  expect(io.lines().slice(1)).toEqual(['trial 0 re-queued interrupted', 'note: two lines '])
})

it('prints several objectives, infinities, and the size of the Pareto front', async () => {
  const opened = await openStudy({ objective: [{ maximize: 'accuracy' }, { minimize: 'size' }] })
  const { io } = watch(opened, { study: opened.study })
  await runTrial(opened, [0.9, Number.POSITIVE_INFINITY], { params: { lr: 0.1, act: 'relu' } })
  expect(io.lines()[1]).toBe(
    'trial 0 complete accuracy=0.9 size=Infinity lr=0.1 act=relu 1.0s front=1 [1/60]',
  )
})

it('prints by how much a trial breaks the outcome constraints', async () => {
  const opened = await openStudy({ constraints: ['latency <= 50'] })
  const { io } = watch(opened)
  await runTrial(opened, { accuracy: 0.9, latency: 80 })
  expect(io.lines()[1]).toMatch(/^trial 0 complete accuracy=0\.9 violation=30 .* \[1\/60\]$/)
})

it('says nothing after it was stopped', async () => {
  const opened = await openStudy()
  const { io, progress } = watch(opened)
  progress.stop()
  progress.stop()
  await runTrial(opened, 1)
  expect(io.lines()).toHaveLength(1)
})
