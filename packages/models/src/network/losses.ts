import type { GraphBuilder, Tensor } from '../graph/builder.ts'
import * as op from '../graph/operators.ts'
import type { LossName } from './targets.ts'

/**
 * The loss of a batch, a number: Σ weights · loss of the row. Of classes the scores are logits; of
 * several numbers a row the losses of `binary`, `squared`, `absolute` and `huber` are summed.
 *
 * @param scores [rows, outputs]
 * @param targets [rows, outputs], coded
 * @param weights [rows]; 1 / rows each makes the mean
 * @param huberDelta where Huber's loss turns from x² / 2 into delta · (|x| - delta / 2) (P. Huber, 1964)
 */
export function lossOf(
  g: GraphBuilder,
  loss: LossName,
  scores: Tensor,
  targets: Tensor,
  weights: Tensor,
  huberDelta: number,
): Tensor {
  return op.reduceSum(g, op.mul(g, lossByRow(g, loss, scores, targets, huberDelta), weights))
}

/** The loss of every row, without weights: scores and targets [..., outputs] → [...]. */
export function lossByRow(
  g: GraphBuilder,
  loss: LossName,
  scores: Tensor,
  targets: Tensor,
  delta: number,
): Tensor {
  if (loss === 'crossEntropy') return op.softmaxCrossEntropy(g, scores, targets)
  return op.reduceSum(g, byPlace(g, loss, scores, targets, delta), { axes: [-1] })
}

function byPlace(
  g: GraphBuilder,
  loss: Exclude<LossName, 'crossEntropy'>,
  scores: Tensor,
  targets: Tensor,
  delta: number,
): Tensor {
  switch (loss) {
    case 'binary':
      return op.sigmoidCrossEntropy(g, scores, targets)
    case 'squared':
      return op.squaredError(g, scores, targets)
    case 'absolute':
      return op.abs(g, op.sub(g, scores, targets))
    case 'huber': {
      // With c = min(|x|, delta) both branches are c · (|x| - c / 2).
      const size = op.abs(g, op.sub(g, scores, targets))
      const bounded = op.clip(g, size, { max: delta })
      return op.mul(g, bounded, op.sub(g, size, op.mul(g, bounded, 0.5)))
    }
  }
}

/** What scores mean to people: probabilities [rows, labels], or the values themselves. */
export function predictionOf(
  g: GraphBuilder,
  scores: Tensor,
  coding: {
    readonly task: 'classification' | 'regression'
    readonly loss: LossName
    readonly outputs: number
    readonly mean: number
    readonly scale: number
  },
): Tensor {
  if (coding.task === 'regression') {
    const scaled = coding.scale === 1 ? scores : op.mul(g, scores, coding.scale)
    return coding.mean === 0 ? scaled : op.add(g, scaled, coding.mean)
  }
  if (coding.loss === 'crossEntropy') return op.softmax(g, scores)
  if (coding.outputs === 1) {
    const second = op.sigmoid(g, scores)
    return op.concat(g, [op.sub(g, 1, second), second], 1)
  }
  // Every label's own probability, made to add up to 1: the softmax of log sigmoid.
  return op.softmax(g, op.neg(g, op.softplus(g, op.neg(g, scores))))
}
