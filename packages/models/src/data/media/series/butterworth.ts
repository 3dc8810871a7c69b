import { refuseProblems, type Problem } from '@attune/core'

/** A section of second order: y = (b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²) x. */
export interface Biquad {
  readonly b0: number
  readonly b1: number
  readonly b2: number
  readonly a1: number
  readonly a2: number
}

export interface BandOptions {
  /** Hz; nothing below. Left out: everything down to 0. */
  readonly low?: number
  /** Hz; nothing above. Left out: everything up. */
  readonly high?: number
  /** Of the low-pass prototype; a band-pass has twice as many poles. 1 … 12, default 4. */
  readonly order?: number
}

interface Complex {
  readonly re: number
  readonly im: number
}

/**
 * A Butterworth filter as biquads (S. Butterworth, 1930): the poles of the analogue prototype, moved
 * to the band, then the bilinear transform with the edges warped beforehand (A. Oppenheim and R.
 * Schafer, "Discrete-time signal processing", chapter 7). At the edges the gain is 1/√2. Low-pass,
 * high-pass or band-pass, by which edges are given.
 *
 * @throws AttuneError `models/options` with all that is out of range
 */
export function butterworth(sampleRate: number, options: BandOptions): Biquad[] {
  const { low, high, order = 4 } = options
  refuseBand(sampleRate, low, high, order)
  // In units of twice the sampling rate, the bilinear transform is z = (1 + s) / (1 - s).
  const warp = (hertz: number): number => Math.tan((Math.PI * hertz) / sampleRate)
  const below = low === undefined ? 0 : warp(low)
  const above = high === undefined ? Infinity : warp(high)
  const sections: Biquad[] = []
  for (let k = 0; k < Math.ceil(order / 2); k++) {
    const angle = (Math.PI * (2 * k + 1)) / (2 * order)
    const real = 2 * k + 1 === order
    const pole = { re: real ? -1 : -Math.sin(angle), im: real ? 0 : Math.cos(angle) }
    sections.push(...moved(pole, real, below, above))
  }
  return sections
}

function refuseBand(
  sampleRate: number,
  low: number | undefined,
  high: number | undefined,
  order: number,
): void {
  const problems: Problem[] = []
  const limit = sampleRate / 2
  for (const [path, edge] of [['low', low] as const, ['high', high] as const]) {
    if (edge === undefined || (edge > 0 && edge < limit)) continue
    problems.push({ path, message: `${edge} Hz; an edge lies between 0 and ${limit} Hz.` })
  }
  if (low === undefined && high === undefined) {
    problems.push({ path: 'low, high', message: 'one of them is needed.' })
  }
  if (low !== undefined && high !== undefined && !(low < high)) {
    problems.push({ path: 'low, high', message: `${low} and ${high} Hz; low < high must hold.` })
  }
  if (!(Number.isInteger(order) && order >= 1 && order <= 12)) {
    problems.push({ path: 'order', message: `${order}; an integer in 1 … 12 is needed.` })
  }
  refuseProblems('models/options', 'butterworth', problems)
}

/** The sections of a pole of the prototype, which stands for its conjugate too unless it is real. */
function moved(pole: Complex, real: boolean, below: number, above: number): Biquad[] {
  if (below === 0) {
    return [section(scaled(pole, above), real, 'low', { re: 1, im: 0 })]
  }
  if (above === Infinity) {
    // 1/p is its conjugate, as prototype poles lie on the unit circle.
    return [section(scaled({ re: pole.re, im: -pole.im }, below), real, 'high', { re: -1, im: 0 })]
  }
  return bandSections(pole, real, below, above)
}

function scaled({ re, im }: Complex, by: number): Complex {
  return { re: re * by, im: im * by }
}

/** s² - p (above - below) s + above · below = 0 has the two places to which a pole p moves. */
function bandSections(pole: Complex, real: boolean, below: number, above: number): Biquad[] {
  const centre = Math.sqrt(below * above)
  const half = scaled(pole, (above - below) / 2)
  const root = squareRoot({
    re: half.re * half.re - half.im * half.im - centre * centre,
    im: 2 * half.re * half.im,
  })
  const angle = 2 * Math.atan(centre)
  const at = { re: Math.cos(angle), im: Math.sin(angle) }
  const first = toZ({ re: half.re + root.re, im: half.im + root.im })
  const second = toZ({ re: half.re - root.re, im: half.im - root.im })
  // The two places of a real pole belong together, those of another each with its conjugate.
  if (real) return [normalised(first, second, 1, 0, -1, at)]
  return [
    normalised(first, conjugate(first), 1, 0, -1, at),
    normalised(second, conjugate(second), 1, 0, -1, at),
  ]
}

