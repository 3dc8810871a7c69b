import { describe, expect, it } from 'vitest'
import { createMelBank, hertzToMel, melToHertz } from '../../../../src/data/media/audio/mel.ts'
import { deltas, logMel, mfcc } from '../../../../src/data/media/audio/mfcc.ts'
import { sine } from './audio.ts'

describe('mel', () => {
  // The HTK book, eq. 5.13; and 15 mel at 1000 Hz, 27 steps later 6400 Hz, of Slaney's toolbox.
  it('has both scales', () => {
    expect(hertzToMel(1000, 'htk')).toBeCloseTo(999.9855, 3)
    expect(hertzToMel(1000, 'slaney')).toBeCloseTo(15, 10)
    expect(hertzToMel(6400, 'slaney')).toBeCloseTo(42, 10)
    expect(hertzToMel(200, 'slaney')).toBeCloseTo(3, 10)
    for (const hertz of [0, 440, 1000, 7000]) {
      expect(melToHertz(hertzToMel(hertz, 'htk'), 'htk')).toBeCloseTo(hertz, 8)
      expect(melToHertz(hertzToMel(hertz, 'slaney'), 'slaney')).toBeCloseTo(hertz, 8)
    }
  })

  it('has triangles that overlap to 1 under htk, and have the area 1 in Hz under slaney', () => {
    const size = 4096
    const spacing = 16_000 / size
    const out = new Float64Array(10)
    const flat = new Float64Array(size / 2 + 1).fill(1)
    createMelBank(16_000, size, { bands: 10, scale: 'slaney' }).apply(flat, out)
    for (const sum of out) expect(sum * spacing).toBeCloseTo(1, 1)
    const bank = createMelBank(16_000, size, { bands: 10, low: 0 })
    const line = new Float64Array(size / 2 + 1)
    line[500] = 3
    bank.apply(line, out)
    expect(out.reduce((a, b) => a + b, 0)).toBeCloseTo(3, 10)
    expect(out.filter((value) => value > 0).length).toBe(2)
  })

  it('gives narrow bands the nearest line, so that none is empty', () => {
    const out = new Float64Array(40)
    createMelBank(8000, 128, { bands: 40 }).apply(new Float64Array(65).fill(1), out)
    expect(Math.min(...out)).toBeGreaterThan(0)
  })

  it('refuses impossible bands, all at once', () => {
    expect(() => createMelBank(8000, 256, { bands: 0, high: 5000 })).toThrow(
      /2 problems[^]*bands[^]*low, high/,
    )
  })
})

describe('mfcc', () => {
  // NumPy 2.4 and SciPy 1.17 from the formulas: pre-emphasis 0.97, Hamming, 512 lines, 26 triangles
  // from 20 to 8000 Hz, ln, dct(norm='ortho'), lifter 22.
  it('agrees with an independent calculation', () => {
    const a = sine(440, 16_000, 0.025)
    const b = sine(1320, 16_000, 0.025, 0.25)
    const signal = a.map((value, i) => value + b[i]!)
    const expected = [
      -17.042797, 20.453817, -19.032144, -27.238995, 0.33715965, -1.7742675, -61.014506, -104.96913,
      -55.47202, 42.201839, 81.635669, 40.523562, -2.1344809,
    ]
    const { frames, data, names } = mfcc(signal, 16_000)
    expect([frames, names[12]]).toEqual([1, 'mfcc12'])
    // Single-precision samples differ in their last bits, which the floor of weak bands shows.
    expected.forEach((value, k) => expect(data[k]).toBeCloseTo(value, 2))
  })

  it('has one frame a hop, and needs fewer coefficients than bands', () => {
    expect(mfcc(sine(200, 8000, 0.5), 8000).frames).toBe(48)
    expect(mfcc(new Float32Array(3), 8000).frames).toBe(1)
    expect(() => mfcc(sine(200, 8000, 0.1), 8000, { coefficients: 27 })).toThrow(/coefficients: 27/)
    expect(() => mfcc(sine(200, 8000, 0.1), 8000, { frame: 0 })).toThrow(/frame/)
  })

  it('finds a tone in its band', () => {
    const { data, names } = logMel(sine(1000, 16_000, 0.025), 16_000, { bands: 20 })
    const loudest = data.indexOf(Math.max(...data))
    const step = hertzToMel(8000, 'htk') - hertzToMel(20, 'htk')
    const centre = melToHertz(hertzToMel(20, 'htk') + ((loudest + 1) * step) / 21, 'htk')
    expect(names.length).toBe(20)
    expect(Math.abs(centre - 1000)).toBeLessThan(100)
  })

  // Regression over ±2 frames: exactly the slope of a straight line, away from the ends.
  it('takes slopes over time', () => {
    const line = {
      frames: 7,
      names: ['a', 'b'],
      data: Float64Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? 3 * (i / 2) : 5)),
    }
    const { data, names } = deltas(line)
    expect(names).toEqual(['a delta', 'b delta'])
    expect(data[3 * 2]).toBeCloseTo(3, 12)
    // At the first frame: (1 · (3 - 0) + 2 · (6 - 0)) / 10.
    expect(data[0]).toBeCloseTo(1.5, 12)
    expect(data[3 * 2 + 1]).toBe(0)
  })
})
