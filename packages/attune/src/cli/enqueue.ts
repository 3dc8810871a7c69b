import type { History, Label, Problem, Values } from '@attune/core'
import { AttuneError, refuseProblems, spaceOf, stateOf } from '@attune/core'

import { formatValues } from '../text/format.ts'
import type { Assignment } from './assignments.ts'
import { paramOf, paramsNamed, parseValue, readWords, sayTwice } from './assignments.ts'
import { wholeNumber } from './flags.ts'
import type { Io } from './io.ts'
import { openToSteer } from './open-to-steer.ts'
import { answer, describeRunners } from './steering.ts'

export interface EnqueueOptions {
  /** The study, if it is named, and values: `lr=0.01`. */
  readonly words: readonly string[]
  /** The trial with whose files it starts. */
  readonly from?: string | undefined
  /** How often it is tried; default 1. */
  readonly times?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** One JSON object. */
  readonly json?: boolean | undefined
}

/**
 * `attune enqueue`: puts a configuration in front of what the sampler proposes, which completes it
 * where values are missing.
 * @throws AttuneError `usage` with every mistake in the values; `space/values` when they contradict
 *   each other or a constraint
 */
export async function enqueue(options: EnqueueOptions, io: Io): Promise<number> {
  const { study: named, assignments } = readWords(options.words)
  const from = wholeNumber('--from', options.from, 0)
  const times = wholeNumber('--times', options.times, 1) ?? 1
  if (assignments.length === 0 && from === undefined) {
    const message = 'attune enqueue takes values, such as lr=0.01, or --from TRIAL.'
    throw new AttuneError('usage', message)
  }
  await using steered = await openToSteer({ study: named, journal: options.journal })
  const { study } = steered
  const { history, name } = study
  const values = valuesOf(history, assignments)
  for (let i = 0; i < times; i++) {
    await study.enqueueValues(values, from === undefined ? {} : { from })
  }
  const runners = await steered.runners()
  const suggested = [...history.open].filter((trial) => stateOf(history, trial) === 'waiting')
  const before = suggested.length + history.enqueued.length - history.taken - times
  const lines = [
    `Enqueued for study ${name}${times === 1 ? '' : ` ${times} times`}: ${formatValues(values) || 'any configuration'}${from === undefined ? '' : `, starting with the files of trial ${from}`}.`,
    ...(isWhole(history, values) ? [] : ['The sampler proposes the other parameters.']),
    ...duplicatesLine(history, times),
    whenTried(history, before, runners.length > 0),
    describeRunners(runners),
  ]
  const object = { study: name, command: 'enqueue', values, from, times, before, runners }
  answer(io, options.json, lines, object)
  return 0
}

function valuesOf(history: History, assignments: readonly Assignment[]): Values {
  const problems: Problem[] = []
  const values: Record<string, Label> = {}
  const names: string[] = []
  for (const { word, name, operator, text } of assignments) {
    const say = (message: string): void => void problems.push({ path: word, message })
    const found = paramsNamed(history, name)
    const [flat, ...others] = typeof found === 'string' ? [] : found
    const param = flat === undefined ? undefined : paramOf(history, flat)
    if (operator !== '=') say('a value is set with "=". Write NAME=VALUE.')
    else if (typeof found === 'string') say(found)
    else if (flat === undefined || param === undefined || others.length > 0) {
      say(`it may be ${found.join(' or ')}. Write the whole name.`)
    } else {
      const parsed = parseValue(text, param, history.adjusted.get(flat))
      if (typeof parsed === 'string') say(parsed)
      else values[flat] = parsed.value
      names.push(flat)
    }
  }
  sayTwice(names, problems)
  refuseProblems('usage', 'The configuration', problems)
  return values
}

/** Whether nothing that is declared is left to the sampler, as far as one can tell at a glance. */
function isWhole(history: History, values: Values): boolean {
  return spaceOf(history).params.every(({ name, when }) => name in values || when.length > 0)
}

function duplicatesLine(history: History, times: number): string[] {
  const rule = history.config?.duplicates
  if (rule?.policy !== 'memoise') return []
  if (times > rule.evaluations || rule.evaluations === 1) {
    return [
      `The study takes over results of configurations that were evaluated ${rule.evaluations === 1 ? 'before' : `${rule.evaluations} times`} (duplicates: memoise).`,
    ]
  }
  return []
}

function whenTried(history: History, before: number, isRun: boolean): string {
  const ahead =
    before <= 0 ? '' : ` after ${before} that ${before === 1 ? 'waits' : 'wait'} already`
  if (history.steering?.command === 'pause') {
    return `The study is paused; it is tried${ahead} when the study goes on.`
  }
  return isRun
    ? `It is tried next${ahead}, as soon as a worker is free.`
    : `The next attune run tries it first${ahead}.`
}
