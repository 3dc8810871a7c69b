import { refuseProblems, type Problem } from '@attune/core'

/**
 * `htk`: m = 2595 log10(1 + f / 700) (S. Young et al., "The HTK book", eq. 5.13). `slaney`: linear up
 * to 1000 Hz, then logarithmic, 27 steps to a factor of 6.4 (M. Slaney, "Auditory toolbox", 1998).
 */
export type MelScale = 'htk' | 'slaney'

const slaneyHertz = 200 / 3
const slaneyBreak = 1000 / slaneyHertz
const slaneyStep = Math.log(6.4) / 27

/** The mel of a frequency in Hz. */
export function hertzToMel(hertz: number, scale: MelScale): number {
  if (scale === 'htk') return 2595 * Math.log10(1 + hertz / 700)
  return hertz < 1000 ? hertz / slaneyHertz : slaneyBreak + Math.log(hertz / 1000) / slaneyStep
}

/** The frequency in Hz of a mel. */
export function melToHertz(mel: number, scale: MelScale): number {
  if (scale === 'htk') return 700 * (10 ** (mel / 2595) - 1)
  return mel < slaneyBreak ? mel * slaneyHertz : 1000 * Math.exp((mel - slaneyBreak) * slaneyStep)
}

export interface MelOptions {
  /** How many bands. Default 26. */
  readonly bands?: number
  /** Hz. Default 20. */
  readonly low?: number
  /** Hz. Default 8000, or half the sampling rate when that is less. */
  readonly high?: number
  /** Default `htk`. */
  readonly scale?: MelScale
}

/** Triangles over the lines of a spectrum. */
export interface MelBank {
  readonly bands: number
  /** Σ weight · power of every band, of a power spectrum, into `out`. */
  apply(power: Float64Array, out: Float64Array): void
}

/**
 * Triangular filters equally wide in mel, each from the peak of its left to the peak of its right
 * neighbour, linear in Hz. Under `htk` the peaks are 1; under `slaney` every triangle has the area 1
 * in Hz. A filter that falls between two lines of the spectrum takes the nearest line.
 *
 * @param size of the Fourier transform; its power spectrum has size / 2 + 1 lines
 * @throws AttuneError `models/options` with all that is out of range
 */
export function createMelBank(sampleRate: number, size: number, options: MelOptions = {}): MelBank {
  const { bands = 26, low = 20, scale = 'htk' } = options
  const high = options.high ?? Math.min(8000, sampleRate / 2)
  refuseBank(bands, low, high, sampleRate)
  const bottom = hertzToMel(low, scale)
  const step = (hertzToMel(high, scale) - bottom) / (bands + 1)
  const edges = Float64Array.from({ length: bands + 2 }, (_, i) => {
    return melToHertz(bottom + i * step, scale)
  })
  const filters = Array.from({ length: bands }, (_, band) =>
    triangle(edges[band]!, edges[band + 1]!, edges[band + 2]!, sampleRate / size, size / 2, scale),
  )
  return {
    bands,
    apply(power, out) {
      for (let band = 0; band < bands; band++) {
        const { first, weights } = filters[band]!
        let sum = 0
        for (let i = 0; i < weights.length; i++) sum += weights[i]! * power[first + i]!
        out[band] = sum
      }
    },
  }
}

function refuseBank(bands: number, low: number, high: number, sampleRate: number): void {
  const problems: Problem[] = []
  if (!(Number.isInteger(bands) && bands >= 1 && bands <= 1024)) {
    problems.push({ path: 'bands', message: `${bands}; an integer in 1 … 1024 is needed.` })
  }
  if (!(low >= 0 && low < high && high <= sampleRate / 2)) {
    problems.push({
      path: 'low, high',
      message: `${low} and ${high} Hz; 0 <= low < high <= ${sampleRate / 2} must hold.`,
    })
  }
  refuseProblems('models/options', 'Mel bands', problems)
}

interface Filter {
  readonly first: number
  readonly weights: Float64Array
}

function triangle(
  left: number,
  peak: number,
  right: number,
  spacing: number,
  lines: number,
  scale: MelScale,
): Filter {
  const height = scale === 'slaney' ? 2 / (right - left) : 1
  const first = Math.floor(left / spacing) + 1
  const last = Math.min(lines, Math.ceil(right / spacing) - 1)
  if (last < first) {
    const line = Math.min(lines, Math.round(peak / spacing))
    return { first: line, weights: Float64Array.of(height) }
  }
  const weights = Float64Array.from({ length: last - first + 1 }, (_, i) => {
    const hertz = (first + i) * spacing
    const up = (hertz - left) / (peak - left)
    const down = (right - hertz) / (right - peak)
    return height * Math.min(up, down)
  })
  return { first, weights }
}

/** Turns logarithms of bands into cepstral coefficients. */
export interface Cepstrum {
  readonly count: number
  apply(logs: Float64Array, out: Float64Array, at: number): void
}

/**
 * The orthonormal discrete cosine transform of kind 2,
 * c_k = a_k Σ_m L_m cos(πk(m + ½)/bands), a_0 = √(1/bands), else a_k = √(2/bands), and then the
 * sine lifter of HTK, c_k · (1 + (lifter / 2) sin(πk/lifter)) (The HTK book, eq. 5.12). HTK itself
 * has a_0 = a_k.
 *
 * @param count coefficients from c_0
 * @param lifter 0 for none
 */
export function createCepstrum(bands: number, count: number, lifter: number): Cepstrum {
  const table = new Float64Array(count * bands)
  for (let k = 0; k < count; k++) {
    const lift = lifter > 0 ? 1 + (lifter / 2) * Math.sin((Math.PI * k) / lifter) : 1
    const scale = lift * Math.sqrt((k === 0 ? 1 : 2) / bands)
    for (let m = 0; m < bands; m++) {
      table[k * bands + m] = scale * Math.cos((Math.PI * k * (m + 0.5)) / bands)
    }
  }
  return {
    count,
    apply(logs, out, at) {
      for (let k = 0; k < count; k++) {
        let sum = 0
        for (let m = 0; m < bands; m++) sum += table[k * bands + m]! * logs[m]!
        out[at + k] = sum
      }
    },
  }
}
