import type { Matrix } from '../../../matrix.ts'
import { createRealFft } from '../fft.ts'
import { hannWindow } from '../audio/frames.ts'
import { exampleSize, samplesOf, type SampledSet } from '../media-set.ts'
import { momentsOf, quantileOf } from '../statistics.ts'

export interface SeriesFeatureOptions {
  /** Bands of frequency by name, [from, to) in Hz. Default: delta, theta, alpha, beta and gamma. */
  readonly bands?: Readonly<Record<string, readonly [number, number]>>
  /** Names of the channels. Default `channel 1`, …; of a single channel none. */
  readonly channels?: readonly string[]
}

/** The usual bands of the electroencephalogram, Hz; authors differ in the edges by a hertz or so. */
export const eegBands: Readonly<Record<string, readonly [number, number]>> = {
  delta: [0.5, 4],
  theta: [4, 8],
  alpha: [8, 13],
  beta: [13, 30],
  gamma: [30, 45],
}

/**
 * Features of every series, channel by channel: moments, quantiles, line length (mean absolute step;
 * R. Esteller et al., 2001), Hjorth's activity (as a logarithm), mobility and complexity (B. Hjorth,
 * 1970), zero crossings, permutation entropy of order 3 to 5 (C. Bandt and B. Pompe, 2002), spectral
 * entropy, edge (95 % of the power) and median frequency, and the power of the bands, as natural
 * logarithm and as share. Entropies are shares of their largest value.
 */
export function seriesFeatures(set: SampledSet, options: SeriesFeatureOptions = {}): Matrix {
  const { bands = eegBands } = options
  const channels = set.shape[0] ?? 1
  const room = exampleSize(set) / channels
  const spectrum = welch(room, set.sampleRate)
  const rows: number[][] = []
  let names: string[] = []
  for (let row = 0; row < set.count; row++) {
    const signals = samplesOf(set, row)
    const length = set.lengths[row]!
    const values: number[] = []
    names = []
    for (let c = 0; c < channels; c++) {
      const signal = signals.subarray(c * length, (c + 1) * length)
      const prefix = channels === 1 ? '' : `${options.channels?.[c] ?? `channel ${c + 1}`} `
      addTimeFeatures(signal, prefix, names, values)
      addSpectrumFeatures(spectrum(signal), bands, prefix, names, values)
    }
    rows.push(values)
  }
  const columns = rows[0]?.length ?? 0
  const data = new Float32Array(rows.length * columns)
  rows.forEach((values, row) => data.set(values, row * columns))
  return { rows: rows.length, columns, data, names }
}

/** Powers below count as this, so that silence has a logarithm. */
const floor = 1e-12

function addTimeFeatures(
  signal: Float32Array,
  prefix: string,
  names: string[],
  values: number[],
): void {
  const { mean, sd, skewness, kurtosis } = momentsOf(signal)
  const first = differences(signal)
  const slope = momentsOf(first).sd
  const bend = momentsOf(differences(first)).sd
  const mobility = sd === 0 ? 0 : slope / sd
  const sorted = Float64Array.from(signal).sort()
  const spread = quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)
  const named: readonly (readonly [string, number])[] = [
    ['mean', mean],
    ['log variance', Math.log(sd * sd + floor)],
    ['skewness', skewness],
    ['kurtosis', kurtosis],
    ['min', quantileOf(sorted, 0)],
    ['max', quantileOf(sorted, 1)],
    ['quartile distance', spread],
    ['log line length', Math.log(meanSize(first) + floor)],
    ['mobility', mobility],
    ['complexity', mobility === 0 || slope === 0 ? 0 : bend / slope / mobility],
    ['crossings', crossings(signal, mean)],
    ['permutation entropy 3', permutationEntropy(signal, 3)],
    ['permutation entropy 4', permutationEntropy(signal, 4)],
    ['permutation entropy 5', permutationEntropy(signal, 5)],
  ]
  for (const [name, value] of named) {
    names.push(prefix + name)
    values.push(value)
  }
}

function differences(signal: ArrayLike<number>): Float64Array {
  const steps = new Float64Array(Math.max(0, signal.length - 1))
  for (let i = 0; i < steps.length; i++) steps[i] = signal[i + 1]! - signal[i]!
  return steps
}

function meanSize(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]!)
  return values.length === 0 ? 0 : sum / values.length
}

