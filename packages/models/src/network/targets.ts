import { AttuneError } from '@attune/core'
import type { Target, Task } from '../matrix.ts'
import { square } from '../elementary.ts'

export type LossName = (typeof lossNames)[number]

export const lossNames = ['crossEntropy', 'binary', 'squared', 'absolute', 'huber'] as const

/** What targets are to the output layer. */
export interface TargetCoding {
  readonly task: Task
  readonly labels: readonly string[]
  readonly loss: LossName
  /** Numbers that the output layer has. */
  readonly outputs: number
  /** Of class targets: the share of probability that is spread over all labels; 0 of others. */
  readonly labelSmoothing: number
  /** Of number targets: a value is coded as (value - mean) / scale. */
  readonly mean: number
  readonly scale: number
}

/** Weights of labels: `balanced` makes all labels count alike, or by label; missing ones have 1. */
export type ClassWeights = 'none' | 'balanced' | Readonly<Record<string, number>>

/** The task that a target asks for. */
export const taskOf = (target: Target): Task =>
  target.kind === 'classes' ? 'classification' : 'regression'

/**
 * How a target is coded. Numbers are brought to mean 0 and variance 1 with `scaleTarget`, so that
 * neither rates nor the beginning of weights depend on their unit.
 *
 * @throws AttuneError `models/data` for a target of no rows, and numbers that are not finite
 */
export function codingOf(
  target: Target,
  loss: LossName,
  options: { readonly labelSmoothing: number; readonly scaleTarget: boolean },
): TargetCoding {
  if (target.kind === 'classes') {
    const { labels } = target
    const outputs = loss === 'binary' && labels.length === 2 ? 1 : labels.length
    const { labelSmoothing } = options
    return { task: 'classification', labels, loss, outputs, labelSmoothing, mean: 0, scale: 1 }
  }
  const { mean, sd } = momentsOf(target.values)
  const [from, by] = options.scaleTarget ? [mean, sd === 0 ? 1 : sd] : [0, 1]
  const common = { labels: [], loss, outputs: 1, labelSmoothing: 0 }
  return { task: 'regression', ...common, mean: from, scale: by }
}

function momentsOf(values: Float64Array): { mean: number; sd: number } {
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) {
    throw new AttuneError(
      'models/data',
      `The target of row ${bad} is ${values[bad]}; all must be finite.`,
    )
  }
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += square(value - mean)
  return { mean, sd: Math.sqrt(squares / values.length) }
}

/**
 * Writes the coded targets of some rows, `outputs` numbers a row: of cross-entropy with label smoothing
 * s, (1 - s) · one-hot + s / labels (C. Szegedy and others, "Rethinking the Inception architecture",
 * CVPR 2016); of binary losses (1 - s) · y + s / 2.
 *
 * @param rows which, of which `count` from `start` on are written
 */
export function encodeTargets(
  coding: TargetCoding,
  target: Target,
  rows: Int32Array,
  start: number,
  count: number,
  into: Float32Array,
): void {
  const { outputs, mean, scale, labelSmoothing: share } = coding
  if (target.kind === 'numbers') {
    for (let i = 0; i < count; i++) {
      into[i] = (target.values[rows[start + i]!]! - mean) / scale
    }
    return
  }
  const rest = coding.loss === 'binary' ? share / 2 : share / outputs
  const hit = 1 - share + rest
  for (let i = 0; i < count; i++) {
    const code = target.codes[rows[start + i]!]!
    if (outputs === 1) {
      into[i] = code === 1 ? hit : rest
      continue
    }
    into.fill(rest, i * outputs, (i + 1) * outputs)
    into[i * outputs + code] = hit
  }
}

/**
 * How much every row counts: its share of attention times the weight of its label. Attention is scaled
 * to a mean of 1, so that it moves no rate; weights of labels are taken as they are, and `balanced`
 * ones, rows / (labels · rows of the label), have a mean of 1.
 */
export function exampleWeights(
  target: Target,
  classWeights: ClassWeights,
  attention: Float64Array | undefined,
): Float32Array {
  const rows = target.kind === 'classes' ? target.codes.length : target.values.length
  const weights = new Float32Array(rows).fill(1)
  if (attention !== undefined) {
    let sum = 0
    for (const share of attention) sum += share
    for (let i = 0; i < rows; i++) weights[i] = (attention[i]! * rows) / sum
  }
  if (target.kind === 'classes' && classWeights !== 'none') {
    const byCode = labelWeights(target.codes, target.labels, classWeights)
    for (let i = 0; i < rows; i++) weights[i] = weights[i]! * byCode[target.codes[i]!]!
  }
  return weights
}

function labelWeights(
  codes: Int32Array,
  labels: readonly string[],
  weights: 'balanced' | Readonly<Record<string, number>>,
): number[] {
  if (weights !== 'balanced') return labels.map((label) => weights[label] ?? 1)
  const counts = new Float64Array(labels.length)
  for (const code of codes) counts[code] = counts[code]! + 1
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
  return Array.from(counts, (count) => (count === 0 ? 1 : codes.length / (present * count)))
}
