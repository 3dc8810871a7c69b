import type { Json } from '@attune/core'
import { createRng } from '@attune/core'
import { expect, it } from 'vitest'
import { packNumbers, unpackNumbers } from '../src/packed.ts'

it('gives all numbers back as they were, however many', () => {
  const rng = createRng(1, 'packed')
  for (const length of [0, 1, 5000]) {
    const wide = Float64Array.from({ length }, () => rng.next() - 0.5)
    wide.set([NaN, -0, Infinity].slice(0, length))
    expect(unpackNumbers(throughText(packNumbers(wide)), 'float64')).toEqual(wide)
    const narrow = Float32Array.from(wide)
    expect(unpackNumbers(throughText(packNumbers(narrow)), 'float32')).toEqual(narrow)
    const whole = Int32Array.from(wide, (value) => 2 ** 31 * value)
    expect(unpackNumbers(throughText(packNumbers(whole)), 'int32')).toEqual(whole)
  }
})

it('packs only the part that is seen of a buffer', () => {
  const part = Float64Array.of(1, 2, 3, 4).subarray(1, 3)
  expect(unpackNumbers(packNumbers(part), 'float64')).toEqual(Float64Array.of(2, 3))
})

it('refuses what was cut off or is of another kind', () => {
  const packed = packNumbers(Float64Array.of(1, 2)) as { kind: string; base64: string }
  const broken: (Json | undefined)[] = [
    undefined,
    null,
    { ...packed, kind: 'float32' },
    { ...packed, base64: packed.base64.slice(4) },
    { ...packed, base64: '%' },
  ]
  for (const data of broken)
    expect(() => unpackNumbers(data, 'float64')).toThrow(/float64 numbers as base64/)
})

const throughText = (data: Json): Json => JSON.parse(JSON.stringify(data)) as Json
