/**
 * The Gamma function, the incomplete gamma ratios P and Q = 1 - P, and the Gamma distribution, in
 * double precision. Relative errors are a few 1e-15, and in the tails 1e-16 times the size of the
 * ratio's logarithm. Arguments outside the domain give NaN.
 *
 * D(a, x) = x^a e^-x / Γ(a) is a common factor of both ratios. By region:
 *
 * a < 1, x < 1.1     Taylor series, with 1 - P worked out without cancellation (A. R. DiDonato and
 *                    A. H. Morris, "Computation of the incomplete gamma function ratios and their
 *                    inverse", ACM TOMS 12(4), 1986)
 * a ≥ 20, x near a   the expansion of N. M. Temme, "The asymptotic expansion of the incomplete gamma
 *                    functions", SIAM J. Math. Anal. 10(4), 1979 (see temmeSum)
 * else x < a         P / D as a series (NIST DLMF 8.11.4)
 * else               Q / D as a continued fraction (DLMF 8.9.2)
 */

import type { Rng } from './rng.ts'
import { erfcx, log1mExp, normalQuantile, polynomial } from './special.ts'
import { exp, expm1, log, log1p } from './elementary.ts'
import { temmeSum } from './temme.ts'

const logRootTwoPi = 0.5 * log(2 * Math.PI)
const epsilon = 2 ** -53

/** (-1)^k (ζ(k) - 1) / k for k = 2 … 28 (DLMF 5.7.3), from 40-digit arithmetic. */
const zetaSeries: readonly number[] = [
  0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986,
  0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939,
  9.945751278180853e-5, -4.492623673813314e-5, 2.050721277567069e-5, -9.439488275268397e-6,
  4.374866789907488e-6, -2.039215753801366e-6, 9.55141213040742e-7, -4.492469198764566e-7,
  2.1207184805554665e-7, -1.0043224823968099e-7, 4.7698101693639804e-8, -2.2711094608943164e-8,
  1.0838659214896955e-8, -5.183475041970047e-9, 2.4836745438024785e-9, -1.1921401405860912e-9,
  5.731367241678862e-10, -2.7595228851242334e-10, 1.330476437424449e-10,
]

/** 1 - γ, with Euler's constant γ. */
const oneLessEuler = 0.42278433509846713

/** B_2k / (2k (2k - 1)) for k = 1 … 8: Stirling's series, DLMF 5.11.1. */
const stirlingSeries: readonly number[] = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
]

/** From here on Stirling's series has all digits. */
const stirlingFrom = 10

/** log Γ(a) for a > 0, accurate also next to its zeros at 1 and 2. */
export function logGamma(a: number): number {
  if (!(a > 0)) return Number.NaN
  if (a === Number.POSITIVE_INFINITY) return a
  if (a >= stirlingFrom) return (a - 0.5) * log(a) - a + logRootTwoPi + stirlingRest(a)
  if (a < 0.5) return logGammaNearTwo(a) - log1p(a) - log(a)
  if (a < 1.5) return logGammaNearTwo(a - 1) - log1p(a - 1)
  let product = 1
  let x = a
  while (x >= 2.5) product *= --x
  return logGammaNearTwo(x - 2) + log(product)
}

/** log Γ(2 + y) for |y| ≤ 1/2. */
function logGammaNearTwo(y: number): number {
  return y * (oneLessEuler + y * polynomial(zetaSeries, y))
}

/** What Stirling's formula for log Γ(a) lacks, a ≥ 10. */
function stirlingRest(a: number): number {
  return polynomial(stirlingSeries, 1 / (a * a)) / a
}

/** P(a, x) = 1/Γ(a) ∫_0^x t^(a-1) e^-t dt for a > 0, x ≥ 0. */
export function lowerGamma(a: number, x: number): number {
  return exp(logTails(a, x).lower)
}

/** Q(a, x) = 1 - P(a, x), without cancellation where P is close to 1. */
export function upperGamma(a: number, x: number): number {
  return exp(logTails(a, x).upper)
}

