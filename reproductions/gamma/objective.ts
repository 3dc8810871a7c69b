import type { Trial } from 'attune'
import { evaluate, network } from '@attune/models'
import type { Part, TaskSettings } from './task.ts'
import { loadTask } from './task.ts'

/** What a study of trainings is told. */
export interface TrainingSettings extends TaskSettings {
  /** Examples a step, where a trial does not say it. */
  readonly batch: number
  /** Cells of a grid of rates over this range, for trials that name a cell. */
  readonly cells?: { readonly count: number; readonly low: number; readonly high: number }
  /** Whether trials share their weights at the start and their order of images, as far as epochs agree. */
  readonly common?: boolean
}

export interface TrainingParams {
  readonly rate?: number
  readonly cell?: number
  readonly epochs?: number
  readonly batch?: number
  readonly l2?: number
}

/** The rate in the middle of a cell of an even grid over the logarithm. */
export function rateOfCell(
  cell: number,
  { count, low, high }: NonNullable<TrainingSettings['cells']>,
): number {
  return low * (high / low) ** ((cell + 0.5) / count)
}

/** A plain SGD training of one configuration, judged by the images to select by and those to judge by. */
export default async function objective(
  trial: Trial<TrainingParams>,
): Promise<Record<string, number>> {
  const settings = JSON.parse(process.env['REPRODUCTION'] ?? '{}') as TrainingSettings
  const { cell, rate = rateOfCell(cell!, settings.cells!), epochs = 1, l2 = 0 } = trial.params
  const { batch = settings.batch } = trial.params
  const { train, validation, test, network: shape } = await loadTask(settings)
  const seed = settings.common === true ? 1000 * settings.seed + epochs : trial.seed
  const options = { ...shape, epochs, batch, l2, optimizer: { kind: 'sgd', rate } as const }
  const began = performance.now()
  const model = await network().fit(train.x, train.y, options, { seed })
  const seconds = (performance.now() - began) / 1000
  const judge = async ({ x, y }: Part) => evaluate(y, await model.predict(x))
  const [selected, judged] = [await judge(validation), await judge(test)]
  return {
    // Beyond this all is lost, and Infinity would say no more.
    loss: Math.min(1e6, selected.logLoss),
    accuracy: selected.accuracy,
    fitSeconds: seconds,
    testSensitivity: judged.sensitivity,
    testSpecificity: judged.specificity,
    testAccuracy: judged.accuracy,
    testMcc: judged.mcc,
    testLoss: judged.logLoss,
  }
}
