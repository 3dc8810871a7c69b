import { describe, expect, it } from 'vitest'
import { nativeExecutor } from '../../src/engine/choose-executor.ts'
import { cachingExecutor } from '../../src/engine/compile-cache.ts'
import type { GraphExecutor } from '../../src/engine/executor.ts'
import type { Graph } from '../../src/graph/ir.ts'
import { float, graphOf, node } from './hand-graphs.ts'

describe('cachingExecutor', () => {
  it('compiles equal graphs once, at the same time and later', async () => {
    const { executor, compiled } = await counted()
    const cache = cachingExecutor(executor)
    expect(cache.name).toBe('onnxruntime-node')
    const [a, b] = await Promise.all([cache.compile(times(2)), cache.compile(times(2))])
    await a.release()
    expect(await tripled(b)).toEqual([6])
    await b.release()
    expect(await tripled(await cache.compile(times(2)))).toEqual([6])
    expect(compiled).toEqual(['times 2'])
  })

  it('tells graphs apart that differ in one number', async () => {
    const cache = cachingExecutor(await nativeExecutor())
    const [two, three] = [await cache.compile(times(2)), await cache.compile(times(3))]
    expect([await tripled(two), await tripled(three)]).toEqual([[6], [9]])
    expect(cache.size).toBe(2)
  })

  // Found by trying factors one after another: the FNV-1a of their bytes is the same.
  it('tells graphs apart whose hashes are equal', async () => {
    const cache = cachingExecutor(await nativeExecutor())
    const factors = [77_452, 130_515, 77_452]
    const graphs = await Promise.all(factors.map((factor) => cache.compile(times(factor))))
    const wanted = factors.map((factor) => [3 * factor])
    expect(await Promise.all(graphs.map(tripled))).toEqual(wanted)
    expect(cache.size).toBe(2)
  })

  it('lets go of what was not used for longest, but never of what is in use', async () => {
    const { executor, compiled, released } = await counted()
    const cache = cachingExecutor(executor, { graphs: 2 })
    const used = await cache.compile(times(0))
    for (const factor of [1, 2, 1, 3, 1, 2]) {
      const graph = await cache.compile(times(factor))
      await graph.release()
    }
    // 2 had to go for 3, since 1 was used after it, and 3 for the second 2.
    expect(compiled.slice(1)).toEqual(['times 1', 'times 2', 'times 3', 'times 2'])
    expect(released).toEqual(['times 2', 'times 3'])
    expect(cache.size).toBe(3)
    expect(await tripled(used)).toEqual([0])
    await cache.clear()
    expect(cache.size).toBe(1)
    await used.release()
    await cache.clear()
    expect(cache.size).toBe(0)
    expect(released.toSorted()).toEqual(compiled.toSorted())
  })

  it('counts bytes too', async () => {
    const cache = cachingExecutor(await nativeExecutor(), { bytes: 1000 })
    for (const [factor, kept] of [
      [1, 100],
      [2, 300],
      [3, 10],
    ] as const) {
      const graph = await cache.compile(times(factor, kept))
      await graph.release()
    }
    // The second, of more than a thousand bytes, was not kept.
    expect(cache.size).toBe(2)
  })

  it('does not keep graphs whose largest run took much memory', async () => {
    const cache = cachingExecutor(await nativeExecutor(), { bytes: 100_000 })
    for (const rows of [10, 40_000]) {
      const graph = await cache.compile(doubledRows(rows))
      await graph.run({ x: new Float32Array(rows) }, { dims: { rows } })
      await graph.run({ x: new Float32Array(1) }, { dims: { rows: 1 } })
      await graph.release()
    }
    expect(cache.size).toBe(1)
  })

  it('refuses to run what was given back, and gives back once', async () => {
    const cache = cachingExecutor(await nativeExecutor(), { graphs: 0 })
    const [a, b] = [await cache.compile(times(2)), await cache.compile(times(2))]
    await a.release()
    await a.release()
    expect(cache.size).toBe(1)
    await expect(tripled(a)).rejects.toThrow('times 2 was released')
    expect(await tripled(b)).toEqual([6])
    await b.release()
    expect(cache.size).toBe(0)
  })

  it('keeps nothing of a graph that cannot be compiled', async () => {
    const cache = cachingExecutor(await nativeExecutor())
    const graph = { ...times(2), nodes: [node('Nonsense', ['x'], 'y')] }
    await expect(cache.compile(graph)).rejects.toMatchObject({ code: 'models/engine' })
    await expect(cache.compile(graph)).rejects.toMatchObject({ code: 'models/engine' })
    expect(cache.size).toBe(0)
  })
})

/** The native runtime, writing down what it compiles and releases. */
async function counted(): Promise<{
  executor: GraphExecutor
  compiled: string[]
  released: string[]
}> {
  const native = await nativeExecutor()
  const [compiled, released]: [string[], string[]] = [[], []]
  const executor: GraphExecutor = {
    name: native.name,
    async compile(graph) {
      compiled.push(graph.name)
      const made = await native.compile(graph)
      return {
        ...made,
        release() {
          released.push(graph.name)
          return made.release()
        },
      }
    },
  }
  return { executor, compiled, released }
}

/** y = 2 x for any number of rows. */
function doubledRows(name: number): Graph {
  return graphOf({
    name: `rows ${name}`,
    inputs: [float('x', 'rows')],
    outputs: [float(`y${name}`, 'rows')],
    nodes: [node('Add', ['x', 'x'], `y${name}`)],
  })
}

/** y = x · factor, with so many numbers more that make the graph larger. */
function times(factor: number, ballast = 0): Graph {
  return graphOf({
    name: `times ${factor}`,
    inputs: [float('x', 1)],
    outputs: [float('y', 1)],
    constants: {
      factor: { element: 'float', dims: [], values: Float32Array.of(factor) },
      ballast: { element: 'float', dims: [ballast], values: new Float32Array(ballast) },
    },
    nodes: [node('Mul', ['x', 'factor'], 'y')],
  })
}

async function tripled(graph: Awaited<ReturnType<GraphExecutor['compile']>>): Promise<number[]> {
  const { y } = await graph.run({ x: Float32Array.of(3) })
  return [...(y as Float32Array)]
}
