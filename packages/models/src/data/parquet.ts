import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet'
import { AttuneError, messageOf } from '@attune/core'
import { convertColumn, usualKind } from './column-kinds.ts'
import { type Column, type ColumnKind, listed, type Table, tableOfColumns } from './table.ts'

export interface ParquetOptions {
  /** The columns to read, in this order; default: all. */
  readonly columns?: readonly string[]
  /** Kinds that columns are turned into, by name. */
  readonly types?: Readonly<Record<string, ColumnKind>>
  /** What unpacks compressed pages, by the name of the codec; SNAPPY is built in. */
  readonly compressors?: Compressors
}

/** A file whose parts are read when they are needed; an ArrayBuffer is one. */
export type ParquetFile = AsyncBuffer

/**
 * Reads a Parquet file, one group of rows after the other. Numbers and decimals make number columns,
 * whole numbers beyond 2^53 texts; booleans, texts and enumerations make category columns or texts;
 * dates and timestamps make date columns. Times of day are numbers in the unit of the file.
 *
 * @throws AttuneError `data/format` for a file that is cut off or broken, for columns that hold lists
 *   or records, and for codecs that nothing unpacks
 */
export async function readParquet(file: ParquetFile, options: ParquetOptions = {}): Promise<Table> {
  const metadata = await metadataOf(file)
  const leaves = chosenLeaves(metadata, options.columns)
  const rows = Number(metadata.num_rows)
  if (rows === 0) throw new AttuneError('data/format', 'The table has no rows.')
  const cells = new Map(leaves.map((leaf) => [leaf.element.name, parquetCells(rows)]))
  try {
    await parquetRead({
      file,
      metadata,
      columns: [...cells.keys()],
      ...(options.compressors === undefined ? {} : { compressors: options.compressors }),
      onChunk: ({ columnName, columnData, rowStart }) =>
        cells.get(columnName)!.take(columnData, rowStart),
    })
  } catch (cause) {
    throw unreadable(cause)
  }
  const columns = [...cells].map(([name, column]) => column.finish(name))
  const kinds = options.types ?? {}
  return tableOfColumns(
    columns.map((column) =>
      Object.hasOwn(kinds, column.name) ? convertColumn(column, kinds[column.name]!) : column,
    ),
  )
}

async function metadataOf(file: ParquetFile): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(file)
  } catch (cause) {
    const text = `This is no whole Parquet file (${messageOf(cause)}); it may be cut off: copy or fetch it again.`
    throw new AttuneError('data/format', text, { cause })
  }
}

function chosenLeaves(
  metadata: FileMetaData,
  names: readonly string[] | undefined,
): readonly SchemaTree[] {
  const all = parquetSchema(metadata).children
  const known = new Map(all.map((node) => [node.element.name, node]))
  const unknown = (names ?? []).filter((name) => !known.has(name))
  if (unknown.length > 0) {
    const text = `The file has no columns ${listed(unknown)}. It has ${listed([...known.keys()])}.`
    throw new AttuneError('data/format', text)
  }
  const chosen = names === undefined ? all : names.map((name) => known.get(name)!)
  const nested = chosen.filter(
    (node) => node.children.length > 0 || node.element.repetition_type === 'REPEATED',
  )
  if (nested.length === 0) return chosen
  const text = `The columns ${listed(nested.map((node) => node.element.name))} hold lists or records, which a table cannot; name the others in columns.`
  throw new AttuneError('data/format', text)
}

function unreadable(cause: unknown): AttuneError {
  if (cause instanceof AttuneError) return cause
  const message = messageOf(cause)
  const text = /compression/i.test(message)
    ? `The file is compressed in a way that cannot be unpacked here (${message}); give compressors, or write it with Snappy.`
    : `The Parquet file is broken or cut off (${message}); copy or fetch it again.`
  return new AttuneError('data/format', text, { cause })
}

interface ParquetCells {
  take(values: ArrayLike<unknown>, row: number): void
  finish(name: string): Column
}

/** Values of one column; what they are is told by the first that is there. */
function parquetCells(rows: number): ParquetCells {
  let kind: 'number' | 'date' | 'label' | undefined
  let numbers = new Float64Array(0)
  let codes = new Int32Array(0)
  const known = new Map<string, number>()
  let boolean = false

  function begin(value: unknown): void {
    kind =
      typeof value === 'number' || typeof value === 'bigint'
        ? 'number'
        : value instanceof Date
          ? 'date'
          : 'label'
    boolean = typeof value === 'boolean'
    if (kind === 'label') codes = new Int32Array(rows).fill(-1)
    else numbers = new Float64Array(rows).fill(NaN)
  }

  /** Whole numbers so far were exact, so that they are written again as they stood. */
  function toLabels(before: number): void {
    kind = 'label'
    codes = new Int32Array(rows).fill(-1)
    for (let i = 0; i < before; i++) {
      const value = numbers[i]!
      if (!Number.isNaN(value)) codes[i] = codeOf(String(value))
    }
    numbers = new Float64Array(0)
  }

  function codeOf(label: string): number {
    let code = known.get(label)
    if (code === undefined) known.set(label, (code = known.size))
    return code
  }

  return {
    take(values, row) {
      for (let i = 0; i < values.length && row + i < rows; i++) {
        const value = values[i]
        if (value === null || value === undefined) continue
        if (kind === undefined) begin(value)
        if (typeof value === 'bigint' && kind === 'number' && !isExact(value)) toLabels(row + i)
        if (kind === 'label') codes[row + i] = codeOf(labelOf(value))
        else numbers[row + i] = Number(value)
      }
    },
    finish(name) {
      if (kind === undefined) {
        return { kind: 'number', name, values: new Float64Array(rows).fill(NaN) }
      }
      if (kind !== 'label') return { kind, name, values: numbers }
      const labels = [...known.keys()]
      const column: Column = { kind: 'category', name, codes, labels }
      return boolean ? column : convertColumn(column, usualKind(labels, codes))
    },
  }
}

function isExact(value: bigint): boolean {
  return value >= -9007199254740991n && value <= 9007199254740991n
}

function labelOf(value: unknown): string {
  if (value instanceof Uint8Array) return Array.from(value, hexOf).join('')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