/** log P(a, x), also where P itself would underflow. */
export function logLowerGamma(a: number, x: number): number {
  return logTails(a, x).lower
}

/** log Q(a, x), also where Q itself would underflow. */
export function logUpperGamma(a: number, x: number): number {
  return logTails(a, x).upper
}

/** Logarithms of P and Q. */
interface LogTails {
  readonly lower: number
  readonly upper: number
}

const isDomain = (a: number, x: number): boolean => a > 0 && a < Number.POSITIVE_INFINITY && x >= 0

function logTails(a: number, x: number): LogTails {
  if (!isDomain(a, x)) return { lower: Number.NaN, upper: Number.NaN }
  if (x === 0) return { lower: Number.NEGATIVE_INFINITY, upper: 0 }
  if (x === Number.POSITIVE_INFINITY) return { lower: 0, upper: Number.NEGATIVE_INFINITY }
  if (a < 1 && x < smallEnd) return smallTails(a, x)
  const smaller = x < a ? logSmaller(a, x) : Math.min(0, logSmaller(a, x))
  const other = log1mExp(Math.min(0, smaller))
  return x < a ? { lower: smaller, upper: other } : { lower: other, upper: smaller }
}

/** log P where x < a, log Q elsewhere. */
function logSmaller(a: number, x: number): number {
  const near = nearness(a, x)
  if (near !== undefined) return log(temmeRatio(a, x, near)) - a * near
  if (x < a) return logFactor(a, x) + log(lowerSeries(a, x) / a)
  return logFactor(a, x) - log(x - a + fractionRest(a, x))
}

const smallEnd = 1.1

/**
 * For a < 1, x < 1.1: P = (1 + L) (1 - J) and Q = J (1 + L) - L, with L = x^a / Γ(a + 1) - 1 and
 * J = a Σ_n≥1 (-1)^(n+1) xⁿ / ((a + n) n!).
 */
function smallTails(a: number, x: number): LogTails {
  let sum = 0
  let term = -1
  for (let n = 1; n < 40; n++) {
    term *= -x / n
    const next = sum + term / (a + n)
    if (next === sum) break
    sum = next
  }
  const j = a * sum
  const logPower = a * log(x) - logGammaNext(a)
  const rest = expm1(logPower)
  const lower = logPower + log1p(-j)
  const upper = lower < -1 ? log1mExp(lower) : log(j * (1 + rest) - rest)
  return { lower, upper }
}

/** log Γ(1 + a) for 0 < a. */
function logGammaNext(a: number): number {
  return a < 0.5 ? logGammaNearTwo(a) - log1p(a) : logGamma(1 + a)
}

/** log D(a, x) for x > 0. */
function logFactor(a: number, x: number): number {
  if (a < 1) return a * log(x) - x + log(a) - logGammaNext(a)
  if (a < stirlingFrom) return a * log(x) - x - logGamma(a)
  return 0.5 * log(a) - logRootTwoPi - a * excessOf(a, x) - stirlingRest(a)
}

/** λ - 1 - log λ for λ = x / a, without cancellation near 1. */
function excessOf(a: number, x: number): number {
  const mu = (x - a) / a
  if (!(Math.abs(mu) < 0.5)) return mu - log(x / a)
  // log(1 + μ) = 2 artanh s, of which the first term is taken off exactly.
  const s = mu / (2 + mu)
  const square = s * s
  let sum = 0
  for (let n = 35; n >= 3; n -= 2) sum = sum * square + 1 / n
  return mu * s - 2 * s * square * sum
}

/** ½ η² where Temme's expansion is used. */
function nearness(a: number, x: number): number | undefined {
  if (a < 20) return undefined
  const excess = excessOf(a, x)
  return excess < 0.5 ? excess : undefined
}

