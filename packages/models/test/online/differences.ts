import { constantsOf } from '../../src/engine/optimizer-options.ts'
import type { Clipping, OptimizerSpec } from '../../src/engine/optimizer.ts'
import type { CompiledGraph } from '../../src/engine/executor.ts'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import { checkNetworkOptions } from '../../src/network/check-options.ts'
import { trainingGraph } from '../../src/network/graphs.ts'
import type { NetworkOptions } from '../../src/network/options.ts'
import { planOf } from '../../src/network/plan.ts'
import { weightsOf } from '../../src/network/weights.ts'
import { addByProducts, addByWeights } from '../../src/online/hypergradients.ts'
import type { OnlineOptions } from '../../src/online/options.ts'
import { onlinePlan, quietPlan } from '../../src/online/places.ts'
import { productGraph } from '../../src/online/product-graph.ts'
import { normals } from '../network/helpers.ts'

type Tensors = Record<string, Float64Array>

export interface Case {
  readonly network: Partial<NetworkOptions>
  readonly online: OnlineOptions
  readonly optimizer: OptimizerSpec
  readonly clip?: Clipping
}

const columns = 3
const rows = 5
const rate = 0.05
const l1 = 0.01
/** Updates with this one. */
const steps = 4

/** Everything of a training step and a T2 batch, in float64. */
export async function problemOf({ network, online, optimizer, clip = {} }: Case) {
  const regression = ['squared', 'huber', 'absolute'].includes(network.loss ?? '')
  const task = regression ? 'regression' : 'classification'
  const labels = regression ? [] : ['a', 'b', 'c']
  const options = checkNetworkOptions(task, labels, { online, ...network })
  const outputs = regression ? 1 : 3
  const planWith = (l2: number) => planOf({ ...options, l2 }, { columns }, outputs)
  const plan = onlinePlan(online, options, task, planWith(0), planWith(1), rate)
  const compile = (of: typeof plan.plan): Promise<CompiledGraph> =>
    referenceExecutor().compile(trainingGraph(of, options.loss, 0.7).graph)
  const tensorsNamed = (name: string, sd: number): Tensors =>
    Object.fromEntries(
      weightsOf(plan.plan).map((spec) => {
        const length = spec.dims.reduce((product, size) => product * size, 1)
        return [spec.name, normals(`${name} ${spec.name}`, length, sd)]
      }),
    )
  const squared = (tensors: Tensors): Tensors =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, values]) => [name, values.map((x) => x * x)]),
    )
  const targetsOf = (shift: number): Float64Array =>
    regression
      ? normals(`targets ${shift}`, rows)
      : Float64Array.from({ length: 3 * rows }, (_, i) =>
          i % 3 === ((i / 3 + shift) | 0) % 3 ? 1 : 0,
        )
  const batchOf = (shift: number): Tensors => ({
    x: normals(`x ${shift}`, rows * columns),
    targets: targetsOf(shift),
    weights: Float64Array.from({ length: rows }, (_, i) => (i + 1) / 15),
  })
  return {
    ...{ plan, options, optimizer, clip, loss: options.loss },
    theta: tensorsNamed('theta', 0.6),
    first:
      optimizer.kind === 'rmsprop'
        ? squared(tensorsNamed('first', 0.2))
        : tensorsNamed('first', 0.2),
    second: squared(tensorsNamed('second', 0.2)),
    ...{ training: await compile(plan.plan), judging: await compile(quietPlan(plan.plan)) },
    ...{ t1: batchOf(0), t2: batchOf(1) },
    even: options.loss === 'binary' ? 0.5 : 1 / 3,
  }
}

type Problem = Awaited<ReturnType<typeof problemOf>>
type Values = Readonly<Record<string, number>>

const valuesOf = ({ plan }: Problem): Record<string, number> =>
  Object.fromEntries(plan.numbers.map(({ name, start }) => [name, start]))

