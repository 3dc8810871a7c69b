import { textWidth } from '../../src/text/text.ts'

/** A terminal of a fixed size that understands what the screen writes, and nothing else. */
export interface Terminal {
  write(text: string): void
  /** What a person sees, without empty lines at the end. */
  screen(): string[]
  /** Lines that scrolled away at the top. */
  readonly scrolled: readonly string[]
  /** The styles that were ever set, such as `31`. */
  readonly styles: ReadonlySet<string>
  readonly cursorVisible: boolean
  readonly row: number
  resize(columns: number, rows: number): void
  columns: number
  rows: number
}

const token = /\x1b\[(\??[\d;]*)([A-Za-z])|[\n\r]|[^\x1b\n\r]/gu

export function createTerminal(columns: number, rows: number): Terminal {
  let grid: string[][] = Array.from({ length: rows }, () => [])
  const scrolled: string[] = []
  const styles = new Set<string>()
  const at = { row: 0, column: 0 }
  let visible = true

  const lineFeed = (): void => {
    if (at.row < terminal.rows - 1) at.row++
    else {
      scrolled.push((grid.shift() ?? []).join(''))
      grid.push([])
    }
  }
  const put = (char: string): void => {
    const width = textWidth(char)
    if (width === 0) {
      const line = grid[at.row] as string[]
      line[at.column - 1] = `${line[at.column - 1] ?? ''}${char}`
      return
    }
    if (at.column + width > terminal.columns) {
      at.column = 0
      lineFeed()
    }
    const line = grid[at.row] as string[]
    while (line.length < at.column) line.push(' ')
    line[at.column] = char
    if (width === 2) line[at.column + 1] = ''
    at.column += width
  }
  const obey = (argument: string, command: string): void => {
    if (command === 'A') at.row = Math.max(0, at.row - Number(argument))
    else if (command === 'K' && argument === '') (grid[at.row] as string[]).length = at.column
    else if (command === 'J' && argument === '') {
      ;(grid[at.row] as string[]).length = at.column
      for (let r = at.row + 1; r < terminal.rows; r++) grid[r] = []
    } else if (command === 'm') styles.add(argument)
    else if (argument === '?25' && (command === 'h' || command === 'l')) visible = command === 'h'
    else if (argument !== '?2026') throw new TypeError(`ESC [ ${argument} ${command} is not known`)
  }
  const terminal = {
    columns,
    rows,
    write(text: string) {
      let read = 0
      for (const match of text.matchAll(token)) {
        if (match.index !== read)
          throw new TypeError(`not known: ${JSON.stringify(text.slice(read, match.index))}`)
        read += match[0].length
        if (match[2] !== undefined) obey(match[1] ?? '', match[2])
        else if (match[0] === '\r') at.column = 0
        else if (match[0] === '\n') {
          at.column = 0
          lineFeed()
        } else put(match[0])
      }
      if (read !== text.length)
        throw new TypeError(`not known: ${JSON.stringify(text.slice(read))}`)
    },
    screen() {
      const lines = grid.map((line) =>
        line
          .map((c) => c ?? ' ')
          .join('')
          .trimEnd(),
      )
      while (lines.at(-1) === '') lines.pop()
      return lines
    },
    /** As most terminals do: what no longer fits on a line goes on on the next. */
    resize(newColumns: number, newRows: number) {
      const lines = grid.slice(0, at.row).flatMap((line) => {
        const parts: string[][] = []
        for (let i = 0; i === 0 || i < line.length; i += newColumns) {
          parts.push(line.slice(i, i + newColumns))
        }
        return parts
      })
      lines.push([])
      while (lines.length > newRows) scrolled.push((lines.shift() ?? []).join(''))
      at.row = lines.length - 1
      while (lines.length < newRows) lines.push([])
      grid = lines
      terminal.columns = newColumns
      terminal.rows = newRows
    },
    scrolled,
    styles,
    get cursorVisible() {
      return visible
    },
    get row() {
      return at.row
    },
  }
  return terminal
}
