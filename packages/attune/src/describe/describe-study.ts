import type { Described, Distribution, FlatParam, History } from '@attune/core'
import {
  cell,
  countStates,
  describeDistribution,
  paramNames,
  shortName,
  spaceOf,
  stateOf,
  trialsToJudge,
} from '@attune/core'

import { formatLabel, formatNumber } from '../text/format.ts'
import { table } from '../text/table.ts'
import { plain } from '../text/text.ts'

/** Whether the study is paused and why, in a sentence; undefined when it is not. */
export function describePause(history: History): string | undefined {
  const { command, why } = history.steering ?? {}
  if (command !== 'pause') return undefined
  return `by attune pause${why === undefined ? '' : `: ${plain(why)}`}`
}

/** Whether somebody skipped a trial, so that it did not end by what the scheduler decided. */
export function wasSkipped(history: History, trial: number): boolean {
  const ended = stateOf(history, trial) === 'pruned'
  return ended && /^skipped(?:$|: )/.test(history.details.get(trial)?.stopped ?? '')
}

/** The numbers of trials in the states that occur: `34 complete, 2 failed`. */
export function describeStates(history: History): string {
  const states = countStates(history)
  const toJudge = trialsToJudge(history).length
  const counts = Object.entries({
    ...{ ...states, running: states.running - toJudge },
    'to be judged': toJudge,
  })
  const present = counts.filter(([, count]) => count > 0)
  return present.map(([state, count]) => `${count} ${state}`).join(', ')
}

export function hasManyObjectives(history: History): boolean {
  return (history.config?.objectives.length ?? 1) > 1
}

/** `maximize accuracy, minimize seconds` */
export function describeObjectives(history: History): string {
  return (history.config?.objectives ?? []).map((o) => `${o.direction} ${o.name}`).join(', ')
}

/** The results of a trial by objective: `accuracy 0.9821, seconds 3.2`; missing ones are left out. */
export function describeResult(history: History, trial: number): string {
  const results = (history.config?.objectives ?? []).map(({ name }) => {
    const x = cell(history, `metric:${name}`, trial)
    return Number.isNaN(x) ? [] : [`${name} ${formatNumber(x, 6)}`]
  })
  return results.flat().join(', ')
}

/** The values of a trial, exactly as they are, a line each. */
export function describeValues(history: History, trial: number): string[] {
  const rows = paramNames(history).flatMap((name) => {
    const value = history.values.get(name, trial)
    return value === undefined ? [] : [[shortName(history, name), String(value)]]
  })
  return table(rows)
}

/** A sampler or scheduler with its options: `asha (minSteps: 1, factor: 3)`. */
export function describeAlgorithm({ name, options }: Described): string {
  const given = Object.entries(options ?? {}).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)}`,
  )
  return given.length === 0 ? name : `${name} (${given.join(', ')})`
}

/**
 * The parameters of a study as rows of name, range, and default, condition and the range that is
 * searched instead. Elements of a list that are alike share a row, with `*` for their number.
 * @param words what is said of a range; default: a short text such as `float 1e-5..0.1 log`
 */
export function describeParams(
  history: History,
  words: (distribution: Distribution) => string = describeDistribution,
): string[][] {
  const rows = new Map<string, string[]>()
  const space = spaceOf(history)
  for (const param of space.params) {
    const now = history.adjusted.get(param.name)
    const narrowed = now === undefined ? '' : `now searched in ${words(now)}`
    addParam(rows, param, words, narrowed)
  }
  for (const param of history.discovered.values()) {
    if (space.index.has(param.name)) continue
    addParam(rows, param, words, param.when.length > 0 ? '' : 'met while running')
  }
  return [...rows.values()]
}

function addParam(
  rows: Map<string, string[]>,
  param: FlatParam,
  words: (distribution: Distribution) => string,
  note: string,
): void {
  const conditions = param.when.flatMap((condition) =>
    'in' in condition
      ? [`${general(condition.parent)} = ${condition.in.map(formatLabel).join(' or ')}`]
      : // Only elements of a list depend on its length, and their names say so.
        [],
  )
  const notes = [
    param.default === undefined ? '' : `default ${formatLabel(param.default)}`,
    conditions.length > 0 ? `when ${conditions.join(' and ')}` : '',
    note,
  ]
  const row = [general(param.name), words(param.distribution), notes.filter(Boolean).join(', ')]
  rows.set(JSON.stringify(row), row)
}

const general = (name: string): string => name.replaceAll(/\.\d+(?=\.|$)/g, '.*')
