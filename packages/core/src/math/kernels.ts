/**
 * The Matérn kernel of smoothness 5/2 with unit variance, as a function of the squared scaled
 * distance r²: (1 + a + a²/3) exp(-a), a = √5 r (C. E. Rasmussen and C. K. I. Williams, "Gaussian
 * Processes for Machine Learning", 2006, equation 4.17).
 */
import { exp } from './elementary.ts'

export function matern52(squared: number): number {
  const a = Math.sqrt(5 * squared)
  return (1 + a + (a * a) / 3) * exp(-a)
}

/** The derivative of `matern52` by the squared distance: -5/6 (1 + a) exp(-a), finite everywhere. */
export function matern52Slope(squared: number): number {
  const a = Math.sqrt(5 * squared)
  return (-5 / 6) * (1 + a) * exp(-a)
}
