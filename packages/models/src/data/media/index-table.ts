import { AttuneError } from '@attune/core'

/** The rows of an index: by name of the column its cells. */
export interface IndexTable {
  readonly rows: number
  text(column: string): readonly string[]
  /** @throws AttuneError `data/format` when a cell is no integer of 0 … limit - 1 */
  integers(column: string, limit: number): Int32Array
}

/**
 * Reads an index file: a header and rows of cells without commas or quotes.
 *
 * @throws AttuneError `data/format` when a column is absent or a row has too few or too many cells
 */
export function readIndex(bytes: Uint8Array, file: string, columns: readonly string[]): IndexTable {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const header = (lines[0] ?? '').split(',')
  const absent = columns.filter((column) => !header.includes(column))
  if (absent.length > 0) {
    throw new AttuneError(
      'data/format',
      `${file}, line 1: column ${absent.join(', ')} is absent; there are ${header.join(', ')}.`,
    )
  }
  const cells = lines.slice(1).map((line, i) => {
    const row = line.split(',')
    if (row.length === header.length) return row
    throw new AttuneError(
      'data/format',
      `${file}, line ${i + 2}: ${row.length} cells, where the header has ${header.length}.`,
    )
  })
  const text = (column: string): string[] => {
    const at = header.indexOf(column)
    return cells.map((row) => row[at] ?? '')
  }
  return {
    rows: cells.length,
    text,
    integers(column, limit) {
      return Int32Array.from(text(column), (cell, i) => {
        const value = /^\d{1,10}$/.test(cell) ? Number(cell) : NaN
        if (value < limit) return value
        throw new AttuneError(
          'data/format',
          `${file}, line ${i + 2}: ${column} is \`${cell}\`; an integer of 0 … ${limit - 1} must stand.`,
        )
      })
    },
  }
}

/** Labels in the order in which they are first met, and by row the index of its label. */
export function codesOf(labels: readonly string[]): {
  readonly codes: Int32Array
  readonly labels: readonly string[]
} {
  const seen = new Map<string, number>()
  const codes = Int32Array.from(labels, (label) => {
    const code = seen.get(label) ?? seen.size
    seen.set(label, code)
    return code
  })
  return { codes, labels: [...seen.keys()] }
}
