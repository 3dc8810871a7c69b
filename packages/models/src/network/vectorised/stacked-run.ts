import type { CompiledGraph, TensorData } from '../../engine/executor.ts'
import type { NamedTensor } from '../../graph/ir.ts'

export type Tensors = Readonly<Record<string, TensorData>>

/** What one member has of a stacked graph. */
export interface MemberRun {
  readonly inputs: Tensors
  readonly rows: number
  /** Where outputs go, by name. */
  readonly into: Readonly<Record<string, Float32Array>>
}

export interface StackedRun {
  /**
   * Outputs by member.
   * @param rows that the graph has for each: as many as the member has or more, which are zeros
   */
  run(members: readonly MemberRun[], rows: number): Promise<Record<string, TensorData>[]>
  release(): Promise<void>
}

/**
 * In floats: 64 bytes. Runtimes were found to round sums along a row by where in memory it begins, and
 * the last few numbers of a tensor in another way than the others. With whole lines for every member a
 * member's bits are the same wherever it stands.
 */
const line = 16

export const rowsWithPadding = (rows: number): number => Math.ceil(rows / line) * line

export const isAligned = (rows: number): boolean => rows % line === 0

/** Runs a stacked graph for members whose tensors lie anywhere. */
export function stackedRun(compiled: CompiledGraph): StackedRun {
  const { graph } = compiled
  const inputsByRow = namesByRow(graph.inputs)
  const outputsByRow = namesByRow(graph.outputs)
  /** Memory for stacked inputs and outputs by name, used again and again. */
  const memory = new Map<string, Float32Array>()

  function room(name: string, length: number): Float32Array {
    let buffer = memory.get(name)
    if (buffer === undefined || buffer.length < length) {
      buffer = new Float32Array(length)
      memory.set(name, buffer)
    }
    return buffer.length === length ? buffer : buffer.subarray(0, length)
  }

  function stacked(name: string, members: readonly MemberRun[], rows: number): Float32Array {
    const [first] = members as readonly [MemberRun]
    const { length } = first.inputs[name]!
    const size = inputsByRow.has(name) ? (length / first.rows) * rows : length
    const all = room(name, size * members.length)
    for (const [i, { inputs }] of members.entries()) {
      const own = inputs[name] as Float32Array
      all.set(own, i * size)
      if (own.length < size) all.fill(0, i * size + own.length, (i + 1) * size)
    }
    return all
  }

  /** Gradients come into the same memory from step to step. */
  function targetsOf(members: readonly MemberRun[]): Record<string, Float32Array> {
    const targets: Record<string, Float32Array> = {}
    for (const [name, own] of Object.entries(members[0]!.into)) {
      targets[name] = room(name, own.length * members.length)
    }
    return targets
  }

  return {
    async run(asked, rows) {
      // Sums over the rows of a single member were found to be taken in another order; so it has a twin.
      const members = asked.length === 1 ? [asked[0]!, asked[0]!] : asked
      const inputs: Record<string, Float32Array> = {}
      for (const { name } of graph.inputs) inputs[name] = stacked(name, members, rows)
      const dims = { members: members.length, rows }
      const outputs = await compiled.run(inputs, { dims, into: targetsOf(members) })
      return asked.map((member, i) => {
        const parts: Record<string, TensorData> = {}
        for (const [name, all] of Object.entries(outputs)) {
          const size = all.length / members.length
          const own = outputsByRow.has(name) ? (size / rows) * member.rows : size
          const part = (all as Float32Array).subarray(i * size, i * size + own)
          const into = member.into[name]
          into?.set(part)
          parts[name] = into ?? part
        }
        return parts
      })
    },
    release: () => compiled.release(),
  }
}

/** Those that have a number or several for every row. */
const namesByRow = (tensors: readonly NamedTensor[]): ReadonlySet<string> =>
  new Set(tensors.filter(({ dims }) => dims.includes('rows')).map(({ name }) => name))
