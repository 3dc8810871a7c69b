import { AttuneError } from '@attune/core'

/** The discrete Fourier transform of one size; its tables are made once, its buffers are reused. */
export interface Fft {
  readonly size: number
  /** In place: X[k] = Σ x[n] e^(-2πikn/size). */
  forward(re: Float64Array, im: Float64Array): void
}

/** The transform of real numbers of one size. */
export interface RealFft {
  readonly size: number
  /** |X[k]|² for k = 0 … size / 2, of `size` real numbers, into `out` (size / 2 + 1). */
  power(signal: Float64Array, out: Float64Array): void
}

/** The smallest power of two that is not less. */
export function powerOfTwoFrom(n: number): number {
  let size = 1
  while (size < n) size *= 2
  return size
}

/**
 * The radix-2 transform with decimation in time (J. Cooley and J. Tukey, "An algorithm for the
 * machine calculation of complex Fourier series", 1965).
 *
 * @param size a power of two, 1 … 2^24
 * @throws AttuneError `usage` for another size
 */
export function createFft(size: number): Fft {
  if (!(size >= 1 && size <= 2 ** 24) || powerOfTwoFrom(size) !== size) {
    throw new AttuneError('usage', `A Fourier transform needs a power of two, not ${size}.`)
  }
  const reversed = bitReversal(size)
  const cos = new Float64Array(Math.max(1, size / 2))
  const sin = new Float64Array(Math.max(1, size / 2))
  for (let k = 0; k < cos.length; k++) {
    cos[k] = Math.cos((-2 * Math.PI * k) / size)
    sin[k] = Math.sin((-2 * Math.PI * k) / size)
  }
  return {
    size,
    forward(re, im) {
      permute(re, reversed)
      permute(im, reversed)
      for (let half = 1; half < size; half *= 2) butterflies(re, im, cos, sin, half, size)
    },
  }
}

/** One layer: pairs of transforms of `half` numbers become transforms of twice as many. */
function butterflies(
  re: Float64Array,
  im: Float64Array,
  cos: Float64Array,
  sin: Float64Array,
  half: number,
  size: number,
): void {
  const stride = size / (2 * half)
  for (let start = 0; start < size; start += 2 * half) {
    for (let k = 0; k < half; k++) {
      const c = cos[k * stride]!
      const s = sin[k * stride]!
      const a = start + k
      const b = a + half
      const tr = re[b]! * c - im[b]! * s
      const ti = re[b]! * s + im[b]! * c
      re[b] = re[a]! - tr
      im[b] = im[a]! - ti
      re[a] = re[a]! + tr
      im[a] = im[a]! + ti
    }
  }
}

function bitReversal(size: number): Uint32Array {
  const reversed = new Uint32Array(size)
  for (let i = 1; i < size; i++) {
    reversed[i] = (reversed[i >> 1]! >> 1) | ((i & 1) * (size >> 1))
  }
  return reversed
}

function permute(values: Float64Array, order: Uint32Array): void {
  for (let i = 0; i < order.length; i++) {
    const j = order[i]!
    if (j <= i) continue
    const kept = values[i]!
    values[i] = values[j]!
    values[j] = kept
  }
}

/**
 * The transform of real numbers by one complex transform of half the size: even-numbered samples as
 * real, odd-numbered as imaginary parts (H. Sorensen et al., "Real-valued fast Fourier transform
 * algorithms", 1987).
 *
 * @param size a power of two, 2 … 2^24
 * @throws AttuneError `usage` for another size
 */
export function createRealFft(size: number): RealFft {
  if (size < 2) {
    throw new AttuneError(
      'usage',
      `A real Fourier transform needs 2 numbers at least, not ${size}.`,
    )
  }
  const half = size / 2
  const fft = createFft(half)
  const re = new Float64Array(half)
  const im = new Float64Array(half)
  const cos = Float64Array.from({ length: half }, (_, k) => Math.cos((-2 * Math.PI * k) / size))
  const sin = Float64Array.from({ length: half }, (_, k) => Math.sin((-2 * Math.PI * k) / size))
  return {
    size,
    power(signal, out) {
      for (let i = 0; i < half; i++) {
        re[i] = signal[2 * i]!
        im[i] = signal[2 * i + 1]!
      }
      fft.forward(re, im)
      out[0] = (re[0]! + im[0]!) ** 2
      out[half] = (re[0]! - im[0]!) ** 2
      for (let k = 1; k < half; k++) {
        const other = half - k
        const evenRe = (re[k]! + re[other]!) / 2
        const evenIm = (im[k]! - im[other]!) / 2
        const oddRe = (im[k]! + im[other]!) / 2
        const oddIm = (re[other]! - re[k]!) / 2
        const real = evenRe + oddRe * cos[k]! - oddIm * sin[k]!
        const imaginary = evenIm + oddRe * sin[k]! + oddIm * cos[k]!
        out[k] = real * real + imaginary * imaginary
      }
    },
  }
}