function crossings(signal: Float32Array, level: number): number {
  let count = 0
  for (let i = 1; i < signal.length; i++) {
    if (signal[i - 1]! < level !== signal[i]! < level) count++
  }
  return signal.length < 2 ? 0 : count / (signal.length - 1)
}

/**
 * The entropy of the orders of `order` successive samples, as share of log(order!). Of equal samples
 * the earlier counts as the smaller.
 */
export function permutationEntropy(signal: ArrayLike<number>, order: number): number {
  const patterns = factorial(order)
  const counts = new Float64Array(patterns)
  const total = signal.length - order + 1
  if (total < 1) return 0
  for (let start = 0; start < total; start++) {
    // The Lehmer code: how many later samples are smaller.
    let code = 0
    for (let i = 0; i < order; i++) {
      let smaller = 0
      for (let j = i + 1; j < order; j++) {
        if (signal[start + j]! < signal[start + i]!) smaller++
      }
      code = code * (order - i) + smaller
    }
    counts[code] = counts[code]! + 1
  }
  return entropyOf(counts, total) / Math.log(patterns)
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1)
}

function entropyOf(shares: Float64Array, total: number): number {
  let entropy = 0
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i]! / total
    if (share > 0) entropy -= share * Math.log(share)
  }
  return entropy
}

interface Spectrum {
  /** Hz from line to line. */
  readonly spacing: number
  /** Power by Hz; its sum times the spacing is the variance. */
  readonly density: Float64Array
}

/**
 * The spectrum of P. Welch (1967): the mean over segments overlapping by half, each less its mean and
 * under a Hann window; segments of the power of two up to a quarter of the length, 8 … 1024.
 */
function welch(length: number, sampleRate: number): (signal: Float32Array) => Spectrum {
  let size = 8
  while (size * 2 <= Math.min(1024, length / 4)) size *= 2
  const fft = createRealFft(size)
  const window = hannWindow(size)
  const weight = window.reduce((sum, w) => sum + w * w, 0)
  const buffer = new Float64Array(size)
  const power = new Float64Array(size / 2 + 1)
  return (signal) => {
    const density = new Float64Array(size / 2 + 1)
    const segments = Math.max(1, Math.floor((signal.length - size) / (size / 2)) + 1)
    for (let s = 0; s < segments; s++) {
      const from = (s * size) / 2
      const to = Math.min(signal.length, from + size)
      const { mean } = momentsOf(signal, from, to)
      buffer.fill(0)
      for (let i = from; i < to; i++) buffer[i - from] = (signal[i]! - mean) * window[i - from]!
      fft.power(buffer, power)
      for (let k = 0; k < density.length; k++) {
        const sides = k === 0 || k === size / 2 ? 1 : 2
        density[k] = density[k]! + (sides * power[k]!) / (weight * sampleRate * segments)
      }
    }
    return { spacing: sampleRate / size, density }
  }
}

function addSpectrumFeatures(
  { spacing, density }: Spectrum,
  bands: Readonly<Record<string, readonly [number, number]>>,
  prefix: string,
  names: string[],
  values: number[],
): void {
  const total = density.reduce((sum, power) => sum + power, 0)
  const add = (name: string, value: number): void => {
    names.push(prefix + name)
    values.push(value)
  }
  add('spectral entropy', total === 0 ? 0 : entropyOf(density, total) / Math.log(density.length))
  add('median frequency', edgeOf(density, spacing, 0.5 * total))
  add('edge frequency', edgeOf(density, spacing, 0.95 * total))
  for (const [name, [from, to]] of Object.entries(bands)) {
    const power = bandPower(density, spacing, from, to)
    add(`log ${name} power`, Math.log(power + floor))
    add(`${name} share`, total === 0 ? 0 : power / (total * spacing))
  }
}

function bandPower(density: Float64Array, spacing: number, from: number, to: number): number {
  let sum = 0
  for (let k = 0; k < density.length; k++) {
    const hertz = k * spacing
    if (hertz >= from && hertz < to) sum += density[k]!
  }
  return sum * spacing
}

/** The frequency below which so much of the power lies. */
function edgeOf(density: Float64Array, spacing: number, wanted: number): number {
  let sum = 0
  for (let k = 0; k < density.length; k++) {
    sum += density[k]!
    if (sum >= wanted) return k * spacing
  }
  return 0
}
