import { createRng } from '@attune/core'
import { accuracy, mcc, sensitivity, specificity } from '@attune/models'
import type { BlockRow } from './published.ts'

const classes = 10
const samples = 200

/** The specificity that follows from the sensitivity when all classes have as many examples, both in percent. */
export const impliedSpecificity = (sensitivityPercent: number, labels = classes): number =>
  100 - (100 - sensitivityPercent) / (labels - 1)

/** How far the printed specificity of a row lies from the one that follows, in points. */
export const contradiction = ({ quality: [sens, spec] }: BlockRow): number =>
  spec - impliedSpecificity(sens)

/** The largest differences over random predictions. */
export interface IdentityCheck {
  /** Formulas 16 to 19 worked out from counts of two labels, against the metrics. */
  readonly formulas: number
  /** Specificity against what follows from sensitivity, of ten labels with equally many examples. */
  readonly identity: number
  /** Accuracy against sensitivity, of the same. */
  readonly accuracy: number
}

/** Asks the metrics that judge all trainings here. */
export function checkIdentities(): IdentityCheck {
  const rng = createRng('gamma identities')
  const most = { formulas: 0, identity: 0, accuracy: 0 }
  const note = (key: keyof typeof most, difference: number): void => {
    most[key] = Math.max(most[key], Math.abs(difference))
  }
  for (let i = 0; i < samples; i++) {
    const skill = rng.next()
    const two = Array.from({ length: 50 }, () => rng.int(2))
    const guess = two.map((label) => (rng.next() < skill ? label : rng.int(2)))
    for (const difference of formulas(two, guess)) note('formulas', difference)
    const ten = Array.from({ length: 20 * classes }, (_, k) => k % classes)
    const told = ten.map((label) => (rng.next() < skill ? label : rng.int(classes)))
    const sens = sensitivity(ten, told, { classes })
    note('identity', specificity(ten, told, { classes }) - (1 - (1 - sens) / (classes - 1)))
    note('accuracy', accuracy(ten, told) - sens)
  }
  return most
}

function formulas(actual: readonly number[], predicted: readonly number[]): number[] {
  const count = (a: number, p: number): number =>
    actual.filter((label, i) => label === a && predicted[i] === p).length
  const [tp, tn, fp, fn] = [count(1, 1), count(0, 0), count(0, 1), count(1, 0)]
  const binary = { average: 'binary', positive: 1 } as const
  const root = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
  return [
    sensitivity(actual, predicted, binary) - tp / (tp + fn),
    specificity(actual, predicted, binary) - tn / (tn + fp),
    accuracy(actual, predicted) - (tp + tn) / (tp + tn + fp + fn),
    root === 0 ? 0 : mcc(actual, predicted) - (tp * tn - fp * fn) / root,
  ]
}
