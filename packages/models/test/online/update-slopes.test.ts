import { expect, test } from 'vitest'
import { scalarsOf } from '../../src/engine/optimizer.ts'
import { createParameters } from '../../src/engine/parameters.ts'
import { kernelPull, pullThroughUpdate } from '../../src/online/update-slopes.ts'
import { normals } from '../network/helpers.ts'

test.each(['adam', 'adamw', 'rmsprop', 'nesterov'] as const)(
  'the kernel of %s gives what plain numbers give',
  (kind) => {
    const parameters = createParameters([{ name: 'w', dims: [37] }], { spare: 2 })
    const { size, gradients } = parameters.segments[0]!
    const [first, second] = parameters.states.map((flat) => flat.subarray(0, size))
    const [values, v] = parameters.spare.map((flat) => flat.subarray(0, size))
    gradients.set(normals('g', size, 0.01))
    values!.set(normals('w', size))
    v!.set(normals('v', size))
    second!.set(normals('second', size, 0.01).map((x) => x * x))
    first!.set(kind === 'rmsprop' ? second! : normals('first', size, 0.01))
    // No root to divide by, and no sign.
    for (const at of [0, 5]) first![at] = second![at] = 0
    values![3] = 0
    const scalars = scalarsOf({ kind }, 7, { rate: 0.001, l2: 0.01, l1: 0.003 }, 0.9, 0.003)
    const penalties = { l2: true, l1: true, clips: true }
    const update = {
      values: values!,
      gradients,
      first: first!,
      second: second!,
      penalties,
      scalars,
    }
    const before = v!.slice()
    const plain = Float64Array.from(before)
    pullThroughUpdate(kind, plain, update)
    kernelPull(parameters.memory!)(kind, v!, update)
    for (const [i, value] of plain.entries()) {
      // Its two parts may cancel.
      const allowed = 1e-6 * (Math.abs(value) + Math.abs(before[i]!))
      expect(Math.abs(v![i]! - value)).toBeLessThanOrEqual(allowed)
    }
    // What fills the memory up stays 0.
    expect(parameters.spare[1]!.subarray(size).every((x) => x === 0)).toBe(true)
  },
)