/** The training batch with noise of the strengths that the values say, and how it moves with them. */
function tunedBatch(
  { plan, t1, even }: Problem,
  values: Values,
): { feed: Tensors; directions: Tensors } {
  const feed = { ...t1 }
  const directions: Tensors = {}
  for (const { draw, size, kind, number } of plan.draws) {
    const epsilon = normals(draw, rows * size)
    const value = values[number]!
    const spread = Math.sqrt(value / (1 - value))
    feed[draw] = epsilon.map((e) => (kind === 'noise' ? value * e : 1 + spread * e))
    directions[`${draw}.direction`] = epsilon
  }
  const share = values['labelSmoothing']
  if (share !== undefined) {
    const along = t1['targets']!.map((t) => even - t)
    feed['targets'] = t1['targets']!.map((t, i) => t + share * along[i]!)
    directions['targets.direction'] = along
  }
  return { feed, directions }
}

/** The gradients of a graph at some weights. */
async function gradientsAt(graph: CompiledGraph, batch: Tensors, weights: Tensors) {
  const found = await graph.run({ ...batch, ...weights }, { dims: { rows } })
  const gradients = Object.fromEntries(
    Object.keys(weights).map((name) => [name, found[`${name}.gradient`] as Float64Array]),
  )
  return { loss: Number(found['loss']![0]), gradients }
}

/** One update in float64, written down apart from the rules of the engine. */
function updated(problem: Problem, gradients: Tensors, values: Values) {
  const { plan, theta, optimizer, clip } = problem
  const { beta1, beta2, epsilon } = constantsOf(optimizer)
  const eta = values['rate'] ?? rate
  let squares = 0
  for (const g of Object.values(gradients)) for (const x of g) squares += x * x
  const norm = Math.sqrt(squares)
  const scale = clip.norm !== undefined && norm > clip.norm ? clip.norm / norm : 1
  const bound = clip.value ?? Infinity
  const [after, first, second]: [Tensors, Tensors, Tensors] = [{}, {}, {}]
  for (const [name, weights] of Object.entries(theta)) {
    const l2 = values[plan.penalties.get(name) ?? ''] ?? 0
    const penalty = weights.map((w) => l2 * w + l1 * Math.sign(w))
    const decoupled = optimizer.kind === 'adamw'
    const d = gradients[name]!.map((g, i) => {
      const clipped = Math.min(Math.max(g * scale, -bound), bound)
      return decoupled ? clipped : clipped + penalty[i]!
    })
    const [u, v] = [problem.first[name]!, problem.second[name]!]
    const adam = optimizer.kind === 'adam' || decoupled
    first[name] = u.map((m, i) =>
      adam
        ? beta1 * m + (1 - beta1) * d[i]!
        : optimizer.kind === 'rmsprop'
          ? beta2 * m + (1 - beta2) * d[i]! ** 2
          : beta1 * m + d[i]!,
    )
    second[name] = adam ? v.map((p, i) => beta2 * p + (1 - beta2) * d[i]! ** 2) : v
    after[name] = weights.map((w, i) => {
      const m = first[name]![i]!
      switch (optimizer.kind) {
        case 'sgd':
          return w - eta * d[i]!
        case 'momentum':
          return w - eta * m
        case 'nesterov':
          return w - eta * (d[i]! + beta1 * m)
        case 'rmsprop':
          return w - (eta * d[i]!) / (Math.sqrt(m) + epsilon)
        default: {
          const mean = m / (1 - beta1 ** steps)
          const root = Math.sqrt(second[name]![i]! / (1 - beta2 ** steps))
          const step = (eta * mean) / (root + epsilon)
          return w - (decoupled ? eta * penalty[i]! : 0) - step
        }
      }
    })
  }
  return { after, first, second, norm }
}

/** C₂(θ'(λ)). */
async function lossAfter(problem: Problem, values: Values): Promise<number> {
  const { training, judging, theta, t2 } = problem
  const { gradients } = await gradientsAt(training, tunedBatch(problem, values).feed, theta)
  const { after } = updated(problem, gradients, values)
  return (await gradientsAt(judging, t2, after)).loss
}

