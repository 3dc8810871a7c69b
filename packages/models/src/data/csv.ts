import { AttuneError } from '@attune/core'
import { checkDecimal, missingCells, missingMarkers, type MissingCells } from './cells.ts'
import { columnBuilder, type ColumnBuilder } from './column-builder.ts'
import { checkDialect, detectDelimiter, detectHeader, newlineOf } from './csv-dialect.ts'
import {
  type Dialect,
  isBlank,
  type RecordBlock,
  recordReader,
  sampleRecords,
} from './csv-records.ts'
import { type RecordPicker, recordPicker } from './record-picker.ts'
import { problemList, type ProblemList } from './problems.ts'
import { type ColumnKind, listed, type Table } from './table.ts'
import { decodeText, type TextSource } from './text-decoding.ts'

export interface CsvOptions {
  /** One character; default: found among comma, tab, semicolon, bar and blank. */
  readonly delimiter?: string
  /** Whether the first record holds the names of the columns; default: found. */
  readonly header?: boolean
  /** Names of the columns, in place of those of a header; without either they are column1, column2 … */
  readonly names?: readonly string[]
  /** One character; default '"'. Within quotes it is doubled. */
  readonly quote?: string
  /** A label of the WHATWG encoding standard; default 'utf-8', or what a mark of byte order says. */
  readonly encoding?: string
  /** The sign before fractions; default '.'. */
  readonly decimal?: '.' | ','
  /** Whether 3/4/2020 is the 3rd of April, where no other cell of its column tells; default false. */
  readonly dayFirst?: boolean
  /** Cells that are missing values, in place of `missingMarkers`; markers that are numbers count by value. */
  readonly missing?: readonly string[]
  /** More of them in single columns, by name. */
  readonly columnMissing?: Readonly<Record<string, readonly string[]>>
  /** The kinds of columns, by name; default: what all cells of a column are. */
  readonly types?: Readonly<Record<string, ColumnKind>>
  /** Lines before the table; default 0. */
  readonly skipLines?: number
  /** More columns are refused; default 100,000. */
  readonly maxColumns?: number
}

/**
 * Reads delimited text (CSV, TSV; RFC 4180 and its relatives), piece by piece into columns of
 * numbers: the memory needed is that of the table and a few megabytes. Blanks around cells are passed
 * over, and so are empty lines; in a table of one column they are missing values, except at the end.
 *
 * A column is a number when all its cells are, a date when all are, else a category or a text. When a
 * late cell shows that a column is not what it seemed, the source is read once more for it.
 *
 * @throws AttuneError `data/format` with all rows of another length than the first, all quotes out of
 *   place and all cells that are not of a kind asked for (the first ten, and how many); also for an
 *   empty file, names given twice, and text in another encoding. `models/options` for options
 */
export async function readCsv(source: TextSource, options: CsvOptions = {}): Promise<Table> {
  checkDecimal(options.decimal ?? '.')
  const reading = await readPass(source, options, undefined)
  const again = reading.builders.map((builder) => builder.unclear)
  if (again.includes(true)) {
    for (const builder of reading.builders) if (builder.unclear) builder.restart()
    await readPass(source, options, { ...reading, chosen: again })
  }
  return { rows: reading.rows, columns: reading.builders.map((builder) => builder.finish()) }
}

interface Reading {
  readonly layout: Layout
  readonly builders: readonly ColumnBuilder[]
  /** The columns to be read; all the first time. */
  readonly chosen: readonly boolean[]
  readonly rows: number
}

interface Layout {
  readonly dialect: Dialect
  readonly header: boolean
  readonly names: readonly string[]
}

/** Enough text to tell delimiter and header by, and more than any first record may have. */
const sampleSize = 1 << 16
const judgedSize = 1 << 18
const longestSample = 1 << 26

async function readPass(
  source: TextSource,
  options: CsvOptions,
  before: Reading | undefined,
): Promise<Reading> {
  const problems = problemList('data/format')
  const skip = lineSkipper(options.skipLines ?? 0)
  let sample = ''
  let needed = sampleSize
  let pass: Pass | undefined
  for await (const piece of decodeText(source, options.encoding)) {
    const text = skip(piece)
    if (pass !== undefined) {
      pass.push(text)
      continue
    }
    sample += text
    if (sample.length < needed) continue
    const layout = before?.layout ?? layoutOf(sample, true, options)
    if (layout !== undefined) pass = startPass(sample, layout, options, before, problems)
    else needed = roomFor(sample)
  }
  if (pass === undefined) {
    const layout = before?.layout ?? layoutOf(sample, false, options)
    pass = startPass(sample, layout ?? refuseEmpty(), options, before, problems)
  }
  const reading = pass.end()
  problems.refuse('The table cannot be read')
  if (reading.rows === 0) {
    throw new AttuneError('data/format', 'The table has a header but no rows.')
  }
  return reading
}

/** How much text is looked at next when the first record does not end in what is there. */
function roomFor(sample: string): number {
  if (sample.length < longestSample) return sample.length * 2
  const text = `The first row does not end within ${longestSample} characters: this is no table, or a quote in it is never closed.`
  throw new AttuneError('data/format', text)
}

function refuseEmpty(): never {
  throw new AttuneError('data/format', 'The file is empty: it has no rows.')
}

interface Pass {
  push(text: string): void
  end(): Reading
}

