import type { Matrix } from '../matrix.ts'
import { mapNumber } from './prepare-numbers.ts'
import { rawReader } from './prepare-raw.ts'
import { type Block, type PreparationState, widthOf } from './prepare-state.ts'
import type { Table } from './table.ts'

/** Rows of a table as features. */

/** @param rows indices of rows; default: all */
export function applyState(
  state: PreparationState,
  table: Table,
  rows?: ArrayLike<number>,
): Matrix {
  const reader = rawReader(table, state.inputs, rows)
  const columns = state.blocks.reduce((sum, block) => sum + widthOf(block), 0)
  const data = new Float32Array(reader.rows * columns)
  let offset = 0
  for (const [i, input] of state.inputs.entries()) {
    const block = state.blocks[i]!
    writeBlock(block, reader.read(input), data, columns, offset)
    offset += widthOf(block)
  }
  const categories = state.blocks.flatMap((block) =>
    block.names.map(() => (block.kind === 'values' ? block.categories : 0)),
  )
  return {
    rows: reader.rows,
    columns,
    data,
    names: state.blocks.flatMap((block) => block.names),
    ...(categories.some((count) => count > 0) ? { categories } : {}),
  }
}

/** The inputs of rows of a table, as the graph takes them. */
export function rawMatrix(state: PreparationState, table: Table, rows?: ArrayLike<number>): Matrix {
  const reader = rawReader(table, state.inputs, rows)
  const columns = state.inputs.length
  const data = new Float32Array(reader.rows * columns)
  for (const [c, input] of state.inputs.entries()) {
    const values = reader.read(input)
    for (let i = 0; i < values.length; i++) data[i * columns + c] = values[i]!
  }
  return { rows: reader.rows, columns, data, names: state.inputs.map((input) => input.name) }
}

/** Puts numbers of a block, row by row, in the place of others. */
export function replaceBlock(
  state: PreparationState,
  x: Matrix,
  index: number,
  values: Float64Array,
): void {
  const width = widthOf(state.blocks[index]!)
  let offset = 0
  for (const block of state.blocks.slice(0, index)) offset += widthOf(block)
  for (let i = 0; i < x.rows; i++) {
    for (let w = 0; w < width; w++) x.data[i * x.columns + offset + w] = values[i * width + w]!
  }
}

function writeBlock(
  block: Block,
  raw: Float64Array,
  data: Float32Array,
  columns: number,
  offset: number,
): void {
  if (block.kind === 'number') {
    const { fill, map } = block
    const filled = fill === null ? NaN : inFloat32(mapNumber(map, fill))
    const indicatorAt = offset + (block.value ? 1 : 0)
    for (let i = 0; i < raw.length; i++) {
      const value = raw[i]!
      const missing = value !== value
      if (block.value)
        data[i * columns + offset] = missing ? filled : inFloat32(mapNumber(map, value))
      if (block.indicator) data[i * columns + indicatorAt] = missing ? 1 : 0
    }
    return
  }
  if (block.kind === 'slots') {
    const { slots } = block
    const entries = slots.length - 2
    for (let i = 0; i < raw.length; i++) {
      const slot = slots[entryOf(raw[i]!, entries)]!
      if (slot >= 0) data[i * columns + offset + slot] = 1
    }
    return
  }
  const width = widthOf(block)
  const values = Float64Array.from(block.values, (value) => value ?? NaN)
  const entries = values.length / width - 2
  for (let i = 0; i < raw.length; i++) {
    const at = entryOf(raw[i]!, entries) * width
    for (let w = 0; w < width; w++) data[i * columns + offset + w] = values[at + w]!
  }
}

const largestFloat32 = (2 - 2 ** -23) * 2 ** 127

/** Numbers far beyond those learnt from become the largest there are, not infinite. */
function inFloat32(value: number): number {
  if (value > largestFloat32) return largestFloat32
  return value < -largestFloat32 ? -largestFloat32 : value
}

/** The row of a table of `entries` known indices, the unknown and the missing one. */
function entryOf(code: number, entries: number): number {
  if (code !== code) return entries + 1
  return code >= 0 && code < entries ? code : entries
}
