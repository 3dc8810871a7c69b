import { createRealFft, powerOfTwoFrom } from '../fft.ts'
import { copyFrame, frameCount, framingOf, hammingWindow, hannWindow } from './frames.ts'

export interface SpectrumOptions {
  /** Seconds of a frame. Default 0.025. */
  readonly frame?: number
  /** Seconds from frame to frame. Default 0.01. */
  readonly hop?: number
  /** Default `hamming`, as in HTK. */
  readonly window?: 'hamming' | 'hann'
}

/** Short-time power spectra of a signal, one at a time. */
export interface Spectra {
  readonly frames: number
  /** Of the Fourier transform: the power of two from the frame on. */
  readonly size: number
  /** Hz from line to line; there are size / 2 + 1. */
  readonly spacing: number
  /** The power spectrum of a frame; the array is reused by the next call. */
  at(frame: number): Float64Array
}

/** @throws AttuneError `models/options` for a frame or hop of less than a sample */
export function spectraOf(
  signal: Float32Array,
  sampleRate: number,
  options: SpectrumOptions = {},
): Spectra {
  const framing = framingOf(sampleRate, options.frame ?? 0.025, options.hop ?? 0.01)
  const window = (options.window === 'hann' ? hannWindow : hammingWindow)(framing.size)
  const size = powerOfTwoFrom(framing.size)
  const fft = createRealFft(size)
  const buffer = new Float64Array(size)
  const power = new Float64Array(size / 2 + 1)
  return {
    frames: frameCount(signal.length, framing),
    size,
    spacing: sampleRate / size,
    at(frame) {
      copyFrame(signal, frame, framing.hop, window, buffer)
      fft.power(buffer, power)
      return power
    },
  }
}

/** y[n] = x[n] - share · x[n - 1], and y[0] = (1 - share) x[0] as in HTK. */
export function preEmphasise(signal: Float32Array, share = 0.97): Float32Array {
  const out = new Float32Array(signal.length)
  let before = signal[0] ?? 0
  for (let i = 0; i < out.length; i++) {
    out[i] = signal[i]! - share * before
    before = signal[i]!
  }
  return out
}
