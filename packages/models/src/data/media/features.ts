import { contourOf, framingOf, joinContours, type Contours } from './audio/frames.ts'
import { deltas, mfcc } from './audio/mfcc.ts'
import { pitch, type Pitch } from './audio/pitch.ts'
import { spectralShape, zeroCrossings } from './audio/spectral-shape.ts'
import { momentsOf, quantileOf, slopeOf } from './statistics.ts'

export interface SpeechOptions {
  /** Seconds of a frame of the spectrum. Default 0.025. */
  readonly frame?: number
  /** Seconds from frame to frame. Default 0.01. */
  readonly hop?: number
  /** Coefficients from c_0. Default 13. */
  readonly coefficients?: number
  /** Mel bands. Default 26. */
  readonly bands?: number
  /** Hz, the lowest pitch. Default 75. */
  readonly lowPitch?: number
  /** Hz, the highest pitch. Default 500. */
  readonly highPitch?: number
  /** Frames that lie further below the loudest one, in dB, are no speech. Default 40. */
  readonly range?: number
}

/** Numbers of one utterance, and what they are. */
export interface FeatureVector {
  readonly names: readonly string[]
  readonly values: Float64Array
}

/**
 * What speech is by frame: cepstral coefficients, the shape of the spectrum, zero crossings; and of
 * the pitch the semitones over 27.5 Hz (0 where not voiced), the strength of the voicing and whether
 * there is a voice.
 */
export function speechContours(
  signal: Float32Array,
  sampleRate: number,
  options: SpeechOptions = {},
): Contours {
  return contoursOf(signal, sampleRate, options).all
}

function contoursOf(
  signal: Float32Array,
  sampleRate: number,
  options: SpeechOptions,
): { readonly all: Contours; readonly voice: Pitch } {
  const { frame = 0.025, hop = 0.01, lowPitch = 75, highPitch = 500 } = options
  const { coefficients = 13, bands = 26 } = options
  const spectrum = { frame, hop }
  const cepstra = mfcc(signal, sampleRate, { ...spectrum, coefficients, bands })
  const framing = { ...framingOf(sampleRate, frame, hop), frames: cepstra.frames }
  const voice = pitch(signal, sampleRate, { hop, low: lowPitch, high: highPitch })
  const all = joinContours([
    cepstra,
    spectralShape(signal, sampleRate, spectrum),
    zeroCrossings(signal, framing),
    voiceContours(voice, cepstra.frames),
  ])
  return { all, voice }
}

/** Its frames are longer, so that there are fewer of them: the last ones count as without voice. */
function voiceContours(voice: Pitch, frames: number): Contours {
  const data = new Float64Array(frames * 3)
  for (let t = 0; t < Math.min(frames, voice.frames); t++) {
    const hertz = voice.frequency[t]!
    data[t * 3] = hertz === 0 ? 0 : 12 * Math.log2(hertz / 27.5)
    data[t * 3 + 1] = voice.strength[t]!
    data[t * 3 + 2] = hertz === 0 ? 0 : 1
  }
  return { frames, names: ['semitones', 'voicing', 'voiced'], data }
}

/**
 * A vector of fixed length for an utterance of any length: of every contour over the frames with
 * speech the mean, standard deviation, quantiles, slope and the spread of its slopes; of the
 * spectrum also over the voiced frames alone; of the pitch over the voiced frames; and how the
 * voice comes and goes. All are finite, and 0 where there is nothing to measure. In the spirit of
 * the sets of F. Eyben et al. (GeMAPS, 2016), not one of them.
 */
export function speechFeatures(
  signal: Float32Array,
  sampleRate: number,
  options: SpeechOptions = {},
): FeatureVector {
  const { all } = contoursOf(signal, sampleRate, options)
  const steps = deltas(all)
  const { range = 40, hop = 0.01 } = options
  const column = (name: string): Float64Array => contourOf(all, all.names.indexOf(name))
  const speech = loudFrames(column('log energy'), range)
  const voiced = column('voiced')
  const withVoice = speech.filter((t) => voiced[t] === 1)
  const names: string[] = []
  const values: number[] = []
  const add = (name: string, value: number): void => {
    names.push(name)
    values.push(value)
  }
  const secondsOfStep = 1 / hop
  all.names.forEach((name, k) => {
    if (name === 'voiced') return
    const frames = name === 'semitones' ? withVoice : speech
    const contour = contourOf(all, k)
    addSummary(add, name, pick(contour, frames), secondsOfStep)
    const slopes = momentsOf(pick(contourOf(steps, k), frames))
    add(`${name} delta sd`, slopes.sd)
    if (name !== 'semitones') add(`${name} voiced mean`, momentsOf(pick(contour, withVoice)).mean)
  })
  addRhythm(add, voiced, speech, hop)
  return { names, values: Float64Array.from(values) }
}

type Add = (name: string, value: number) => void

function pick(values: Float64Array, frames: Int32Array): Float64Array {
  const picked = new Float64Array(frames.length)
  for (let i = 0; i < picked.length; i++) picked[i] = values[frames[i]!]!
  return picked
}

/** The frames not further below the loudest than so many dB. */
function loudFrames(logEnergy: Float64Array, range: number): Int32Array {
  const loudest = logEnergy.reduce((a, b) => Math.max(a, b), -Infinity)
  const floor = loudest - (range * Math.LN10) / 10
  const frames: number[] = []
  for (let t = 0; t < logEnergy.length; t++) if (logEnergy[t]! >= floor) frames.push(t)
  return Int32Array.from(frames)
}

function addSummary(add: Add, name: string, values: Float64Array, rate: number): void {
  const { mean, sd, skewness, kurtosis } = momentsOf(values)
  add(`${name} mean`, mean)
  add(`${name} sd`, sd)
  add(`${name} skewness`, skewness)
  add(`${name} kurtosis`, kurtosis)
  const sorted = values.slice().sort()
  for (const [label, q] of quantiles) add(`${name} ${label}`, quantileOf(sorted, q))
  add(`${name} slope`, slopeOf(values) * rate)
}

const quantiles: readonly (readonly [string, number])[] = [
  ['min', 0],
  ['10 %', 0.1],
  ['median', 0.5],
  ['90 %', 0.9],
  ['max', 1],
]

/** How long speech is, and in how many and how long stretches the voice sounds. */
function addRhythm(add: Add, voiced: Float64Array, speech: Int32Array, hop: number): void {
  const first = speech[0] ?? 0
  const last = speech.at(-1) ?? 0
  const seconds = (last - first + 1) * hop
  const on = runLengths(voiced, first, last, 1)
  const off = runLengths(voiced, first, last, 0)
  const onStats = momentsOf(on)
  const offStats = momentsOf(off)
  add('seconds', seconds)
  add('speech share', speech.length / (last - first + 1))
  add('voiced share', (onStats.mean * on.length) / (last - first + 1))
  add('voiced stretches a second', on.length / seconds)
  add('voiced stretch mean', onStats.mean * hop)
  add('voiced stretch sd', onStats.sd * hop)
  add('voiceless stretch mean', offStats.mean * hop)
  add('voiceless stretch sd', offStats.sd * hop)
}

function runLengths(flags: Float64Array, first: number, last: number, wanted: 0 | 1): number[] {
  const lengths: number[] = []
  let length = 0
  for (let t = first; t <= last + 1; t++) {
    if (t <= last && flags[t] === wanted) {
      length++
    } else if (length > 0) {
      lengths.push(length)
      length = 0
    }
  }
  return lengths
}
