import { AttuneError } from '@attune/core'
import type { Graph, NamedTensor } from '../graph/ir.ts'
import type { GraphExecutor, TensorData } from './executor.ts'
import type { Parameters } from './parameters.ts'
import { resolveDims, type Sizes } from './tensor.ts'

/** A graph whose inputs are parameters and batches, and whose outputs are the loss and its gradients. */
export interface TrainingGraph {
  readonly graph: Graph
  /** The output that is the loss, one number. */
  readonly loss: string
  /** By parameter, the output that is its gradient; the others are not learnt here. */
  readonly gradients: Readonly<Record<string, string>>
}

/** What a batch came to; the gradients are with the parameters. */
export interface StepResult {
  readonly loss: number
  /** The outputs that are neither loss nor gradient, such as statistics of the batch, by name. */
  readonly outputs: Readonly<Record<string, TensorData>>
}

export interface TrainingStep {
  /**
   * Computes loss and gradients of a batch for the parameters as they are. Batches may differ in the
   * sizes that the graph leaves open, such as the last of an epoch; these are read off the batch. An
   * open size was measured as fast as a fixed one on both runtimes, so one compiled graph does for
   * all batches.
   *
   * @param batch the inputs that are no parameters, by name
   * @param options.dims sizes that cannot be read off, because an input has two of them
   * @param options.gradients where gradients go instead, by parameter
   */
  run(
    batch: Readonly<Record<string, TensorData>>,
    options?: {
      readonly dims?: Sizes
      readonly gradients?: Readonly<Record<string, Float32Array>>
    },
  ): Promise<StepResult>
  /** Gives the compiled graph back. */
  release(): Promise<void>
}

/**
 * Compiles the step of a training.
 *
 * @throws AttuneError `models/engine` for a graph that cannot be run, and `usage` when its outputs or
 *   parameters are not those that are named
 */
export async function createStep(
  executor: GraphExecutor,
  training: TrainingGraph,
  parameters: Parameters,
): Promise<TrainingStep> {
  checkNames(training, parameters)
  const { graph, loss } = training
  const compiled = await executor.compile(graph)
  const open = graph.inputs.filter(({ dims }) => dims.some((dim) => typeof dim === 'string'))
  const learnt = Object.entries(training.gradients)
  const own = Object.fromEntries(
    learnt.map(([name, output]) => [output, parameters.segment(name).gradients]),
  )
  const others = graph.outputs
    .map((output) => output.name)
    .filter((name) => name !== loss && own[name] === undefined)

  function targetsOf(
    gradients: Readonly<Record<string, Float32Array>> | undefined,
  ): Readonly<Record<string, Float32Array>> {
    if (gradients === undefined) return own
    return Object.fromEntries(
      learnt.map(([name, output]) => [output, gradients[name] ?? own[output]!]),
    )
  }

  return {
    async run(batch, options = {}) {
      const dims = sizesOf(graph, open, batch, options.dims ?? {})
      const into = targetsOf(options.gradients)
      const out = await compiled.run({ ...parameters.inputs, ...batch }, { dims, into })
      for (const [, name] of learnt) {
        const computed = out[name] as Float32Array
        if (computed !== into[name]) into[name]!.set(computed)
      }
      const outputs: Record<string, TensorData> = {}
      for (const name of others) outputs[name] = out[name]!
      return { loss: Number(out[loss]![0]), outputs }
    },
    release: () => compiled.release(),
  }
}

/** Sizes that are left open, read off the inputs that have one of them. */
function sizesOf(
  graph: Graph,
  open: readonly NamedTensor[],
  batch: Readonly<Record<string, TensorData>>,
  given: Sizes,
): Sizes {
  const sizes: Record<string, number> = { ...given }
  for (const { name, dims } of open) {
    const unknown = dims.filter((dim) => typeof dim === 'string' && sizes[dim] === undefined)
    const data = batch[name]
    if (unknown.length !== 1 || data === undefined) continue
    const text = unknown[0] as string
    const known = resolveDims(graph, name, dims, { ...sizes, [text]: 1 })
    const size = data.length / known.reduce((product, dim) => product * dim, 1)
    if (Number.isInteger(size)) sizes[text] = size
  }
  return sizes
}

function checkNames({ graph, loss, gradients }: TrainingGraph, parameters: Parameters): void {
  const outputs = new Set(graph.outputs.map((output) => output.name))
  for (const name of [loss, ...Object.values(gradients)]) {
    if (outputs.has(name)) continue
    throw new AttuneError('usage', `The graph ${graph.name} has no output ${name}.`, {
      details: { graph: graph.name, output: name },
    })
  }
  for (const name of Object.keys(gradients)) parameters.segment(name)
}
