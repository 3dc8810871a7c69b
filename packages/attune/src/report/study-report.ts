import { describeStates } from '../describe/describe-study.ts'
import { formatTime } from '../describe/format-time.ts'
import { plain } from '../text/text.ts'
import { answerSection } from './answer-section.ts'
import { certaintySection } from './certainty-section.ts'
import type { Report } from './document.ts'
import { environmentSection } from './environment-section.ts'
import { failuresSection } from './failures-section.ts'
import { frontSection } from './front-section.ts'
import { historySection } from './history-section.ts'
import { importanceSection } from './importance-section.ts'
import { authorSection, notesSection } from './notes-section.ts'
import { pruningSection } from './pruning-section.ts'
import { rankingSection } from './ranking-section.ts'
import { repeatSection } from './repeat-section.ts'
import { runSection } from './run-section.ts'
import { slicesSection } from './slices-section.ts'
import type { StudyFacts } from './study-facts.ts'
import { subjectSection } from './subject-section.ts'

/** A report about one study, the answer first. Pure: the same facts give the same report. */
export function studyReport(facts: StudyFacts): Report {
  const { config, history, written } = facts
  const states = history.length === 0 ? 'no trials yet' : `trials: ${describeStates(history)}`
  return {
    title: `Study ${plain(config.name)}`,
    subtitle: `Report of ${formatTime(written.at)}; ${states}`,
    sections: [
      ...answerSection(facts),
      ...authorSection(facts),
      ...certaintySection(facts),
      ...frontSection(facts),
      ...subjectSection(facts),
      ...rankingSection(facts),
      ...historySection(facts),
      ...importanceSection(facts),
      ...slicesSection(facts),
      ...runSection(facts),
      ...pruningSection(facts),
      ...failuresSection(facts),
      ...repeatSection(facts),
      ...environmentSection(facts),
      ...notesSection(facts),
    ],
  }
}
