import { exp } from '../../math/elementary.ts'
import type { Rng } from '../../math/rng.ts'

/** Independent categorical distributions, one an unordered choice, with their learning rate. */
export interface Categorical {
  /** The probabilities of the labels of each choice. */
  readonly chances: readonly Float64Array[]
  readonly path: Float64Array
  gamma: number
  /** Inverse of the trust region of a step. */
  caution: number
}

const alpha = 1.5

/** Distributions over these chances, which are raised to the least probability where needed. */
export function createCategorical(chances: readonly Float64Array[]): Categorical {
  const free = chances.reduce((sum, c) => sum + c.length - 1, 0)
  const c: Categorical = { chances, path: new Float64Array(free), gamma: 0, caution: 1 }
  keepChances(c)
  return c
}

/** Draws a label of every choice. */
export function drawLabels({ chances }: Categorical, rng: Rng, labels: Int32Array): void {
  chances.forEach((row, k) => {
    let u = rng.next()
    let label = 0
    while (label < row.length - 1 && u >= row[label]!) u -= row[label++]!
    labels[k] = label
  })
}

/**
 * Moves the probabilities along the natural gradient, with a step whose length adapts to how
 * steadily it points one way (Y. Akimoto, S. Shirakawa, N. Yoshinari, K. Uchida, S. Saito,
 * K. Nishida, "Adaptive Stochastic Natural Gradient Method for One-Shot Neural Architecture
 * Search", ICML 2019), as CatCMA does (R. Hamano, S. Saito, M. Nomura, K. Uchida, S. Shirakawa,
 * "CatCMA: Stochastic Optimization for Mixed-Category Problems", GECCO 2024). A member in which a
 * choice did not exist has no say in it.
 * @param weights of the members, best first, that are positive
 */
export function adaptLabels(
  c: Categorical,
  weights: Float64Array,
  members: readonly Int32Array[],
): void {
  if (c.path.length === 0) return
  const gradients = c.chances.map((row, k) => {
    const gradient = new Float64Array(row.length)
    members.forEach((labels, m) => {
      const label = labels[k]!
      if (label < 0) return
      const weight = weights[m]!
      for (let l = 0; l < row.length; l++) {
        gradient[l] = gradient[l]! + weight * ((l === label ? 1 : 0) - row[l]!)
      }
    })
    return gradient
  })
  const roots = fisherRoots(c, gradients)
  let length = 0
  for (const x of roots) length += x * x
  length = Math.sqrt(length)
  if (!(length > 1e-12)) return
  const trust = 1 / c.caution
  c.chances.forEach((row, k) => {
    for (let l = 0; l < row.length; l++) row[l] = row[l]! + (trust / length) * gradients[k]![l]!
  })
  const beta = Math.min(1, trust / Math.sqrt(c.path.length))
  const gain = Math.sqrt(beta * (2 - beta))
  let square = 0
  for (let i = 0; i < roots.length; i++) {
    const s = (1 - beta) * c.path[i]! + (gain * roots[i]!) / length
    c.path[i] = s
    square += s * s
  }
  c.gamma = (1 - beta) ** 2 * c.gamma + beta * (2 - beta)
  c.caution *= exp(beta * (c.gamma - square / alpha))
  keepChances(c)
}

/** The gradient times the square root of the Fisher information, over all free probabilities. */
function fisherRoots(c: Categorical, gradients: readonly Float64Array[]): Float64Array {
  const roots = new Float64Array(c.path.length)
  let at = 0
  c.chances.forEach((row, k) => {
    const gradient = gradients[k]!
    const last = row[row.length - 1]!
    const rest = -gradient[row.length - 1]!
    for (let l = 0; l < row.length - 1; l++) {
      const root = Math.sqrt(row[l]!)
      roots[at++] = gradient[l]! / root + (root * rest) / (last + Math.sqrt(last))
    }
  })
  return roots
}

/** The least probability of CatCMA: at best 0.73 that all choices take their likeliest label. */
function keepChances({ chances }: Categorical): void {
  const others = 1 - 0.73 ** (1 / chances.length)
  for (const row of chances) {
    const least = others / (row.length - 1)
    let total = 0
    for (let l = 0; l < row.length; l++) {
      row[l] = Math.max(row[l]!, least)
      total += row[l]!
    }
    const share = (1 - total) / (total - row.length * least)
    if (!Number.isFinite(share)) continue
    for (let l = 0; l < row.length; l++) row[l] = row[l]! + share * (row[l]! - least)
  }
}
