import Papa from 'papaparse'
import { AttuneError } from '@attune/core'

/** Text to records, block by block, with the line every record begins in. */

export interface Dialect {
  readonly delimiter: string
  readonly newline: '\n' | '\r'
  readonly quote: string
}

/** Records that follow each other in a file. */
export interface RecordBlock {
  readonly records: readonly (readonly string[])[]
  /** The line, from 1, in which record i begins. */
  lineOf(i: number): number
  /** Quotes that do not stand as the format wants them. */
  readonly quoteProblems: readonly { readonly record: number; readonly message: string }[]
}

export interface RecordReader {
  /** Records that are whole by now; undefined when there are none yet. */
  push(text: string): RecordBlock | undefined
  /** What is left when the text has ended. */
  end(): RecordBlock
}

/** Beyond it, a record is taken for the consequence of a quote that is never closed. */
const longestRecord = 1 << 26

/** @param line the line, from 1, in which the text begins */
export function recordReader(dialect: Dialect, line = 1): RecordReader {
  let rest = ''
  let needed = 0
  let current = line

  function take(last: boolean): RecordBlock {
    const text = rest
    const { data, errors, meta } = parse(text, dialect, !last)
    const consumed = last ? text.length : meta.cursor
    rest = text.slice(consumed)
    const start = current
    current += occurrences(text, dialect.newline, consumed)
    // With nothing quoted every record is one line.
    const plain = !text.includes(dialect.quote)
    return {
      records: data,
      lineOf: (i) => start + (plain ? i : linesBefore(data, i, dialect.newline)),
      quoteProblems: errors
        .filter((error) => error.row === undefined || error.row < data.length)
        .map((error) => ({ record: error.row ?? 0, message: quoteMessage(error.code) })),
    }
  }

  return {
    push(text) {
      rest += text
      if (rest.length < needed) return undefined
      const block = take(false)
      // A record longer than the text so far is tried again when there is twice as much.
      needed = block.records.length === 0 ? rest.length * 2 : 0
      if (block.records.length > 0) return block
      if (rest.length > longestRecord) throw tooLong(current)
      return undefined
    },
    end: () => take(true),
  }
}

function tooLong(line: number): AttuneError {
  const text = `Line ${line} begins a record of more than ${longestRecord} characters: a quote is probably opened there and never closed, or this is no table.`
  return new AttuneError('data/format', text, { details: { line } })
}

function quoteMessage(code: string): string {
  return code === 'MissingQuotes'
    ? 'a quote is opened and never closed'
    : 'after a closing quote stands something else than a delimiter; double the quotes within a cell'
}

interface Parsed {
  readonly data: string[][]
  readonly errors: readonly { readonly code: string; readonly row?: number }[]
  readonly meta: { readonly cursor: number }
}

/** @param open the last record may go on and is left */
function parse(text: string, dialect: Dialect, open: boolean): Parsed {
  const { delimiter, newline, quote } = dialect
  const parser = new Papa.Parser({ delimiter, newline, quoteChar: quote })
  const parsed: Parsed = parser.parse(text, 0, open)
  return parsed
}

/** The whole records at the beginning of a text. */
export function sampleRecords(text: string, dialect: Dialect, open: boolean): string[][] {
  return parse(text, dialect, open).data
}

function linesBefore(
  records: readonly (readonly string[])[],
  end: number,
  newline: string,
): number {
  let lines = end
  for (let i = 0; i < end; i++) {
    for (const cell of records[i]!) {
      if (cell.includes(newline)) lines += occurrences(cell, newline, cell.length)
    }
  }
  return lines
}

function occurrences(text: string, what: string, end: number): number {
  let count = 0
  for (let at = text.indexOf(what); at !== -1 && at < end; at = text.indexOf(what, at + 1)) count++
  return count
}

/** Whether a record is an empty line. */
export function isBlank(record: readonly string[]): boolean {
  return record.length === 1 && record[0]!.trim() === ''
}
