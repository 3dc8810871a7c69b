import { log } from '@attune/core/math'
import type { Target } from '../../matrix.ts'
import { logistic, softmaxRows } from '../parts/predictions.ts'
import type { Examples } from '../trees/examples.ts'
import type { Link } from '../trees/ensemble-graph.ts'

/** A loss with its derivatives by the outputs of the trees. */
export interface Objective {
  readonly link: Link
  readonly outputs: number
  /** The outputs that are best when they are the same for all rows. */
  readonly base: Float64Array
  /** Looks at the outputs of a round, row by row; the derivatives below are taken there. */
  look(raw: Float64Array): void
  /** First and second derivatives of the weighted loss by one output. */
  derive(output: number, gradients: Float64Array, hessians: Float64Array): void
}

/** The output of a class without rows: its softmax is 0 beside any other, also in float32. */
const never = -1e30

/** Half the squared error of numbers, cross-entropy of classes: logistic of two, softmax of more. */
export function objectiveOf({ target, weights }: Examples): Objective {
  if (target.kind === 'numbers') return squaredError(target.values, weights)
  const shares = new Float64Array(target.labels.length)
  target.codes.forEach((code, row) => (shares[code]! += weights[row]! / weights.length))
  return target.labels.length === 2
    ? logisticLoss(target.codes, weights, shares)
    : softmaxLoss(target, weights, shares)
}

function squaredError(y: Float64Array, weights: Float64Array): Objective {
  let mean = 0
  y.forEach((value, row) => (mean += (weights[row]! * value) / y.length))
  let outputs: Float64Array = y
  return {
    link: 'values',
    outputs: 1,
    base: Float64Array.of(mean),
    look: (raw) => void (outputs = raw),
    derive(_, gradients, hessians) {
      for (let row = 0; row < y.length; row++) {
        const w = weights[row]!
        gradients[row] = w * (outputs[row]! - y[row]!)
        hessians[row] = w
      }
    },
  }
}

function logisticLoss(codes: Int32Array, weights: Float64Array, shares: Float64Array): Objective {
  let outputs: Float64Array = new Float64Array(0)
  return {
    link: 'logistic',
    outputs: 1,
    base: Float64Array.of(log(shares[1]! / shares[0]!)),
    look: (raw) => void (outputs = raw),
    derive(_, gradients, hessians) {
      for (let row = 0; row < codes.length; row++) {
        const w = weights[row]!
        const p = logistic(outputs[row]!)
        gradients[row] = w * (p - codes[row]!)
        hessians[row] = w * p * (1 - p)
      }
    },
  }
}

function softmaxLoss(
  { codes, labels }: Extract<Target, { kind: 'classes' }>,
  weights: Float64Array,
  shares: Float64Array,
): Objective {
  const outputs = labels.length
  const probabilities = new Float64Array(codes.length * outputs)
  return {
    link: 'softmax',
    outputs,
    base: shares.map((share) => (share > 0 ? log(share) : never)),
    look(raw) {
      probabilities.set(raw)
      softmaxRows(probabilities, outputs)
    },
    derive(output, gradients, hessians) {
      for (let row = 0; row < codes.length; row++) {
        const w = weights[row]!
        const p = probabilities[row * outputs + output]!
        gradients[row] = w * (p - (codes[row] === output ? 1 : 0))
        hessians[row] = w * p * (1 - p)
      }
    },
  }
}
