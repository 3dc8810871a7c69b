import type { Chart, LineMark, PointsMark } from '@attune/core'
import { describe, expect, it } from 'vitest'

import type { Block, Report } from '../../src/report/document.ts'
import { drawable } from '../../src/report/drawable.ts'
import { escape as escapeHtml, toHtml } from '../../src/report/to-html.ts'
import { escape as escapeMarkdown, toMarkdown } from '../../src/report/to-markdown.ts'
import { evil, long } from './studies.ts'
import { readReport } from './read-report.ts'

const chart: Chart = {
  title: `${evil} by trial`,
  x: { name: long },
  y: { name: evil, scale: 'categories', labels: [evil, `${evil}2`] },
  marks: [{ kind: 'bars', name: evil, values: [1, 2] }],
}

const table = {
  kind: 'table',
  caption: evil,
  columns: [
    { name: evil, unit: evil },
    { name: 'x', isNumber: true },
  ],
  rows: [
    [evil, '1'],
    [[{ code: '`|`' }, evil], '2'],
  ],
  note: evil,
} as const

/** Every kind of block, with the worst text in every place. */
const blocks: readonly Block[] = [
  { kind: 'answer', label: evil, value: evil, note: evil },
  { kind: 'paragraph', words: [evil, { code: evil }, { strong: evil }] },
  { kind: 'list', items: [evil, '- # 1. not a list'] },
  { kind: 'facts', rows: [[evil, evil]] },
  table,
  { kind: 'text', words: evil, text: `${evil}\n\`\`\`\n</code></pre>`, language: 'text' },
  { kind: 'figure', name: evil, chart, caption: evil, table },
]
const report: Report = { title: evil, subtitle: evil, sections: [{ title: evil, blocks }] }

describe('a page', () => {
  it('shows whatever comes from a study as text, in every place', async () => {
    const html = await toHtml(report)
    expect(html).not.toMatch(/<script|<img|onerror="|<h1>.*<img/)
    // Each tag is one of those that the page is made of.
    const tags = new Set([...html.matchAll(/<([a-zA-Z!/][^\s>]*)/g)].map(([, tag]) => tag))
    expect(
      [...tags].filter((tag) => /script|img|iframe|object|link|base|form/i.test(tag!)),
    ).toEqual([])
    expect(html).toContain(`<h1>${escapeHtml(evil)}</h1>`)
    expect(html.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(15)
  })

  it('needs nothing else, and its policy allows neither scripts nor the network', async () => {
    const html = await toHtml(report)
    expect(html).toMatch(/Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/)
    const bare = html.replaceAll(/"[^"]*"/g, '""')
    expect(bare).not.toMatch(/<[^>]* (style|on\w+)=/)
    expect(html).not.toContain('unsafe-')
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\/|url\((?!#)/)
  })

  it('has for every picture a caption, names of axes and a table', async () => {
    const html = await toHtml(await readReport('bowl'))
    const figures = [...html.matchAll(/<figure>.*?<\/figure>/gs)].map(([text]) => text)
    expect(figures.length).toBeGreaterThan(3)
    for (const figure of figures) {
      expect(figure).toMatch(/<figcaption>[^<]{20,}/)
      expect(figure).toMatch(/<details><summary>The same as a table<\/summary>\n<div [^>]*><table>/)
      expect(figure.match(/role="img" aria-labelledby/g)).toHaveLength(2)
    }
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('leaves out what a browser would act on', () => {
    expect(escapeHtml('a\u0000b\u202ec\u001b[31m')).toBe('abc[31m')
  })
})

describe('Markdown', () => {
  it('shows whatever comes from a study as text, in every place', async () => {
    const { text, pictures } = await toMarkdown(report, 'a folder')
    const fenced = /^(`{3,})\w*\n.*?^\1$/gms
    const spans = /(`+)(?!`).*?[^`]\1(?!`)/gs
    const bare = text.replaceAll(fenced, '').replaceAll(spans, '')
    expect(bare.replaceAll(/<\/?(details|summary)>|<!-- attune report -->/g, '')).not.toMatch(
      /(?<!\\)</,
    )
    // A fence within the text of a study does not end its block.
    expect(text).toContain('````text\n')
    const [name, svg] = [...pictures][0]!
    expect(text).toContain(`](a%20folder/${name})`)
    expect(svg).not.toMatch(/<script|<img/)
    // Every row of a table has as many bars as its head.
    const rows = text.split('\n').filter((line) => line.startsWith('| '))
    for (const row of rows) expect(row.match(/(?<!\\)\|/g), row).toHaveLength(3)
  })

  it('makes no link, list or heading of what is none', () => {
    expect(escapeMarkdown('# a')).toBe(String.raw`\# a`)
    expect(escapeMarkdown('- a')).toBe(String.raw`\- a`)
    expect(escapeMarkdown('1. a')).toBe(String.raw`1\. a`)
    expect(escapeMarkdown('0.5')).toBe('0.5')
    expect(escapeMarkdown('see https://x.y and www.x.y')).toBe(
      String.raw`see https\://x.y and www\.x.y`,
    )
    expect(escapeMarkdown('a\nb | c')).toBe(String.raw`a b \| c`)
  })

  it('without a folder has tables in the place of pictures', async () => {
    const { text, pictures } = await toMarkdown(report)
    expect(pictures.size).toBe(0)
    expect(text).not.toContain('](')
    expect(text).toContain('<details><summary>The same as a table</summary>')
  })
})

describe('what is drawn', () => {
  it('has short names that can be told apart', () => {
    const drawn = drawable(chart, 100)
    expect(drawn.x.name.length).toBeLessThan(50)
    expect(new Set(drawn.y.labels).size).toBe(2)
  })

  it('keeps few of many points, and each corner of a line of steps', () => {
    const points = Array.from({ length: 5000 }, (_, i) => [i, Math.floor(i / 1000)] as const)
    const drawn = drawable(
      {
        ...{ title: 't', x: { name: 'x' }, y: { name: 'y' } },
        marks: [
          { kind: 'points', name: 'p', points },
          { kind: 'line', name: 'l', step: true, points },
        ],
      },
      300,
    )
    const [dots, line] = drawn.marks as readonly [PointsMark, LineMark]
    expect(dots.points.length).toBeLessThanOrEqual(300)
    expect(dots.points.length).toBeGreaterThan(50)
    for (const corner of [1000, 2000, 3000, 4000]) {
      expect(line.points.some(([x]) => x === corner)).toBe(true)
    }
  })
})
