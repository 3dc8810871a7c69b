import { describe, expect, it } from 'vitest'
import type { TensorData } from '../../src/engine/executor.ts'
import { type GraphBuilder, type Tensor, createGraphBuilder } from '../../src/graph/builder.ts'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import * as op from '../../src/graph/operators.ts'

async function compute(build: (g: GraphBuilder) => Tensor): Promise<TensorData> {
  const g = createGraphBuilder('golden')
  g.output('y', build(g))
  const compiled = await referenceExecutor().compile(g.finish())
  return (await compiled.run({}))['y'] as TensorData
}

const counting = (g: GraphBuilder, ...dims: number[]): Tensor => {
  const count = dims.reduce((product, size) => product * size, 1)
  return g.constant(
    Array.from({ length: count }, (_, i) => i + 1),
    dims,
  )
}

/** Worked out by hand, unless another source is named. */
const GOLDEN: Readonly<Record<string, readonly [(g: GraphBuilder) => Tensor, readonly number[]]>> =
  {
    'add, broadcast': [(g) => op.add(g, counting(g, 2, 1), counting(g, 3)), [2, 3, 4, 3, 4, 5]],
    'div of whole numbers': [
      (g) => op.div(g, g.constant([7, -7], [2], 'int64'), g.constant([2, 2], [2], 'int64')),
      [3, -3],
    ],
    where: [(g) => op.where(g, op.greater(g, counting(g, 3), 2), 9, counting(g, 3)), [1, 2, 9]],
    'cast cuts towards 0': [(g) => op.cast(g, g.constant([1.9, -1.9]), 'int64'), [1, -1]],
    matmul: [(g) => op.matmul(g, counting(g, 2, 2), counting(g, 2, 3)), [9, 12, 15, 19, 26, 33]],
    'gemm, transposed, with factors': [
      (g) =>
        op.gemm(g, counting(g, 2, 1), counting(g, 1, 2), {
          transA: true,
          transB: true,
          alpha: 2,
          c: g.constant(5),
          beta: 3,
        }),
      [25],
    ],
    transpose: [(g) => op.transpose(g, counting(g, 2, 3)), [1, 4, 2, 5, 3, 6]],
    concat: [(g) => op.concat(g, [counting(g, 2, 1), counting(g, 2, 2)], 1), [1, 1, 2, 2, 3, 4]],
    'slice backwards': [
      (g) => op.slice(g, counting(g, 2, 3), [{ axis: 1, step: -2 }]),
      [3, 1, 6, 4],
    ],
    pad: [
      (g) =>
        op.pad(
          g,
          counting(g, 1, 2),
          [
            [1, 0],
            [0, 1],
          ],
          7,
        ),
      [7, 7, 7, 1, 2, 7],
    ],
    'softmax of large numbers': [(g) => op.softmax(g, g.constant([1000, 1000])), [0.5, 0.5]],
    reduceMax: [(g) => op.reduceMax(g, counting(g, 2, 3), { axes: [0] }), [4, 5, 6]],
    'argMax takes the first': [(g) => op.argMax(g, g.constant([1, 3, 3, 2, 2, 0], [2, 3])), [1, 0]],
    gather: [
      (g) => op.gather(g, counting(g, 3, 2), g.constant([-1, 0], [2], 'int64')),
      [5, 6, 1, 2],
    ],
    scatterAdd: [
      (g) => op.scatterAdd(g, counting(g, 3), g.constant([2, 0, 2], [3], 'int64'), counting(g, 3)),
      [3, 2, 7],
    ],
    'oneHot, out of range': [
      (g) => op.oneHot(g, g.constant([1, -1, 3], [3], 'int64'), 3),
      [0, 1, 0, 0, 0, 1, 0, 0, 0],
    ],
    'conv does not turn the kernel round': [
      (g) =>
        op.conv(g, counting(g, 1, 1, 4), g.constant([1, 2, 0], [1, 1, 3]), {
          pads: 'same',
          bias: g.constant([10]),
        }),
      [12, 15, 18, 21],
    ],
    'conv, same, with an even kernel: the odd place is at the end': [
      (g) => op.conv(g, counting(g, 1, 1, 4), g.constant([1, 2], [1, 1, 2]), { pads: 'same' }),
      [5, 8, 11, 4],
    ],
    convTranspose: [
      (g) =>
        op.convTranspose(g, counting(g, 1, 1, 2), g.constant([1, 10, 100], [1, 1, 3]), {
          strides: [2],
        }),
      [1, 10, 102, 20, 200],
    ],
    maxPool: [
      (g) => op.maxPool(g, counting(g, 1, 1, 3, 3), { kernel: [2, 2], strides: [1, 1] }),
      [5, 6, 8, 9],
    ],
    'maxUnpool puts back': [
      (g) => {
        const { y, indices } = op.maxPoolWithIndices(g, g.constant([1, 3, 5, 2], [1, 1, 4]), {
          kernel: [2],
        })
        return op.maxUnpool(g, y, indices, [2])
      },
      [0, 3, 5, 0],
    ],
    'averagePool leaves padding out': [
      (g) => op.averagePool(g, counting(g, 1, 1, 3), { kernel: [2], strides: [2], pads: [1, 0] }),
      [1, 2.5],
    ],
    // By math.erf of Python 3.11.
    erf: [
      (g) => op.erf(g, g.constant([0.5, 1, 2, -3.5])),
      [0.5204998778130465, 0.8427007929497149, 0.9953222650189527, -0.9999992569016276],
    ],
  }

