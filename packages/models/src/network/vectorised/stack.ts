import type { CompiledGraph, GraphExecutor, TensorData } from '../../engine/executor.ts'
import { statisticsOf } from '../weights.ts'
import { isAligned, rowsWithPadding, stackedRun } from './stacked-run.ts'
import type { MemberRun, StackedRun, Tensors } from './stacked-run.ts'
import type { GraphKind, StackedNetwork } from './stacked-graphs.ts'
import { stackedGraph } from './stacked-graphs.ts'

/**
 * Trainings of networks of one plan that compute together. Each runs as if it were alone, on an executor
 * of its own; when all of them wait for a graph, what they wait for is computed as one graph.
 */
export interface Stack {
  /** One more training takes part, from now on and wherever the others stand. */
  join(): Seat
  /** Nobody takes part. */
  isEmpty(): boolean
}

export interface Seat {
  /** After `leave` the executor that all of them share. */
  readonly executor: GraphExecutor
  /** The others wait for it no longer. */
  leave(): Promise<void>
}

type RunOptions = NonNullable<Parameters<CompiledGraph['run']>[1]>

/** A graph that a training waits for. */
interface Request extends MemberRun {
  readonly kind: GraphKind
  resolve(outputs: Record<string, TensorData>): void
  reject(error: unknown): void
}

const kinds: readonly string[] = ['training', 'scoring', 'loss'] satisfies GraphKind[]

export function createStack(executor: GraphExecutor, network: StackedNetwork): Stack {
  /** What one row comes to depends on all rows of the batch. */
  const normalises = statisticsOf(network.plan).length > 0
  const runs = new Map<GraphKind, Promise<StackedRun>>()
  let waiting: Request[] = []
  let seats = 0

  function runOf(kind: GraphKind): Promise<StackedRun> {
    const known = runs.get(kind)
    if (known !== undefined) return known
    const made = executor.compile(stackedGraph(kind, network)).then(stackedRun)
    runs.set(kind, made)
    return made
  }

  /** Computes when nobody is left who might still ask; who is computed for is seated but does not wait. */
  function computeWhenAllWait(): void {
    if (waiting.length === 0 || waiting.length < seats) return
    const asked = waiting
    waiting = []
    void computeAll(asked)
  }

  async function computeAll(asked: readonly Request[]): Promise<void> {
    // One after another, for groups of the same kind use the same memory.
    for (const group of groupsOf(asked, normalises)) await compute(group)
  }

  async function compute({ requests, rows }: Group): Promise<void> {
    try {
      const { run } = await runOf(requests[0]!.kind)
      const outputs = await run(requests, rows)
      for (const [i, request] of requests.entries()) request.resolve(outputs[i]!)
    } catch (error) {
      for (const request of requests) request.reject(error)
    }
  }

  const ask = (
    kind: GraphKind,
    inputs: Tensors,
    { dims, into = {} }: RunOptions,
  ): Promise<Record<string, TensorData>> =>
    new Promise((resolve, reject) => {
      waiting.push({ kind, rows: dims!['rows']!, inputs, into, resolve, reject })
      computeWhenAllWait()
    })

  async function releaseAll(): Promise<void> {
    const made = [...runs.values()]
    runs.clear()
    for (const run of made) {
      // One that was not compiled has told those who waited for it.
      const compiled = await run.catch(() => undefined)
      await compiled?.release()
    }
  }

  return {
    isEmpty: () => seats === 0,
    join() {
      let seated = true
      seats++
      return {
        executor: {
          name: executor.name,
          async compile(graph) {
            if (!seated || !kinds.includes(graph.name)) return executor.compile(graph)
            const kind = graph.name as GraphKind
            await runOf(kind)
            const run: CompiledGraph['run'] = (inputs, options = {}) => ask(kind, inputs, options)
            return { graph, run, release: async () => {} }
          },
        },
        async leave() {
          if (!seated) return
          seated = false
          seats--
          if (seats === 0) await releaseAll()
          else computeWhenAllWait()
        },
      }
    },
  }
}

/**
 * Members that are computed at once; more are computed in parts, since nothing was measured to be gained
 * beyond, and tensors of many members leave the caches.
 */
const most = 32

/** Those that one graph can compute at once, and how many rows it has for each. */
interface Group {
  readonly requests: Request[]
  readonly rows: number
}

/** Of one kind and, with padding, of as many rows; who cannot be padded is computed apart. */
function groupsOf(asked: readonly Request[], normalises: boolean): Group[] {
  const groups = new Map<string, Group>()
  for (const [i, request] of asked.entries()) {
    const { kind } = request
    const apart = kind === 'training' && normalises && !isAligned(request.rows)
    const rows = apart ? request.rows : rowsWithPadding(request.rows)
    const key = apart ? `apart ${i}` : `${kind} ${rows}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { requests: [request], rows })
    else group.requests.push(request)
  }
  return [...groups.values()].flatMap(inParts)
}

/** Parts of about the same size. */
function inParts({ requests, rows }: Group): Group[] {
  const parts = Math.ceil(requests.length / most)
  const size = Math.ceil(requests.length / parts)
  return Array.from({ length: parts }, (_, i) => {
    return { requests: requests.slice(i * size, (i + 1) * size), rows }
  })
}
