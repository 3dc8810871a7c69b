import { readFileSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

import { AttuneError, nearest } from '@attune/core'

import { comparisonReport } from '../report/comparison.ts'
import type { Report } from '../report/document.ts'
import type { StudyFacts } from '../report/study-facts.ts'
import { studyReport } from '../report/study-report.ts'
import { generator, toHtml } from '../report/to-html.ts'
import { markdownGenerator, toMarkdown } from '../report/to-markdown.ts'
import { plain } from '../text/text.ts'
import { refuseJournal } from './export.ts'
import type { Io } from './io.ts'
import { openForReading } from './open-study.ts'
import { reportFacts } from './report-facts.ts'
import { writeFile } from './write-file.ts'

const formats = ['html', 'md'] as const
export type ReportFormat = (typeof formats)[number]

export interface ReportOptions {
  /** Several are compared side by side. Default: the only study of the journal. */
  readonly studies: readonly string[]
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** `html`: one page that needs nothing else; `md`: Markdown with pictures in a folder beside it. */
  readonly format?: string | undefined
  /** Default `report.html` or `report.md`; `-` is standard output. Replaced as a whole. */
  readonly output?: string | undefined
  /** `metric=unit` or `parameter=unit`, such as `loss=nats`. */
  readonly units?: readonly string[] | undefined
  /** What the author wants to be said, as text. */
  readonly note?: string | undefined
  /** Of attune. */
  readonly version: string
}

/** `attune report`: a study, or several side by side, as a page for those who know nothing of attune. */
export async function report(options: ReportOptions, io: Io): Promise<number> {
  const format = chooseFormat(options)
  const output = options.output ?? `report.${format}`
  const units = readUnits(options.units ?? [])
  const names = options.studies.length === 0 ? [undefined] : [...new Set(options.studies)]
  const written = {
    at: Date.now(),
    ...{ version: options.version, node: process.versions.node },
    platform: `${process.platform} ${process.arch}`,
  }
  const all: StudyFacts[] = []
  for (const name of names) {
    await using study = await openForReading(options.journal, name)
    if (output !== '-') refuseJournal(study.file, output)
    all.push(await reportFacts(study, { labels: { units }, note: options.note, written }))
  }
  if (options.output === undefined) refuseOther(output)
  const made = all.length === 1 ? studyReport(all[0]!) : comparisonReport(all)
  if (output === '-') {
    io.out(format === 'html' ? await toHtml(made) : (await toMarkdown(made)).text)
    return 0
  }
  const what = all.length === 1 ? `study ${plain(all[0]!.config.name)}` : `${all.length} studies`
  const pictures =
    format === 'html' ? await writeHtml(made, output) : await writeMarkdown(made, output)
  io.out(`Report of ${what}: ${output}${pictures}\n`)
  return 0
}

function chooseFormat({ format, output = '-' }: ReportOptions): ReportFormat {
  const ending = extname(output).slice(1).toLowerCase()
  if (format === undefined) return ending === 'md' || ending === 'markdown' ? 'md' : 'html'
  const known = formats.find((each) => each === format.toLowerCase())
  if (known !== undefined) return known
  const near = nearest(format, formats)
  const hint = near === undefined ? '' : ` Did you mean ${near}?`
  throw new AttuneError(
    'usage',
    `--format: "${format}" is not known.${hint} There are ${formats.join(' and ')}.`,
  )
}

function readUnits(given: readonly string[]): Record<string, string> {
  const pairs = given.map((text) => {
    const [, name, unit] = /^([^=]+)=(.+)$/s.exec(text) ?? []
    if (name !== undefined && unit !== undefined) return [name, unit] as const
    throw new AttuneError(
      'usage',
      `--units takes a name with its unit, as in loss=nats, got "${text}".`,
    )
  })
  return Object.fromEntries(pairs)
}

/** A file that nobody named is replaced only if it is an earlier report. */
function refuseOther(output: string): void {
  const there = statSync(output, { throwIfNoEntry: false })
  if (there === undefined) return
  const text = there.isFile() ? readFileSync(output, 'utf8') : ''
  if (text.includes(generator) || text.startsWith(markdownGenerator)) return
  throw new AttuneError(
    'usage',
    `${output} is there and is not a report of attune. Name the file: --output FILE.`,
  )
}

async function writeHtml(made: Report, output: string): Promise<string> {
  await writeFile(output, inOne(await toHtml(made)))
  return ''
}

async function writeMarkdown(made: Report, output: string): Promise<string> {
  const name = `${basename(output, extname(output))}-pictures`
  const { text, pictures } = await toMarkdown(made, name)
  const folder = join(dirname(output), name)
  if (pictures.size > 0) await mkdir(folder, { recursive: true })
  for (const [file, svg] of pictures) await writeFile(join(folder, file), inOne(svg))
  await writeFile(output, inOne(text))
  return pictures.size === 0 ? '' : `, with its pictures in ${folder}`
}

async function* inOne(text: string): AsyncGenerator<string> {
  yield text
}
