import { type MissingCells, lenientNumberOf, numberOf } from './cells.ts'
import { mostLabels, usualKind } from './column-kinds.ts'
import { readDate, swapDayAndMonth } from './dates.ts'
import { growableIntegers, growableNumbers } from './growable.ts'
import type { Column, ColumnKind } from './table.ts'

/** Cells of one column to numbers, dates, categories or texts, while a file is read. */
export interface ColumnBuilder {
  /** Takes cell `at` of every record. */
  take(records: readonly (readonly string[])[], at: number): void
  /**
   * Cells came that are not of the kind that the cells before made of it: the column must be read
   * again from its beginning, after `restart`.
   */
  readonly unclear: boolean
  restart(): void
  finish(): Column
}

export interface BuilderOptions {
  readonly missing: MissingCells
  readonly decimal: '.' | ','
  /** Of dates whose day and month could change places in the whole column; default false. */
  readonly dayFirst: boolean
  /** Of what kind it must be; undefined: what all its cells are. */
  readonly kind: ColumnKind | undefined
  /** Told of a cell that is not of the kind it must be: its index in the records, and the cell. */
  problem(record: number, cell: string, kind: 'number' | 'date'): void
}

export function columnBuilder(name: string, options: BuilderOptions): ColumnBuilder {
  const { kind } = options
  // What is not needed is not made: a table may have a great many columns.
  let cells: Cells | undefined = kind === undefined ? undefined : cellsOf(kind, options)
  let unclear = false
  let skipped = 0

  /** Skips to the first cell that is not missing, which says what the column is. */
  function open(records: readonly (readonly string[])[], at: number): number {
    let i = 0
    while (i < records.length && isMissing(records[i]![at]!, options)) i++
    skipped += i
    if (i === records.length) return i
    cells = cellsOf(firstKind(records[i]![at]!, options), options)
    cells.skip(skipped)
    return i
  }

  return {
    get unclear() {
      return unclear
    },
    take(records, at) {
      if (unclear) return
      const start = cells === undefined ? open(records, at) : 0
      if (cells !== undefined) unclear = !cells.take(records, at, start)
    },
    restart() {
      unclear = false
      cells = textCells(options)
    },
    finish: () =>
      cells?.finish(name) ?? {
        kind: 'number',
        name,
        values: new Float64Array(skipped).fill(NaN),
      },
  }
}

interface Cells {
  /** @returns false when a cell is of another kind and no kind was asked for */
  take(records: readonly (readonly string[])[], at: number, start: number): boolean
  /** Adds rows without a value. */
  skip(rows: number): void
  finish(name: string): Column
}

function cellsOf(kind: ColumnKind, options: BuilderOptions): Cells {
  if (kind === 'number') return numberCells(options)
  return kind === 'date' ? dateCells(options) : textCells(options)
}

function firstKind(cell: string, options: BuilderOptions): ColumnKind {
  if (!Number.isNaN(numberOf(cell, options.decimal))) return 'number'
  return readDate(cell.trim()) === undefined ? 'category' : 'date'
}

function isMissing(cell: string, { missing, decimal }: BuilderOptions): boolean {
  if (missing.texts.has(cell.trim())) return true
  return missing.numbers.size > 0 && missing.numbers.has(numberOf(cell, decimal))
}

function numberCells(options: BuilderOptions): Cells {
  const { missing, decimal } = options
  const demanded = options.kind === 'number'
  const read = demanded ? lenientNumberOf : numberOf
  const values = growableNumbers()
  const anyMarker = missing.numbers.size > 0
  return {
    take(records, at, start) {
      const count = records.length
      const data = values.reserve(count - start)
      let row = values.length
      for (let i = start; i < count; i++) {
        const cell = records[i]![at]!
        let value = read(cell, decimal)
        if (value !== value) {
          const text = cell.trim()
          if (!missing.texts.has(text)) {
            if (!demanded) return false
            options.problem(i, text, 'number')
          }
        } else if (anyMarker && missing.numbers.has(value)) value = NaN
        data[row++] = value
      }
      values.length = row
      return true
    },
    skip: (rows) => values.pad(rows, NaN),
    finish: (name) => ({ kind: 'number', name, values: values.finish() }),
  }
}

function dateCells(options: BuilderOptions): Cells {
  const { missing } = options
  const demanded = options.kind === 'date'
  const values = growableNumbers()
  // Rows whose day and month may change places, until another row tells which is first.
  let doubtful: number[] = []
  let order: 'dayFirst' | 'monthFirst' | undefined

  function settle(found: 'dayFirst' | 'monthFirst'): void {
    order = found
    const data = values.reserve(0)
    if (found === 'dayFirst') for (const row of doubtful) data[row] = swapDayAndMonth(data[row]!)
    doubtful = []
  }

  function read(cell: string, row: number): number | undefined {
    const found = readDate(cell)
    if (found === undefined) return undefined
    if (found.order === 'free') return found.ms
    if (found.order === 'either') {
      if (order !== undefined) return order === 'dayFirst' ? swapDayAndMonth(found.ms) : found.ms
      doubtful.push(row)
      return found.ms
    }
    if (order === undefined) settle(found.order)
    return order === found.order ? found.ms : undefined
  }

  return {
    take(records, at, start) {
      for (let i = start; i < records.length; i++) {
        const cell = records[i]![at]!.trim()
        let value: number | undefined = NaN
        if (!missing.texts.has(cell)) {
          value = read(cell, values.length)
          if (value === undefined) {
            if (!demanded) return false
            options.problem(i, cell, 'date')
          }
        }
        values.reserve(1)[values.length++] = value ?? NaN
      }
      return true
    },
    skip: (rows) => values.pad(rows, NaN),
    finish(name) {
      if (order === undefined && options.dayFirst) settle('dayFirst')
      return { kind: 'date', name, values: values.finish() }
    },
  }
}

/** Labels with their codes; single texts when there are too many labels and no categories asked for. */
function textCells(options: BuilderOptions): Cells {
  const { kind } = options
  const known = new Map<string, number>()
  const codes = growableIntegers()
  let plain: (string | null)[] | undefined

  function codeOf(cell: string): number {
    const code = known.get(cell)
    if (code !== undefined) return code
    known.set(copied(cell), known.size)
    return known.size - 1
  }

  function giveUp(): (string | null)[] {
    const labels = [...known.keys()]
    const texts = Array.from(codes.finish(), (code) => (code === -1 ? null : labels[code]!))
    known.clear()
    return texts
  }

  return {
    take(records, at, start) {
      if (plain === undefined) {
        const data = codes.reserve(records.length - start)
        for (let i = start; i < records.length; i++) {
          const cell = records[i]![at]!.trim()
          data[codes.length++] = isMissing(cell, options) ? -1 : codeOf(cell)
        }
        if (kind !== 'category' && known.size > mostLabels) plain = giveUp()
        return true
      }
      for (let i = start; i < records.length; i++) {
        const cell = records[i]![at]!.trim()
        plain.push(isMissing(cell, options) ? null : copied(cell))
      }
      return true
    },
    skip: (rows) => codes.pad(rows, -1),
    finish(name) {
      if (plain === undefined) {
        const labels = [...known.keys()]
        const given = codes.finish()
        if ((kind ?? usualKind(labels, given)) === 'category') {
          return { kind: 'category', name, codes: given, labels }
        }
      }
      return { kind: 'text', name, texts: plain ?? giveUp() }
    },
  }
}

/** The text in memory of its own: a part of a text would keep all of it, a megabyte, in memory. */
function copied(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1)
}
