import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GraphBuilder, type Tensor, createGraphBuilder } from '../../src/graph/builder.ts'
import { gradients } from '../../src/graph/gradient.ts'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import type { Graph } from '../../src/graph/ir.ts'
import * as op from '../../src/graph/operators.ts'
import { CASES } from './cases.ts'
import { type Case, differentiated, gradientError } from './derivatives.ts'

describe('gradients agree with differences in float64', () => {
  it.each(Object.entries(CASES))('%s', async (_, test) => {
    expect(await gradientError(test, true)).toBeLessThan(1e-8)
  })
})

describe('Hessians times vectors agree with differences of gradients', () => {
  it.each(Object.entries(CASES))('%s', async (_, test) => {
    expect(await gradientError(differentiated(test), false)).toBeLessThan(1e-7)
  })
})

const size = fc.integer({ min: 1, max: 3 })

/** Dims of two tensors that can be broadcast together. */
const shapes = fc
  .array(fc.tuple(size, fc.constantFrom('both', 'left', 'right')), { maxLength: 4 })
  .chain((axes) =>
    fc.tuple(fc.nat(axes.length), fc.nat(axes.length)).map(([cutA, cutB]) => ({
      a: axes.map(([n, side]) => (side === 'right' ? 1 : n)).slice(cutA),
      b: axes.map(([n, side]) => (side === 'left' ? 1 : n)).slice(cutB),
    })),
  )

/** A convolution along two axes of which the window fits. */
const convolutions = fc
  .record({
    kernel: fc.tuple(size, size),
    strides: fc.tuple(size, size),
    dilations: fc.tuple(size, size),
    pads: fc.tuple(...[2, 2, 2, 2].map((max) => fc.nat(max))),
    room: fc.tuple(fc.nat(4), fc.nat(4)),
    channels: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  })
  .map(({ kernel, strides, dilations, pads, room, channels }) => {
    const sizes = kernel.map((n, i) => (n - 1) * dilations[i]! + 1 + room[i]!)
    const [units, inputs] = channels
    return { kernel, sizes, options: { strides, dilations, pads }, units, inputs }
  })

describe('gradients of any shape agree with differences', () => {
  it('broadcasting', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (inputs) => {
        const build: Case['build'] = (g, { a, b }) => op.mul(g, op.add(g, a!, b!), op.exp(g, b!))
        expect(await gradientError({ inputs, build }, false)).toBeLessThan(1e-8)
      }),
      { numRuns: 40 },
    )
  })

  it('convolutions and their transposes', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async ({ kernel, sizes, options, units, inputs }) => {
        const forwards: Case = {
          inputs: { x: [2, inputs, ...sizes], w: [units, inputs, ...kernel] },
          build: (g, { x, w }) => op.conv(g, x!, w!, options),
        }
        const backwards: Case = {
          inputs: { x: [2, inputs, ...sizes], w: [inputs, units, ...kernel] },
          build: (g, { x, w }) => op.convTranspose(g, x!, w!, { ...options, pads: 'valid' }),
        }
        expect(await gradientError(forwards, false)).toBeLessThan(1e-8)
        expect(await gradientError(backwards, false)).toBeLessThan(1e-8)
      }),
      { numRuns: 40 },
    )
  })
})

function scene(): { g: GraphBuilder; x: Tensor; w: Tensor; b: Tensor } {
  const g = createGraphBuilder('scene')
  return { g, x: g.input('x', ['batch', 3]), w: g.input('w', [3, 2]), b: g.input('b', [2]) }
}

async function outputs(graph: Graph, inputs: Record<string, number[]>, batch = 2) {
  const compiled = await referenceExecutor().compile(graph)
  const arrays = Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => [name, Float64Array.from(values)]),
  )
  const results = await compiled.run(arrays, { dims: { batch } })
  return Object.fromEntries(
    Object.entries(results).map(([name, values]) => [name, Array.from(values, Number)]),
  )
}

const operators = (graph: Graph): string[] => graph.nodes.map((node) => node.op).sort()

