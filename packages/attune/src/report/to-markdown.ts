import { renderSvg } from '../pictures/render-svg.ts'
import type { Block, Column, FigureBlock, Piece, Report, TableBlock, Words } from './document.ts'
import { drawable } from './drawable.ts'

/** The mark by which Markdown is known as a report of attune. */
export const markdownGenerator = '<!-- attune report -->'

export interface MarkdownReport {
  readonly text: string
  /** SVG files by their names, which the text links to within `folder`. */
  readonly pictures: ReadonlyMap<string, string>
}

/**
 * A report as GitHub-flavoured Markdown. Pictures are files in a folder beside it, because GitHub shows
 * none that stand within the text; without a folder they are left out and their tables stay.
 */
export async function toMarkdown(report: Report, folder?: string): Promise<MarkdownReport> {
  const pictures = new Map<string, string>()
  const parts = [markdownGenerator, `# ${escape(report.title)}`, escape(report.subtitle)]
  for (const { title, blocks } of report.sections) {
    parts.push(`## ${escape(title)}`)
    for (const block of blocks) {
      if (block.kind === 'figure') parts.push(...(await figureOf(block, folder, pictures)))
      else parts.push(blockOf(block))
    }
  }
  return { text: `${parts.join('\n\n')}\n`, pictures }
}

function blockOf(block: Exclude<Block, FigureBlock>): string {
  switch (block.kind) {
    case 'answer':
      return `**${escape(block.label)}: ${escape(block.value)}** (${escape(block.note)})`
    case 'paragraph':
      return wordsOf(block.words)
    case 'list':
      return block.items.map((item) => `- ${wordsOf(item)}`).join('\n')
    case 'facts':
      return grid(
        [{ name: '' }, { name: '' }],
        block.rows.map(([term, words]) => [[{ strong: term }], words]),
      )
    case 'table':
      return tableOf(block)
    case 'text':
      return `${wordsOf(block.words)}\n\n${fenced(block.text, block.language)}`
  }
}

async function figureOf(
  { name, chart, caption, table, aspect = 0.57 }: FigureBlock,
  folder: string | undefined,
  pictures: Map<string, string>,
): Promise<string[]> {
  const twin = `<details><summary>The same as a table</summary>\n\n${tableOf(table)}\n\n</details>`
  if (folder === undefined) return [escape(caption), twin]
  const file = `${fileName(name)}.svg`
  const size = { width: 736, height: Math.round(736 * aspect) }
  pictures.set(file, await renderSvg(drawable(chart, 1200), size))
  const path = [...folder.split('/'), file].map(encodeURIComponent).join('/')
  return [`![${escape(caption)}](${path})`, `*${escape(caption)}*`, twin]
}

const fileName = (name: string): string => name.replaceAll(/[^\w-]+/g, '-')

function tableOf({ caption, columns, rows, note }: TableBlock): string {
  const below = note === undefined ? [] : [`*${escape(note)}*`]
  return [`**${escape(caption)}**`, grid(columns, rows), ...below].join('\n\n')
}

function grid(columns: readonly Column[], rows: readonly (readonly Words[])[]): string {
  const titles = columns.map(({ name, unit }) =>
    escape(unit === undefined ? name : `${name} (${unit})`),
  )
  const rules = columns.map(({ isNumber }) => (isNumber === true ? '---:' : '---'))
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const body = rows.map((row) => line(columns.map((_, i) => wordsOf(row[i] ?? '', true))))
  return [line(titles), line(rules), ...body].join('\n')
}

function wordsOf(words: Words, inTable = false): string {
  if (typeof words === 'string') return escape(words)
  return words.map((piece) => pieceOf(piece, inTable)).join('')
}

function pieceOf(piece: Piece, inTable: boolean): string {
  if (typeof piece === 'string') return escape(piece)
  return 'code' in piece ? codeOf(piece.code, inTable) : `**${escape(piece.strong)}**`
}

/** A span of code: within it only back quotes, and bars of a table, mean anything. */
function codeOf(text: string, inTable: boolean): string {
  const safe = oneLine(text)
  if (safe.trim() === '') return ''
  const marks = '`'.repeat(longestRun(safe) + 1)
  const pad = /^`|`$|^ .* $/.test(safe) ? ' ' : ''
  const body = inTable ? safe.replaceAll('|', '\\|') : safe
  return `${marks}${pad}${body}${pad}${marks}`
}

function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}${language}\n${text}\n${fence}`
}

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))

const oneLine = (text: string): string =>
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu, ' ')

/**
 * Text as it stands in Markdown: what means something there is escaped, colons before slashes and the
 * dot of `www.` too, which would become links.
 */
export function escape(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_{}[\]<>#|~$&@!]/g, String.raw`\$&`)
    .replaceAll(/:(?=\/\/)/g, String.raw`\:`)
    .replaceAll(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`)
    .replace(/^(\s*)([-+=]|\d+(?=[.)]))/, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}` : `${space}\\${mark}`,
    )
    .replace(/^(\s*\d+)([.)])(?=\s)/, String.raw`$1\$2`)
}
