import { join } from 'node:path'
import { hypervolume } from '@attune/core'
import type { Constants } from './constants.ts'
import { constantsOf, normalise } from './constants.ts'
import { readColumns, tablesIn } from './files.ts'
import type { PoolParam } from './pool.ts'
import { nearestRow, poolSpace } from './pool.ts'
import type { Params, PlainTask } from './task.ts'

type Range = readonly [kind: 'float' | 'int', low: number, high: number, scale?: 'log']
const param = (name: string, [kind, low, high, scale]: Range): PoolParam => ({
  name,
  column: `hp_${name}`,
  kind,
  low,
  high,
  scale: scale ?? 'linear',
})
/** A column of logarithms to base 2. */
const log2 = (name: string, low: number, high: number): PoolParam => ({
  ...param(name, ['float', 2 ** low, 2 ** high, 'log']),
  column: `hp_log2_${name}`,
  logarithm: Math.log2,
})
/** A column of natural logarithms; whole numbers are rounded back first. */
const natural = (name: string, range: Range, column = `hp_${name}_log`): PoolParam => ({
  ...param(name, range),
  column,
  ...(range[0] === 'int'
    ? { value: (cell: number) => Math.round(Math.exp(cell)) }
    : { logarithm: Math.log }),
})

const xgbParams: readonly PoolParam[] = [
  log2('min_child_weight', -8, 6),
  param('subsample', ['float', 0.5, 1]),
  param('colsample_bytree', ['float', 0.3, 1]),
  log2('gamma', -20, 6),
  log2('lambda', -10, 8),
  param('eta', ['float', 0, 1]),
  param('max_depth_index', ['int', 0, 12]),
  log2('alpha', -20, 8),
]
const deeparParams: readonly PoolParam[] = [
  natural('num_layers', ['int', 2, 4], 'hp_num_layers'),
  natural('num_cells', ['int', 30, 120, 'log'], 'hp_num_cells'),
  natural('dropout_rate', ['float', 0.01, 0.5, 'log']),
  natural('learning_rate', ['float', 1e-4, 0.1, 'log']),
  natural('num_batches_per_epoch', ['int', 10, 10_000, 'log']),
  natural('context_length_ratio', ['float', 0.055, 4, 'log']),
]
const budgets = [25, 50, 100, 200]

/** A table of configurations at random places, each trained once. */
export interface Pool {
  readonly losses: Float64Array
  readonly constants: Constants
  rowOf(params: Params): number
}

const pools = {
  xgb: { folder: 'hpo-xgboost', params: xgbParams, metric: 'metric_error' },
  deepar: { folder: 'hpo-deepar', params: deeparParams, metric: 'metric_CRPS' },
} as const

export function loadPool(data: string, family: 'xgb' | 'deepar', table: string): Pool {
  const { folder, params, metric } = pools[family]
  const columns = readColumns(data, folder, `${table}.csv.gz`)
  const losses = columns.get(metric)!
  return { losses, constants: constantsOf(losses), rowOf: nearestRow(params, columns) }
}

/** deepar with the time of the training as second objective. */
export interface TwoObjectivePool {
  /** Both objectives of a row as they are, and their logarithms from 0 (least) to 1 (most). */
  valuesOf(row: number): readonly [number, number]
  normalisedOf(row: number): readonly [number, number]
  readonly rows: number
  readonly hypervolume: number
  rowOf(params: Params): number
}

export function loadTwoObjectivePool(data: string, table: string): TwoObjectivePool {
  const columns = readColumns(data, 'hpo-deepar', `${table}.csv.gz`)
  const raw = ['metric_CRPS', 'metric_time'].map((name) => columns.get(name)!)
  const unit = raw.map((column) => {
    const logs = column.map(Math.log10)
    const low = logs.reduce((a, b) => Math.min(a, b))
    const high = logs.reduce((a, b) => Math.max(a, b))
    return logs.map((x) => (x - low) / (high - low))
  })
  const normalisedOf = (row: number): readonly [number, number] => [unit[0]![row]!, unit[1]![row]!]
  const rows = raw[0]!.length
  const all = Array.from({ length: rows }, (_, row) => normalisedOf(row))
  return {
    valuesOf: (row) => [raw[0]![row]!, raw[1]![row]!],
    normalisedOf,
    rows,
    hypervolume: hypervolume(all, [1, 1]),
    rowOf: nearestRow(deeparParams, columns),
  }
}

export function poolTasks(data: string): PlainTask[] {
  const single = (['xgb', 'deepar'] as const).flatMap((family) => {
    const { folder, params } = pools[family]
    const space = poolSpace(params)
    return tablesIn(join(data, folder), '.csv.gz').map((table): PlainTask => {
      let pool: Pool | undefined
      return {
        kind: 'plain',
        name: `${family}/${table}`,
        suite: 'tab',
        family,
        budgets,
        space,
        objective: 'minimize',
        start: () => runPool((pool ??= loadPool(data, family, table))),
      }
    })
  })
  const double = tablesIn(join(data, 'hpo-deepar'), '.csv.gz').map((table): PlainTask => {
    let pool: TwoObjectivePool | undefined
    return {
      kind: 'plain',
      name: `deepar2/${table}`,
      suite: 'tab',
      family: 'deepar2',
      budgets,
      space: poolSpace(deeparParams),
      objective: [{ minimize: 'crps' }, { minimize: 'seconds' }],
      start: () => runTwoObjectives((pool ??= loadTwoObjectivePool(data, table))),
    }
  })
  return [...single, ...double]
}

function runPool(pool: Pool): ReturnType<PlainTask['start']> {
  let best = Number.POSITIVE_INFINITY
  return {
    evaluate(params) {
      const value = pool.losses[pool.rowOf(params)]!
      best = Math.min(best, value)
      return [value]
    },
    regret: () => normalise(best, pool.constants),
  }
}

function runTwoObjectives(pool: TwoObjectivePool): ReturnType<PlainTask['start']> {
  const rows = new Set<number>()
  return {
    evaluate(params) {
      const row = pool.rowOf(params)
      rows.add(row)
      return pool.valuesOf(row)
    },
    regret: () => 1 - hypervolume([...rows].map(pool.normalisedOf), [1, 1]) / pool.hypervolume,
  }
}
