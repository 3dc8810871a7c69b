import { AttuneError, messageOf } from '@attune/core'
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-web/wasm'
import type { Graph, NamedTensor } from '../graph/ir.ts'
import { onnxBytes } from '../graph/onnx-bytes.ts'
import { isStatic } from '../graph/sizes.ts'
import type { CompiledGraph, GraphExecutor, TensorData } from './executor.ts'
import { tensorOf, type Sizes } from './tensor.ts'

/** What both packages of ONNX Runtime give. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>
  }
  readonly Tensor: TensorConstructor
}

export interface OnnxRuntimeTraits {
  readonly name: 'onnxruntime-node' | 'onnxruntime-web'
  readonly provider: 'cpu' | 'wasm'
  /** It writes outputs into arrays that are handed in; the web package leaves these as they are. */
  readonly fillsOutputs: boolean
}

type Feeds = Record<string, Tensor>
type Fetches = Record<string, Tensor | null>
type RunOptions = NonNullable<Parameters<CompiledGraph['run']>[1]>

/**
 * Graphs run by ONNX Runtime on one thread: trials are spread over workers instead, and results do
 * not depend on the number of cores.
 */
export function onnxExecutor(runtime: OnnxRuntime, traits: OnnxRuntimeTraits): GraphExecutor {
  return {
    name: traits.name,
    async compile(graph) {
      const session = await createSession(runtime, traits, graph)
      return compiledGraph(runtime, traits, graph, session)
    },
  }
}

async function createSession(
  runtime: OnnxRuntime,
  traits: OnnxRuntimeTraits,
  graph: Graph,
): Promise<InferenceSession> {
  const bytes = onnxBytes(graph)
  try {
    return await runtime.InferenceSession.create(bytes, {
      executionProviders: [traits.provider],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      // It keeps the intermediate results of the largest batch for as long as the session is kept, but
      // steps of networks and convolutions were measured 3 to 8 % faster with it.
      enableCpuMemArena: true,
      // Errors come as exceptions; the warnings are about graphs of other makers.
      logSeverityLevel: 3,
    })
  } catch (error) {
    // What the web package says when it cannot begin at all, whatever the graph.
    if (messageOf(error).includes('no available backend')) throw notBegun(traits.name, error)
    throw engineError(traits.name, graph, 'load', error)
  }
}

function compiledGraph(
  runtime: OnnxRuntime,
  traits: OnnxRuntimeTraits,
  graph: Graph,
  session: InferenceSession,
): CompiledGraph {
  const outputNames = graph.outputs.map((output) => output.name)
  // Parameters and gradients are the same arrays from step to step, and so are their tensors.
  const kept = new Map<string, Tensor>()

  function tensorFor(tensor: NamedTensor, data: TensorData, sizes: Sizes): Tensor {
    const known = kept.get(tensor.name)
    if (known !== undefined && known.data === data) return known
    const made = tensorOf(runtime.Tensor, graph, tensor, data, sizes)
    if (isStatic(tensor.dims)) kept.set(tensor.name, made)
    return made
  }

  function feedsOf(inputs: Readonly<Record<string, TensorData>>, sizes: Sizes): Feeds {
    const feeds: Record<string, Tensor> = {}
    for (const input of graph.inputs) {
      const data = inputs[input.name]
      if (data === undefined) throw missingInput(graph, input.name, inputs)
      feeds[input.name] = tensorFor(input, data, sizes)
    }
    return feeds
  }

  function fetchesOf(into: Readonly<Record<string, Float32Array>>, sizes: Sizes): Fetches {
    const fetches: Record<string, Tensor | null> = {}
    for (const output of graph.outputs) {
      const data = into[output.name]
      fetches[output.name] = data === undefined ? null : tensorFor(output, data, sizes)
    }
    return fetches
  }

  async function run(
    inputs: Readonly<Record<string, TensorData>>,
    options: RunOptions = {},
  ): Promise<Record<string, TensorData>> {
    const sizes = options.dims ?? {}
    const feeds = feedsOf(inputs, sizes)
    const into = traits.fillsOutputs ? options.into : undefined
    let results: InferenceSession.OnnxValueMapType
    try {
      results = await (into === undefined || Object.keys(into).length === 0
        ? session.run(feeds)
        : session.run(feeds, fetchesOf(into, sizes)))
    } catch (error) {
      throw error instanceof AttuneError ? error : engineError(traits.name, graph, 'run', error)
    }
    const outputs: Record<string, TensorData> = {}
    for (const name of outputNames) {
      outputs[name] = into?.[name] ?? (results[name]!.data as TensorData)
    }
    return outputs
  }

  return { graph, run, release: () => session.release() }
}

function missingInput(graph: Graph, name: string, inputs: object): AttuneError {
  return new AttuneError(
    'usage',
    `The graph ${graph.name} needs a value for its input ${name}, ` +
      `but got values for: ${Object.keys(inputs).join(', ') || 'none'}.`,
    { details: { graph: graph.name, input: name } },
  )
}

function notBegun(engine: string, cause: unknown): AttuneError {
  return new AttuneError(
    'models/engine',
    `${engine} could not begin: it found no ort-wasm-simd-threaded.wasm that it can load. ` +
      'Put that file, of the folder dist of the package onnxruntime-web, where the program or page can ' +
      "load it, and say where before the first network: setWasmPath('/assets/ort-wasm-simd-threaded.wasm'). " +
      `It said: ${messageOf(cause)}`,
    { details: { engine }, cause },
  )
}

function engineError(engine: string, graph: Graph, what: string, cause: unknown): AttuneError {
  return new AttuneError(
    'models/engine',
    `${engine} could not ${what} the graph ${graph.name}: ${messageOf(cause)}`,
    { details: { engine, graph: graph.name }, cause },
  )
}
