import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { chooseExecutor, nativeExecutor, webExecutor } from '../../src/engine/choose-executor.ts'
import { float, graphOf, node, twoLayerTraining } from './hand-graphs.ts'

const executors = [
  ['onnxruntime-node', nativeExecutor],
  ['onnxruntime-web', webExecutor],
] as const

describe.each(executors)('%s', (name, create) => {
  it('is named', async () => {
    expect((await create()).name).toBe(name)
  })

  it('multiplies matrices of open sizes', async () => {
    const graph = graphOf({
      inputs: [float('a', 'rows', 3), float('b', 3, 2)],
      outputs: [float('c', 'rows', 2)],
      nodes: [node('MatMul', ['a', 'b'], 'c')],
    })
    const compiled = await (await create()).compile(graph)
    const b = Float32Array.of(1, 2, 3, 4, 5, 6)
    const one = await compiled.run({ a: Float32Array.of(1, 0, 2), b }, { dims: { rows: 1 } })
    expect(one.c).toEqual(Float32Array.of(11, 14))
    const a = Float64Array.of(1, 0, 2, 0, 1, 0)
    const two = await compiled.run({ a, b }, { dims: { rows: 2 } })
    expect(two.c).toEqual(Float32Array.of(11, 14, 3, 4))
    // Outputs are the caller's own.
    expect(one.c).toEqual(Float32Array.of(11, 14))
    await compiled.release()
  })

  it('takes every kind of attribute, constant and element type', async () => {
    const graph = graphOf({
      inputs: [
        float('x', 2, 2),
        { name: 'keep', element: 'bool', dims: [2, 2] },
        { name: 'places', element: 'int64', dims: [2] },
      ],
      outputs: [
        float('leaky', 2, 2),
        { name: 'where', element: 'int64', dims: [2, 2] },
        { name: 'both', element: 'bool', dims: [2, 2] },
        float('padded', 2, 3),
        float('sine', 2),
        float('turned', 2, 2),
        float('trees', 2, 1),
      ],
      constants: {
        ten: { element: 'int64', dims: [], values: Float64Array.of(10 + 2 ** 40) },
        minus: { element: 'int64', dims: [], values: Int32Array.of(-7) },
        mask: { element: 'bool', dims: [2], values: Int32Array.of(1, 0) },
        pads: { element: 'int64', dims: [4], values: Int32Array.of(0, 1, 0, 0) },
        half: { element: 'float', dims: [], values: Float64Array.of(0.5) },
      },
      nodes: [
        node('LeakyRelu', ['x'], 'leaky', { alpha: { float: 0.25 } }),
        node('Where', ['keep', 'ten', 'minus'], 'where'),
        node('And', ['keep', 'mask'], 'both'),
        node('Pad', ['x', 'pads', 'half'], 'padded', { mode: { text: 'constant' } }),
        node('Cast', ['places'], 'angles', { to: { int: 1 } }),
        node('Sin', ['angles'], 'sine'),
        node('Transpose', ['x'], 'turned', { perm: { ints: [1, 0] } }),
        {
          ...node('TreeEnsembleRegressor', ['x'], 'trees', {
            n_targets: { int: 1 },
            nodes_treeids: { ints: [0, 0, 0] },
            nodes_nodeids: { ints: [0, 1, 2] },
            nodes_featureids: { ints: [0, 0, 0] },
            nodes_modes: { texts: ['BRANCH_LEQ', 'LEAF', 'LEAF'] },
            nodes_values: { floats: [1.5, 0, 0] },
            nodes_truenodeids: { ints: [1, 0, 0] },
            nodes_falsenodeids: { ints: [2, 0, 0] },
            target_treeids: { ints: [0, 0] },
            target_nodeids: { ints: [1, 2] },
            target_ids: { ints: [0, 0] },
            target_weights: { floats: [10, -20] },
          }),
          domain: 'ai.onnx.ml',
        },
      ],
    })
    const compiled = await (await create()).compile(graph)
    const out = await compiled.run({
      x: Float32Array.of(1, -2, 3, 4),
      keep: Float32Array.of(1, 0, 1, 0),
      places: Int32Array.of(0, -1),
    })
    expect(out).toEqual({
      leaky: Float32Array.of(1, -0.5, 3, 4),
      where: BigInt64Array.of(10n + 2n ** 40n, -7n, 10n + 2n ** 40n, -7n),
      both: Uint8Array.of(1, 0, 1, 0),
      padded: Float32Array.of(0.5, 1, -2, 0.5, 3, 4),
      sine: expect.objectContaining({ 0: 0, 1: expect.closeTo(-Math.sin(1), 6) }),
      turned: Float32Array.of(1, 3, -2, 4),
      trees: Float32Array.of(10, -20),
    })
    await compiled.release()
  })

  it('gives loss and gradients, into arrays that are handed in where it can', async () => {
    const sizes = { inputs: 2, hidden: 2, classes: 2, batch: 'batch' }
    const compiled = await (await create()).compile(twoLayerTraining(sizes))
    const inputs = {
      w1: Float32Array.of(1, 0, 0, 1),
      b1: Float32Array.of(0, -10),
      w2: Float32Array.of(1, -1, 5, 5),
      b2: new Float32Array(2),
      x: Float32Array.of(1, 2, 2, 1),
      y: Float32Array.of(1, 0, 0, 1),
    }
    // The second hidden unit is dead; logits are (1, −1) and (2, −2), so p(first) = 1/(1 + e^−2s).
    const p1 = 1 / (1 + Math.exp(-2))
    const p2 = 1 / (1 + Math.exp(-4))
    const e1 = (p1 - 1) / 2
    const e2 = p2 / 2
    const into = { 'd w1': new Float32Array(4), 'd b2': new Float32Array(2) }
    const out = await compiled.run(inputs, { dims: { batch: 2 }, into })
    expectNear(out.loss, [-(Math.log(p1) + Math.log(1 - p2)) / 2])
    expectNear(out['d b2'], [e1 + e2, -e1 - e2])
    expectNear(out['d w2'], [e1 + 2 * e2, -e1 - 2 * e2, 0, 0])
    expectNear(out['d b1'], [2 * e1 + 2 * e2, 0])
    expectNear(out['d w1'], [2 * e1 + 4 * e2, 0, 4 * e1 + 2 * e2, 0])
    if (name === 'onnxruntime-node') expect(out['d w1']).toBe(into['d w1'])
    await compiled.release()
  })

  it('runs graphs that are asked for at the same time', async () => {
    const executor = await create()
    const compiled = await Promise.all(
      ['Add', 'Mul'].map((op) =>
        executor.compile(
          graphOf({
            inputs: [float('a', 2), float('b', 2)],
            outputs: [float('c', 2)],
            nodes: [node(op, ['a', 'b'], 'c')],
          }),
        ),
      ),
    )
    const runs = Array.from({ length: 20 }, (_, i) =>
      compiled[i % 2]!.run({ a: Float32Array.of(i, 1), b: Float32Array.of(3, i) }),
    )
    ;(await Promise.all(runs)).forEach(({ c }, i) => {
      expect(c).toEqual(i % 2 === 0 ? Float32Array.of(i + 3, i + 1) : Float32Array.of(3 * i, i))
    })
    await Promise.all(compiled.map((graph) => graph.release()))
  })

  it('says what is missing or of a wrong size', async () => {
    const graph = graphOf({
      name: 'doubling',
      inputs: [float('x', 'rows', 2)],
      outputs: [float('y', 'rows', 2)],
      nodes: [node('Add', ['x', 'x'], 'y')],
    })
    const compiled = await (await create()).compile(graph)
    const x = new Float32Array(2)
    await expect(compiled.run({})).rejects.toThrow('doubling needs a value for its input x')
    await expect(compiled.run({ x })).rejects.toThrow("leaves the size 'rows' of x open")
    await expect(compiled.run({ x }, { dims: { rows: 3 } })).rejects.toThrow(
      'x of the graph doubling has the dims [3, 2], but got an array of 2 values',
    )
    await compiled.release()
  })

  it('refuses a graph of an unknown operator', async () => {
    const graph = graphOf({
      inputs: [float('x', 1)],
      outputs: [float('y', 1)],
      nodes: [node('Nonsense', ['x'], 'y')],
    })
    const executor = await create()
    await expect(executor.compile(graph)).rejects.toMatchObject({ code: 'models/engine' })
  })
})

