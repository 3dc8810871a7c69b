import { refuseProblems } from '@attune/core'
import type { Contours } from './frames.ts'
import { createCepstrum, createMelBank, type MelOptions } from './mel.ts'
import { preEmphasise, spectraOf, type SpectrumOptions } from './spectrum.ts'

export interface MfccOptions extends MelOptions, SpectrumOptions {
  /** How many coefficients, from c_0. Default 13. */
  readonly coefficients?: number
  /** Of the sine lifter; 0 is none. Default 22. */
  readonly lifter?: number
  /** Default 0.97; 0 is none. */
  readonly preEmphasis?: number
}

/** Bands with less count as this, so that silence has a logarithm. */
export const powerFloor: number = 1e-10

/**
 * Mel-frequency cepstral coefficients (S. Davis and P. Mermelstein, 1980): pre-emphasis, Hamming
 * frames, power spectrum, mel bands, natural logarithm, cosine transform, lifter. The defaults are
 * those of HTK, but for the power in place of the magnitude and the scale of c_0.
 *
 * @returns `mfcc0`, `mfcc1`, … by frame
 * @throws AttuneError `models/options` with what is out of range
 */
export function mfcc(
  signal: Float32Array,
  sampleRate: number,
  options: MfccOptions = {},
): Contours {
  const { coefficients = 13, lifter = 22, preEmphasis = 0.97 } = options
  const source = preEmphasis === 0 ? signal : preEmphasise(signal, preEmphasis)
  const spectra = spectraOf(source, sampleRate, options)
  const bank = createMelBank(sampleRate, spectra.size, options)
  if (!(Number.isInteger(coefficients) && coefficients >= 1 && coefficients <= bank.bands)) {
    refuseProblems('models/options', 'mfcc', [
      {
        path: 'coefficients',
        message: `${coefficients}; an integer in 1 … ${bank.bands} is needed.`,
      },
    ])
  }
  const cepstrum = createCepstrum(bank.bands, coefficients, lifter)
  const bands = new Float64Array(bank.bands)
  const data = new Float64Array(spectra.frames * coefficients)
  for (let t = 0; t < spectra.frames; t++) {
    bank.apply(spectra.at(t), bands)
    for (let m = 0; m < bands.length; m++) bands[m] = Math.log(Math.max(powerFloor, bands[m]!))
    cepstrum.apply(bands, data, t * coefficients)
  }
  const names = Array.from({ length: coefficients }, (_, k) => `mfcc${k}`)
  return { frames: spectra.frames, names, data }
}

/** Logarithms of mel bands, `mel0`, `mel1`, … by frame: what convolutional networks are given. */
export function logMel(
  signal: Float32Array,
  sampleRate: number,
  options: MelOptions & SpectrumOptions = {},
): Contours {
  const spectra = spectraOf(signal, sampleRate, options)
  const bank = createMelBank(sampleRate, spectra.size, options)
  const bands = new Float64Array(bank.bands)
  const data = new Float64Array(spectra.frames * bank.bands)
  for (let t = 0; t < spectra.frames; t++) {
    bank.apply(spectra.at(t), bands)
    for (let m = 0; m < bands.length; m++) {
      data[t * bands.length + m] = Math.log(Math.max(powerFloor, bands[m]!))
    }
  }
  const names = Array.from({ length: bank.bands }, (_, m) => `mel${m}`)
  return { frames: spectra.frames, names, data }
}

/**
 * Slopes over time: d_t = Σ_n n (c_{t+n} - c_{t-n}) / (2 Σ_n n²), n = 1 … width (The HTK book,
 * eq. 5.16), the first and last frame standing for what lies beyond. Applied twice they are the
 * second differences.
 *
 * @param width default 2
 */
export function deltas(contours: Contours, width = 2): Contours {
  const { frames, names } = contours
  const columns = names.length
  const data = new Float64Array(contours.data.length)
  let scale = 0
  for (let n = 1; n <= width; n++) scale += 2 * n * n
  for (let t = 0; t < frames; t++) {
    for (let n = 1; n <= width; n++) {
      const after = Math.min(frames - 1, t + n) * columns
      const before = Math.max(0, t - n) * columns
      for (let k = 0; k < columns; k++) {
        const i = t * columns + k
        data[i] = data[i]! + (n * (contours.data[after + k]! - contours.data[before + k]!)) / scale
      }
    }
  }
  return { frames, names: names.map((name) => `${name} delta`), data }
}
