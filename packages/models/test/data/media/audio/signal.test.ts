import { createRng } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { pitch } from '../../../../src/data/media/audio/pitch.ts'
import { resample } from '../../../../src/data/media/audio/resample.ts'
import { spectralShape, zeroCrossings } from '../../../../src/data/media/audio/spectral-shape.ts'
import { sine, tone } from './audio.ts'

describe('resample', () => {
  it.each([
    [16_000, 11_025],
    [8000, 22_050],
    [44_100, 8000],
  ])('keeps a tone from %i to %i', (from, to) => {
    const out = resample(sine(440, from, 0.1), from, to)
    const expected = sine(440, to, 0.1)
    expect(out.length).toBe(Math.ceil(0.1 * to - 1e-9))
    // The ends know nothing of what lies beyond.
    const margin = Math.floor(0.01 * to)
    for (let i = margin; i < out.length - margin; i++) {
      expect(Math.abs(out[i]! - expected[i]!)).toBeLessThan(2e-3)
    }
  })

  it('takes away what the lower rate cannot carry', () => {
    const out = resample(sine(6000, 16_000, 0.1), 16_000, 8000)
    const middle = out.subarray(100, 700)
    expect(Math.max(...middle.map(Math.abs))).toBeLessThan(5e-3)
  })

  it('copies at the same rate, and refuses what is none', () => {
    expect(resample(Float32Array.of(1, 2), 8000, 8000)).toEqual(Float32Array.of(1, 2))
    expect(() => resample(Float32Array.of(1), 8000, 0)).toThrow(
      expect.objectContaining({ code: 'models/options' }),
    )
  })
})

describe('pitch', () => {
  it.each([90, 155.5, 311])('finds a voice of %f Hz', (hertz) => {
    const { frequency, strength, frames } = pitch(tone(hertz, 16_000, 0.2), 16_000)
    expect(frames).toBe(17)
    for (const found of frequency) expect(Math.abs(found - hertz) / hertz).toBeLessThan(0.005)
    expect(Math.min(...strength)).toBeGreaterThan(0.95)
  })

  it('finds none in noise and silence', () => {
    const rng = createRng('noise')
    const noise = Float32Array.from({ length: 3200 }, () => rng.next() - 0.5)
    expect(pitch(noise, 16_000).frequency.filter((hertz) => hertz > 0).length).toBeLessThan(3)
    expect([...pitch(new Float32Array(1600), 16_000).frequency].every((hertz) => hertz === 0)).toBe(
      true,
    )
  })

  it('tells where a voice begins', () => {
    const signal = new Float32Array(6400)
    signal.set(tone(200, 16_000, 0.2), 3200)
    const { frequency } = pitch(signal, 16_000)
    expect(frequency[2]).toBe(0)
    expect(frequency[25]).toBeCloseTo(200, 0)
  })

  it('refuses impossible ranges, all at once', () => {
    expect(() => pitch(new Float32Array(10), 8000, { low: 300, high: 200, voicing: 2 })).toThrow(
      /2 problems[^]*low, high[^]*voicing/,
    )
  })
})

describe('the shape of the spectrum', () => {
  const shapeOf = (signal: Float32Array) => {
    const { names, data } = spectralShape(signal, 16_000)
    return Object.fromEntries(names.map((name, k) => [name, data[names.length + k]!]))
  }

  it('of a tone is narrow and at its frequency', () => {
    const shape = shapeOf(sine(3000, 16_000, 0.1))
    expect(shape['centroid']).toBeCloseTo(3, 1)
    expect(shape['rolloff']).toBeCloseTo(3, 1)
    expect(shape['spread']).toBeLessThan(0.1)
    expect(shape['flatness']).toBeLessThan(-5)
    expect(shape['alpha ratio']).toBeLessThan(-20)
    expect(shape['hammarberg index']).toBeLessThan(-20)
    expect(shapeOf(sine(300, 16_000, 0.1))['alpha ratio']).toBeGreaterThan(20)
  })

  it('of noise is flat', () => {
    const rng = createRng('noise')
    const shape = shapeOf(Float32Array.from({ length: 1600 }, () => rng.next() - 0.5))
    // The logarithm of an exponential variable has the mean -0.577.
    expect(shape['flatness']).toBeGreaterThan(-1)
    expect(shape['centroid']).toBeGreaterThan(3)
    expect(shape['centroid']).toBeLessThan(5)
  })

  it('grows by 2 ln 10 in energy when ten times as loud, and else stays', () => {
    const [quiet, loud] = [
      shapeOf(tone(200, 16_000, 0.1)),
      shapeOf(tone(200, 16_000, 0.1).map((x) => 10 * x)),
    ]
    expect(loud['log energy']! - quiet['log energy']!).toBeCloseTo(2 * Math.log(10), 4)
    for (const name of ['centroid', 'rolloff', 'slope 500-1500', 'alpha ratio', 'flux']) {
      expect(loud[name]).toBeCloseTo(quiet[name]!, 3)
    }
  })

  it('of silence is finite', () => {
    expect(spectralShape(new Float32Array(800), 16_000).data.every(Number.isFinite)).toBe(true)
  })

  it('counts zero crossings', () => {
    const { data } = zeroCrossings(Float32Array.of(1, -1, 1, -1, 1, 1, 1, 1), {
      size: 4,
      hop: 4,
      frames: 2,
    })
    expect([...data]).toEqual([1, 0])
  })
})
