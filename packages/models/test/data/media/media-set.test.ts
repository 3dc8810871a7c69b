import { describe, expect, it } from 'vitest'
import {
  channelMoments,
  samplesOf,
  takeExamples,
  toMatrix,
  toTarget,
  toTensor,
  type MediaSet,
  type SampledSet,
} from '../../../src/data/media/media-set.ts'

const images: MediaSet = {
  name: 'made',
  count: 2,
  shape: [2, 1, 2],
  x: Uint8Array.of(0, 255, 51, 51, 0, 255, 102, 102),
  labels: Int32Array.of(1, 0),
  classes: ['a', 'b'],
  groups: { kind: 'patient', codes: Int32Array.of(0, 1), labels: ['p', 'q'] },
}
const floats = [0, 1, 0.2, 0.2, 0, 1, 0.4, 0.4].map(Math.fround)

describe('a set of examples', () => {
  it('becomes a matrix and a target', () => {
    expect(toMatrix(images)).toEqual({ rows: 2, columns: 4, data: Float32Array.from(floats) })
    expect(toTarget(images)).toEqual({
      kind: 'classes',
      codes: Int32Array.of(1, 0),
      labels: ['a', 'b'],
    })
  })

  it('becomes a tensor, standardised by channel when asked for', () => {
    expect(toTensor(images)).toEqual({ shape: [2, 2, 1, 2], data: Float32Array.from(floats) })
    const moments = channelMoments(images)
    expect(moments.mean[0]).toBeCloseTo(0.5, 12)
    expect(moments.mean[1]).toBeCloseTo(0.3, 12)
    expect(moments.sd[1]).toBeCloseTo(0.1, 12)
    const { data } = toTensor(images, moments)
    ;[-1, 1, -1, -1, -1, 1, 1, 1].forEach((value, i) => expect(data[i]).toBeCloseTo(value, 5))
    expect(() => toTensor(images, { mean: [1] })).toThrow(/mean: 1; 2 numbers/)
    expect(() => toTensor(images, { sd: [1, 0] })).toThrow(
      expect.objectContaining({ code: 'models/options' }),
    )
  })

  it('leaves float examples as they are, in memory of its own', () => {
    const set = { ...images, x: Float32Array.from(floats) }
    const { data } = toMatrix(set)
    expect(data).toEqual(set.x)
    data[0] = 9
    expect(set.x[0]).toBe(0)
  })

  it('gives some of its examples', () => {
    const some = takeExamples(images, [1, 1])
    expect(some.x).toEqual(Uint8Array.of(0, 255, 102, 102, 0, 255, 102, 102))
    expect(some).toMatchObject({ count: 2, labels: Int32Array.of(0, 0), classes: ['a', 'b'] })
    expect(some.groups?.codes).toEqual(Int32Array.of(1, 1))
    expect(() => takeExamples(images, [2])).toThrow(/Row 2; made has rows 0 … 1/)
  })

  it('gives the own samples of a series, without the fill', () => {
    const set: SampledSet = {
      ...images,
      shape: [2, 2],
      x: Float32Array.of(1, 0, 2, 0, 3, 4, 5, 6),
      sampleRate: 10,
      lengths: Int32Array.of(1, 2),
    }
    expect(samplesOf(set, 0)).toEqual(Float32Array.of(1, 2))
    expect(samplesOf(set, 1)).toEqual(Float32Array.of(3, 4, 5, 6))
    expect(takeExamples(set, [1]).lengths).toEqual(Int32Array.of(2))
  })
})
