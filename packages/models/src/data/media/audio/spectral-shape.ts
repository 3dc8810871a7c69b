import type { Contours } from './frames.ts'
import { powerFloor } from './mfcc.ts'
import { spectraOf, type SpectrumOptions } from './spectrum.ts'

/** What `spectralShape` gives by frame. */
export const spectralShapeNames: readonly string[] = [
  'log energy',
  'centroid',
  'spread',
  'rolloff',
  'flatness',
  'flux',
  'alpha ratio',
  'hammarberg index',
  'slope 0-500',
  'slope 500-1500',
]

/**
 * The shape of the spectrum by frame: natural logarithm of the power; centroid and spread, kHz (mean
 * and standard deviation of frequency by power); roll-off, kHz (85 % of the power lies below);
 * flatness, the logarithm of geometric over arithmetic mean of the lines; flux, the distance of the
 * spectra of neighbouring frames, each as shares; and of F. Eyben et al., "The Geneva minimalistic
 * acoustic parameter set (GeMAPS)", 2016: alpha ratio, dB (50 to 1000 Hz over 1 to 5 kHz),
 * Hammarberg index, dB (strongest line below 2 kHz over that from 2 to 5 kHz), slopes of the
 * spectrum in dB by kHz from 0 to 500 and from 500 to 1500 Hz.
 */
export function spectralShape(
  signal: Float32Array,
  sampleRate: number,
  options: SpectrumOptions = {},
): Contours {
  const spectra = spectraOf(signal, sampleRate, options)
  const columns = spectralShapeNames.length
  const data = new Float64Array(spectra.frames * columns)
  const decibels = new Float64Array(spectra.size / 2 + 1)
  const shares = new Float64Array(decibels.length)
  const { spacing } = spectra
  for (let t = 0; t < spectra.frames; t++) {
    const power = spectra.at(t)
    const logs = logarithms(power, decibels)
    const out = data.subarray(t * columns, (t + 1) * columns)
    centroidAndRolloff(power, spacing, out)
    out[4] = logs / power.length - Math.log(powerFloor + total(power) / power.length)
    out[5] = fluxTo(power, shares, t === 0)
    out[6] =
      10 *
      Math.log10(
        ratio(sumBetween(power, spacing, 50, 1000), sumBetween(power, spacing, 1000, 5000)),
      )
    out[7] = highest(decibels, spacing, 0, 2000) - highest(decibels, spacing, 2000, 5000)
    out[8] = slopeBetween(decibels, spacing, 0, 500)
    out[9] = slopeBetween(decibels, spacing, 500, 1500)
  }
  return { frames: spectra.frames, names: spectralShapeNames, data }
}

function total(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum
}

function ratio(a: number, b: number): number {
  return (a + powerFloor) / (b + powerFloor)
}

/** Fills `out` with decibels; the sum of the natural logarithms. */
function logarithms(power: Float64Array, out: Float64Array): number {
  let sum = 0
  for (let k = 0; k < power.length; k++) {
    const log = Math.log(power[k]! + powerFloor)
    sum += log
    out[k] = (10 / Math.LN10) * log
  }
  return sum
}

/** Columns 0 to 3. A silent frame has its centroid at 0. */
function centroidAndRolloff(power: Float64Array, spacing: number, out: Float64Array): void {
  const kilohertz = spacing / 1000
  let sum = 0
  let first = 0
  let second = 0
  for (let k = 0; k < power.length; k++) {
    const f = k * kilohertz
    sum += power[k]!
    first += f * power[k]!
    second += f * f * power[k]!
  }
  out[0] = Math.log(sum + powerFloor)
  if (sum <= powerFloor) return
  const centroid = first / sum
  out[1] = centroid
  out[2] = Math.sqrt(Math.max(0, second / sum - centroid * centroid))
  let below = 0
  let line = 0
  while (line < power.length - 1 && below + power[line]! < 0.85 * sum) below += power[line++]!
  out[3] = line * kilohertz
}

/** The distance to the frame before, whose shares `shares` holds; keeps those of this one. */
function fluxTo(power: Float64Array, shares: Float64Array, first: boolean): number {
  const sum = total(power) + powerFloor
  let squares = 0
  for (let k = 0; k < power.length; k++) {
    const share = power[k]! / sum
    squares += (share - shares[k]!) ** 2
    shares[k] = share
  }
  return first ? 0 : Math.sqrt(squares)
}

function firstLine(spacing: number, hertz: number): number {
  return Math.ceil(hertz / spacing)
}

function sumBetween(power: Float64Array, spacing: number, from: number, to: number): number {
  const end = Math.min(power.length, firstLine(spacing, to))
  let sum = 0
  for (let k = firstLine(spacing, from); k < end; k++) sum += power[k]!
  return sum
}

/** 0 when there is no such line. */
function highest(decibels: Float64Array, spacing: number, from: number, to: number): number {
  const end = Math.min(decibels.length, firstLine(spacing, to))
  let best = -Infinity
  for (let k = firstLine(spacing, from); k < end; k++) best = Math.max(best, decibels[k]!)
  return best === -Infinity ? 0 : best
}

/** The least-squares slope, dB by kHz. */
function slopeBetween(decibels: Float64Array, spacing: number, from: number, to: number): number {
  const start = firstLine(spacing, from)
  const n = Math.min(decibels.length, firstLine(spacing, to)) - start
  if (n < 2) return 0
  const middle = (n - 1) / 2
  let along = 0
  for (let i = 0; i < n; i++) along += (i - middle) * decibels[start + i]!
  return along / ((n * (n * n - 1)) / 12) / (spacing / 1000)
}

/** By frame the share of neighbouring samples with different signs, `zero crossings`. */
export function zeroCrossings(
  signal: Float32Array,
  framing: { readonly size: number; readonly hop: number; readonly frames: number },
): Contours {
  const data = new Float64Array(framing.frames)
  for (let t = 0; t < data.length; t++) {
    const from = t * framing.hop
    const to = Math.min(signal.length, from + framing.size)
    let crossings = 0
    for (let i = from + 1; i < to; i++) {
      if (signal[i - 1]! < 0 !== signal[i]! < 0) crossings++
    }
    data[t] = crossings / Math.max(1, to - from - 1)
  }
  return { frames: data.length, names: ['zero crossings'], data }
}
