/** What a cell of a CSV file may hold. */
export type CsvCell = string | number | boolean | null | undefined

/**
 * One line of a CSV file (RFC 4180), with its line break. Numbers are written in their shortest
 * exact form, `NaN`, `Infinity` and `-Infinity` as these words, null as `null`; undefined is an
 * empty cell, an empty text `""`.
 *
 * A text that begins with `=`, `+`, `-` or `@` stays as it is, because programs are to read back
 * what was there; spreadsheets take it for a formula, unless the column is imported as text.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(cell: CsvCell): string {
  if (cell === undefined) return ''
  if (typeof cell !== 'string') return String(cell)
  return cell === '' || /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
