import { feasibleDraw } from './feasible-draw.ts'
import type { Sampler } from './sampler.ts'

/**
 * Uniform random search: every trial is an independent draw, uniform on the scale of each
 * parameter, rejected until the constraints hold. No options. Cost: O(parameters).
 */
export function random(): Sampler {
  return {
    name: 'random',
    supports: { objectives: 'many', conditional: true, constraints: true, continuous: true },
    propose: (space, { rng }) => ({ values: feasibleDraw(space, rng) }),
  }
}
