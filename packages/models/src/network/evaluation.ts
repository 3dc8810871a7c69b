import type { CompiledGraph, GraphExecutor } from '../engine/executor.ts'
import type { Matrix, Target } from '../matrix.ts'
import type { NetworkPlan } from './check-network.ts'
import type { Feed } from './feed.ts'
import { lossGraph, scoringGraph } from './graphs.ts'
import type { TargetCoding } from './targets.ts'
import { encodeTargets } from './targets.ts'
import { square } from '../elementary.ts'

/** Rows that go through a network at once when it is used. */
const scoredAtOnce = 256

/** The scores of the output layer, row by row. */
export async function scoresOf(
  scoring: CompiledGraph,
  tensors: Feed,
  x: Matrix,
  outputs: number,
): Promise<Float32Array> {
  const scores = new Float32Array(x.rows * outputs)
  for (let start = 0; start < x.rows; start += scoredAtOnce) {
    const rows = Math.min(scoredAtOnce, x.rows - start)
    const part = x.data.subarray(start * x.columns, (start + rows) * x.columns)
    const result = await scoring.run({ ...tensors, x: part }, { dims: { rows } })
    scores.set(result['scores'] as Float32Array, start * outputs)
  }
  return scores
}

/** How a network does on rows that it does not learn from. */
export interface Judge {
  /**
   * The mean loss that is learnt with, but without any weights; and the accuracy of classes, or the
   * root mean squared error of numbers.
   */
  judge(tensors: Feed): Promise<{ readonly loss: number; readonly score: number }>
  release(): Promise<void>
}

export async function createJudge(
  executor: GraphExecutor,
  plan: NetworkPlan,
  coding: TargetCoding,
  huberDelta: number,
  { x, y }: { readonly x: Matrix; readonly y: Target },
): Promise<Judge> {
  const { rows } = x
  const { outputs } = coding
  const scoring = await executor.compile(scoringGraph(plan))
  const losses = await executor.compile(lossGraph(outputs, coding.loss, huberDelta))
  const targets = new Float32Array(rows * outputs)
  encodeTargets(
    coding,
    y,
    Int32Array.from({ length: rows }, (_, i) => i),
    0,
    rows,
    targets,
  )
  const weights = new Float32Array(rows).fill(1 / rows)
  return {
    async judge(tensors) {
      const scores = await scoresOf(scoring, tensors, x, outputs)
      const result = await losses.run({ scores, targets, weights }, { dims: { rows } })
      const score =
        y.kind === 'classes'
          ? accuracyOf(scores, outputs, y.codes)
          : rmseOf(scores, coding, y.values)
      return { loss: Number(result['loss']![0]), score }
    },
    async release() {
      await scoring.release()
      await losses.release()
    },
  }
}

function accuracyOf(scores: Float32Array, outputs: number, codes: Int32Array): number {
  let right = 0
  for (let i = 0; i < codes.length; i++) {
    if (likeliest(scores, outputs, i) === codes[i]) right++
  }
  return right / codes.length
}

/** The index of a row's highest score, of equals the first; one score is the second label's. */
function likeliest(scores: Float32Array, outputs: number, row: number): number {
  if (outputs === 1) return scores[row]! > 0 ? 1 : 0
  const at = row * outputs
  let best = 0
  for (let k = 1; k < outputs; k++) if (scores[at + k]! > scores[at + best]!) best = k
  return best
}

function rmseOf(scores: Float32Array, { mean, scale }: TargetCoding, values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += square(mean + scale * scores[i]! - values[i]!)
  return Math.sqrt(sum / values.length)
}
