import type { Graph } from '../graph/ir.ts'

/** What runs graphs. */
export interface GraphExecutor {
  /** `reference` computes in float64, slowly; the others in float32. */
  readonly name: 'onnxruntime-node' | 'onnxruntime-web' | 'reference'
  /** @throws AttuneError `models/engine` for a graph it cannot run */
  compile(graph: Graph): Promise<CompiledGraph>
}

export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array

export interface CompiledGraph {
  readonly graph: Graph
  /**
   * Runs the graph. Inputs by name, row by row; `dims` gives the sizes that the graph leaves open, by
   * their text. Outputs are the caller's own: the next run does not change them, unless they were
   * handed in with `into`, which is filled where the runtime can and replaced where it cannot.
   */
  run(
    inputs: Readonly<Record<string, TensorData>>,
    options?: {
      readonly dims?: Readonly<Record<string, number>>
      readonly into?: Readonly<Record<string, Float32Array>>
    },
  ): Promise<Record<string, TensorData>>
  /** Gives its memory back; it must not be run again. */
  release(): Promise<void>
}
