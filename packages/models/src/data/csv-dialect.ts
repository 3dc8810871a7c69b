import { AttuneError } from '@attune/core'
import { numberOf, type MissingCells } from './cells.ts'
import { type Dialect, isBlank, sampleRecords } from './csv-records.ts'
import { readDate } from './dates.ts'

/** How a file is written, found from its beginning. */

const candidates = [',', '\t', ';', '|', ' ']
const sampleRows = 200

/** Line ends by what occurs: a line feed anywhere makes line feeds of them, for blanks are trimmed. */
export function newlineOf(sample: string): '\n' | '\r' {
  return !sample.includes('\n') && sample.includes('\r') ? '\r' : '\n'
}

/**
 * The delimiter with which the most records have the same number of cells, more than one; of equals
 * the one with more cells that are numbers, then with more cells. A blank is one only when all cells
 * are numbers, for sentences have blanks too. A single column has none, and is read with a comma. The decimal
 * sign is none.
 *
 * @param open whether the sample may end within a record
 */
export function detectDelimiter(
  sample: string,
  open: boolean,
  quote: string,
  decimal: '.' | ',',
): string {
  const newline = newlineOf(sample)
  let best = { delimiter: decimal === ',' ? ';' : ',', score: [0, 0, 0] }
  for (const delimiter of candidates) {
    if (delimiter === decimal) continue
    const records = sampleRecords(sample, { delimiter, newline, quote }, open)
    const score = scoreOf(records, delimiter)
    if (isBetter(score, best.score)) best = { delimiter, score }
  }
  return best.delimiter
}

/**
 * Whether the first record holds names. It does when a column of numbers or dates begins with a text;
 * it does not when it holds a number, a date or a missing value itself, a text twice, or one that
 * occurs again in its column; else it does. The first name may be missing over numbers: row names are
 * often written so.
 */
export function detectHeader(
  records: readonly (readonly string[])[],
  missing: MissingCells,
  decimal: '.' | ',',
): boolean {
  const [first, ...others] = records.slice(0, sampleRows)
  if (first === undefined) return false
  const names = first.map((cell) => cell.trim())
  const body = others.filter((record) => record.length === first.length)
  const measured = names.map((name) => isMeasured(name, decimal))
  const known = names.map((name) => !missing.texts.has(name))
  if (names.some((_, c) => known[c] && !measured[c] && isMeasuredColumn(body, c, missing, decimal)))
    return true
  const unnamedIndex =
    names[0] === '' && names.length > 1 && isMeasuredColumn(body, 0, missing, decimal)
  const unnamed = names.filter((name, c) => !known[c] && !(c === 0 && unnamedIndex && name === ''))
  if (unnamed.length > 0 || measured.includes(true) || new Set(names).size < names.length)
    return false
  return !names.some((name, c) => body.some((record) => record[c]!.trim() === name))
}

/** @throws AttuneError `models/options` for what cannot part cells */
export function checkDialect(dialect: Dialect): void {
  const { delimiter, quote } = dialect
  if (delimiter.length !== 1 || delimiter === '\n' || delimiter === '\r' || delimiter === quote) {
    const text = `delimiter must be one character other than the quote, but got ${JSON.stringify(delimiter)}.`
    throw new AttuneError('models/options', text)
  }
  if (quote.length !== 1) {
    const text = `quote must be one character, but got ${JSON.stringify(quote)}.`
    throw new AttuneError('models/options', text)
  }
}

function scoreOf(all: readonly (readonly string[])[], delimiter: string): number[] {
  const records = all.slice(0, sampleRows).filter((record) => !isBlank(record))
  const counts = new Map<number, number>()
  for (const record of records) counts.set(record.length, (counts.get(record.length) ?? 0) + 1)
  let cells = 0
  let times = 0
  for (const [length, count] of counts) {
    if (count > times || (count === times && length > cells)) [cells, times] = [length, count]
  }
  if (cells < 2) return [0, 0, 0]
  const share = numericShare(records, cells, delimiter)
  if (delimiter === ' ' && (share < 1 || times < records.length)) return [0, 0, 0]
  return [times / records.length, share, cells]
}

/** The share of numbers among cells that are not empty; a decimal comma counts as a point. */
function numericShare(
  records: readonly (readonly string[])[],
  length: number,
  delimiter: string,
): number {
  const decimal = delimiter === ',' ? '.' : ','
  let filled = 0
  let numeric = 0
  for (const record of records) {
    if (record.length !== length) continue
    // Very wide records are judged by their first cells.
    for (const cell of record.slice(0, 1000)) {
      if (cell.trim() === '') continue
      filled++
      if (!Number.isNaN(numberOf(cell, decimal))) numeric++
    }
  }
  return filled === 0 ? 0 : numeric / filled
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i])
  return at !== -1 && a[at]! > b[at]!
}

function isMeasured(cell: string, decimal: '.' | ','): boolean {
  return !Number.isNaN(numberOf(cell, decimal)) || readDate(cell) !== undefined
}

function isMeasuredColumn(
  body: readonly (readonly string[])[],
  c: number,
  missing: MissingCells,
  decimal: '.' | ',',
): boolean {
  let any = false
  for (const record of body) {
    const cell = record[c]!.trim()
    if (missing.texts.has(cell)) continue
    if (!isMeasured(cell, decimal)) return false
    any = true
  }
  return any
}
