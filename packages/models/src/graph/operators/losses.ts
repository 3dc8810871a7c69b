import { broadcastDims } from '../broadcast.ts'
import { type GraphBuilder, type Tensor, impossible } from '../builder.ts'
import { sameDims, showDims } from '../sizes.ts'
import { logSoftmax, sigmoid, softplus } from './activations.ts'
import { exp, mul, neg, square, sub } from './arithmetic.ts'
import { reduceSum } from './reduce.ts'
import { unsqueeze } from './shape.ts'

/**
 * The cross-entropy of every row, -Σ targets · log softmax(logits) along the last axis: [n, classes] →
 * [n]. Each row of `targets` is a distribution (one-hot or smoothed): the derivative with respect to
 * the logits is taken as softmax(logits) - targets, which holds when the row adds up to 1.
 */
export function softmaxCrossEntropy(g: GraphBuilder, logits: Tensor, targets: Tensor): Tensor {
  if (!sameDims(logits.dims, targets.dims) || logits.dims.length === 0) {
    throw impossible(
      `Cross-entropy of logits ${showDims(logits.dims)} and targets ${showDims(targets.dims)}: both must have the same dims, the classes last.`,
    )
  }
  const logs = logSoftmax(g, logits)
  const loss = neg(g, reduceSum(g, mul(g, targets, logs), { axes: [-1] }))
  return g.composite([logits, targets], loss, (dy, wants) => {
    const rows = dy.dims.length === 0 ? dy : unsqueeze(g, dy, [-1])
    return [
      wants(0) ? mul(g, sub(g, exp(g, logs), targets), rows) : undefined,
      wants(1) ? neg(g, mul(g, logs, rows)) : undefined,
    ]
  })
}

/**
 * By place the cross-entropy of a probability in `targets` and sigmoid(logits), -t · log s -
 * (1 - t) · log(1 - s), without loss of precision.
 */
export function sigmoidCrossEntropy(g: GraphBuilder, logits: Tensor, targets: Tensor): Tensor {
  if (!sameDims(logits.dims, targets.dims)) {
    throw impossible(
      `Cross-entropy of logits ${showDims(logits.dims)} and targets ${showDims(targets.dims)}: both must have the same dims.`,
    )
  }
  const loss = sub(g, softplus(g, logits), mul(g, logits, targets))
  return g.composite([logits, targets], loss, (dy, wants) => [
    wants(0) ? mul(g, sub(g, sigmoid(g, logits), targets), dy) : undefined,
    wants(1) ? neg(g, mul(g, logits, dy)) : undefined,
  ])
}

/** By place (a - b)². */
export function squaredError(g: GraphBuilder, a: Tensor, b: Tensor): Tensor {
  broadcastDims('Squared error', a.dims, b.dims)
  return square(g, sub(g, a, b))
}