async function byFormula(problem: Problem, values: Values): Promise<ReadonlyMap<string, number>> {
  const { plan, training, judging, theta, t2, optimizer, clip, loss } = problem
  const { feed, directions } = tunedBatch(problem, values)
  const { gradients } = await gradientsAt(training, feed, theta)
  const { after, first, second, norm } = updated(problem, gradients, values)
  const { gradients: vectors } = await gradientsAt(judging, t2, after)
  const tensors = Object.keys(theta).map((name) => ({
    ...{ name, before: theta[name]!, after: after[name]!, gradients: gradients[name]! },
    ...{ first: first[name]!, second: second[name]!, vector: vectors[name]! },
    rates: { rate: values['rate'] ?? rate, l2: values[plan.penalties.get(name) ?? ''] ?? 0, l1 },
  }))
  const found = new Map<string, number>()
  const update = { spec: optimizer, steps, tensors, clipping: clip, norm, asSgd: false }
  addByWeights(found, plan, values, update)
  const inputs = Object.keys(directions).map((name) => name.replace('.direction', ''))
  const graph = productGraph(plan.plan, loss, 0.7, inputs)
  const compiled = await referenceExecutor().compile(graph)
  const along = Object.fromEntries(tensors.map(({ name, vector }) => [`${name}.direction`, vector]))
  const outputs = await compiled.run(
    { ...theta, ...along, ...feed, ...directions },
    { dims: { rows } },
  )
  addByProducts(found, plan, values, outputs)
  return found
}

/** The largest relative difference of a hypergradient from the central difference. */
export async function worstOf(of: Case): Promise<{ error: number; names: string[] }> {
  const problem = await problemOf(of)
  const values = valuesOf(problem)
  const found = await byFormula(problem, values)
  let error = 0
  for (const { name } of problem.plan.numbers) {
    const h = 1e-5 * values[name]!
    const [up, down] = [
      await lossAfter(problem, { ...values, [name]: values[name]! + h }),
      await lossAfter(problem, { ...values, [name]: values[name]! - h }),
    ]
    const slope = (up - down) / (2 * h)
    error = Math.max(error, Math.abs(found.get(name)! - slope) / Math.abs(slope))
  }
  return { error, names: problem.plan.numbers.map(({ name }) => name) }
}

export const everything: OnlineOptions = {
  l2: { start: 0.1, max: 10 },
  noise: { start: 0.3 },
  hiddenNoise: { start: 0.4 },
  dropout: { start: 0.3 },
  labelSmoothing: { start: 0.2 },
  rate: true,
}
const { labelSmoothing: _, ...ofNumbers } = everything
const byLayer: OnlineOptions = {
  ...everything,
  l2: { start: 0.1, max: 10, scope: 'layer' },
  dropout: { start: 0.3, scope: 'layer' },
}

export const cases: Readonly<Record<string, Case>> = {
  'sgd, tanh': { network: { activation: 'tanh' }, online: everything, optimizer: { kind: 'sgd' } },
  'momentum, relu, by layer': {
    network: { activation: 'relu' },
    online: byLayer,
    optimizer: { kind: 'momentum' },
  },
  'nesterov, sigmoid, binary': {
    network: { activation: 'sigmoid', loss: 'binary' },
    online: everything,
    optimizer: { kind: 'nesterov', momentum: 0.7 },
  },
  'rmsprop, elu, squared': {
    network: { activation: 'elu', loss: 'squared' },
    online: ofNumbers,
    optimizer: { kind: 'rmsprop' },
  },
  'adam, gelu': { network: { activation: 'gelu' }, online: byLayer, optimizer: { kind: 'adam' } },
  'adam, swish, huber': {
    network: { activation: 'swish', loss: 'huber' },
    online: ofNumbers,
    optimizer: { kind: 'adam', beta1: 0.5, beta2: 0.9 },
  },
  'adamw, leakyRelu, absolute': {
    network: { activation: 'leakyRelu', loss: 'absolute' },
    online: ofNumbers,
    optimizer: { kind: 'adamw' },
  },
  'adam, clipped by norm': {
    network: { activation: 'selu' },
    online: everything,
    optimizer: { kind: 'adam' },
    clip: { norm: 0.1 },
  },
  'sgd, clipped by norm and value': {
    network: { activation: 'softplus' },
    online: everything,
    optimizer: { kind: 'sgd' },
    clip: { norm: 0.5, value: 0.1 },
  },
  'momentum, batch normalisation': {
    network: { activation: 'tanh', batchNorm: true },
    online: everything,
    optimizer: { kind: 'momentum' },
  },
}
