import { createRng } from '@attune/core'
import type { TensorData } from '../../src/engine/executor.ts'
import type { TrainingGraph } from '../../src/engine/step.ts'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import { checkNetwork } from '../../src/network/check-network.ts'
import { fillMask, fillNormal } from '../../src/network/draws.ts'
import { scoringGraph, trainingGraph } from '../../src/network/graphs.ts'
import type { Layer } from '../../src/network/layers.ts'
import type { Sizes } from '../../src/network/shapes.ts'
import { product } from '../../src/network/shapes.ts'
import type { LossName } from '../../src/network/targets.ts'
import { drawsOf, initialWeights, weightsOf } from '../../src/network/weights.ts'

/** Normal numbers, the same for the same name. */
export function normals(name: string, length: number, sd: number = 1): Float64Array {
  const values = new Float32Array(length)
  fillNormal(createRng('test', name), values, sd)
  return Float64Array.from(values)
}

export type Tensors = Record<string, Float64Array>

/** Weights that are nowhere special: initial ones with some noise, so that no bias is 0. */
export function someWeights(layers: readonly Layer[], input: Sizes, outputs: number): Tensors {
  const plan = checkNetwork(layers, input, outputs)
  const initial = initialWeights(weightsOf(plan), 1)
  return Object.fromEntries(
    Object.entries(initial).map(([name, values]) => {
      const noise = normals(name, values.length, 0.1)
      return [name, noise.map((value, i) => value + values[i]!)]
    }),
  )
}

/** The scores of a network in use, in float64. */
export async function scoresOf(
  layers: readonly Layer[],
  input: Sizes,
  outputs: number,
  x: Float64Array,
  weights: Tensors,
  statistics: Tensors = {},
): Promise<Float64Array> {
  const plan = checkNetwork(layers, input, outputs)
  const compiled = await referenceExecutor().compile(scoringGraph(plan))
  const rows = x.length / product(input)
  const found = await compiled.run({ ...weights, ...statistics, x }, { dims: { rows } })
  return found['scores'] as Float64Array
}

export interface GradientCase {
  readonly layers: readonly Layer[]
  readonly input: Sizes
  readonly outputs?: number
  readonly loss?: LossName
  readonly targets?: Float64Array
  readonly x?: Float64Array
  readonly rows?: number
}

/** The training graph of a case with weights and a batch for it. */
export function trainingOf(of: GradientCase): {
  readonly training: TrainingGraph
  readonly weights: Tensors
  readonly batch: Record<string, Float64Array>
  readonly rows: number
} {
  const { layers, input, outputs = 2, loss = 'squared', rows = 3 } = of
  const plan = checkNetwork(layers, input, outputs)
  const batch: Record<string, Float64Array> = {
    x: of.x ?? normals('x', rows * product(input)),
    targets: of.targets ?? normals('targets', rows * outputs),
    weights: Float64Array.from({ length: rows }, (_, i) => (i + 1) / 6),
  }
  for (const { name, kind, amount, size } of drawsOf(plan)) {
    const drawn = new Float32Array(rows * size)
    if (kind === 'mask') fillMask(createRng(name), drawn, amount)
    else fillNormal(createRng(name), drawn, amount)
    batch[name] = Float64Array.from(drawn)
  }
  const training = trainingGraph(plan, loss, 0.7)
  return { training, weights: someWeights(layers, input, outputs), batch, rows }
}

/**
 * The largest difference between gradients and central differences of the loss over some places of
 * every weight, as a share of the largest gradient of that weight.
 */
export async function gradientError(of: GradientCase): Promise<number> {
  const { training, weights, batch, rows } = trainingOf(of)
  const compiled = await referenceExecutor().compile(training.graph)
  const at = async (values: Tensors): Promise<Record<string, TensorData>> =>
    compiled.run({ ...batch, ...values }, { dims: { rows } })
  const found = await at(weights)
  let worst = 0
  for (const [name, values] of Object.entries(weights)) {
    const gradient = found[training.gradients[name]!] as Float64Array
    const largest = Math.max(1e-3, ...gradient.map(Math.abs))
    for (let k = 0; k < values.length; k += Math.max(1, Math.floor(values.length / 4))) {
      const moved = async (by: number): Promise<number> => {
        const other = values.slice()
        other[k] = other[k]! + by
        return Number((await at({ ...weights, [name]: other }))['loss']![0])
      }
      const slope = ((await moved(1e-5)) - (await moved(-1e-5))) / 2e-5
      worst = Math.max(worst, Math.abs(slope - gradient[k]!) / largest)
    }
  }
  return worst
}