/** e^(aη²/2) P for x < a, e^(aη²/2) Q elsewhere. */
function temmeRatio(a: number, x: number, excess: number): number {
  const eta = Math.sqrt(2 * excess)
  const rest = temmeSum(a, x < a ? -eta : eta) / Math.sqrt(2 * Math.PI * a)
  return 0.5 * erfcx(Math.sqrt(a * excess)) + (x < a ? -rest : rest)
}

/** a P / D = Σ_n t_n with t_0 = 1 and t_n = t_(n-1) x / (a + n). */
function lowerSeries(a: number, x: number): number {
  let sum = 1
  let term = 1
  for (let n = 1; n < longest; n++) {
    term *= x / (a + n)
    sum += term
    if (term < epsilon * sum) break
  }
  return sum
}

const longest = 100_000

/**
 * c in Q / D = 1 / (x - a + c): 1 + K_n≥1 (-n (n - a) / (x - a + 2n + 1)), by the modified
 * algorithm of Lentz (I. J. Thompson and A. R. Barnett, J. Comput. Phys. 64, 1986).
 */
function fractionRest(a: number, x: number): number {
  const tiny = 1e-300
  let c = 1
  let above = 1
  let below = 0
  for (let n = 1; n < longest; n++) {
    const top = -n * (n - a)
    const bottom = x - a + 2 * n + 1
    below = bottom + top * below
    below = 1 / (below === 0 ? tiny : below)
    above = bottom + top / above
    if (above === 0) above = tiny
    const change = above * below
    c *= change
    if (Math.abs(change - 1) < 2 * epsilon) break
  }
  return c
}

/** log E max(0, x - Y) for Y ~ Gamma(a, 1), x ≥ 0, without cancellation in the lower tail. */
export function logGammaShortfall(a: number, x: number): number {
  if (!isDomain(a, x)) return Number.NaN
  if (x === 0) return Number.NEGATIVE_INFINITY
  if (x >= a && !(a < 1 && x < smallEnd)) return log(x - a + exp(logGammaExcess(a, x)))
  const near = nearness(a, x)
  if (near !== undefined) return logFactor(a, x) + log(temmeGap(a, x, near))
  // (x - a) P + D, with the series of P put in: D/a Σ n t_n.
  let sum = 0
  let term = 1
  for (let n = 1; n < longest; n++) {
    term *= x / (a + n)
    sum += n * term
    if (n * term < epsilon * sum) break
  }
  return logFactor(a, x) - log(a) + log(sum)
}

/** log E max(0, Y - x) for Y ~ Gamma(a, 1), x ≥ 0, without cancellation in the upper tail. */
export function logGammaExcess(a: number, x: number): number {
  if (!isDomain(a, x)) return Number.NaN
  if (x === 0) return log(a)
  if (x < a) return log(a - x + exp(logGammaShortfall(a, x)))
  const factor = logFactor(a, x)
  if (a < 1 && x < smallEnd) {
    return factor + log(1 - (x - a) * exp(smallTails(a, x).upper - factor))
  }
  const near = nearness(a, x)
  if (near !== undefined) return factor + log(temmeGap(a, x, near))
  const c = fractionRest(a, x)
  return factor + log(c / (x - a + c))
}

/** Beyond so many standard deviations the difference of `temmeGap` has lost too many digits. */
const farOut = 60

/**
 * 1 - |x - a| T / D, T the smaller of P and Q. Far out -Σ_k≥1 (-w)^k b_k(λ) with
 * w = a / (x - a)² and b_k = λ (1 - λ) b'_(k-1) + (2k - 1) λ b_(k-1), b_0 = 1 (DLMF 8.11.6, 8.11.7).
 */
function temmeGap(a: number, x: number, near: number): number {
  const w = a / (x - a) ** 2
  if (w * farOut * farOut > 1) {
    const ratio = temmeRatio(a, x, near) * Math.sqrt((2 * Math.PI) / a) * exp(stirlingRest(a))
    return 1 - Math.abs(x - a) * ratio
  }
  const l = x / a
  const b3 = 1 + l * (8 + l * 6)
  const b4 = 1 + l * (22 + l * (58 + l * 24))
  return w * l * (1 - w * (1 + 2 * l - w * (b3 - w * b4)))
}

