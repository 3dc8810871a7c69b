import type { Param, SearchSpace } from '@attune/core'
import { float, int, space } from '@attune/core'
import type { Params } from './task.ts'
import { number } from './task.ts'

/** A parameter of a pool of configurations, and how its column writes it. */
export interface PoolParam {
  readonly name: string
  readonly column: string
  readonly kind: 'float' | 'int'
  readonly low: number
  readonly high: number
  readonly scale: 'linear' | 'log'
  /** The value that stands for a cell of the column; default: the cell itself. */
  readonly value?: (cell: number) => number
  /** The logarithm that the column holds; its cells are taken as they stand. */
  readonly logarithm?: (x: number) => number
}

export function poolSpace(params: readonly PoolParam[]): SearchSpace {
  const shape = params.map(({ name, kind, low, high, scale }): [string, Param<number>] => [
    name,
    kind === 'int' ? int(low, high, { scale }) : float(low, high, { scale }),
  ])
  return space(Object.fromEntries(shape)) as SearchSpace
}

/** Finds the row nearest to a configuration in the unit cube; of equals the first. */
export function nearestRow(
  params: readonly PoolParam[],
  columns: ReadonlyMap<string, Float64Array>,
): (given: Params) => number {
  const rows = columns.get(params[0]!.column)!.length
  const size = params.length
  const table = new Float64Array(rows * size)
  params.forEach((param, k) => {
    const cells = columns.get(param.column)!
    for (let row = 0; row < rows; row++) table[row * size + k] = encodeCell(param, cells[row]!)
  })
  return (given) => {
    const at = params.map((param) => encode(param, number(given, param.name), Math.log))
    let nearest = 0
    let least = Number.POSITIVE_INFINITY
    for (let row = 0; row < rows; row++) {
      let distance = 0
      for (let k = 0; k < size; k++) distance += (at[k]! - table[row * size + k]!) ** 2
      if (distance < least) {
        least = distance
        nearest = row
      }
    }
    return nearest
  }
}

function encode(
  { low, high, scale }: PoolParam,
  value: number,
  log: (x: number) => number,
): number {
  if (scale === 'linear') return (value - low) / (high - low)
  return (log(value) - log(low)) / (log(high) - log(low))
}

function encodeCell(param: PoolParam, cell: number): number {
  const { low, high, logarithm, value } = param
  if (logarithm === undefined) return encode(param, value?.(cell) ?? cell, Math.log)
  return (cell - logarithm(low)) / (logarithm(high) - logarithm(low))
}
