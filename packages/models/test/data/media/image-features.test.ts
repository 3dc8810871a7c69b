import { describe, expect, it } from 'vitest'
import {
  binaryPatterns,
  imageFeatures,
  orientedGradients,
} from '../../../src/data/media/image-features.ts'
import type { MediaSet } from '../../../src/data/media/media-set.ts'

function imagesOf(x: Uint8Array | Float32Array, shape: number[]): MediaSet {
  const count = x.length / shape.reduce((a, b) => a * b, 1)
  return { name: 'made', count, shape, x, labels: new Int32Array(count), classes: ['a'] }
}

const ramp = (side: number, across: number, down: number) =>
  Float64Array.from(
    { length: side * side },
    (_, i) => (i % side) * across + Math.floor(i / side) * down,
  )

describe('oriented gradients', () => {
  it('tell the direction of a ramp', () => {
    const strongest = (image: Float64Array) => {
      const block = orientedGradients(image, 16, 16, 8, 4)
      expect(block.length).toBe(16)
      return [...block.subarray(0, 4)].map((value) => Number(value.toFixed(3)))
    }
    // Of 4 directions the first stands for an eighth of a half turn, 22.5°: 0° lies between the first and
    // the last.
    expect(strongest(ramp(16, 1, 0))).toEqual([0.354, 0, 0, 0.354])
    expect(strongest(ramp(16, 0, 1))).toEqual([0, 0.354, 0.354, 0])
    expect(strongest(ramp(16, 1, 1))).toEqual([0.354, 0.354, 0, 0])
  })

  it('do not change with the contrast', () => {
    const image = Float64Array.from({ length: 256 }, (_, i) => ((i * 37) % 101) / 101)
    const low = orientedGradients(
      image.map((v) => 0.2 + v / 3),
      16,
      16,
      8,
      9,
    )
    orientedGradients(image, 16, 16, 8, 9).forEach((v, i) => expect(low[i]).toBeCloseTo(v, 5))
  })
})

it('counts neighbours that are not darker, when they are all on one side', () => {
  const one = (...pixels: number[]) => binaryPatterns(Float64Array.from(pixels), 3, 3, 1)[4]
  expect(one(0, 0, 0, 0, 1, 0, 0, 0, 0)).toBe(0)
  expect(one(1, 1, 1, 1, 1, 1, 1, 1, 1)).toBe(8)
  expect(one(1, 1, 1, 0, 1, 0, 0, 0, 0)).toBe(3)
  expect(one(1, 0, 0, 1, 1, 0, 0, 0, 0)).toBe(2)
  expect(one(1, 0, 1, 0, 1, 0, 0, 0, 0)).toBe(9)
  expect(binaryPatterns(new Float64Array(9), 3, 3, 1)[0]).toBe(255)
})

describe('features of images', () => {
  it('are as many for all, finite, and the same for bytes and floats', () => {
    const bytes = Uint8Array.from({ length: 2 * 3 * 256 }, (_, i) => (i * 31 + (i >> 5)) % 256)
    const matrix = imageFeatures(imagesOf(bytes, [3, 16, 16]))
    expect([matrix.rows, matrix.columns]).toEqual([2, 36 + 2 * 10 * 10 + 10 * 8])
    expect(matrix.data.every(Number.isFinite)).toBe(true)
    const floats = Float32Array.from(bytes, (byte) => byte / 255)
    imageFeatures(imagesOf(floats, [3, 16, 16])).data.forEach((value, i) => {
      expect(value).toBeCloseTo(matrix.data[i]!, 3)
    })
  })

  it('have shares of patterns that add up to 1, and the grey values of the parts', () => {
    const image = Float32Array.from(ramp(16, 1 / 16, 0))
    const { data } = imageFeatures(imagesOf(image, [1, 16, 16]), { parts: 1, directions: 4 })
    const patterns = data.subarray(16, 26)
    expect(patterns.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6)
    // Mean, then spread of 0 … 15 sixteenths.
    expect(data[36]).toBeCloseTo(7.5 / 16, 6)
    expect(data[37]).toBeCloseTo(Math.sqrt(255 / 12) / 16, 6)
  })

  it('refuse images that are too small, all problems at once', () => {
    expect(() =>
      imageFeatures(imagesOf(new Uint8Array(100), [1, 10, 10]), { directions: 1 }),
    ).toThrow(/3 problems[^]*cell[^]*directions[^]*parts/)
  })
})
