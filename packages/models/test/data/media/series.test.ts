import { createRng } from '@attune/core'
import { describe, expect, it } from 'vitest'
import type { SampledSet } from '../../../src/data/media/media-set.ts'
import {
  cutWindows,
  filterSeries,
  standardiseSeries,
  windowStarts,
} from '../../../src/data/media/series.ts'
import {
  permutationEntropy,
  seriesFeatures,
} from '../../../src/data/media/series/series-features.ts'

/** One example a list of channels. */
function seriesOf(
  examples: readonly (readonly ArrayLike<number>[])[],
  sampleRate = 128,
): SampledSet {
  const channels = examples[0]!.length
  const lengths = Int32Array.from(examples, (example) => example[0]!.length)
  const room = Math.max(...lengths)
  const x = new Float32Array(examples.length * channels * room)
  examples.forEach((example, i) =>
    example.forEach((channel, c) => x.set(Array.from(channel), (i * channels + c) * room)),
  )
  return {
    name: 'made',
    count: examples.length,
    shape: [channels, room],
    x,
    labels: Int32Array.from(examples, (_, i) => i),
    classes: examples.map((_, i) => `class ${i}`),
    sampleRate,
    lengths,
  }
}

const wave = (hertz: number, length = 512, size = 1) =>
  Float64Array.from({ length }, (_, i) => size * Math.sin((2 * Math.PI * hertz * (i + 0.5)) / 128))

describe('windows', () => {
  it('begin where whole ones fit', () => {
    expect(windowStarts(10, { length: 4 })).toEqual([0, 4])
    expect(windowStarts(10, { length: 4, overlap: 0.5 })).toEqual([0, 2, 4, 6])
    expect(windowStarts(3, { length: 4 })).toEqual([])
    expect(() => windowStarts(3, { length: 0, overlap: 1 })).toThrow(/2 problems/)
  })

  it('keep channels, labels and what they were cut from', () => {
    const set = seriesOf([
      [
        [1, 2, 3, 4, 5],
        [6, 7, 8, 9, 10],
      ],
      [
        [11, 12, 13],
        [14, 15, 16],
      ],
    ])
    const cut = cutWindows(set, { length: 2 })
    expect(cut).toMatchObject({ count: 3, shape: [2, 2], labels: Int32Array.of(0, 0, 1) })
    expect([...cut.x]).toEqual([1, 2, 6, 7, 3, 4, 8, 9, 11, 12, 14, 15])
    expect(cut.groups).toMatchObject({ kind: 'series', codes: Int32Array.of(0, 0, 1) })
    expect(cut.lengths).toEqual(Int32Array.of(2, 2, 2))
    const groups = { kind: 'patient', codes: Int32Array.of(1, 0), labels: ['a', 'b'] }
    expect(cutWindows({ ...set, groups }, { length: 2 }).groups?.codes).toEqual(
      Int32Array.of(1, 1, 0),
    )
    expect(() => cutWindows(set, { length: 6 })).toThrow(
      expect.objectContaining({ code: 'models/data' }),
    )
  })
})

it('filters every channel of every series alone', () => {
  const mixed = wave(4).map((value, i) => value + wave(40)[i]!)
  const set = seriesOf([[mixed, wave(40)]])
  for (const zeroPhase of [true, false]) {
    const { x } = filterSeries(set, { high: 15, zeroPhase })
    expect(Math.max(...x.subarray(100, 400))).toBeCloseTo(1, 1)
    expect(Math.max(...x.subarray(612, 912))).toBeLessThan(0.05)
  }
  expect(set.x[0]).toBe(Math.fround(mixed[0]!))
})

it('standardises every channel by its own numbers, not by the fill', () => {
  const { x } = standardiseSeries(
    seriesOf([
      [
        [1, 3],
        [5, 5],
      ],
      [
        [1, 2, 3, 6],
        [0, 0, 0, 4],
      ],
    ]),
  )
  expect([...x.subarray(0, 8)]).toEqual([-1, 1, 0, 0, 0, 0, 0, 0])
  expect(x[8]! + x[9]! + x[10]! + x[11]!).toBeCloseTo(0, 6)
})

describe('features of series', () => {
  const featuresOf = (...channels: ArrayLike<number>[]) => {
    const { names, data } = seriesFeatures(seriesOf([channels]))
    return Object.fromEntries(names!.map((name, k) => [name, data[k]!]))
  }

  it('put a wave into its band', () => {
    const found = featuresOf(wave(10))
    expect(found['alpha share']).toBeGreaterThan(0.99)
    // A sine of amplitude 1 has the power 1/2.
    expect(Math.exp(found['log alpha power']!)).toBeCloseTo(0.5, 2)
    expect(found['median frequency']).toBeCloseTo(10, 0)
    expect(featuresOf(wave(20))['beta share']).toBeGreaterThan(0.99)
  })

  it('know the numbers of a sine', () => {
    const found = featuresOf(wave(8))
    // Mobility is 2 sin(π f / rate) of a sine; its complexity is 1.
    expect(found['mobility']).toBeCloseTo(2 * Math.sin((Math.PI * 8) / 128), 2)
    expect(found['complexity']).toBeCloseTo(1, 2)
    expect(found['log variance']).toBeCloseTo(Math.log(0.5), 4)
    expect(found['kurtosis']).toBeCloseTo(-1.5, 3)
    expect(found['crossings']).toBeCloseTo(63 / 511, 6)
    // Four times the amplitude a period.
    expect(found['log line length']).toBeCloseTo(Math.log((4 * 8) / 128), 1)
  })

  it('tell noise from order', () => {
    const rng = createRng('series')
    const noise = featuresOf(Float64Array.from({ length: 512 }, () => rng.next()))
    expect(noise['spectral entropy']).toBeGreaterThan(0.9)
    expect(noise['permutation entropy 3']).toBeGreaterThan(0.98)
    expect(featuresOf(wave(8))['spectral entropy']).toBeLessThan(0.4)
    expect(permutationEntropy([1, 2, 3, 4], 3)).toBe(0)
    expect(permutationEntropy([1, 2], 3)).toBe(0)
    // Orders 1 < 3 > 2 and 3 > 2 < 4, one each, of 6.
    expect(permutationEntropy([1, 3, 2, 4], 3)).toBeCloseTo(Math.log(2) / Math.log(6), 12)
  })

  it('are finite for what stands still, and named by channel', () => {
    const { names, data } = seriesFeatures(
      seriesOf([
        [new Float32Array(40), new Float32Array(40)],
        [[1], [2]],
      ]),
    )
    expect(data.every(Number.isFinite)).toBe(true)
    expect(names).toContain('channel 2 mobility')
    expect(
      seriesFeatures(
        seriesOf([
          [
            [1, 2],
            [3, 4],
          ],
        ]),
        { channels: ['C3', 'C4'] },
      ).names,
    ).toContain('C4 mean')
  })

  it('take the bands that they are given', () => {
    const { names } = seriesFeatures(seriesOf([[wave(8)]]), { bands: { heart: [1, 3] } })
    expect(names?.filter((name) => name.includes('share'))).toEqual(['heart share'])
  })
})
