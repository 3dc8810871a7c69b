import type { Trial } from 'attune'
import type { Task } from './training.ts'
import { learn, learnWithRestarts } from './training.ts'

interface CellSettings extends Task {
  readonly cells: { readonly l2: readonly number[]; readonly noise: readonly number[] }
  readonly notebookRate: number
}

const settings = JSON.parse(process.env['REPRODUCTION'] ?? '{}') as CellSettings

/** One cell of the map of starts: fixed, by the notebook, by T1–T2, and by T1–T2 with restarts. */
export default async function cellOf(
  trial: Trial<{ l2: number; noise: number }>,
): Promise<Record<string, number>> {
  const { l2, noise } = trial.params
  const from = { l2: settings.cells.l2[l2]!, noise: settings.cells.noise[noise]! }
  const seed = 1 + l2 * 100 + noise
  const task: Task = { ...settings, variant: 't1t2' }
  const fixed = await learn(task, from, { fixed: true, seed })
  const printed: Task = { ...settings, variant: 'notebook', rate: settings.notebookRate }
  const notebook = await learn(printed, from, { fixed: false, seed })
  const tuned = await learn(task, from, { fixed: false, seed })
  const restarted = await learnWithRestarts(task, from, seed)
  return {
    error: fixed.validation,
    ...{ fixedTest: fixed.test, notebookTest: notebook.test, tunedTest: tuned.test },
    ...{ restartedTest: restarted.test, tunedL2: tuned.l2, tunedNoise: tuned.noise },
  }
}
