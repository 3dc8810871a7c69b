import { createHash } from 'node:crypto'

import type {
  Block,
  Column,
  FigureBlock,
  Piece,
  Report,
  Section,
  TableBlock,
  Words,
} from './document.ts'
import { escapeMarkup } from '../text/markup.ts'
import { textOf } from './document.ts'
import { picturesOf } from './html-picture.ts'
import { pageStyle } from './html-style.ts'

/** The mark by which a page is known as a report of attune. */
export const generator = '<meta name="generator" content="attune report">'

/**
 * A report as one page that needs nothing else: no network, no script. Whatever comes from a study is
 * text; should markup slip through all the same, the page's own policy lets it neither run nor load.
 */
export async function toHtml(report: Report): Promise<string> {
  const sections: string[] = []
  for (const [i, one] of report.sections.entries()) sections.push(await sectionOf(one, i))
  const hash = createHash('sha256').update(pageStyle).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${generator}
<title>${escape(report.title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>${escape(report.title)}</h1>
<p class="soft">${escape(report.subtitle)}</p>
</header>
<main>
${contents(report)}
${sections.join('\n')}
</main>
</body>
</html>
`
}

const idOf = (place: number): string => `section-${place + 1}`

function contents({ sections }: Report): string {
  if (sections.length < 4) return ''
  const items = sections.map(
    ({ title }, i) => `<li><a href="#${idOf(i)}">${escape(title)}</a></li>`,
  )
  return `<nav aria-label="Contents"><ul>${items.join('')}</ul></nav>`
}

async function sectionOf({ title, blocks }: Section, place: number): Promise<string> {
  const drawn: string[] = []
  for (const block of blocks) drawn.push(await blockOf(block))
  const id = idOf(place)
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${escape(title)}</h2>\n${drawn.join('\n')}\n</section>`
}

async function blockOf(block: Block): Promise<string> {
  switch (block.kind) {
    case 'answer':
      return `<p class="answer"><span class="label">${escape(block.label)}</span> <strong>${escape(block.value)}</strong> <span class="soft">${escape(block.note)}</span></p>`
    case 'paragraph':
      return `<p>${wordsOf(block.words)}</p>`
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${wordsOf(item)}</li>`).join('\n')}</ul>`
    case 'facts':
      return `<dl>${block.rows.map(([term, words]) => `<div><dt>${escape(term)}</dt><dd>${wordsOf(words)}</dd></div>`).join('\n')}</dl>`
    case 'table':
      return tableOf(block)
    case 'text':
      return `<p>${wordsOf(block.words)}</p>\n<pre tabindex="0"><code>${escape(block.text)}</code></pre>`
    case 'figure':
      return figureOf(block)
  }
}

/** A table that scrolls by itself where it is wider than the page. */
function tableOf({ caption, columns, rows, note }: TableBlock): string {
  const head = columns.map((column) => {
    const unit =
      column.unit === undefined ? '' : ` <span class="soft">(${escape(column.unit)})</span>`
    return `<th scope="col"${look(column, column.name)}>${escape(column.name)}${unit}</th>`
  })
  const body = rows.map((row) => {
    const cells = columns.map((column, i) => {
      const words = row[i] ?? ''
      return `<td${look(column, textOf(words))}>${wordsOf(words)}</td>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  const below = note === undefined ? '' : `\n<p class="soft note">${escape(note)}</p>`
  return `<div class="wide" tabindex="0" role="region" aria-label="${escape(caption)}"><table><caption>${escape(caption)}</caption><thead><tr>${head.join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>${below}`
}

/** Words longer than this may be broken within a cell; texts longer than this want some room. */
const longestWord = 24
const longText = 24

function look({ isNumber }: Column, text: string): string {
  const isLong = text.split(/\s/).some((word) => word.length > longestWord)
  const names = [
    ...(isNumber === true ? ['number'] : []),
    ...(isLong ? ['long'] : text.length > longText ? ['wordy'] : []),
  ]
  return names.length === 0 ? '' : ` class="${names.join(' ')}"`
}

async function figureOf({ chart, caption, table, aspect = 0.57 }: FigureBlock): Promise<string> {
  const { broad, narrow } = await picturesOf(chart, aspect)
  return `<figure>
<div class="broad">${broad}</div>
<div class="narrow">${narrow}</div>
<figcaption>${escape(caption)}</figcaption>
<details><summary>The same as a table</summary>
${tableOf(table)}
</details>
</figure>`
}

function wordsOf(words: Words): string {
  if (typeof words === 'string') return escape(words)
  return words.map(pieceOf).join('')
}

function pieceOf(piece: Piece): string {
  if (typeof piece === 'string') return escape(piece)
  return 'code' in piece
    ? `<code>${escape(piece.code)}</code>`
    : `<strong>${escape(piece.strong)}</strong>`
}

/** Text as it stands in a page, in attributes too; what turns the direction of text is left out. */
export function escape(text: string): string {
  const told = text.replaceAll(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    '',
  )
  return escapeMarkup(told)
}