function startPass(
  sample: string,
  layout: Layout,
  options: CsvOptions,
  before: Reading | undefined,
  problems: ProblemList,
): Pass {
  const reader = recordReader(layout.dialect, 1 + (options.skipLines ?? 0))
  const picker = recordPicker(layout.names.length, layout.header, problems)
  const builders = before?.builders ?? buildersOf(layout.names, options, picker, problems)
  const chosen = before?.chosen ?? builders.map(() => true)
  let rows = 0

  function take(block: RecordBlock, last: boolean): void {
    const picked = picker.pick(block, last)
    for (let c = 0; c < builders.length; c++) if (chosen[c]) builders[c]!.take(picked, c)
    rows += picked.length
  }

  const pass: Pass = {
    push(text) {
      const block = reader.push(text)
      if (block !== undefined) take(block, false)
    },
    end() {
      take(reader.end(), true)
      return { layout, builders, chosen, rows }
    },
  }
  pass.push(sample)
  return pass
}

/** @returns undefined when there is no whole record in the sample */
function layoutOf(sample: string, open: boolean, options: CsvOptions): Layout | undefined {
  if (sample.length > judgedSize) {
    const judged = wholeLayoutOf(sample.slice(0, judgedSize), true, options)
    if (judged !== undefined) return judged
  }
  return wholeLayoutOf(sample, open, options)
}

function wholeLayoutOf(sample: string, open: boolean, options: CsvOptions): Layout | undefined {
  if (sample.trim() === '') return undefined
  refuseNul(sample)
  const quote = options.quote ?? '"'
  const delimiter =
    options.delimiter ?? detectDelimiter(sample, open, quote, options.decimal ?? '.')
  const dialect: Dialect = { delimiter, newline: newlineOf(sample), quote }
  checkDialect(dialect)
  const records = sampleRecords(sample, dialect, open).filter((record) => !isBlank(record))
  const first = records[0]
  if (first === undefined) return undefined
  checkWidth(first.length, options.maxColumns ?? 100_000)
  const header = options.header ?? detectHeader(records, missingIn(options), options.decimal ?? '.')
  const width = options.names?.length ?? first.length
  const names = namesOf(options.names ?? (header ? first : undefined), width)
  checkKnown(names, options)
  return { dialect, header, names }
}

function refuseNul(sample: string): void {
  if (!sample.includes('\0')) return
  const text =
    'The file holds zero bytes: it is not text, or text in UTF-16 (give encoding: "utf-16le").'
  throw new AttuneError('data/format', text)
}

function checkWidth(width: number, most: number): void {
  if (width <= most) return
  const text = `The first row has ${width} columns, more than ${most}: is the delimiter right? Are rows and columns exchanged? Give maxColumns to read it nevertheless.`
  throw new AttuneError('data/format', text, { details: { columns: width, maxColumns: most } })
}

function namesOf(given: readonly string[] | undefined, width: number): string[] {
  const names = Array.from({ length: width }, (_, c) => given?.[c]?.trim() || `column${c + 1}`)
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) twice.add(name)
    seen.add(name)
  }
  if (twice.size === 0) return names
  const text = `The names ${listed([...twice])} are given to more than one column; rename them, or give names for all columns in their order.`
  throw new AttuneError('data/format', text, { details: { names: [...twice].slice(0, 10) } })
}

function checkKnown(names: readonly string[], options: CsvOptions): void {
  const known = new Set(names)
  const asked = [...Object.keys(options.types ?? {}), ...Object.keys(options.columnMissing ?? {})]
  const unknown = [...new Set(asked.filter((name) => !known.has(name)))]
  if (unknown.length === 0) return
  const text = `The options name columns that the file does not have: ${listed(unknown)}. It has ${listed(names)}.`
  throw new AttuneError('models/options', text)
}

function buildersOf(
  names: readonly string[],
  options: CsvOptions,
  picker: RecordPicker,
  problems: ProblemList,
): ColumnBuilder[] {
  const general = missingIn(options)
  const { decimal = '.', dayFirst = false } = options
  return names.map((name) => {
    const more = ownEntry(options.columnMissing, name)
    const missing = more === undefined ? general : missingIn(options, more)
    return columnBuilder(name, {
      missing,
      decimal,
      dayFirst,
      kind: ownEntry(options.types, name),
      problem(record, cell, kind) {
        const shown = cell.length > 40 ? `${cell.slice(0, 40)}…` : cell
        problems.add(
          () => `line ${picker.lineOf(record)}, column "${name}"`,
          () => `"${shown}" is not a ${kind}`,
        )
      },
    })
  })
}

/** What was given under a name; a column may be called `constructor`. */
function ownEntry<T>(given: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return given !== undefined && Object.hasOwn(given, name) ? given[name] : undefined
}

function missingIn(options: CsvOptions, more: readonly string[] = []): MissingCells {
  const markers = [...(options.missing ?? missingMarkers), ...more]
  return missingCells(markers, options.decimal ?? '.')
}

/** Cuts lines off the beginning of a text that comes in pieces. */
function lineSkipper(lines: number): (piece: string) => string {
  let left = lines
  return (piece) => {
    let text = piece
    while (left > 0) {
      const end = text.indexOf('\n')
      if (end === -1) return ''
      text = text.slice(end + 1)
      left--
    }
    return text
  }
}
