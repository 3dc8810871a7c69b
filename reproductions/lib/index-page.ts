import { text } from '../../bench/quality/html-text.ts'
import { htmlPage } from './html.ts'
import type { Result } from './page.ts'
import { statusMark } from './page.ts'

/** All documents with the verdicts on their claims; each leads to its page. */
export function indexPage(
  entries: readonly { readonly result: Result; readonly href: string }[],
): string {
  const tables = entries.map(({ result, href }) => {
    const { document, profile, date, findings } = result
    const rows = document.claims.map(({ id, text: claim }) => {
      const found = findings.verdicts.find((verdict) => verdict.claim === id)
      const marks = [found?.faithful, found?.fair].map((one) =>
        one === undefined ? '–' : statusMark(one.status),
      )
      return `<tr><td>${text(id)}</td><td>${text(claim)}</td><td data-of="Faithful">${marks[0]}</td><td data-of="Fair">${marks[1]}</td></tr>`
    })
    return `<h2><a href="${text(href)}">${text(document.title)}</a></h2>
<p class="source">${text(document.source)} · ${profile} profile, ${date}</p>
<div class="wide"><table class="verdicts"><thead><tr><th scope="col">Claim</th><th scope="col">What the document says</th><th scope="col">Faithful</th><th scope="col">Fair</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`
  })
  const intro =
    '<p>Every published claim of the source documents, run again: as printed, and with a proper control. The pages show the published tables beside ours and the numbers behind each verdict.</p>'
  return htmlPage(
    'Published claims, run again',
    `<h1>Published claims, run again</h1>\n${intro}\n${tables.join('\n')}`,
  )
}