function section(pole: Complex, real: boolean, kind: 'low' | 'high', at: Complex): Biquad {
  const z = toZ(pole)
  const sign = kind === 'low' ? 1 : -1
  if (real) return normalised(z, { re: 0, im: 0 }, 1, sign, 0, at)
  return normalised(z, conjugate(z), 1, 2 * sign, 1, at)
}

/** The section with these poles and this numerator, of gain 1 at a point of the unit circle. */
function normalised(
  p: Complex,
  q: Complex,
  b0: number,
  b1: number,
  b2: number,
  at: Complex,
): Biquad {
  const a1 = -(p.re + q.re)
  const a2 = p.re * q.re - p.im * q.im
  const raw = { b0, b1, b2, a1, a2 }
  const gain = 1 / gainAt(raw, at)
  return { b0: b0 * gain, b1: b1 * gain, b2: b2 * gain, a1, a2 }
}

function gainAt({ b0, b1, b2, a1, a2 }: Biquad, z: Complex): number {
  // z⁻¹ is the conjugate on the unit circle.
  const [c1, s1] = [z.re, -z.im]
  const [c2, s2] = [c1 * c1 - s1 * s1, 2 * c1 * s1]
  const above = Math.hypot(b0 + b1 * c1 + b2 * c2, b1 * s1 + b2 * s2)
  return above / Math.hypot(1 + a1 * c1 + a2 * c2, a1 * s1 + a2 * s2)
}

function conjugate({ re, im }: Complex): Complex {
  return { re, im: -im }
}

/** (1 + s) / (1 - s) */
function toZ({ re, im }: Complex): Complex {
  const size = (1 - re) ** 2 + im * im
  return { re: (1 - re * re - im * im) / size, im: (2 * im) / size }
}

function squareRoot({ re, im }: Complex): Complex {
  const size = Math.hypot(re, im)
  const real = Math.sqrt(Math.max(0, (size + re) / 2))
  const imaginary = Math.sqrt(Math.max(0, (size - re) / 2))
  return { re: real, im: im < 0 ? -imaginary : imaginary }
}

/** The gain of a filter at a frequency, when it runs once. */
export function gainOf(sections: readonly Biquad[], sampleRate: number, hertz: number): number {
  const angle = (2 * Math.PI * hertz) / sampleRate
  const z = { re: Math.cos(angle), im: Math.sin(angle) }
  return sections.reduce((gain, biquad) => gain * gainAt(biquad, z), 1)
}

/**
 * Runs a filter over a signal, in its direct form II transposed, starting at rest as if the first
 * sample had stood for ever.
 */
export function filterSignal(sections: readonly Biquad[], signal: ArrayLike<number>): Float64Array {
  const out = Float64Array.from(signal)
  let start = out[0] ?? 0
  for (const { b0, b1, b2, a1, a2 } of sections) {
    const settled = (b0 + b1 + b2) / (1 + a1 + a2)
    let s2 = start * (b2 - a2 * settled)
    let s1 = start * (b1 - a1 * settled) + s2
    start *= settled
    for (let i = 0; i < out.length; i++) {
      const x = out[i]!
      const y = b0 * x + s1
      s1 = b1 * x - a1 * y + s2
      s2 = b2 * x - a2 * y
      out[i] = y
    }
  }
  return out
}

/**
 * Runs a filter forwards and backwards, so that nothing is shifted in time (F. Gustafsson,
 * "Determining the initial states in forward-backward filtering", 1996, with the simpler start of
 * SciPy: at both ends the signal is continued by its own mirror image turned about the end). Gains
 * count twice: 1/2 at the edges.
 */
export function filterZeroPhase(
  sections: readonly Biquad[],
  signal: ArrayLike<number>,
): Float64Array {
  const n = signal.length
  if (n === 0) return new Float64Array(0)
  const pad = Math.min(n - 1, 3 * (2 * sections.length + 1))
  const longer = new Float64Array(n + 2 * pad)
  for (let i = 0; i < n; i++) longer[pad + i] = signal[i]!
  for (let i = 1; i <= pad; i++) {
    longer[pad - i] = 2 * signal[0]! - signal[i]!
    longer[pad + n - 1 + i] = 2 * signal[n - 1]! - signal[n - 1 - i]!
  }
  const back = filterSignal(sections, filterSignal(sections, longer).reverse()).reverse()
  return back.slice(pad, pad + n)
}
