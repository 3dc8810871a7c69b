import type { SearchSpace } from '@attune/core'
import { choice, int, space } from '@attune/core'
import { join } from 'node:path'
import type { Constants } from './constants.ts'
import { constantsOf, normalise } from './constants.ts'
import { readFloats, readJson, tablesIn } from './files.ts'
import { noiseHash } from './noise.ts'
import type { Params, PlainTask } from './task.ts'
import { number } from './task.ts'

interface GridSpace {
  readonly params: readonly { name: string; choices: readonly (string | number)[] }[]
  readonly n_seeds: number
  readonly direction: 'minimize' | 'maximize'
}

/** A table with every configuration of a grid, trained with several seeds. */
export interface Grid {
  readonly seeds: number
  readonly values: Float32Array
  readonly constants: Constants
  rowOf(params: Params): number
  /** The values of a row that exist, in the order of their seeds. */
  seedsOf(row: number): number[]
  meanOf(row: number): number
  lossOf(score: number): number
}

const folders = { fcnet: 'hpo-fcnet', mlp: 'hpo-mlp', nb201: 'hpo-nasbench201' } as const
type Family = keyof typeof folders

/** Choices that are numbers have an order: they are declared as the number of the choice. */
const isOrdinal = (choices: readonly unknown[]): boolean =>
  choices.every((label) => typeof label === 'number')

export function loadGrid(data: string, family: Family, table: string): Grid {
  const folder = join(data, folders[family])
  const { params, n_seeds: seeds } = readJson(folder, 'space.json') as GridSpace
  const values = readFloats(folder, `${table}.f32.gz`)
  const rows = values.length / seeds
  const seedsOf = (row: number): number[] =>
    [...values.subarray(row * seeds, (row + 1) * seeds)].filter((x) => !Number.isNaN(x))
  const meanOf = (row: number): number => {
    const found = seedsOf(row)
    return found.reduce((a, b) => a + b, 0) / found.length
  }
  // The errors of fcnet span many decades.
  const lossOf = (score: number): number => (family === 'fcnet' ? Math.log10(score) : -score)
  const losses = Float64Array.from({ length: rows }, (_, row) => lossOf(meanOf(row)))
  return {
    seeds,
    values,
    constants: constantsOf(losses),
    rowOf(given) {
      return params.reduce((row, { name, choices }) => {
        const at = isOrdinal(choices) ? number(given, name) : choices.indexOf(given[name] as string)
        return row * choices.length + at
      }, 0)
    },
    seedsOf,
    meanOf,
    lossOf,
  }
}

export function gridTasks(data: string): PlainTask[] {
  return (Object.keys(folders) as Family[]).flatMap((family) => {
    const folder = join(data, folders[family])
    return tablesIn(folder, '.f32.gz').map((table): PlainTask => {
      const { params, direction } = readJson(folder, 'space.json') as GridSpace
      const shape = params.map(({ name, choices }) => [
        name,
        isOrdinal(choices) ? int(0, choices.length - 1) : choice(choices),
      ])
      let loaded: Grid | undefined
      return {
        kind: 'plain',
        name: `${family}/${table}`,
        suite: 'tab',
        family,
        budgets: [25, 50, 100, 200],
        space: space(Object.fromEntries(shape)) as SearchSpace,
        objective: direction,
        start: (seed) => run((loaded ??= loadGrid(data, family, table)), direction, seed),
      }
    })
  })
}

function run(
  grid: Grid,
  direction: 'minimize' | 'maximize',
  seed: number,
): ReturnType<PlainTask['start']> {
  let evaluation = 0
  let lowest = Number.POSITIVE_INFINITY
  let incumbent = -1
  return {
    evaluate(params) {
      const row = grid.rowOf(params)
      const found = grid.seedsOf(row)
      const value = found[noiseHash(seed, evaluation++) % found.length]!
      const loss = direction === 'minimize' ? value : -value
      if (loss < lowest || incumbent === -1) {
        lowest = loss
        incumbent = row
      }
      return [value]
    },
    regret: () => normalise(grid.lossOf(grid.meanOf(incumbent)), grid.constants),
  }
}
