import { describe, expect, it } from 'vitest'
import {
  butterworth,
  filterSignal,
  filterZeroPhase,
  gainOf,
} from '../../../../src/data/media/series/butterworth.ts'

const rate = 173.61

describe('butterworth', () => {
  // SciPy 1.17: sosfreqz(butter(…, output='sos')) at 0.3, 1, 5, 10, 20, 35, 50 and 80 Hz.
  it.each([
    [
      'band-pass, order 4',
      { low: 0.5, high: 40, order: 4 },
      [
        0.1252221675, 0.9984867097, 1, 0.999999794, 0.9996116155, 0.9058993278, 0.2220713703,
        0.0001374997356,
      ],
    ],
    [
      'band-pass, order 3',
      { low: 8, high: 13, order: 3 },
      [
        3.112439058e-6, 0.0001183142816, 0.03242291595, 0.999999805, 0.03525650193, 0.002556835763,
        0.0004288164547, 1.572034e-6,
      ],
    ],
    [
      'low-pass, order 5',
      { high: 30, order: 5 },
      [1, 1, 0.999999997, 0.9999967124, 0.9953013384, 0.3507932124, 0.02394387817, 2.321862564e-6],
    ],
    [
      'high-pass, order 2',
      { low: 1, order: 2 },
      [
        0.0896200358, 0.7071067812, 0.9992092944, 0.9999521347, 0.9999973891, 0.9999998155,
        0.9999999796, 1,
      ],
    ],
  ])('has the gains of a %s', (_, options, gains) => {
    const sections = butterworth(rate, options)
    const found = [0.3, 1, 5, 10, 20, 35, 50, 80].map((hertz) => gainOf(sections, rate, hertz))
    found.forEach((gain, i) => expect(gain / gains[i]!).toBeCloseTo(1, 6))
  })

  it('has the gain 1/√2 at its edges', () => {
    for (const order of [1, 2, 5, 8]) {
      const sections = butterworth(rate, { low: 4, high: 30, order })
      expect(gainOf(sections, rate, 4)).toBeCloseTo(Math.SQRT1_2, 8)
      expect(gainOf(sections, rate, 30)).toBeCloseTo(Math.SQRT1_2, 8)
    }
  })

  it('refuses impossible bands, all at once', () => {
    expect(() => butterworth(100, { low: 60, high: -1, order: 0 })).toThrow(
      /4 problems[^]*low: 60[^]*high: -1[^]*order: 0/,
    )
    expect(() => butterworth(100, {})).toThrow(/one of them is needed/)
  })
})

describe('filters', () => {
  const signal = Float64Array.from({ length: 60 }, (_, i) => Math.sin(0.3 * i) + 0.01 * i)
  const places = [0, 1, 10, 30, 59]

  // SciPy 1.17: sosfiltfilt of the same signal.
  it.each([
    [
      { high: 30, order: 4 },
      [
        8.053927294302682e-5, 0.30554379991818914, 0.24111673699386527, 0.7121119270949132,
        -0.32209523285656444,
      ],
    ],
    [
      { low: 5, high: 20, order: 2 },
      [
        0.09518836877176137, 0.3833499025548569, 0.13565469339520964, 0.4419170193383232,
        -0.11712574421279787,
      ],
    ],
  ])('run to and fro as those of SciPy do: %o', (options, expected) => {
    const out = filterZeroPhase(butterworth(rate, options), signal)
    places.forEach((at, i) => expect(out[at]).toBeCloseTo(expected[i]!, 6))
  })

  it('let what stands still stand still, and change nothing in its place', () => {
    const sections = butterworth(rate, { high: 20, order: 3 })
    const still = new Float64Array(40).fill(3)
    for (const run of [filterSignal, filterZeroPhase]) {
      for (const value of run(sections, still)) expect(value).toBeCloseTo(3, 10)
    }
    expect(filterSignal(butterworth(rate, { low: 5 }), still)[39]).toBeCloseTo(0, 10)
    expect(still[0]).toBe(3)
    expect(filterZeroPhase(sections, [])).toEqual(new Float64Array(0))
    expect(filterZeroPhase(sections, [2])[0]).toBeCloseTo(2, 10)
  })

  it('shift in time only when they run once', () => {
    const pulse = new Float64Array(101)
    pulse[50] = 1
    const sections = butterworth(rate, { high: 20 })
    const peak = (values: Float64Array) => values.indexOf(Math.max(...values))
    expect(peak(filterZeroPhase(sections, pulse))).toBe(50)
    expect(peak(filterSignal(sections, pulse))).toBeGreaterThan(51)
  })
})