describe('the reference executor', () => {
  it.each(Object.entries(GOLDEN))('%s', async (_, [build, expected]) => {
    const found = Array.from(await compute(build), Number)
    expect(found).toHaveLength(expected.length)
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 14))
  })

  it('gives each element type in its kind of array', async () => {
    expect(await compute((g) => op.exp(g, counting(g, 2)))).toBeInstanceOf(Float64Array)
    expect(await compute((g) => op.argMax(g, counting(g, 2)))).toEqual(BigInt64Array.of(1n))
    expect(await compute((g) => op.less(g, counting(g, 2), 2))).toEqual(Uint8Array.of(1, 0))
  })

  it('gives arrays that the next run leaves alone', async () => {
    const g = createGraphBuilder('own')
    g.output('y', op.reshape(g, g.input('x', ['n', 2]), [-1]))
    const compiled = await referenceExecutor().compile(g.finish())
    const x = Float64Array.of(1, 2)
    const { y } = await compiled.run({ x }, { dims: { n: 1 } })
    x[0] = 9
    await compiled.run({ x }, { dims: { n: 1 } })
    expect(y).toEqual(Float64Array.of(1, 2))
  })

  it('says what is missing or does not fit', async () => {
    const g = createGraphBuilder('needs')
    g.output('y', op.neg(g, g.input('x', ['n', 2])))
    const compiled = await referenceExecutor().compile(g.finish())
    await expect(compiled.run({}, { dims: { n: 1 } })).rejects.toThrow(
      /needs a value for its input x/,
    )
    await expect(compiled.run({ x: new Float32Array(2) })).rejects.toThrow(/size "n" open/)
    await expect(compiled.run({ x: new Float32Array(3) }, { dims: { n: 1 } })).rejects.toThrow(
      /dims \[1, 2\], but got an array of 3 values/,
    )
    await compiled.release()
    await expect(compiled.run({ x: new Float32Array(2) }, { dims: { n: 1 } })).rejects.toThrow(
      /released/,
    )
  })

  it('refuses operators that it does not know', async () => {
    const g = createGraphBuilder('unknown')
    g.output('y', g.apply('Cos', [counting(g, 2)], { element: 'float', dims: [2] }))
    await expect(referenceExecutor().compile(g.finish())).rejects.toThrow(
      expect.objectContaining({
        code: 'models/engine',
        message: expect.stringContaining('no operator Cos'),
      }),
    )
  })

  it('refuses indices outside of a table', async () => {
    await expect(
      compute((g) => op.gather(g, counting(g, 3), g.constant([3], [1], 'int64'))),
    ).rejects.toThrow(/index 3, but there are 3 places/)
  })
})
