import { cell, countStates, paramNames, rankTrials, stateOf } from '@attune/core'

import { describePause, describeResult } from '../describe/describe-study.ts'
import { formatTime } from '../describe/format-time.ts'
import { formatNumber } from '../text/format.ts'
import { plain } from '../text/text.ts'
import type { Block, Section } from './document.ts'
import { paragraph, section } from './document.ts'
import type { StudyFacts } from './study-facts.ts'
import { goal } from './subject-section.ts'
import { counted, listed, shownLabel, valueRows, whole } from './wording.ts'

/** The answer: the best configuration with its result, or why there is none. */
export function answerSection(facts: StudyFacts): Section[] {
  return section('The answer', [
    ...standing(facts),
    ...answer(facts),
    ...feasibility(facts),
    ...state(facts),
  ])
}

/** A sentence of what was done, for those who know nothing of the study. */
function standing(facts: StudyFacts): Block[] {
  const { config, history, program } = facts
  const what = program === undefined ? ['a function'] : ['the program ', { code: plain(program) }]
  const params = [
    ...new Set(history.values.names.map((name) => name.replaceAll(/\.\d+(?=\.|$)/g, ''))),
  ]
  const aims = listed(config.objectives.map(goal))
  if (history.length === 0) {
    return [paragraph(['attune is to tune ', ...what, `, to ${aims}. Nothing has been tried yet.`])]
  }
  const configurations = countDistinct(facts)
  const repeated = configurations < history.length ? ` in ${counted(history.length, 'trial')}` : ''
  const tried = `tried ${counted(configurations, 'configuration')}${repeated}`
  const of = params.length === 0 ? 'of ' : `of ${counted(params.length, 'parameter')} of `
  return [paragraph([`attune ${tried} ${of}`, ...what, `, to ${aims}.`])]
}

/** How many configurations differ; a trial whose values are not known yet counts as one. */
function countDistinct({ history }: StudyFacts): number {
  const names = paramNames(history)
  const keys = Array.from({ length: history.length }, (_, trial) => {
    const values = names.map((name) => history.values.get(name, trial) ?? [null])
    return JSON.stringify(values)
  })
  return new Set(keys).size
}

function answer(facts: StudyFacts): Block[] {
  const { config, history, best } = facts
  const [first] = best
  if (first === undefined) return noAnswer(facts)
  if (config.objectives.length > 1) {
    const [many, all] = [best.length, countStates(history).complete]
    return [
      {
        kind: 'answer',
        label: 'Best trade-offs',
        value: counted(many, 'configuration'),
        note: `of ${whole(all)} that ran to the end: no other beats one of them in one objective without losing in another`,
      },
    ]
  }
  const { name } = config.objectives[0]!
  const value = cell(history, `metric:${name}`, first)
  const error = cell(history, `se:${name}`, first)
  const unit = facts.labels.units?.[name]
  const exactly = `${formatNumber(value, 6)}${unit === undefined ? '' : ` ${plain(unit)}`}`
  const rows = valueRows(history, first)
  return [
    {
      kind: 'answer',
      label: `Best ${plain(name)}`,
      value: Number.isNaN(error) ? exactly : `${exactly} ± ${formatNumber(error, 2)}`,
      note: `trial ${first}${Number.isNaN(error) ? '' : ', with its standard error'}${metrics(facts, first)}`,
    },
    ...(rows.length === 0 ? [] : [{ kind: 'facts', rows } as const]),
  ]
}

function feasibility({ history, config, best }: StudyFacts): Block[] {
  if (config.constraints.length === 0 || best.length === 0) return []
  const ranked = rankTrials(history)
  const feasible = ranked.filter((t) => !(cell(history, 'violation', t) > 0)).length
  const rule = config.constraints.length === 1 ? 'constraint' : 'constraints'
  const left = ranked.length - feasible
  const words =
    left === 0
      ? `${ranked.length === 1 ? 'It satisfies' : 'All results satisfy'} the ${rule}.`
      : `${whole(feasible)} of ${counted(ranked.length, 'result')} ${feasible === 1 ? 'satisfies' : 'satisfy'} the ${rule}; ${left === 1 ? 'the other does' : 'the others do'} not count.`
  return [paragraph(words)]
}

/** What else the best trial measured. */
function metrics({ history, config }: StudyFacts, trial: number): string {
  const own = new Set(config.objectives.map((o) => o.name))
  const others = history.columns
    .group('metric:')
    .filter(([name, { data }]) => !own.has(name) && !Number.isNaN(data[trial] ?? Number.NaN))
    .slice(0, 4)
    .map(([name, { data }]) => `${plain(name).slice(0, 40)} ${formatNumber(data[trial]!)}`)
  return others.length === 0 ? '' : `; also ${listed(others)}`
}

function noAnswer({ history }: StudyFacts): Block[] {
  const counts = countStates(history)
  const ended = counts.complete + counts.pruned + counts.failed
  if (history.length === 0) return []
  const [nearest] = rankTrials(history)
  if (nearest !== undefined) {
    const violation = formatNumber(cell(history, 'violation', nearest))
    return [
      paragraph([
        { strong: 'No configuration satisfies the constraints on its results.' },
        ` Of ${counted(counts.complete, 'result')} that of trial ${nearest} comes nearest (${plain(describeResult(history, nearest))}; it breaks them by ${violation}).`,
      ]),
    ]
  }
  if (counts.complete > 0) {
    const who =
      counts.complete === 1 ? 'the one trial that' : `the ${whole(counts.complete)} trials that`
    return [
      paragraph(
        `There is no best configuration: ${who} ran to the end gave no value for every objective.`,
      ),
    ]
  }
  if (counts.failed > 0 && counts.failed === ended) {
    const all =
      counts.failed === 1
        ? 'the only trial that ended failed'
        : `all ${whole(counts.failed)} trials that ended failed`
    return [paragraph([{ strong: `There is no result: ${all}.` }, ' Why is told below.'])]
  }
  return [paragraph('There is no result yet: no trial has been run to its end.')]
}

function state({ history, lastAt }: StudyFacts): Block[] {
  const { running, waiting, paused } = countStates(history)
  const lines: Block[] = []
  const open = [
    ...(running > 0 ? [`${counted(running, 'trial')} ${be(running)} running`] : []),
    ...(waiting > 0 ? [`${counted(waiting, 'trial')} ${be(waiting)} waiting`] : []),
  ]
  if (open.length > 0) {
    lines.push(
      paragraph(
        `The study had not ended when this was written: ${listed(open)} (last event ${formatTime(lastAt)}).`,
      ),
    )
  }
  if (paused > 0) {
    lines.push(
      paragraph(
        `${counted(paused, 'trial')} ${be(paused)} paused on ${paused === 1 ? 'its' : 'their'} way and would go on only if the study did.`,
      ),
    )
  }
  const pause = describePause(history)
  if (pause !== undefined) lines.push(paragraph(`The study was paused ${pause}.`))
  return lines
}

const be = (n: number): string => (n === 1 ? 'was' : 'were')

/** Trials of a state, by number. */
export function trialsIn({ history }: StudyFacts, wanted: ReturnType<typeof stateOf>): number[] {
  return Array.from({ length: history.length }, (_, trial) => trial).filter(
    (trial) => stateOf(history, trial) === wanted,
  )
}

/** The value of a trial's parameter, short enough for a table. */
export function shownValue({ history }: StudyFacts, name: string, trial: number): string {
  const value = history.values.get(name, trial)
  return value === undefined ? '' : shownLabel(value)
}
