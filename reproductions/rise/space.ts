import type { Shape } from 'attune'
import { choice } from 'attune'

/** What the document varied, as its problem (1) lists it. */
export const learningRates = [0.1, 0.01, 0.001] as const
export const localEpochs = [1, 3, 5] as const
export const globalEpochs = [50, 100, 150, 200] as const
export const batchSizes = [8, 16, 32, 64] as const
export const clientDivisions = [0.1, 0.5, 0.75, 1] as const

/** Everything but the number of rounds, which the reports of a training tell: 144 of them. */
export const trainings = {
  learningRate: choice(learningRates, { ordered: true }),
  localEpochs: choice(localEpochs, { ordered: true }),
  batchSize: choice(batchSizes, { ordered: true }),
  clientDivision: choice(clientDivisions, { ordered: true }),
} satisfies Shape

/** The whole grid: 576 configurations. */
export const configurations = {
  ...trainings,
  globalEpochs: choice(globalEpochs, { ordered: true }),
} satisfies Shape

/** A configuration of the grid. */
export interface Setting {
  readonly globalEpochs: number
  readonly localEpochs: number
  readonly learningRate: number
  readonly batchSize: number
  readonly clientDivision: number
}

/** Table 1 as printed. */
export const published = {
  initial: {
    setting: {
      globalEpochs: 200,
      localEpochs: 3,
      learningRate: 0.001,
      batchSize: 32,
      clientDivision: 1,
    },
    accuracy: 0.751,
    seconds: 351.66,
  },
  accurate: {
    setting: {
      globalEpochs: 50,
      localEpochs: 5,
      learningRate: 0.01,
      batchSize: 16,
      clientDivision: 0.5,
    },
    accuracy: 0.77,
    seconds: 96.98,
  },
  quick: {
    setting: {
      globalEpochs: 50,
      localEpochs: 1,
      learningRate: 0.001,
      batchSize: 16,
      clientDivision: 0.1,
    },
    accuracy: 0.729,
    seconds: 25.55,
  },
} as const

export type RowName = keyof typeof published

export const rowNames = ['initial', 'accurate', 'quick'] as const satisfies readonly RowName[]

export const rowTitles: Readonly<Record<RowName, string>> = {
  initial: 'Initial set-up',
  accurate: 'Highest accuracy',
  quick: 'Least time',
}
