import { renderSvg } from 'attune'
import { text } from '../../bench/quality/html-text.ts'
import { cellText, htmlPage } from './html.ts'
import type { Machine } from './machine.ts'
import { duration } from './progress.ts'
import type {
  FigurePart,
  Findings,
  Judgement,
  Profile,
  Reproduction,
  Section,
  TablePart,
} from './reproduction.ts'

/** What was found about a document, and how. */
export interface Result {
  readonly document: Pick<Reproduction, 'name' | 'title' | 'source' | 'claims'>
  readonly profile: Profile
  /** Day, as 2026-03-14. */
  readonly date: string
  readonly machine: Machine
  /** That it took here, without what earlier goes took. */
  readonly seconds: number
  readonly workers: number
  readonly findings: Findings
}

/** The page of a document. */
export async function documentPage(result: Result): Promise<string> {
  const { document, findings } = result
  const sections: string[] = []
  for (const section of findings.sections) sections.push(await sectionOf(section))
  const body = `<h1>${text(document.title)}</h1>
<p class="source">${text(document.source)}</p>
${about(result)}
<h2>Verdicts</h2>
<p>Each claim is asked twice. <b>Faithful</b>: as printed, the same algorithm and budget, with a stated tolerance. <b>Fair</b>: with a proper control, an equal budget and several seeds, with an interval.</p>
${verdicts(result)}
${sections.join('\n')}
${listed('What differs from the original', findings.differences)}
${listed('What this profile shortened', findings.shortened)}`
  return htmlPage(`${document.title}: claims run again`, body)
}

function about({ profile, date, machine, seconds, workers, findings }: Result): string {
  const { processor, cores, memoryGigabytes, node, platform } = machine
  const rows = [
    ['Profile', profile],
    ['Date', date],
    ['Machine', `${processor}, ${cores} cores, ${memoryGigabytes} GB, ${platform}, Node ${node}`],
    ['Run', `${duration(seconds)} in this go, ${workers} trials at once`],
    ['Seeds', findings.seeds.join(', ') || 'none'],
  ]
  const items = rows.map(([name, value]) => `<dt>${name}</dt><dd>${text(value!)}</dd>`)
  return `<dl class="about">${items.join('')}</dl>`
}

function verdicts({ document, findings }: Result): string {
  const rows = document.claims.map(({ id, text: claim, published }) => {
    const found = findings.verdicts.find((verdict) => verdict.claim === id)
    return `<tr><td>${text(id)}</td><td>${text(claim)}<br><span class="note">Published: ${text(published)}</span></td><td data-of="Faithful">${judgement(found?.faithful)}</td><td data-of="Fair">${judgement(found?.fair)}</td></tr>`
  })
  return `<div class="wide"><table class="verdicts"><thead><tr><th scope="col">Claim</th><th scope="col">What the document says</th><th scope="col">Faithful</th><th scope="col">Fair</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`
}

/** The mark of a status: colour, a sign and words, so that none of them is needed alone. */
export function statusMark(status: Judgement['status']): string {
  const signs = {
    reproduced: '✓',
    partly: '◐',
    'not reproduced': '✗',
    'too small to say': '?',
    'not applicable': '–',
  } as const
  return `<span class="status ${status.replaceAll(' ', '-')}">${signs[status]} ${status}</span>`
}

function judgement(given: Judgement | undefined): string {
  if (given === undefined) return '<span class="note">not judged</span>'
  return `${statusMark(given.status)}<br>${text(given.because)}`
}

async function sectionOf({ title, text: paragraphs, parts }: Section): Promise<string> {
  const drawn: string[] = []
  for (const part of parts) {
    drawn.push(part.kind === 'table' ? tableOf(part) : await figureOf(part))
  }
  const words = paragraphs.map((paragraph) => `<p>${text(paragraph)}</p>`)
  return `<h2>${text(title)}</h2>\n${[...words, ...drawn].join('\n')}`
}

function tableOf({ title, columns, rows, note }: TablePart): string {
  const isNumber = columns.map((_, i) => rows.some(({ cells }) => typeof cells[i] === 'number'))
  const look = (i: number): string => (isNumber[i] === true ? ' class="number"' : '')
  const head = columns.map(({ name, unit }, i) => {
    const about = unit === undefined ? '' : ` <span class="unit">(${text(unit)})</span>`
    return `<th scope="col"${look(i)}>${text(name)}${about}</th>`
  })
  // Who said what is told only where both do.
  const both = new Set(rows.map(({ origin }) => origin)).size > 1
  const body = rows.map(({ origin, cells }) => {
    const tds = columns.map(({ digits }, i) => {
      return `<td${look(i)}>${text(cellText(cells[i] ?? null, digits))}</td>`
    })
    return `<tr class="${origin}">${both ? `<td>${origin}</td>` : ''}${tds.join('')}</tr>`
  })
  const source = both ? '<th scope="col">Origin</th>' : ''
  const below = note === undefined ? '' : `<p class="note">${text(note)}</p>`
  return `<div class="wide"><table><caption>${text(title)}</caption><thead><tr>${source}${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>${below}`
}

/** Drawn twice, for a page and for a phone, so that its letters can be read on both. */
async function figureOf({ chart, caption }: FigurePart): Promise<string> {
  const broad = await renderSvg(chart, { width: 736, height: 420 })
  const narrow = await renderSvg(chart, { width: 370, height: 340 })
  return `<figure><div class="broad">${broad}</div><div class="narrow">${narrow}</div><figcaption>${text(caption)}</figcaption></figure>`
}

function listed(title: string, items: readonly string[]): string {
  const body =
    items.length === 0
      ? '<p>Nothing.</p>'
      : `<ul>${items.map((item) => `<li>${text(item)}</li>`).join('\n')}</ul>`
  return `<h2>${text(title)}</h2>\n${body}`
}
