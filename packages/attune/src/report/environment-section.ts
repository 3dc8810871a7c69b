import { formatTime } from '../describe/format-time.ts'
import { plain } from '../text/text.ts'
import type { Section, Words } from './document.ts'
import { section } from './document.ts'
import type { StudyFacts, Written } from './study-facts.ts'
import { counted } from './wording.ts'

/** What wrote the report, and what the journal says of where the study ran. */
export function environmentSection({ written, file, format, events }: StudyFacts): Section[] {
  const rows: [string, Words][] = [
    ...writtenRows(written),
    ['Journal', [{ code: plain(file) }, `, ${counted(events, 'event')}, format ${format}`]],
    [
      'Not recorded',
      'the journal does not hold the versions of attune, of the program or of what it uses at the time of the study',
    ],
  ]
  return section('Environment', [{ kind: 'facts', rows }])
}

/** When, by what and where a report was written. */
export function writtenRows({ at, version, node, platform }: Written): [string, string][] {
  return [
    ['This report', `written ${formatTime(at)} by attune ${version} on Node ${node}, ${platform}`],
  ]
}