/** The x for which P(a, x) = p; 0 where it underflows. */
export function lowerGammaInverse(a: number, p: number): number {
  if (!(a > 0 && a < Number.POSITIVE_INFINITY && p >= 0 && p <= 1)) return Number.NaN
  if (p === 0) return 0
  return p <= 0.5 ? solveTail(a, 'lower', p) : upperGammaInverse(a, 1 - p)
}

/** The x for which Q(a, x) = q; for small q more exact than `lowerGammaInverse(a, 1 - q)`. */
export function upperGammaInverse(a: number, q: number): number {
  if (!(a > 0 && a < Number.POSITIVE_INFINITY && q >= 0 && q <= 1)) return Number.NaN
  if (q === 0) return Number.POSITIVE_INFINITY
  return q <= 0.5 ? solveTail(a, 'upper', q) : lowerGammaInverse(a, 1 - q)
}

/**
 * Newton's method for log P or log Q as a function of log x. Both are concave, since the density of
 * log Y is log-concave, so it converges from everywhere.
 */
function solveTail(a: number, tail: keyof LogTails, p: number): number {
  const target = log(p)
  const enough = 1e-8 / Math.sqrt(Math.max(1, a))
  let x = tail === 'lower' ? lowerStart(a, p, target) : upperStart(a, p, target)
  for (let i = 0; i < 200 && x > 0; i++) {
    const reached = logTails(a, x)[tail]
    const slope = exp(logFactor(a, x) - reached)
    const step = (tail === 'lower' ? target - reached : reached - target) / slope
    x *= exp(Math.min(4, Math.max(-4, step)))
    if (!(Math.abs(step) > enough)) break
  }
  return x
}

/** The approximation of E. B. Wilson and M. M. Hilferty (PNAS 17, 1931); may be negative. */
function wilsonHilferty(a: number, z: number): number {
  return a * (1 - 1 / (9 * a) + z / (3 * Math.sqrt(a))) ** 3
}

/** Never above the solution where it is the second: P ≤ x^a / Γ(a + 1). */
function lowerStart(a: number, p: number, logP: number): number {
  const guess = a < 1 ? 0 : wilsonHilferty(a, normalQuantile(p))
  const bound = exp((logP + logGammaNext(a)) / a)
  return Math.max(guess, bound)
}

function upperStart(a: number, q: number, logQ: number): number {
  if (a >= 1) return wilsonHilferty(a, -normalQuantile(q))
  const bound = exp((log1p(-q) + logGammaNext(a)) / a)
  return Math.max(bound, -logQ - logGamma(a) + (a - 1) * log(-logQ))
}

/** The density of Gamma(k, θ), shape k and scale θ, at x. */
export function gammaDensity(x: number, k: number, theta: number): number {
  const t = x / theta
  if (!(theta > 0) || !isDomain(k, Math.max(0, t))) return Number.NaN
  if (t < 0 || t === Number.POSITIVE_INFINITY) return 0
  if (t === 0) return k < 1 ? Number.POSITIVE_INFINITY : k === 1 ? 1 / theta : 0
  return exp(logFactor(k, t)) / x
}

/** The probability that Gamma(k, θ) is at most x. */
export function gammaCdf(x: number, k: number, theta: number): number {
  return theta > 0 ? lowerGamma(k, Math.max(0, x / theta)) : Number.NaN
}

/** The p-quantile of Gamma(k, θ). */
export function gammaQuantile(p: number, k: number, theta: number): number {
  return theta > 0 ? theta * lowerGammaInverse(k, p) : Number.NaN
}

/** A draw from Gamma(k, θ) by the inverse CDF, from one uniform number (two 32-bit words). */
export function gammaDraw(rng: Rng, k: number, theta: number): number {
  return gammaQuantile(rng.next() + epsilon / 2, k, theta)
}
