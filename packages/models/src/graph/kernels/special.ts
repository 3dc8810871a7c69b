import { exp, log1p } from '@attune/core/math'

/**
 * The error function, to about 1e-15: the series of all positive terms 2/√π · e^(-x²) · Σ 2^n ·
 * x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6) up to 3, beyond it 1 less the continued fraction
 * of erfc (7.1.14).
 */
export function erf(x: number): number {
  const a = Math.abs(x)
  if (Number.isNaN(x)) return x
  if (a >= 6) return Math.sign(x)
  return Math.sign(x) * (a < 3 ? erfSeries(a) : 1 - erfcFraction(a))
}

function erfSeries(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * exp(-x * x) * sum
}

function erfcFraction(x: number): number {
  let fraction = x
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction
  return exp(-x * x) / (Math.sqrt(Math.PI) * fraction)
}

export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x))
  const e = exp(x)
  return e / (1 + e)
}

/** log(1 + e^x) */
export function softplus(x: number): number {
  return Math.max(x, 0) + log1p(exp(-Math.abs(x)))
}
