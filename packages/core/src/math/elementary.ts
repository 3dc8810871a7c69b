/**
 * The exponential and the logarithm from exact arithmetic alone. `Math.exp` and `Math.log` may differ
 * in their last bits from engine to engine and from one version to the next, so that the same seed
 * would suggest other values in a browser than in Node; these do not.
 *
 * `exp` and `log` evaluate the reductions and polynomials of fdlibm (Sun Microsystems 1993, e_exp.c
 * and e_log.c) in its order: errors stay below one unit in the last place, and results are those of
 * the engines that use fdlibm themselves.
 */

/** ln 2 in two parts; multiples of the first up to 2^11 are exact. */
const ln2High = 6.9314718036912381649e-1
const ln2Low = 1.90821492927058770002e-10
const log2E = 1.442695040888963387

/** Beyond these exp overflows, or is 0. */
const overflow = 7.09782712893383973096e2
const underflow = -7.4513321910194110842e2
/** Up to about ln 2 / 2 exp needs no reduction; up to about 3/2 ln 2 it is one step. */
const near = 0.3465735912322998
const oneStep = 1.0397205352783203
const tiny = 2 ** -28

/** A number and its two halves, of which `high` holds sign and exponent. */
const word = new Float64Array([1])
const halves = new Int32Array(word.buffer)
const high = halves[1] === 0 ? 0 : 1

/** 2^k for a normal result. */
function powerOfTwo(k: number): number {
  halves[1 - high] = 0
  halves[high] = (k + 1023) << 20
  return word[0]!
}

/** e^x, with an error below one unit in the last place. */
export function exp(x: number): number {
  if (x !== x) return x
  if (x > overflow) return Number.POSITIVE_INFINITY
  if (x < underflow) return 0
  // The polynomial is one unit off at this argument.
  if (x === 1) return Math.E
  const size = Math.abs(x)
  if (size < near) {
    if (size < tiny) return 1 + x
    const c = expTail(x)
    return 1 - ((x * c) / (c - 2) - x)
  }
  const sign = x < 0 ? -1 : 1
  const k = size < oneStep ? sign : Math.trunc(log2E * x + 0.5 * sign)
  const upper = x - k * ln2High
  const lower = k * ln2Low
  const rest = upper - lower
  const c = expTail(rest)
  const y = 1 - (lower - (rest * c) / (2 - c) - upper)
  if (k === 1024) return y * 2 * 2 ** 1023
  return k >= -1021 ? y * powerOfTwo(k) : y * powerOfTwo(k + 1000) * 2 ** -1000
}

/** Replaces the first `n` values by their exponentials; quicker than one by one, and boxes no number. */
export function expAll(values: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) values[i] = exp(values[i]!)
}

/** x - x² P(x²), of which e^x is a fraction on |x| < 0.35 (Remez approximation of fdlibm). */
function expTail(x: number): number {
  const t = x * x
  const p =
    1.66666666666666019037e-1 +
    t *
      (-2.77777777770155933842e-3 +
        t *
          (6.61375632143793436117e-5 +
            t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8)))
  return x - t * p
}

/** The natural logarithm, with an error below one unit in the last place; NaN below 0. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  const isSubnormal = x < 2 ** -1022
  word[0] = isSubnormal ? x * 2 ** 54 : x
  let bits = halves[high]!
  let k = (bits >> 20) - 1023 - (isSubnormal ? 54 : 0)
  bits &= 0xfffff
  // The fraction is brought into [√½, √2) or so.
  const halved = (bits + 0x95f64) & 0x100000
  halves[high] = bits | (halved ^ 0x3ff00000)
  k += halved >> 20
  const f = word[0]! - 1
  const upper = k * ln2High
  const lower = k * ln2Low
  if ((0xfffff & (2 + bits)) < 3) {
    // |f| < 2^-20
    if (f === 0) return upper + lower
    const r = f * f * (0.5 - (1 / 3) * f)
    return k === 0 ? f - r : upper - (r - lower - f)
  }
  const s = f / (2 + f)
  const r = logTail(s * s)
  // Away from 1 the square is split off for accuracy.
  if (((bits - 0x6147a) | (0x6b851 - bits)) > 0) {
    const square = 0.5 * f * f
    if (k === 0) return f - (square - s * (square + r))
    return upper - (square - (s * (square + r) + lower) - f)
  }
  return k === 0 ? f - s * (f - r) : upper - (s * (f - r) - lower - f)
}

/** The series of log((1 + s) / (1 - s)) beyond 2 s by z = s² (Remez approximation of fdlibm). */
function logTail(z: number): number {
  const w = z * z
  const even =
    w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1))
  const odd =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)))
  return odd + even
}

/**
 * log(1 + x) without cancellation near 0 (Theorem 4 of D. Goldberg, "What every computer scientist
 * should know about floating-point arithmetic", 1991).
 */
export function log1p(x: number): number {
  const u = 1 + x
  if (u === 1 || u === Number.POSITIVE_INFINITY) return x
  return log(u) * (x / (u - 1))
}

/** e^x - 1 without cancellation near 0, by the same cure (W. Kahan). */
export function expm1(x: number): number {
  const u = exp(x)
  if (u === 1) return x
  if (u === Number.POSITIVE_INFINITY) return u
  const less = u - 1
  return less === -1 ? less : less * (x / log(u))
}
