import type { Profile } from '../lib/reproduction.ts'
import type { TaskName, TaskSettings } from './task.ts'

/** Where rates are searched: a range of our own, for the thesis names none. */
export const range = { low: 1e-5, high: 1 } as const
/** As in the caption of Table 10. */
export const evaluations = 20
/** The rows of Tables 8 to 10. */
export const gridSizes = [100, 200, 300, 400, 500] as const
export const denseCells = 500

/** How large everything is. */
export interface TaskScale {
  readonly task: TaskName
  readonly seeds: readonly number[]
  readonly images: TaskSettings['images']
  readonly filters?: number
  readonly batch: number
  /** Epochs of the blocks of Tables 4 to 7; the first is 1. */
  readonly blocks: readonly number[]
  /** Whether 500 rates are swept, from which the grids of Tables 8 to 10 follow; else a grid of 20. */
  readonly dense: boolean
  /** The seeds for which the other rows of Tables 8 to 10 are searched too. */
  readonly rowSeeds: readonly number[]
  /** Whether all searches are run, or only those of the tables. */
  readonly allSearches: boolean
  /** Whether rate, batch and regularisation are searched together. */
  readonly together: boolean
}

export interface Scale {
  readonly tasks: readonly TaskScale[]
  /** Synthetic sweeps by how their rates were chosen. */
  readonly sweeps: { readonly random: number; readonly gamma: number }
}

const to = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

export const scales: Readonly<Record<Profile, Scale>> = {
  short: {
    tasks: [
      {
        ...{ task: 'mnist', seeds: to(5), batch: 32, blocks: [1, 3, 8] },
        images: { train: 1500, validation: 1500, test: 3000 },
        ...{ dense: true, rowSeeds: to(2), allSearches: true, together: true },
      },
      {
        ...{ task: 'cifar10', seeds: to(3), batch: 16, blocks: [1, 5], filters: 8 },
        images: { train: 2500, validation: 700, test: 1500 },
        ...{ dense: false, rowSeeds: [], allSearches: false, together: false },
      },
    ],
    sweeps: { random: 400, gamma: 20 },
  },
  full: {
    tasks: [
      {
        ...{ task: 'mnist', seeds: to(10), batch: 32, blocks: [1, 10, 50] },
        images: { train: 4000, validation: 4000, test: 10_000 },
        ...{ dense: true, rowSeeds: to(10), allSearches: true, together: true },
      },
      {
        ...{ task: 'cifar10', seeds: to(5), batch: 16, blocks: [1, 5, 10, 20], filters: 16 },
        images: { train: 8000, validation: 2000, test: 2000 },
        ...{ dense: false, rowSeeds: [], allSearches: true, together: false },
      },
    ],
    sweeps: { random: 2000, gamma: 200 },
  },
}
