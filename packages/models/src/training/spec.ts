import type { Problem } from '@attune/core'
import { AttuneError, nearest, refuseProblems } from '@attune/core'
import type { PreparationOptions } from '../data/prepare-options.ts'
import { checkPreparationOptions } from '../data/prepare-options.ts'
import type { FederatedSpec } from '../federated/spec.ts'
import { federatedProblems, networkProblemsOf } from '../federated/spec.ts'
import type { Task } from '../matrix.ts'
import { learnerNamed, learnerNames } from './learners.ts'

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
  /** Of networks: rows stay with clients, who learn together; default: all rows are in one place. */
  readonly federated?: FederatedSpec
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
  /** Instead: later rows judge what earlier ones teach, by this column of numbers or dates. */
  readonly time?: string
  /** Whether each part has its share of every class; default true, but by time. */
  readonly stratify?: boolean
}

type Rule = readonly [holds: (value: unknown) => boolean, expected: string]
type Mapping = Readonly<Record<string, unknown>>

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const text: Rule = [isText, 'a text']
const texts: Rule = [
  (value) => Array.isArray(value) && value.every(isText),
  'a list of names of columns',
]
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
  federated: mapping,
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
 * Checks what a file or a caller gives, with the names of the learner's options; their values are
 * checked by the learner, which knows the data.
 *
 * @throws AttuneError `models/options` with every key that breaks its rule
 */
export function checkTrainingSpec(given: unknown, subject: string = 'The training'): TrainingSpec {
  const problems: Problem[] = []
  if (isMapping(given)) checkKeys(given, problems)
  else problems.push({ path: '', message: 'it must be a mapping with learner and target.' })
  refuseProblems('models/options', subject, problems)
  return given as TrainingSpec
}

function checkKeys(spec: Mapping, problems: Problem[]): void {
  check(spec, rules, '', problems)
  for (const key of ['learner', 'target']) {
    if (spec[key] === undefined) problems.push({ path: key, message: 'is needed.' })
  }
  const { learner, options, preparation, validation, federated, target } = spec
  if (learnerNames.includes(learner as string) && isMapping(options)) {
    checkOptionNames(learner as string, options, problems)
  }
  if (isMapping(preparation)) checkPreparation(preparation, target, problems)
  if (isMapping(validation)) checkValidation(validation, target, problems)
  if (isMapping(federated)) checkFederated(federated, spec, problems)
}

function checkFederated(federated: Mapping, spec: Mapping, problems: Problem[]): void {
  const { learner, options, target } = spec
  for (const { path, message } of federatedProblems(federated)) {
    problems.push({ path: `federated.${path}`, message })
  }
  if (learner !== 'network' && learnerNames.includes(learner as string)) {
    const message = `is for networks, whose weights have a mean; ${String(learner)} has none. Leave it out, or take learner: network.`
    problems.push({ path: 'federated', message })
  }
  const { clients } = federated
  if (isMapping(clients) && isText(target) && clients['column'] === target) {
    const message = `is ${JSON.stringify(target)}, which is the target. Name another column.`
    problems.push({ path: 'federated.clients.column', message })
  }
  if (!isMapping(options)) return
  for (const { path, message } of networkProblemsOf(options)) {
    problems.push({ path: `options.${path}`, message })
  }
}

function checkOptionNames(name: string, options: Mapping, problems: Problem[]): void {
  const learner = learnerNamed(name)
  const known = new Set(learner.tasks.flatMap((task) => Object.keys(learner.defaults(task))))
  for (const key of Object.keys(options)) {
    if (known.has(key)) continue
    problems.push({ path: `options.${key}`, message: `is no option. ${hint(key, [...known])}` })
  }
}

function checkPreparation(preparation: Mapping, target: unknown, problems: Problem[]): void {
  const { use, drop, byColumn, target: own, task, ...general } = preparation
  const path = 'preparation.'
  for (const [key, value] of Object.entries({ target: own, task })) {
    if (value === undefined) continue
    problems.push({ path: path + key, message: 'belongs beside the preparation, not in it.' })
  }
  check({ use, drop, byColumn }, { use: texts, drop: texts, byColumn: mapping }, path, problems)
  const known = isText(target) ? { target: target as string } : {}
  collect(path, { ...general, ...known }, problems)
  for (const [column, options] of Object.entries(isMapping(byColumn) ? byColumn : {})) {
    if (isMapping(options))
      collect(`${path}byColumn.${column}.`, { ...options, ...known }, problems)
    else problems.push({ path: `${path}byColumn.${column}`, message: `must be ${mapping[1]}.` })
  }
}

/** Adds what the preparation finds wrong with options. */
function collect(prefix: string, options: PreparationOptions, problems: Problem[]): void {
  try {
    checkPreparationOptions(options)
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error
    for (const { path, message } of error.details as unknown as readonly Problem[]) {
      problems.push({ path: prefix + path, message })
    }
  }
}

function checkValidation(validation: Mapping, target: unknown, problems: Problem[]): void {
  check(validation, validationRules, 'validation.', problems)
  const { group, time, share, folds } = validation
  if (group !== undefined && time !== undefined) {
    const message = 'rows are parted by group or by time, not by both. Leave one out.'
    problems.push({ path: 'validation', message })
  }
  if (share !== undefined && folds !== undefined) {
    const message = 'rows are held out by share or by folds, not by both. Leave one out.'
    problems.push({ path: 'validation', message })
  }
  for (const [key, column] of Object.entries({ group, time })) {
    if (column === undefined || column !== target) continue
    const message = `is ${JSON.stringify(column)}, which is the target. Name another column.`
    problems.push({ path: `validation.${key}`, message })
  }
}

function check(
  given: Mapping,
  known: Readonly<Record<string, Rule>>,
  prefix: string,
  problems: Problem[],
): void {
  for (const [key, value] of Object.entries(given)) {
    const rule = Object.hasOwn(known, key) ? known[key] : undefined
    const path = prefix + key
    if (rule === undefined) {
      problems.push({ path, message: `is no key. ${hint(key, Object.keys(known))}` })
    } else if (value !== undefined && !rule[0](value)) {
      const meant = key === 'learner' ? nearest(String(value), learnerNames) : undefined
      const must = meant === undefined ? `must be ${rule[1]}.` : `did you mean "${meant}"?`
      problems.push({ path, message: `is ${JSON.stringify(value)}, but ${must}` })
    }
  }
}

function hint(key: string, names: readonly string[]): string {
  const meant = nearest(key, names)
  return meant === undefined ? `There are ${names.join(', ')}.` : `Did you mean "${meant}"?`
}
