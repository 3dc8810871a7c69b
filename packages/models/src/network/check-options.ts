import type { Problem } from '@attune/core'
import { nearest, refuseProblems } from '@attune/core'
import { specProblems } from '../engine/optimizer-options.ts'
import type { OptimizerSpec } from '../engine/optimizer.ts'
import type { Schedule } from '../engine/schedule.ts'
import { createSchedule } from '../engine/schedule.ts'
import type { OptionRule } from '../options.ts'
import {
  checkedOptions,
  either,
  numberAbove,
  numberAtLeast,
  oneOf,
  trueOrFalse,
  wholeNumber,
} from '../options.ts'
import type { Task } from '../matrix.ts'
import { onlineProblems } from '../online/options.ts'
import { activations } from './layers.ts'
import type { CheckedOptions, NetworkOptions } from './options.ts'

/** All options with their defaults. */
export function networkDefaults(task: Task): CheckedOptions {
  return {
    layers: null,
    inputShape: null,
    depth: 2,
    units: 64,
    activation: 'relu',
    batchNorm: false,
    dropout: 0,
    noise: 0,
    embedding: 0,
    l1: 0,
    l2: 0,
    loss: task === 'classification' ? 'crossEntropy' : 'squared',
    labelSmoothing: 0,
    classWeights: 'none',
    huberDelta: 1,
    scaleTarget: true,
    optimizer: { kind: 'adam', rate: 0.001 },
    schedule: { kind: 'constant' },
    clip: null,
    epochs: 30,
    batch: 32,
    earlyStopping: null,
    online: null,
    reportEvery: 0,
    executor: 'auto',
  }
}

const optimizerKinds = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam', 'adamw'] as const

export const nothing = (rule: OptionRule): OptionRule => ({
  rule: `null, or ${rule.rule}`,
  allows: (value) => value === null || rule.allows(value),
})

/** An object whose fields keep their rules; fields may be left out. */
export function fieldsOf(fields: Readonly<Record<string, OptionRule>>): OptionRule {
  const told = Object.entries(fields).map(([name, { rule }]) => `${name} ${rule}`)
  return {
    rule: `{ ${told.join('; ')} }`,
    allows: (value) =>
      isObject(value) &&
      Object.entries(value).every(
        ([name, part]) =>
          part === undefined || (Object.hasOwn(fields, name) && fields[name]!.allows(part)),
      ),
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** At least 0 and below 1. */
const share: OptionRule = {
  rule: 'a number of at least 0 and below 1',
  allows: (value) => typeof value === 'number' && value >= 0 && value < 1,
}

const inside: OptionRule = {
  rule: 'a number between 0 and 1',
  allows: (value) => typeof value === 'number' && value > 0 && value < 1,
}

/** What is within layers and shapes is checked with the network. */
const anyList: OptionRule = { rule: 'a list', allows: (value) => Array.isArray(value) }

export const optimizer: OptionRule = {
  rule: `{ kind: ${optimizerKinds.join(', ')}; rate above 0; constants from 0 and below 1 }`,
  allows: (value) => {
    const { kind, rate } = (value ?? {}) as { kind?: unknown; rate?: unknown }
    const known = optimizerKinds.includes(kind as OptimizerSpec['kind'])
    const moves = rate === undefined || numberAbove(0).allows(rate)
    return isObject(value) && known && moves && specProblems(value as OptimizerSpec).length === 0
  },
}

const scheduleKinds = [
  'constant',
  'fixed',
  'step',
  'exponential',
  'linear',
  'cosine',
  'one-cycle',
  'plateau',
] as const

const schedule: OptionRule = {
  rule: `{ kind: ${scheduleKinds.join(', ')} } with shares from 0 to 1`,
  allows: (value) => {
    const { kind } = (value ?? {}) as { kind?: unknown }
    if (!scheduleKinds.includes(kind as Schedule['kind'])) return false
    try {
      createSchedule(value as Schedule, 1, 1)
      return true
    } catch {
      return false
    }
  },
}

const labelWeights: OptionRule = {
  rule: 'weights of at least 0 by label',
  allows: (value) => isObject(value) && Object.values(value).every(numberAtLeast(0).allows),
}

const rules: { readonly [K in keyof CheckedOptions]: OptionRule } = {
  layers: nothing(anyList),
  inputShape: nothing(anyList),
  depth: wholeNumber(0, 100),
  units: wholeNumber(1),
  activation: oneOf(...activations),
  batchNorm: trueOrFalse,
  dropout: share,
  noise: numberAtLeast(0),
  embedding: either(oneOf('auto'), wholeNumber(0)),
  l1: numberAtLeast(0),
  l2: numberAtLeast(0),
  loss: oneOf('crossEntropy', 'binary', 'squared', 'absolute', 'huber'),
  labelSmoothing: share,
  classWeights: either(oneOf('none', 'balanced'), labelWeights),
  huberDelta: numberAbove(0),
  scaleTarget: trueOrFalse,
  optimizer,
  schedule,
  clip: nothing(fieldsOf({ norm: numberAbove(0), value: numberAbove(0) })),
  epochs: wholeNumber(1),
  batch: wholeNumber(1),
  earlyStopping: nothing(
    fieldsOf({
      patience: wholeNumber(1),
      metric: oneOf('loss', 'score'),
      minDelta: numberAtLeast(0),
      restoreBest: trueOrFalse,
      share: inside,
    }),
  ),
  online: {
    rule: 'null, or an object such as { l2: true, noise: true }',
    allows: (value) => value === null || isObject(value),
  },
  reportEvery: wholeNumber(0),
  executor: oneOf('auto', 'onnxruntime-node', 'onnxruntime-web', 'reference'),
}

const lossesOf = {
  classification: ['crossEntropy', 'binary'],
  regression: ['squared', 'absolute', 'huber'],
} as const

/**
 * The options with their defaults.
 * @param labels of a classification, whose names class weights must have
 * @throws AttuneError `models/options` with every option that is out of range
 */
export function checkNetworkOptions(
  task: Task,
  labels: readonly string[],
  given: Partial<NetworkOptions>,
): CheckedOptions {
  const defaults = networkDefaults(task)
  const options = checkedOptions<NetworkOptions>('network', defaults, given, rules)
  const problems: Problem[] = []
  const losses: readonly string[] = lossesOf[task]
  if (!losses.includes(options.loss)) {
    const message = `is ${options.loss}, but for a ${task} must be one of ${losses.join(', ')}.`
    problems.push({ path: 'loss', message })
  }
  if (typeof options.classWeights === 'object') {
    for (const label of Object.keys(options.classWeights)) {
      if (labels.includes(label)) continue
      const meant = nearest(label, labels)
      const hint = meant === undefined ? '' : ` Did you mean '${meant}'?`
      problems.push({ path: `classWeights.${label}`, message: `There is no such label.${hint}` })
    }
  }
  if (options.online !== null) {
    for (const { path, message } of onlineProblems(options.online)) {
      problems.push({ path: path === '' ? 'online' : `online.${path}`, message })
    }
  }
  refuseProblems('models/options', 'network', problems)
  return options
}