describe('chooseExecutor', () => {
  it('takes the native runtime where it loads, and the one that is preferred', async () => {
    expect((await chooseExecutor()).name).toBe('onnxruntime-node')
    expect((await chooseExecutor({ prefer: 'onnxruntime-web' })).name).toBe('onnxruntime-web')
  })
})

// In a thread of its own, for the first choice of a thread counts.
const lost = `
  import { parentPort } from 'node:worker_threads'
  import { setWasmPath, webExecutor } from '${new URL('../../src/engine/choose-executor.ts', import.meta.url).href}'
  import { twoLayerTraining } from '${new URL('hand-graphs.ts', import.meta.url).href}'
  setWasmPath('/nowhere/')
  const executor = await webExecutor()
  const graph = twoLayerTraining({ inputs: 2, hidden: 2, classes: 2, batch: 'batch' })
  await executor.compile(graph).catch(({ code, message }) => parentPort.postMessage({ code, message }))
`

it('says how onnxruntime-web is told of its .wasm file when it cannot find it', async () => {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(lost)}`), {
    execArgv: ['--conditions=@attune/source'],
  })
  try {
    const [error] = (await once(worker, 'message')) as [{ code: string; message: string }]
    expect(error.code).toBe('models/engine')
    expect(error.message).toContain('no ort-wasm-simd-threaded.wasm that it can load')
    expect(error.message).toContain("setWasmPath('/assets/ort-wasm-simd-threaded.wasm')")
    expect(error.message).toContain('/nowhere/')
  } finally {
    await worker.terminate()
  }
})

function expectNear(actual: unknown, wanted: readonly number[]): void {
  const values = [...(actual as Float32Array)]
  expect(values).toHaveLength(wanted.length)
  values.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5))
}
