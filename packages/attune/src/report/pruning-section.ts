import { cell, countStates } from '@attune/core'

import { percent } from '../describe/describe-diagnosis.ts'
import { wasSkipped } from '../describe/describe-study.ts'
import { formatDuration, formatNumber } from '../text/format.ts'
import { plain } from '../text/text.ts'
import { trialsIn } from './answer-section.ts'
import type { Block, Section } from './document.ts'
import { paragraph, section } from './document.ts'
import type { StudyFacts } from './study-facts.ts'
import { counted, whole } from './wording.ts'

/** What was stopped early, and how much that saved. */
export function pruningSection(facts: StudyFacts): Section[] {
  const { history, config } = facts
  const ended = trialsIn(facts, 'pruned')
  const skipped = ended.filter((trial) => wasSkipped(history, trial))
  const pruned = ended.filter((trial) => !wasSkipped(history, trial))
  const blocks: Block[] = []
  if (pruned.length > 0) {
    const { complete } = countStates(history)
    const by =
      config.scheduler.name === 'none'
        ? 'by the program itself'
        : `because others were further at the same step (scheduler ${plain(config.scheduler.name)})`
    const of =
      history.length > 1
        ? `${whole(pruned.length)} of ${counted(history.length, 'trial')}`
        : 'The only trial'
    blocks.push(
      paragraph(
        `${of} ${pruned.length === 1 ? 'was' : 'were'} stopped early ${by}; ${complete === 0 ? 'none' : whole(complete)} ran to the end. ${savings(facts, pruned)}`.trim(),
      ),
    )
  }
  if (skipped.length > 0) {
    blocks.push(
      paragraph(
        `${counted(skipped.length, 'trial')} ${skipped.length === 1 ? 'was' : 'were'} skipped by hand: ${why(facts, skipped)}`,
      ),
    )
  }
  return section('What was stopped early', blocks)
}

function why({ history }: StudyFacts, skipped: readonly number[]): string {
  const shown = skipped.slice(0, 5).map((trial) => {
    const reason = plain(history.details.get(trial)?.stopped ?? '').replace(/^skipped(?:: )?/, '')
    return `trial ${trial}${reason === '' ? '' : ` (${reason.slice(0, 200)})`}`
  })
  const more = skipped.length > 5 ? ` and ${skipped.length - 5} more` : ''
  return `${shown.join(', ')}${more}.`
}

/** What the pruned trials would have cost beyond what they did, had they been as long as the others. */
function savings(facts: StudyFacts, pruned: readonly number[]): string {
  const complete = trialsIn(facts, 'complete').filter(
    (trial) => facts.history.details.get(trial)?.copyOf === undefined,
  )
  const [steps, seconds] = ['step', 'seconds'].map((column) => {
    const ofPruned = meanOf(facts, column, pruned)
    const ofComplete = meanOf(facts, column, complete)
    return { ofPruned, ofComplete, saved: (ofComplete - ofPruned) * pruned.length }
  })
  const sentences: string[] = []
  if (steps!.saved > 0) {
    sentences.push(
      `They had come to step ${formatNumber(steps!.ofPruned, 3)} on average, those that ran to the end to step ${formatNumber(steps!.ofComplete, 3)}.`,
    )
  }
  if (seconds!.saved > 0) {
    const spent = sumOf(facts, 'seconds')
    const share = seconds!.saved / (spent + seconds!.saved)
    sentences.push(
      `Had they taken as long as those on average, the study would have cost ${formatDuration(seconds!.saved)} more of trial time: about ${percent(share)} was saved.`,
    )
  }
  return sentences.join(' ')
}

function meanOf({ history }: StudyFacts, column: string, trials: readonly number[]): number {
  const known = trials.map((trial) => cell(history, column, trial)).filter(Number.isFinite)
  return known.reduce((a, b) => a + b, 0) / known.length
}

function sumOf({ history }: StudyFacts, column: string): number {
  let sum = 0
  for (let trial = 0; trial < history.length; trial++) {
    const x = cell(history, column, trial)
    if (Number.isFinite(x)) sum += x
  }
  return sum
}
