import type { Rng } from '@attune/core'
import { fillNormal } from '../network/draws.ts'
import { dotProduct, type Numbers } from './update-slopes.ts'

/**
 * The program that S. Fioravanti published with "Online hyper-parameters optimization" (2020), as its
 * notebook stood at commit 1e6d190 of github.com/Fiorav/online-HP-optimization. It deviates from T1–T2:
 *
 * - a. The penalty 10^λ · Σθ² / 2 is of all variables, biases too, and the gradient of log₁₀ of the
 *   coefficient is taken as -η · ⟨∇C₂, θ⟩, without the factor ln 10 · 10^λ and with the weights after the
 *   update.
 * - b. That is the derivative of an update by sgd, also where weights are updated by Adam.
 * - c. The gradient of the noise is that of the T2 loss with noise: by feature, w₀ · ∂C₂/∂w₀ averaged over
 *   units, times the noise averaged over rows, summed over features; a normal number where it is exactly 0.
 * - d. The output layer is relu, before a cross-entropy of logits.
 *
 * Weights and both numbers have an Adam with rate 0.001; the rates' decay to 97 % over 2 750 steps, and
 * the 1e-7 that Keras' Adam has for ε, are left out.
 */
export const notebookRate = 1e-3

/** -η · Σ over all variables of ∇C₂ · θ. */
export function notebookL2Gradient(
  rate: number,
  gradients: readonly Numbers[],
  weights: readonly Numbers[],
): number {
  let sum = 0
  for (const [i, gradient] of gradients.entries()) sum += dotProduct(gradient, weights[i]!)
  return -rate * sum
}

/**
 * @param kernel of the first layer, [features, units], and `gradient` that of the T2 loss
 * @param noise [rows, features], as it was added to the T2 rows
 */
export function notebookNoiseGradient(
  kernel: Numbers,
  gradient: Numbers,
  noise: Numbers,
  features: number,
  rng: Rng,
): number {
  const units = kernel.length / features
  const rows = noise.length / features
  let sum = 0
  for (let feature = 0; feature < features; feature++) {
    let products = 0
    for (let i = feature * units; i < (feature + 1) * units; i++)
      products += kernel[i]! * gradient[i]!
    let drawn = 0
    for (let row = 0; row < rows; row++) drawn += noise[row * features + feature]!
    sum += (products / units) * (drawn / rows)
  }
  if (sum !== 0) return sum
  const drawn = new Float32Array(1)
  fillNormal(rng, drawn, 1)
  return drawn[0]!
}
