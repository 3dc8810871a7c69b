import { join } from 'node:path'
import type { Constants } from './constants.ts'
import { constantsOf, normalise } from './constants.ts'
import { readColumns, readFloats, tablesIn } from './files.ts'
import type { PoolParam } from './pool.ts'
import { nearestRow, poolSpace } from './pool.ts'
import type { CurveTask, Params } from './task.ts'

const folder = 'hpo-taskset-curves'
const configs = 1000
const points = 51
/** Diverged trainings count as this. */
const worst = 5

const param = (name: string, low: number, high: number): PoolParam => ({
  name,
  column: name,
  kind: 'float',
  low,
  high,
  scale: 'log',
})
const fromOne = (name: string, low: number, high: number): PoolParam => ({
  ...param(`one_minus_${name}`, low, high),
  column: name,
  value: (cell) => 1 - cell,
})
const params: readonly PoolParam[] = [
  param('learning_rate', 1e-8, 10),
  fromOne('beta1', 1e-4, 1),
  fromOne('beta2', 1e-6, 1),
  param('epsilon', 1e-10, 1e3),
  param('l1', 1e-8, 10),
  param('l2', 1e-8, 10),
  param('linear_decay', 1e-7, 1e-4),
  param('exponential_decay', 1e-6, 1e-3),
]

/** The validation curves of a thousand settings. */
export interface Curves {
  readonly constants: Constants
  rowOf(given: Params): number
  valueAt(row: number, step: number): number
}

export function loadCurves(data: string, table: string): Curves {
  const values = readFloats(data, folder, `${table}.f32.gz`)
  const valueAt = (row: number, step: number): number => {
    // The splits are training, validation and test.
    const value = values[(configs + row) * points + step]!
    return value <= worst ? value : worst
  }
  const last = Float64Array.from({ length: configs }, (_, row) => valueAt(row, points - 1))
  return {
    constants: constantsOf(last),
    rowOf: nearestRow(params, readColumns(data, folder, 'configs.csv')),
    valueAt,
  }
}

export function tasksetTasks(data: string): CurveTask[] {
  return tablesIn(join(data, folder), '.f32.gz').map((table): CurveTask => {
    let loaded: Curves | undefined
    const curves = (): Curves => (loaded ??= loadCurves(data, table))
    return {
      kind: 'curve',
      name: `mf-taskset/${table}`,
      suite: 'mf',
      family: 'mf-taskset',
      budgets: [5, 10, 20, 50],
      space: poolSpace(params),
      objective: 'minimize',
      steps: points - 1,
      curveOf(given) {
        const row = curves().rowOf(given)
        return (step) => curves().valueAt(row, step)
      },
      regretOf: (value) => normalise(value, curves().constants),
    }
  })
}
