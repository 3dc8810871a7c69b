import type { Rng } from '../../math/rng.ts'
import type { Blend } from './crossover.ts'
import type { Move } from './mutation.ts'

/**
 * Simulated binary crossover of two coordinates in [0, 1]: one of the two children, by the toss of
 * a coin; with probability 1/2 the coordinate is not blended and comes from either parent.
 *
 * Source: K. Deb and R. B. Agrawal, Complex Systems 9, 1995; bounded as in K. Deb, "An efficient
 * constraint handling method for genetic algorithms", CMAME 186, 2000. A larger `eta` keeps
 * children closer to their parents.
 */
export function simulatedBinary(eta: number): Blend {
  return (a, b, rng) => {
    const blended = rng.next() < 0.5
    const low = rng.next() < 0.5
    const u = rng.next()
    if (!blended || a === b) return low ? a : b
    const [x, y] = a < b ? [a, b] : [b, a]
    const room = low ? x : 1 - y
    const beta = spread(u, 1 + (2 * room) / (y - x), eta)
    const child = low ? 0.5 * (x + y - beta * (y - x)) : 0.5 * (x + y + beta * (y - x))
    return Math.min(1, Math.max(0, child))
  }
}

/** How far children lie apart, in distances of their parents, when none may lie beyond `bound`. */
function spread(u: number, bound: number, eta: number): number {
  const alpha = 2 - Math.pow(bound, -(eta + 1))
  return u <= 1 / alpha
    ? Math.pow(u * alpha, 1 / (eta + 1))
    : Math.pow(1 / (2 - u * alpha), 1 / (eta + 1))
}

/**
 * Polynomial mutation of a coordinate in [0, 1].
 *
 * Source: K. Deb and S. Agrawal, "A niched-penalty approach for constraint handling in genetic
 * algorithms", 1999, in the bounded form of NSGA-II's code. A larger `eta` makes smaller steps.
 */
export function polynomial(eta: number): Move {
  return (x, rng: Rng) => {
    const u = rng.next()
    const power = 1 / (eta + 1)
    const step =
      u < 0.5
        ? Math.pow(2 * u + (1 - 2 * u) * Math.pow(1 - x, eta + 1), power) - 1
        : 1 - Math.pow(2 * (1 - u) + (2 * u - 1) * Math.pow(x, eta + 1), power)
    return Math.min(1, Math.max(0, x + step))
  }
}
