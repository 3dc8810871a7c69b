import { cell, paramNames, rankTrials, shortName } from '@attune/core'

import { formatNumber, formatSeconds } from '../text/format.ts'
import { plain } from '../text/text.ts'
import { shownValue } from './answer-section.ts'
import { unitOf } from './certainty-section.ts'
import type { Section, TableBlock } from './document.ts'
import { section } from './document.ts'
import type { StudyFacts } from './study-facts.ts'
import { counted } from './wording.ts'

const most = 10

/** The ten best trials with their parameters; the front of several objectives has a section of its own. */
export function rankingSection(facts: StudyFacts): Section[] {
  const ranked = rankTrials(facts.history)
  if (ranked.length < 2 || facts.config.objectives.length > 1) return []
  const title = ranked.length > most ? 'The ten best trials' : 'Trials from best to worst'
  const caption = 'Results with their parameters, the best first'
  return section(title, [trialTable(facts, ranked.slice(0, most), caption)])
}

/** Parameters beyond these are left out of tables of trials. */
const columnsAtMost = 24

/** Trials with their results and parameters. */
export function trialTable(
  facts: StudyFacts,
  trials: readonly number[],
  caption: string,
): TableBlock {
  const { history, config } = facts
  const has = (name: string): boolean =>
    trials.some((trial) => history.values.get(name, trial) !== undefined)
  const params = paramNames(history).filter(has)
  const shown = params.slice(0, columnsAtMost)
  const isNumber = (name: string): boolean => !history.values.labels.has(name)
  const constrained = config.constraints.length > 0
  const result = (name: string, trial: number): string => {
    const error = cell(history, `se:${name}`, trial)
    const value = formatNumber(cell(history, `metric:${name}`, trial), 6)
    return Number.isNaN(error) ? value : `${value} ± ${formatNumber(error, 2)}`
  }
  const left = params.length - shown.length
  return {
    kind: 'table',
    caption,
    columns: [
      { name: 'trial', isNumber: true },
      ...config.objectives.map(({ name }) => ({
        ...{ name: plain(name), isNumber: true },
        ...unitOf(facts, name),
      })),
      ...(constrained ? [{ name: 'constraints' }] : []),
      ...shown.map((name) => ({ name: shortName(history, name), isNumber: isNumber(name) })),
      { name: 'took', unit: 's', isNumber: true },
    ],
    rows: trials.map((trial) => [
      String(trial),
      ...config.objectives.map(({ name }) => result(name, trial)),
      ...(constrained ? [cell(history, 'violation', trial) > 0 ? 'broken' : 'satisfied'] : []),
      ...shown.map((name) => shownValue(facts, name, trial)),
      secondsOf(cell(history, 'seconds', trial)),
    ]),
    ...(left > 0 ? { note: `${counted(left, 'more parameter')} not shown.` } : {}),
  }
}

const secondsOf = (seconds: number): string => (Number.isNaN(seconds) ? '' : formatSeconds(seconds))
