import { reportFacts } from '../../src/cli/report-facts.ts'
import { openForReading } from '../../src/cli/open-study.ts'
import type { Block, Report } from '../../src/report/document.ts'
import { textOf } from '../../src/report/document.ts'
import type { StudyFacts } from '../../src/report/study-facts.ts'
import { studyReport } from '../../src/report/study-report.ts'
import { temporaryFolder } from '../journals/temporary.ts'
import type { MadeTrial } from './made-studies.ts'
import { writeMade } from './made-studies.ts'
import { studies } from './studies.ts'

const written = { at: 1_700_001_000_000, version: '1.2.3', node: '24.0.0', platform: 'test' }

/** What a report is made of, of a study that stands in a journal. */
export async function factsOf(
  file: string,
  more: Partial<Pick<StudyFacts, 'labels' | 'note'>> = {},
): Promise<StudyFacts> {
  await using study = await openForReading(file)
  return await reportFacts(study, { labels: {}, note: undefined, written, ...more })
}

const read = new Map<string, Promise<Report>>()

/** The report about one of the made studies, or about it with other trials. */
export function readReport(kind: string, trials?: Iterable<MadeTrial>): Promise<Report> {
  if (trials !== undefined) return make(kind, trials)
  const known = read.get(kind) ?? make(kind)
  read.set(kind, known)
  return known
}

async function make(kind: string, trials?: Iterable<MadeTrial>): Promise<Report> {
  using folder = temporaryFolder()
  const file = folder.file('made.jsonl')
  const made = studies[kind]!()
  writeMade(file, { name: kind, ...made.config }, trials ?? made.trials)
  return studyReport(await factsOf(file))
}

/** Everything a section says, a line a sentence or row. */
export function linesOf({ sections }: Report, title: RegExp): string[] {
  const found = sections.find((one) => title.test(one.title))
  return found?.blocks.flatMap(linesOfBlock) ?? []
}

function linesOfBlock(block: Block): string[] {
  switch (block.kind) {
    case 'answer':
      return [`${block.label}: ${block.value} (${block.note})`]
    case 'paragraph':
      return [textOf(block.words)]
    case 'list':
      return block.items.map(textOf)
    case 'facts':
      return block.rows.map(([term, words]) => `${term}: ${textOf(words)}`)
    case 'table':
      return block.rows.map((row) => row.map(textOf).join(' | '))
    case 'text':
      return [textOf(block.words), ...block.text.split('\n')]
    case 'figure':
      return [block.caption, ...linesOfBlock(block.table)]
  }
}

/** Everything a report says. */
export const allLines = ({ sections }: Report): string[] =>
  sections.flatMap(({ blocks }) => blocks.flatMap(linesOfBlock))
