import type { Trial } from 'attune'
import { createRng } from 'attune'
import type { Point, Task } from './training.ts'
import { learn } from './training.ts'

const task = JSON.parse(process.env['REPRODUCTION'] ?? '{}') as Task

/** A start drawn as the notebook draws it: log₁₀ l2 from -5 to -1, noise from 0 to 0.9. */
export function startAt(index: number): Point {
  const rng = createRng('online starts', index)
  return { l2: -5 + 4 * rng.next(), noise: 0.9 * rng.next() }
}

/**
 * From one start: a run with the start fixed, one that tunes, and one with the tuned values fixed, which has
 * the same first weights for the published program and others for the corrected one.
 */
export default async function start(
  trial: Trial<{ start: number }>,
): Promise<Record<string, number>> {
  const index = trial.params.start
  const from = startAt(index)
  const seed = index + 1
  const initial = await learn(task, from, { fixed: true, seed })
  await trial.report({ error: 1, l2: from.l2, noise: from.noise }, { step: 0 })
  const points: { l2: number; noise: number; error: number }[] = []
  const tuned = await learn(task, from, {
    ...{ fixed: false, seed },
    tell: (_, { l2, noise, error }) => points.push({ l2, noise, error }) > 0,
  })
  for (const [i, point] of points.entries()) await trial.report(point, { step: i + 1 })
  const other = task.variant === 'notebook' ? seed : seed + 1000
  const retrained = await learn(task, tuned, { fixed: true, seed: other })
  return {
    error: tuned.validation,
    ...{ initialTest: initial.test, initialValidation: initial.validation, tunedTest: tuned.test },
    [task.variant === 'notebook' ? 'againTest' : 'elsewhereTest']: retrained.test,
    ...{ fromL2: from.l2, fromNoise: from.noise, l2: tuned.l2, noise: tuned.noise },
  }
}
