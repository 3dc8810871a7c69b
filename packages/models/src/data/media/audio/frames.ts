import { refuseProblems, type Problem } from '@attune/core'

/** Numbers by frame: [frames][features], the features of a frame together. */
export interface Contours {
  readonly frames: number
  /** By feature its name. */
  readonly names: readonly string[]
  readonly data: Float64Array
}

/** How a signal is cut into overlapping frames, in samples. */
export interface Framing {
  readonly size: number
  readonly hop: number
}

/**
 * The framing of so many seconds.
 *
 * @throws AttuneError `models/options` for a frame of fewer than 2 samples or a hop below 1
 */
export function framingOf(sampleRate: number, seconds: number, hopSeconds: number): Framing {
  const framing = {
    size: Math.round(sampleRate * seconds),
    hop: Math.round(sampleRate * hopSeconds),
  }
  const problems: Problem[] = []
  if (!(framing.size >= 2)) {
    problems.push({
      path: 'frame',
      message: `${seconds} s at ${sampleRate} samples a second are fewer than 2 samples.`,
    })
  }
  if (!(framing.hop >= 1)) {
    problems.push({
      path: 'hop',
      message: `${hopSeconds} s at ${sampleRate} samples a second are less than a sample.`,
    })
  }
  refuseProblems('models/options', 'Frames', problems)
  return framing
}

/** How many whole frames fit; a shorter signal has one, filled up with zeros. */
export function frameCount(length: number, { size, hop }: Framing): number {
  return length <= size ? 1 : 1 + Math.floor((length - size) / hop)
}

/** Copies frame `index` times the window into `out`, and zeros behind it. */
export function copyFrame(
  signal: Float32Array,
  index: number,
  hop: number,
  window: Float64Array,
  out: Float64Array,
): void {
  const start = index * hop
  const count = Math.max(0, Math.min(window.length, signal.length - start))
  for (let i = 0; i < count; i++) out[i] = signal[start + i]! * window[i]!
  out.fill(0, count)
}

/** The periodic Hann window, 0.5 - 0.5 cos(2πn/size). */
export function hannWindow(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, n) => {
    return 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size)
  })
}

/** The Hamming window of HTK, 0.54 - 0.46 cos(2πn/(size - 1)). */
export function hammingWindow(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, n) => {
    return 0.54 - 0.46 * Math.cos((2 * Math.PI * n) / Math.max(1, size - 1))
  })
}

/** Columns of contours side by side; all have the same frames. */
export function joinContours(parts: readonly Contours[]): Contours {
  const frames = Math.min(...parts.map((part) => part.frames))
  const names = parts.flatMap((part) => part.names)
  const data = new Float64Array(frames * names.length)
  let column = 0
  for (const part of parts) {
    const width = part.names.length
    for (let t = 0; t < frames; t++) {
      data.set(part.data.subarray(t * width, (t + 1) * width), t * names.length + column)
    }
    column += width
  }
  return { frames, names, data }
}

/** One feature over time. */
export function contourOf(contours: Contours, column: number): Float64Array {
  const width = contours.names.length
  const values = new Float64Array(contours.frames)
  for (let t = 0; t < values.length; t++) values[t] = contours.data[t * width + column]!
  return values
}
