import { describe, expect, it } from 'vitest'
import {
  checkpointExtra,
  checkpointFromBytes,
  checkpointToBytes,
} from '../../src/engine/checkpoint.ts'
import { createOptimizer, type Optimizer, type OptimizerSpec } from '../../src/engine/optimizer.ts'
import { createParameters } from '../../src/engine/parameters.ts'

const specs: readonly OptimizerSpec[] = [
  { kind: 'sgd' },
  { kind: 'nesterov' },
  { kind: 'rmsprop' },
  { kind: 'adam' },
]

describe('a checkpoint', () => {
  it.each(specs)('goes on as if nothing had been, with %o', (spec) => {
    const without = fresh(spec)
    train(without, 0, 6)
    const first = fresh(spec)
    train(first, 0, 3)
    const bytes = checkpointToBytes(first, { epoch: 3 })
    // Not at the start of its buffer, as files may be read.
    const moved = new Uint8Array(bytes.length + 5).subarray(5)
    moved.set(bytes)
    const second = fresh(spec)
    train(second, 1, 9)
    expect(checkpointFromBytes(moved, second)).toEqual({ epoch: 3 })
    expect(second.steps).toBe(3)
    train(second, 3, 6)
    expect(second.parameters.values).toEqual(without.parameters.values)
    expect(second.parameters.states).toEqual(without.parameters.states)
  })

  it('goes between WebAssembly and plain JavaScript, and to other numbers of an optimiser', () => {
    const first = fresh({ kind: 'adam' })
    train(first, 0, 3)
    const second = fresh({ kind: 'adam', beta1: 0.8 }, false)
    expect(checkpointFromBytes(checkpointToBytes(first), second)).toBeNull()
    expect(second.parameters.values).toEqual(first.parameters.values)
  })

  // CRC-32 of "123456789" is cbf43926 (the check value of Rocksoft's catalogue); the trailer of a
  // checkpoint makes the CRC of the whole the known residue instead, which is independent of ours.
  it('carries a CRC-32', () => {
    const bytes = checkpointToBytes(fresh({ kind: 'sgd' }))
    expect(bitwiseCrc(Uint8Array.from('123456789', (digit) => digit.charCodeAt(0)))).toBe(
      0xcbf43926,
    )
    expect(bitwiseCrc(bytes)).toBe(0x2144df1c)
  })

  it('is refused when it is damaged, and changes nothing', () => {
    const optimizer = fresh({ kind: 'adam' })
    train(optimizer, 0, 2)
    const bytes = checkpointToBytes(optimizer)
    train(optimizer, 2, 3)
    const before = optimizer.parameters.copy()
    for (const at of [20, bytes.length >> 1, bytes.length - 1]) {
      const damaged = bytes.slice()
      damaged[at]! ^= 1
      expect(() => checkpointFromBytes(damaged, optimizer)).toThrow('its checksum is wrong')
    }
    const later = bytes.slice()
    later[8] = 2
    expect(() => checkpointFromBytes(later, optimizer)).toThrow('its version is 2')
    expect(() => checkpointFromBytes(bytes.subarray(0, -8), optimizer)).toThrow('checksum')
    expect(() => checkpointFromBytes(bytes.subarray(0, 10), optimizer)).toThrow('not a checkpoint')
    expect(() => checkpointFromBytes(bytes.subarray(1), optimizer)).toThrow('not a checkpoint')
    expect(optimizer.parameters.values).toEqual(before)
    expect(optimizer.steps).toBe(3)
  })

  it('is refused by another network', () => {
    const bytes = checkpointToBytes(fresh({ kind: 'adam' }))
    const other = createOptimizer({ kind: 'adam' }, createParameters([{ name: 'w', dims: [3, 2] }]))
    expect(() => checkpointFromBytes(bytes, other)).toThrow(
      'it has w [2, 3] where this network has w [3, 2]',
    )
    const less = createOptimizer({ kind: 'adam' }, createParameters([{ name: 'w', dims: [2, 3] }]))
    expect(() => checkpointFromBytes(bytes, less)).toThrow(
      'has b [3] where this network has nothing',
    )
  })

  it('has names of its own for parameters when it is given some', () => {
    const bytes = checkpointToBytes(fresh({ kind: 'sgd' }), 1, ['a', 'b'])
    expect(() => checkpointFromBytes(bytes, fresh({ kind: 'sgd' }))).toThrow('has a [2, 3] where')
    expect(checkpointFromBytes(bytes, fresh({ kind: 'sgd' }), ['a', 'b'])).toBe(1)
    expect(checkpointExtra(bytes)).toBe(1)
  })

  it('gives its parameters to another kind of optimiser, which begins anew', () => {
    const first = fresh({ kind: 'adam' })
    train(first, 0, 3)
    const second = fresh({ kind: 'adamw' })
    train(second, 0, 2)
    checkpointFromBytes(checkpointToBytes(first), second)
    expect(second.parameters.values).toEqual(first.parameters.values)
    expect(second.steps).toBe(0)
    expect(second.parameters.states.flatMap((state) => [...state]).some((n) => n !== 0)).toBe(false)
  })
})

function fresh(spec: OptimizerSpec, simd = true): Optimizer {
  const layout = [
    { name: 'w', dims: [2, 3], init: 0.5 },
    { name: 'b', dims: [3] },
  ]
  return createOptimizer(spec, createParameters(layout, { simd }))
}

/** Steps from … to, whose gradients depend on the step alone. */
function train(optimizer: Optimizer, from: number, to: number): void {
  for (let step = from; step < to; step++) {
    for (const { gradients } of optimizer.parameters.segments) {
      for (let i = 0; i < gradients.length; i++) gradients[i] = Math.sin(step * 7 + i)
    }
    optimizer.update({ rate: 0.1 })
  }
}

/** Bit by bit, from the definition. */
function bitwiseCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const odd = (crc ^ (byte >>> bit)) & 1
      crc = (crc >>> 1) ^ (odd ? 0xedb88320 : 0)
    }
  }
  return ~crc >>> 0
}
