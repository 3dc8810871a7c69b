import { refuseProblems, type Problem } from '@attune/core'
import { createFft, powerOfTwoFrom, type Fft } from '../fft.ts'
import { hannWindow } from './frames.ts'

export interface PitchOptions {
  /** Hz. Default 75. */
  readonly low?: number
  /** Hz. Default 500. */
  readonly high?: number
  /** Seconds from frame to frame. Default 0.01. */
  readonly hop?: number
  /** From this autocorrelation on a frame is taken for voiced. Default 0.45. */
  readonly voicing?: number
}

export interface Pitch {
  readonly frames: number
  /** Hz; 0 where the frame is not voiced. */
  readonly frequency: Float64Array
  /** The autocorrelation at the period, 0 … 1, also of frames that are not voiced. */
  readonly strength: Float64Array
}

interface Settings {
  readonly low: number
  readonly high: number
  readonly voicing: number
  readonly sampleRate: number
  readonly hop: number
}

/** Costs of P. Boersma (1993), section 5, as Praat has them today. */
const silence = 0.03
const octaveCost = 0.01
const octaveJumpCost = 0.35
const voicedUnvoicedCost = 0.14
const candidateCount = 8

/**
 * The fundamental frequency over time (P. Boersma, "Accurate short-term analysis of the fundamental
 * frequency and the harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17, 1993): the
 * autocorrelation of a Hann frame of three periods of the lowest pitch, divided by that of the window
 * (eq. 9); its highest peaks are candidates; the cheapest path through the frames is taken
 * (Viterbi). Peaks are interpolated by parabolas, where Boersma has a sinc. Frames count from their
 * start, as those of the spectra do.
 *
 * @throws AttuneError `models/options` with what is out of range
 */
export function pitch(signal: Float32Array, sampleRate: number, options: PitchOptions = {}): Pitch {
  const { low = 75, high = 500, voicing = 0.45 } = options
  const hop = Math.round((options.hop ?? 0.01) * sampleRate)
  const settings: Settings = { low, high, voicing, sampleRate, hop }
  refuseSettings(settings)
  const size = Math.ceil((3 * sampleRate) / low)
  const frames = signal.length <= size ? 1 : 1 + Math.floor((signal.length - size) / hop)
  const candidates = findCandidates(signal, size, frames, settings)
  return cheapestPath(candidates, frames, settings)
}

function refuseSettings({ low, high, voicing, sampleRate, hop }: Settings): void {
  const problems: Problem[] = []
  if (!(low >= 1 && low < high && high <= sampleRate / 4)) {
    problems.push({
      path: 'low, high',
      message: `${low} and ${high} Hz; 1 <= low < high <= ${sampleRate / 4} must hold.`,
    })
  }
  if (!(hop >= 1)) problems.push({ path: 'hop', message: 'less than a sample.' })
  if (!(voicing > 0 && voicing < 1)) {
    problems.push({ path: 'voicing', message: `${voicing}; 0 < voicing < 1 must hold.` })
  }
  refuseProblems('models/options', 'pitch', problems)
}

/** By frame up to `candidateCount` periods; candidate 0 is silence. */
interface Candidates {
  /** Hz; 0 for silence and for places that are not filled. */
  readonly frequency: Float64Array
  /** What speaks for it; -Infinity for places that are not filled. */
  readonly score: Float64Array
  readonly correlation: Float64Array
}

function findCandidates(
  signal: Float32Array,
  size: number,
  frames: number,
  settings: Settings,
): Candidates {
  const count = frames * candidateCount
  const found: Candidates = {
    frequency: new Float64Array(count),
    score: new Float64Array(count).fill(-Infinity),
    correlation: new Float64Array(count),
  }
  const window = hannWindow(size)
  const correlate = autocorrelation(createFft(powerOfTwoFrom(2 * size)), window)
  const loudest = peakOf(signal, 0, signal.length)
  for (let t = 0; t < frames; t++) {
    const from = t * settings.hop
    const local = peakOf(signal, from, Math.min(signal.length, from + size))
    const quiet = loudest === 0 ? 2 : 2 - (local / loudest / silence) * (1 + settings.voicing)
    found.score[t * candidateCount] = settings.voicing + Math.max(0, quiet)
    if (local > 0) addPeaks(correlate(signal, from), t * candidateCount, found, settings)
  }
  return found
}

function peakOf(signal: Float32Array, from: number, to: number): number {
  let peak = 0
  for (let i = from; i < to; i++) peak = Math.max(peak, Math.abs(signal[i]!))
  return peak
}

