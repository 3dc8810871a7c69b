import { describe, expect, it } from 'vitest'
import { createParameters } from '../../src/engine/parameters.ts'

describe.each([true, false])('createParameters, simd %s', (simd) => {
  it('lays segments out one after another in one piece of memory', () => {
    const parameters = createParameters(
      [
        { name: 'w', dims: [3, 6], init: (w) => w.forEach((_, i) => (w[i] = i)) },
        { name: 'b', dims: [2], init: 7 },
        { name: 's', dims: [] },
      ],
      { simd },
    )
    expect(parameters.segments.map(({ name, size, offset }) => [name, size, offset])).toEqual([
      ['w', 18, 0],
      ['b', 2, 32],
      ['s', 1, 48],
    ])
    expect(parameters.values).toHaveLength(64)
    expect([...parameters.values.subarray(15, 36)]).toEqual([
      ...[15, 16, 17, ...new Array<number>(14).fill(0)],
      ...[7, 7, 0, 0],
    ])
    const { values, gradients, states } = parameters
    for (const flat of [gradients, ...states]) {
      expect(flat.buffer).toBe(values.buffer)
      expect(flat).toHaveLength(64)
    }
    expect(parameters.inputs.b).toBe(parameters.segment('b').values)
    parameters.segment('b').gradients[1] = 5
    expect(parameters.gradients[33]).toBe(5)
  })

  it('copies values out and in', () => {
    const parameters = createParameters([{ name: 'w', dims: [3], init: 1 }], { simd })
    const copy = parameters.copy()
    parameters.values.fill(9)
    expect([...copy.subarray(0, 3)]).toEqual([1, 1, 1])
    parameters.restore(copy)
    expect([...parameters.segment('w').values]).toEqual([1, 1, 1])
    expect(() => parameters.restore(new Float32Array(3))).toThrow('has 16 numbers, but got 3')
  })

  it('holds no parameters at all', () => {
    expect(createParameters([], { simd }).values).toHaveLength(0)
  })
})

describe('createParameters', () => {
  it('refuses equal names, broken sizes, and more than fits', () => {
    const broken = [
      { name: 'w', dims: [1] },
      { name: 'w', dims: [1.5] },
    ]
    expect(() => createParameters(broken)).toThrow(/2 problems\n {2}w: .*\n {2}w: /)
    expect(() => createParameters([{ name: 'w', dims: [2 ** 15, 2 ** 14] }])).toThrow(
      'At most 268435440 parameters fit into the memory, but there are 536870912',
    )
    expect(() => createParameters([]).segment('w')).toThrow('There are no parameters w')
  })
})