describe('gradients', () => {
  it('with respect to a dense layer are one product each and a sum', () => {
    const { g, x, w, b } = scene()
    const y = op.dense(g, x, w, b)
    const seed = g.input('seed', ['batch', 2])
    const [dx, dw, db] = gradients(g, y, [x, w, b], seed)
    g.output('dx', dx!)
    g.output('dw', dw!)
    g.output('db', db!)
    expect(operators(g.finish())).toEqual(['Gemm', 'Gemm', 'ReduceSum'])
  })

  it('of the mean cross-entropy are (softmax - targets) / n, in few operators', async () => {
    const g = createGraphBuilder('loss')
    const z = g.input('z', ['batch', 2])
    const t = g.input('t', ['batch', 2])
    const loss = op.reduceMean(g, op.softmaxCrossEntropy(g, z, t))
    g.output('dz', gradients(g, loss, [z])[0]!)
    const graph = g.finish()
    // Of the 11 operators 4 work out 1 / n, which is open here.
    expect(operators(graph)).not.toContain('Expand')
    expect(graph.nodes.length).toBeLessThanOrEqual(11)
    const { dz } = await outputs(graph, { z: [0, 0, 0, Math.log(3)], t: [1, 0, 0, 1] })
    dz!.forEach((value, i) => expect(value).toBeCloseTo([-0.25, 0.25, 0.125, -0.125][i]!, 14))
  })

  it('go only through operators on paths to the tensors asked for', () => {
    const { g, x, w, b } = scene()
    const hidden = op.tanh(g, op.dense(g, x, w, b))
    const v = g.input('v', [2, 1])
    const loss = op.reduceSum(g, op.dense(g, hidden, v))
    const before = g.nodes.length
    gradients(g, loss, [v])
    expect(g.nodes.slice(before).map((node) => node.op)).toEqual(['Shape', 'Expand', 'Gemm'])
  })

  it('join the products that a recurrence leaves for its weight', () => {
    const g = createGraphBuilder('recurrence')
    const u = g.input('u', [2, 2])
    let state = g.input('x', ['batch', 2])
    for (let step = 0; step < 5; step++) state = op.tanh(g, op.gemm(g, state, u))
    g.output('du', gradients(g, op.reduceSum(g, state), [u])[0]!)
    const graph = g.finish()
    // 5 forwards, 4 back through the states, 1 for all of the weight.
    expect(operators(graph).filter((name) => name === 'Gemm')).toHaveLength(10)
  })

  it('are 0 with respect to what the loss does not depend on', async () => {
    const { g, x, w, b } = scene()
    const loss = op.reduceSum(g, op.add(g, op.sign(g, x), op.reduceSum(g, w)))
    const [dx, db] = gradients(g, loss, [x, b])
    g.output('dx', dx!)
    g.output('db', db!)
    const found = await outputs(g.finish(), {
      x: [1, 2, 3, 4, 5, 6],
      w: [1, 2, 3, 4, 5, 6],
      b: [0, 0],
    })
    expect(found).toEqual({ dx: [0, 0, 0, 0, 0, 0], db: [0, 0] })
  })

  it('begin with the seed where one is given', async () => {
    const { g, w } = scene()
    const seed = g.constant([1, 0, 0, 0, 0, 2], [3, 2])
    g.output('dw', gradients(g, op.square(g, w), [w], seed)[0]!)
    const found = await outputs(g.finish(), {
      x: [0, 0, 0, 0, 0, 0],
      w: [3, 4, 5, 6, 7, 8],
      b: [0, 0],
    })
    expect(found['dw']).toEqual([6, 0, 0, 0, 0, 32])
  })

  it('reach a tensor inside of what has its derivative given by hand', async () => {
    const g = createGraphBuilder('inside')
    const x = g.input('x', [2])
    const y = op.swish(g, x)
    const share = g.tensor(g.producer(y)!.inputs[1]!)
    g.output('ds', gradients(g, op.reduceSum(g, y), [share])[0]!)
    expect(await outputs(g.finish(), { x: [3, -2] })).toEqual({ ds: [3, -2] })
  })

  it('of more than one number need a seed', () => {
    const { g, x } = scene()
    expect(() => gradients(g, x, [x])).toThrow(
      expect.objectContaining({
        code: 'models/impossible',
        message: expect.stringContaining('[batch, 3] is asked for, but it is not one number'),
      }),
    )
    expect(() => gradients(g, x, [x], g.constant([1, 2, 3, 4], [4]))).toThrow(/do not fit/)
  })

  it('are refused for an operator without a rule, by name', () => {
    const { g, x } = scene()
    const y = g.apply('Cos', [x], { element: 'float', dims: x.dims })
    expect(() => gradients(g, op.reduceSum(g, y), [x])).toThrow(/no rule for the operator Cos/)
  })
})
