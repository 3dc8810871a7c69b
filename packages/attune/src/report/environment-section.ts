import { formatTime } from '../describe/format-time.ts'
import { plain } from '../text/text.ts'
import type { Block, Section, Words } from './document.ts'
import { section } from './document.ts'
import type { StudyFacts, Written } from './study-facts.ts'
import { counted } from './wording.ts'

/** What ran the study where, what wrote the report, and what the journal does not say. */
export function environmentSection(facts: StudyFacts): Section[] {
  const { written, file, format, events, runs } = facts
  const rows: [string, Words][] = [
    ...writtenRows(written),
    ['Journal', [{ code: plain(file) }, `, ${counted(events, 'event')}, format ${format}`]],
    [
      'Not recorded',
      runs.length === 0
        ? 'the journal does not hold the versions of attune, of the program or of what it uses at the time of the study'
        : 'the journal does not hold the versions of the program or of what it uses at the time of the study',
    ],
  ]
  return section('Environment', [...runTable(facts), { kind: 'facts', rows }])
}

function runTable({ runs, history: { earlierRuns } }: StudyFacts): Block[] {
  if (runs.length === 0) return []
  return [
    {
      kind: 'table',
      caption: 'Runs of the study',
      columns: [
        { name: 'started' },
        { name: 'attune' },
        { name: 'machine' },
        { name: 'trials at once', isNumber: true },
        { name: 'limits' },
        { name: 'end' },
      ],
      rows: runs.map(({ started, attune, machine, workers, limits, end }) =>
        [started, attune, machine, workers, limits, end].map(plain),
      ),
      ...(earlierRuns === 0
        ? {}
        : { note: `${counted(earlierRuns, 'run')} before these are not shown.` }),
    },
  ]
}

/** When, by what and where a report was written. */
export function writtenRows({ at, version, node, platform }: Written): [string, string][] {
  return [
    ['This report', `written ${formatTime(at)} by attune ${version} on Node ${node}, ${platform}`],
  ]
}
