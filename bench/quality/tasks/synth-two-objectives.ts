import type { SearchSpace } from '@attune/core'
import { choice, float, int, space } from '@attune/core'
import type { Params } from './task.ts'
import { number } from './task.ts'

export interface TwoObjectives {
  readonly name: string
  readonly space: SearchSpace
  readonly reference: readonly [number, number]
  readonly idealHypervolume: number
  values(params: Params): readonly [number, number]
}

const axes = Array.from({ length: 8 }, (_, i) => `x${i}`)
const zdt1: TwoObjectives = {
  name: 'zdt1_8',
  space: space(Object.fromEntries(axes.map((name) => [name, float(0, 1)]))) as SearchSpace,
  reference: [1.1, 6],
  idealHypervolume: 6.6 - 1 / 3,
  values(params) {
    const [first = 0, ...rest] = axes.map((name) => number(params, name))
    const g = 1 + (9 * rest.reduce((a, b) => a + b, 0)) / 7
    return [first, g * (1 - Math.sqrt(first / g))]
  },
}

const mixed: TwoObjectives = {
  name: 'mo_mixed',
  space: space({
    lr: float(1e-5, 1e-1, { scale: 'log' }),
    width: int(8, 512, { scale: 'log' }),
    depth: int(1, 8),
    kind: choice(['a', 'b', 'c']),
    drop: float(0, 0.9),
  }) as SearchSpace,
  reference: [1.2, 1.05],
  idealHypervolume: 0.8004412090114614,
  values(params) {
    const kind = params['kind'] as 'a' | 'b' | 'c'
    const width = number(params, 'width')
    const depth = number(params, 'depth')
    const cost = { a: 1, b: 1.3, c: 1.6 }[kind]
    const capacity = capacityOf(width, depth, kind)
    const error =
      0.05 +
      0.9 * Math.exp(-0.35 * capacity) +
      0.08 * (Math.log10(number(params, 'lr')) + 2 + 0.1 * depth) ** 2 +
      0.5 * (number(params, 'drop') - Math.min(0.5, 0.04 * capacity)) ** 2
    return [error, Math.log2(1 + width * depth * cost) / Math.log2(1 + 512 * 8 * 1.6)]
  },
}

function capacityOf(width: number, depth: number, kind: 'a' | 'b' | 'c'): number {
  return { a: 1, b: 1.25, c: 1.4 }[kind] * (Math.log2(width) - 3 + 0.6 * depth)
}

/** The best values of mo_mixed for every width, depth and kind: its other terms vanish there. */
export function idealMixed(): (readonly [number, number])[] {
  const rows: (readonly [number, number])[] = []
  for (let width = 8; width <= 512; width++) {
    for (let depth = 1; depth <= 8; depth++) {
      for (const kind of ['a', 'b', 'c'] as const) {
        const drop = Math.min(0.5, 0.04 * capacityOf(width, depth, kind))
        rows.push(mixed.values({ lr: 10 ** (-2 - 0.1 * depth), width, depth, kind, drop }))
      }
    }
  }
  return rows
}

export const twoObjectiveProblems: readonly TwoObjectives[] = [zdt1, mixed]
