import { AttuneError } from '@attune/core'
import type { Graph } from '../graph/ir.ts'
import { onnxBytes } from '../graph/onnx-bytes.ts'
import { evaluateDims } from '../graph/sizes.ts'
import type { CompiledGraph, GraphExecutor } from './executor.ts'
import type { Sizes } from './tensor.ts'

export interface CacheLimits {
  /** Graphs that are kept compiled though nobody uses them; default 16. */
  readonly graphs?: number
  /**
   * Bytes of these graphs together, default 64 MB: of trees and weights in a graph, and of the results
   * between its operators in its largest run, for which a runtime keeps memory.
   */
  readonly bytes?: number
}

/** An executor that compiles a graph once for all that use it, at the same time or one after another. */
export interface CachingExecutor extends GraphExecutor {
  /** Graphs that are compiled now, whether used or kept. */
  readonly size: number
  /** Gives back the graphs that nobody uses. */
  clear(): Promise<void>
}

interface Entry {
  readonly key: string
  readonly bytes: Uint8Array
  readonly compiled: Promise<CompiledGraph>
  users: number
  /** Of the results between operators, at most, in the largest run so far. */
  working: number
}

const weightOf = ({ bytes, working }: Entry): number => bytes.length + working

/**
 * Keeps what an executor compiled. Graphs are the same when their ONNX bytes are. The release of a
 * graph gives back the use of it; it is let go of when it has not been used for longest, and there
 * are more unused ones than the limits allow.
 */
export function cachingExecutor(
  executor: GraphExecutor,
  limits: CacheLimits = {},
): CachingExecutor {
  const { graphs = 16, bytes: mostBytes = 64 * 2 ** 20 } = limits
  /** The one that was given back last is the last. */
  const entries = new Map<string, Entry>()

  function enter(graph: Graph): Entry {
    const bytes = onnxBytes(graph)
    const hash = hashOf(bytes)
    for (let twin = 0; ; twin++) {
      const key = `${hash}:${twin}`
      const found = entries.get(key)
      if (found === undefined) {
        const entry = { key, bytes, compiled: executor.compile(graph), users: 0, working: 0 }
        entries.set(key, entry)
        return entry
      }
      // Other graphs may have the same hash.
      if (equal(found.bytes, bytes)) return found
    }
  }

  async function evict(graphs: number, bytes: number): Promise<void> {
    const unused = [...entries.values()].filter((entry) => entry.users === 0)
    // One that is too large by itself does not push out the others.
    unused.sort((a, b) => Number(weightOf(b) > bytes) - Number(weightOf(a) > bytes))
    let [count, sum] = [unused.length, unused.reduce((sum, entry) => sum + weightOf(entry), 0)]
    const released: Promise<void>[] = []
    for (const entry of unused) {
      if (count <= graphs && sum <= bytes) break
      count--
      sum -= weightOf(entry)
      entries.delete(entry.key)
      released.push(entry.compiled.then((compiled) => compiled.release()))
    }
    await Promise.all(released)
  }

  async function giveBack(entry: Entry): Promise<void> {
    entry.users--
    if (entries.get(entry.key) === entry) {
      entries.delete(entry.key)
      entries.set(entry.key, entry)
    }
    await evict(graphs, mostBytes)
  }

  return {
    name: executor.name,
    get size() {
      return entries.size
    },
    async compile(graph) {
      const entry = enter(graph)
      entry.users++
      try {
        return lent(graph, await entry.compiled, entry, () => giveBack(entry))
      } catch (error) {
        if (entries.get(entry.key) === entry) entries.delete(entry.key)
        throw error
      }
    },
    clear: () => evict(0, 0),
  }
}

/** One use of a compiled graph. */
function lent(
  graph: Graph,
  compiled: CompiledGraph,
  entry: Entry,
  giveBack: () => Promise<void>,
): CompiledGraph {
  let released = false
  let largest = -1
  const note = (sizes: Sizes): void => {
    let product = 1
    for (const size of Object.values(sizes)) product *= size
    if (product <= largest) return
    largest = product
    entry.working = Math.max(entry.working, workingBytes(graph, sizes))
  }
  return {
    graph,
    async run(inputs, options) {
      if (released) {
        const message = `The graph ${graph.name} was released, so it must not be run again.`
        throw new AttuneError('usage', message, { details: { graph: graph.name } })
      }
      note(options?.dims ?? {})
      return compiled.run(inputs, options)
    },
    async release() {
      if (released) return
      released = true
      await giveBack()
    },
  }
}

/** Bytes of all tensors that are neither handed in nor part of the graph; runtimes need less. */
function workingBytes(graph: Graph, sizes: Sizes): number {
  const given = new Set(graph.inputs.map(({ name }) => name))
  let bytes = 0
  for (const [name, { element, dims }] of graph.types) {
    if (given.has(name) || graph.constants.has(name)) continue
    const known = dims.every((dim) => typeof dim === 'number' || isKnown(dim, sizes))
    if (!known) continue
    const width = element === 'float' ? 4 : element === 'int64' ? 8 : 1
    bytes += evaluateDims(dims, sizes).reduce((product, dim) => product * dim, width)
  }
  return bytes
}

const isKnown = (size: string, sizes: Sizes): boolean =>
  size.split(/[*+]/).every((part) => sizes[part] !== undefined || Number(part) >= 0)

/** FNV-1a of 32 bits (G. Fowler, L. C. Noll and P. Vo, 1991). */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash >>> 0
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
