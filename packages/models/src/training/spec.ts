import type { Problem } from '@attune/core'
import { nearest, refuseProblems } from '@attune/core'
import type { PreparationOptions } from '../data/prepare-options.ts'
import type { Task } from '../matrix.ts'
import { learnerNames } from './learners.ts'

/** What is trained on a table, as plain data. */
export interface TrainingSpec {
  /** One of `learnerNames`. */
  readonly learner: string
  /** Of the learner; default: its own. */
  readonly options?: Readonly<Record<string, unknown>>
  /** The column to predict. */
  readonly target: string
  /** Default: what the column looks like. */
  readonly task?: Task
  /** How the other columns become features; default: what suits the learner. */
  readonly preparation?: Omit<PreparationOptions, 'target' | 'task'>
  /** By which rows the model is judged. */
  readonly validation?: ValidationSpec
  /** Default 0. */
  readonly seed?: number
}

export interface ValidationSpec {
  /** Share of the rows that is held out; 0 for none. Default 0.2. */
  readonly share?: number
  /** Instead: cross-validation by so many folds; the model is then trained on all rows. */
  readonly folds?: number
  /** Rows that agree in this column (a speaker, a patient) stay on one side; it is no feature. */
  readonly group?: string
  /** Instead: later rows judge what earlier ones teach. */
  readonly time?: string
  /** Whether each part has its share of every class; default true. */
  readonly stratify?: boolean
}

type Rule = readonly [holds: (value: unknown) => boolean, expected: string]

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isMapping = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const text: Rule = [isText, 'a text']
const mapping: Rule = [isMapping, 'a mapping of names to values']

const rules: Readonly<Record<keyof TrainingSpec, Rule>> = {
  learner: [(value) => learnerNames.includes(value as string), `one of ${learnerNames.join(', ')}`],
  options: mapping,
  target: text,
  task: [
    (value) => value === 'classification' || value === 'regression',
    'classification or regression',
  ],
  preparation: mapping,
  validation: mapping,
  seed: [(value) => Number.isSafeInteger(value), 'a whole number'],
}

const validationRules: Readonly<Record<keyof ValidationSpec, Rule>> = {
  share: [
    (value) => typeof value === 'number' && value >= 0 && value < 1,
    'a number from 0 to below 1',
  ],
  folds: [
    (value) => Number.isInteger(value) && (value as number) >= 2,
    'a whole number of at least 2',
  ],
  group: text,
  time: text,
  stratify: [(value) => typeof value === 'boolean', 'true or false'],
}

/**
 * Checks what a file or a caller gives; options of the learner and the preparation are checked by them.
 *
 * @throws AttuneError `models/options` with every key that breaks its rule
 */
export function checkTrainingSpec(given: unknown, subject: string = 'The training'): TrainingSpec {
  const problems: Problem[] = []
  if (!isMapping(given)) {
    problems.push({ path: '', message: 'it must be a mapping with learner and target.' })
  } else {
    const spec = given as Readonly<Record<string, unknown>>
    check(spec, rules, '', problems)
    for (const key of ['learner', 'target']) {
      if (spec[key] === undefined) problems.push({ path: key, message: 'is needed.' })
    }
    if (isMapping(spec['validation'])) {
      const validation = spec['validation'] as Readonly<Record<string, unknown>>
      check(validation, validationRules, 'validation.', problems)
      if (validation['group'] !== undefined && validation['time'] !== undefined) {
        const message = 'rows are parted by group or by time, not by both. Leave one out.'
        problems.push({ path: 'validation', message })
      }
      if (validation['share'] !== undefined && validation['folds'] !== undefined) {
        const message = 'rows are held out by share or by folds, not by both. Leave one out.'
        problems.push({ path: 'validation', message })
      }
    }
  }
  refuseProblems('models/options', subject, problems)
  return given as TrainingSpec
}

function check(
  given: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, Rule>>,
  prefix: string,
  problems: Problem[],
): void {
  for (const [key, value] of Object.entries(given)) {
    const rule = Object.hasOwn(known, key) ? known[key] : undefined
    const path = prefix + key
    if (rule === undefined) {
      const meant = nearest(key, Object.keys(known))
      const hint =
        meant === undefined
          ? `Keys are ${Object.keys(known).join(', ')}.`
          : `Did you mean "${meant}"?`
      problems.push({ path, message: `is no key. ${hint}` })
    } else if (value !== undefined && !rule[0](value)) {
      problems.push({ path, message: `is ${JSON.stringify(value)}, but must be ${rule[1]}.` })
    }
  }
}
