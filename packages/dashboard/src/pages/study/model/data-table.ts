/** A file of rows as a table: the first ones, as text. */
export interface DataTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** How many rows there are, those that are not shown among them. */
  readonly total: number
  /** How many lines could not be read; absent for none. */
  readonly broken?: number
}

const most = 200

/** Comma- or tab-separated text, quoted as RFC 4180 has it; the first line names the columns. */
export function parseCsv(text: string): DataTable {
  const head = text.slice(0, text.search(/[\r\n]|$/))
  const comma = head.includes('\t') && !head.includes(',') ? '\t' : ','
  const [columns = [], ...rows] = [...csvRows(text, comma)]
  return { columns, rows: rows.slice(0, most), total: rows.length }
}

function* csvRows(text: string, comma: string): Generator<string[]> {
  let row: string[] = []
  let field = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (quoted) {
      if (char !== '"') field += char
      else if (text[i + 1] === '"') {
        field += '"'
        i++
      } else quoted = false
    } else if (char === '"' && field === '') quoted = true
    else if (char === comma) {
      row.push(field)
      field = ''
    } else if (char === '\n' || char === '\r') {
      if (char === '\r' && text[i + 1] === '\n') i++
      if (row.length > 0 || field !== '') yield [...row, field]
      row = []
      field = ''
    } else field += char
  }
  if (row.length > 0 || field !== '') yield [...row, field]
}

/** A JSON object a line; columns in the order in which they first appear. Broken lines are counted. */
export function parseJsonLines(text: string): DataTable {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const objects = lines.flatMap((line): Record<string, unknown>[] => {
    try {
      const value: unknown = JSON.parse(line)
      return typeof value === 'object' && value !== null ? [value as Record<string, unknown>] : []
    } catch {
      return []
    }
  })
  const broken = lines.length - objects.length
  const shown = objects.slice(0, most)
  const columns = [...new Set(shown.flatMap((each) => Object.keys(each)))]
  const cell = (value: unknown): string =>
    value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  return {
    columns,
    rows: shown.map((each) => columns.map((column) => cell(each[column]))),
    total: objects.length,
    ...(broken === 0 ? {} : { broken }),
  }
}
