import type { Annotation } from '@attune/core'
import { AttuneError } from '@attune/core'

import { wholeNumber } from './flags.ts'
import type { Io } from './io.ts'
import { openToSteer } from './open-to-steer.ts'
import { answer } from './steering.ts'

interface Shared {
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** One JSON object. */
  readonly json?: boolean | undefined
}

export interface ExcludeOptions extends Shared {
  /** Numbers of trials, and the study if it is named. */
  readonly words: readonly string[]
  /** Take the trials back. */
  readonly undo?: boolean | undefined
  /** A reason, kept with the trials. */
  readonly why?: string | undefined
}

/**
 * `attune exclude`: trials that are out of search, the best, analysis and charts from now on, or back.
 * @throws AttuneError `usage` without a trial; `trial/state` when there is no such trial
 */
export async function exclude(options: ExcludeOptions, io: Io): Promise<number> {
  const { words, undo = false, why, json, journal } = options
  const trials = [...new Set(words.filter(isNumber).map((word) => trialNumber(word)))]
  const names = words.filter((word) => !isNumber(word))
  if (trials.length === 0 || names.length > 1) {
    throw new AttuneError(
      'usage',
      'attune exclude takes numbers of trials: attune exclude digits 3 17',
    )
  }
  await using steered = await openToSteer({ study: names[0], journal })
  const { study } = steered
  for (const trial of trials) study.trial(trial)
  for (const trial of trials) {
    const said = { trial, excluded: !undo, by: userName() }
    await study.annotate(why === undefined ? said : { ...said, why })
  }
  const listed = `${trials.length === 1 ? 'Trial' : 'Trials'} ${trials.join(', ')} of study ${study.name}`
  const verb = trials.length === 1 ? ['is', 'takes'] : ['are', 'take']
  const line = undo
    ? `${listed} ${verb[1]} part again in search, analysis and charts.`
    : `${listed} ${verb[0]} out of search, analysis and charts; --undo takes ${trials.length === 1 ? 'it' : 'them'} back.`
  const excluded = [...study.history.excluded].sort((a, b) => a - b)
  const runners = await steered.runners()
  const done = { study: study.name, command: 'exclude', trials, undo, why, excluded, runners }
  answer(io, json, [line], done)
  return 0
}

export interface NoteOptions extends Shared {
  readonly study: string
  /** Empty takes the note away. */
  readonly text: string
  /** The number of a trial, as it was written; default: the study itself. */
  readonly trial?: string | undefined
}

/** `attune note`: the note of a study or of a trial, in place of the one before. */
export async function note({ text, ...options }: NoteOptions, io: Io): Promise<number> {
  const words = text === '' ? 'has no note any more' : 'has a new note'
  return await say({ note: text }, words, 'note', options, io)
}

export interface TagOptions extends Shared {
  readonly study: string
  readonly tags: readonly string[]
  /** The number of a trial, as it was written; default: the study itself. */
  readonly trial?: string | undefined
  /** Take these tags away. */
  readonly remove?: boolean | undefined
}

/** `attune tag`: adds tags to a study or to a trial, or takes some away. */
export async function tag({ tags, remove, ...options }: TagOptions, io: Io): Promise<number> {
  await using steered = await openToSteer(options)
  const { history } = steered.study
  const trial = options.trial === undefined ? undefined : trialNumber(options.trial)
  const known = (trial === undefined ? history.about : history.details.get(trial))?.tags ?? []
  const next =
    remove === true ? known.filter((one) => !tags.includes(one)) : [...new Set([...known, ...tags])]
  const words = next.length === 0 ? 'has no tags' : `is tagged ${next.join(', ')}`
  return await say({ tags: next }, words, 'tag', options, io)
}

async function say(
  annotation: Annotation,
  words: string,
  command: 'note' | 'tag',
  options: Shared & { readonly study: string; readonly trial?: string | undefined },
  io: Io,
): Promise<number> {
  await using steered = await openToSteer(options)
  const { study } = steered
  const trial = options.trial === undefined ? undefined : trialNumber(options.trial)
  const about = trial === undefined ? {} : { trial }
  await study.annotate({ ...annotation, ...about, by: userName() })
  const whom = trial === undefined ? `Study ${study.name}` : `Trial ${trial} of study ${study.name}`
  const done = { study: study.name, command, ...about, ...annotation }
  answer(io, options.json, [`${whom} ${words}.`], { ...done, runners: await steered.runners() })
  return 0
}

const isNumber = (word: string): boolean => /^\d+$/.test(word)

/** @throws AttuneError `usage` when a text is no number of a trial */
export function trialNumber(given: string): number {
  if (isNumber(given)) return wholeNumber('TRIAL', given, 0) as number
  throw new AttuneError('usage', `A trial is given by its number, got "${given}".`)
}

/** Who says it, as far as the environment tells. */
export const userName = (): string => process.env['USER'] ?? process.env['USERNAME'] ?? 'somebody'
