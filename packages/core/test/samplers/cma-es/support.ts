import type { Sampler, SearchSpace, Values } from '../../../src/index.ts'
import { createStudy, float, int, space } from '../../../src/index.ts'

/** `floats` floats named x0, x1 … and `ints` integers named z0, z1 … */
export function box(
  floats: number,
  ints = 0,
  bounds: readonly [number, number] = [-5, 5],
): SearchSpace {
  const entries = [
    ...Array.from({ length: floats }, (_, i) => [`x${i}`, float(-5, 5)] as const),
    ...Array.from({ length: ints }, (_, i) => [`z${i}`, int(...bounds)] as const),
  ]
  return space(Object.fromEntries(entries)) as SearchSpace
}

export const numbers = (values: Values): number[] => Object.values(values) as number[]

/** How many trials a search takes to a loss; Infinity when `limit` do not suffice. */
export async function trialsTo(
  target: number,
  searched: SearchSpace,
  loss: (values: Values) => number,
  sampler: Sampler,
  options: { readonly seed?: number; readonly limit: number },
): Promise<number> {
  await using study = await createStudy({ space: searched, sampler, seed: options.seed ?? 0 })
  for (let i = 1; i <= options.limit; i++) {
    const trial = await study.ask()
    const value = loss(trial.values)
    await study.tell(trial, value)
    if (value <= target) return i
  }
  return Number.POSITIVE_INFINITY
}
