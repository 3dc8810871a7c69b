import { AttuneError } from '@attune/core'

export interface ResampleOptions {
  /** Zero crossings of the sinc on either side; more is steeper and slower. Default 16. */
  readonly zeros?: number
  /** Where the low-pass lies, as a share of the lower of both Nyquist frequencies. Default 0.95. */
  readonly rolloff?: number
}

/**
 * Resamples by a sinc under a Hann window (J. O. Smith, "Digital audio resampling", CCRMA, 2002).
 * When the rate falls the sinc is widened, so that it is the low-pass too. Samples beyond the ends
 * count as 0.
 *
 * @param from samples a second of the signal
 * @param to samples a second of the result: ceil(length · to / from) samples
 * @throws AttuneError `models/options` when a rate is not positive or the ratio is beyond 1000
 */
export function resample(
  signal: Float32Array,
  from: number,
  to: number,
  options: ResampleOptions = {},
): Float32Array {
  const ratio = to / from
  if (!(from > 0 && to > 0 && ratio >= 1e-3 && ratio <= 1e3)) {
    throw new AttuneError(
      'models/options',
      `resample: ${from} to ${to} samples a second; both must be positive, within a factor of 1000.`,
    )
  }
  if (ratio === 1) return signal.slice()
  const { zeros = 16, rolloff = 0.95 } = options
  const cutoff = Math.min(1, ratio) * rolloff
  const reach = zeros / cutoff
  const out = new Float32Array(Math.ceil(signal.length * ratio - 1e-9))
  const table = sincTable(zeros)
  for (let i = 0; i < out.length; i++) {
    const centre = i / ratio
    const first = Math.max(0, Math.ceil(centre - reach))
    const last = Math.min(signal.length - 1, Math.floor(centre + reach))
    let sum = 0
    for (let j = first; j <= last; j++) {
      const at = Math.abs(centre - j) * cutoff * tableSteps
      const below = Math.floor(at)
      const low = table[below]!
      sum += signal[j]! * (low + (at - below) * (table[below + 1]! - low))
    }
    out[i] = sum * cutoff
  }
  return out
}

/** Entries of the table between two zero crossings; linear between gives an error below 1e-5. */
const tableSteps = 512

/** sinc(t) under a Hann window, t = 0 … zeros. */
function sincTable(zeros: number): Float64Array {
  const count = Math.ceil(zeros * tableSteps)
  const table = new Float64Array(count + 2)
  for (let i = 0; i <= count; i++) {
    const t = i / tableSteps
    const sinc = t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t)
    table[i] = t >= zeros ? 0 : sinc * (0.5 + 0.5 * Math.cos((Math.PI * t) / zeros))
  }
  return table
}
