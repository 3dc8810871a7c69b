import { AttuneError } from '@attune/core'

/** What a cell of a text file says. */

/** The texts that stand for a missing value unless others are given. */
export const missingMarkers: readonly string[] = [
  '',
  '?',
  'NA',
  'N/A',
  'n/a',
  '#N/A',
  '<NA>',
  'NaN',
  'nan',
  'null',
  'NULL',
  'None',
]

/** Which cells are missing values: by text, and, for markers that are numbers, by value. */
export interface MissingCells {
  readonly texts: ReadonlySet<string>
  readonly numbers: ReadonlySet<number>
}

export function missingCells(markers: readonly string[], decimal: '.' | ','): MissingCells {
  const numbers = markers.map((marker) => numberOf(marker, decimal)).filter((n) => !Number.isNaN(n))
  return { texts: new Set(markers), numbers: new Set(numbers) }
}

/**
 * The number a cell holds: digits with an optional sign, fraction and exponent, or inf and Infinity.
 * Whole numbers with leading zeros and those beyond 2^53 are none, for they are codes or keys that
 * would be damaged. Blanks around it are passed over.
 *
 * @returns NaN when the cell holds no number
 */
export function numberOf(cell: string, decimal: '.' | ',' = '.'): number {
  const text = decimal === '.' ? cell : withPoint(cell)
  const value = Number(text)
  if (value - value !== 0) return infinityOf(text)
  // Most cells end here: what starts with 1 … 9 is decimal, and 15 digits are exact.
  const first = text.charCodeAt(0)
  if (first > 48 && first <= 57 && text.length <= 15) return value
  return isPlainNumber(text.trim(), value) ? value : NaN
}

/** As `numberOf`, but leading zeros and whole numbers beyond 2^53, which are rounded, are taken too. */
export function lenientNumberOf(cell: string, decimal: '.' | ',' = '.'): number {
  const text = (decimal === '.' ? cell : withPoint(cell)).trim()
  const value = Number(text)
  if (value - value !== 0) return infinityOf(text)
  return /^[+-]?(\d|\.\d)/.test(text) && !/^[+-]?0[xXbBoO]/.test(text) ? value : NaN
}

/** @throws AttuneError `models/options` for anything but '.' and ',' */
export function checkDecimal(decimal: string): void {
  if (decimal === '.' || decimal === ',') return
  throw new AttuneError('models/options', `decimal must be '.' or ',', but got '${decimal}'.`)
}

function withPoint(cell: string): string {
  if (!cell.includes(',')) return cell
  return cell.includes('.') ? 'no number' : cell.replace(',', '.')
}

function isPlainNumber(text: string, value: number): boolean {
  let at = 0
  const sign = text.charCodeAt(0)
  if (sign === 43 || sign === 45) at = 1
  const first = text.charCodeAt(at)
  if (first === 46) return true
  if (first !== first || first < 48 || first > 57) return false
  if (first === 48) {
    // A zero before a digit is a code, before x, b or o another base.
    const next = text.charCodeAt(at + 1)
    return next !== next || next === 46 || next === 69 || next === 101
  }
  return Number.isSafeInteger(value) || !/^[+-]?\d+$/.test(text)
}

function infinityOf(text: string): number {
  const found = /^\s*([+-]?)inf(inity)?\s*$/i.exec(text)
  if (found === null) return NaN
  return found[1] === '-' ? -Infinity : Infinity
}