/** The autocorrelation of a frame by lag, as a share of that at lag 0, over that of the window. */
function autocorrelation(
  fft: Fft,
  window: Float64Array,
): (signal: Float32Array, from: number) => Float64Array {
  const re = new Float64Array(fft.size)
  const im = new Float64Array(fft.size)
  const ofPower = (): void => {
    im.fill(0)
    fft.forward(re, im)
    for (let k = 0; k < fft.size; k++) {
      re[k] = re[k]! * re[k]! + im[k]! * im[k]!
      im[k] = 0
    }
    fft.forward(re, im)
  }
  re.set(window)
  ofPower()
  const lags = window.length
  const ofWindow = Float64Array.from({ length: lags }, (_, lag) => re[lag]! / re[0]!)
  const out = new Float64Array(lags)
  return (signal, from) => {
    const count = Math.min(lags, signal.length - from)
    let mean = 0
    for (let i = 0; i < count; i++) mean += signal[from + i]! / count
    for (let i = 0; i < count; i++) re[i] = (signal[from + i]! - mean) * window[i]!
    re.fill(0, count)
    ofPower()
    const energy = re[0]!
    for (let lag = 0; lag < lags; lag++) {
      out[lag] = energy === 0 ? 0 : re[lag]! / energy / ofWindow[lag]!
    }
    return out
  }
}

function addPeaks(r: Float64Array, at: number, found: Candidates, settings: Settings): void {
  const { low, high, sampleRate } = settings
  const first = Math.max(1, Math.floor(sampleRate / high))
  const last = Math.min(r.length - 2, Math.ceil(sampleRate / low))
  for (let lag = first; lag <= last; lag++) {
    const peak = r[lag]!
    if (peak < 0.1 || peak < r[lag - 1]! || peak <= r[lag + 1]!) continue
    const bend = r[lag - 1]! - 2 * peak + r[lag + 1]!
    const shift = bend === 0 ? 0 : (0.5 * (r[lag - 1]! - r[lag + 1]!)) / bend
    const frequency = sampleRate / (lag + shift)
    if (frequency < low || frequency > high) continue
    const height = Math.min(1, peak - 0.25 * (r[lag - 1]! - r[lag + 1]!) * shift)
    keep(found, at, frequency, height, height - octaveCost * Math.log2(low / frequency))
  }
}

/** Takes the place of the weakest candidate when it is stronger. */
function keep(
  found: Candidates,
  at: number,
  frequency: number,
  correlation: number,
  score: number,
): void {
  let weakest = at + 1
  for (let i = at + 2; i < at + candidateCount; i++) {
    if (found.score[i]! < found.score[weakest]!) weakest = i
  }
  if (found.score[weakest]! >= score) return
  found.frequency[weakest] = frequency
  found.correlation[weakest] = correlation
  found.score[weakest] = score
}

function cheapestPath(found: Candidates, frames: number, settings: Settings): Pitch {
  // Costs are given for steps of 10 ms.
  const correction = (0.01 * settings.sampleRate) / settings.hop
  const best = found.score.slice()
  const from = new Uint8Array(best.length)
  for (let t = 1; t < frames; t++) {
    for (let c = 0; c < candidateCount; c++) {
      const here = t * candidateCount + c
      let highest = -Infinity
      for (let b = 0; b < candidateCount; b++) {
        const before = here - c - candidateCount + b
        const cost = correction * moveCost(found.frequency[before]!, found.frequency[here]!)
        const score = best[before]! - cost
        if (score <= highest) continue
        highest = score
        from[here] = b
      }
      best[here] = best[here]! + highest
    }
  }
  return readPath(found, best, from, frames)
}

function moveCost(before: number, after: number): number {
  if (before === 0 && after === 0) return 0
  if (before === 0 || after === 0) return voicedUnvoicedCost
  return octaveJumpCost * Math.abs(Math.log2(before / after))
}

function readPath(found: Candidates, best: Float64Array, from: Uint8Array, frames: number): Pitch {
  const frequency = new Float64Array(frames)
  const strength = new Float64Array(frames)
  let chosen = 0
  const lastFrame = (frames - 1) * candidateCount
  for (let c = 1; c < candidateCount; c++) {
    if (best[lastFrame + c]! > best[lastFrame + chosen]!) chosen = c
  }
  for (let t = frames - 1; t >= 0; t--) {
    const at = t * candidateCount
    frequency[t] = found.frequency[at + chosen]!
    let strongest = found.correlation[at + chosen]!
    if (chosen === 0) {
      for (let c = 1; c < candidateCount; c++) {
        strongest = Math.max(strongest, found.correlation[at + c]!)
      }
    }
    strength[t] = strongest
    chosen = from[at + chosen]!
  }
  return { frames, frequency, strength }
}
