import { assemble } from '../../space/activity.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { SearchSpace, Values } from '../../space/space.ts'
import type { Layout } from './layout.ts'

/** The defaults of a space and the middle of the ranges that have none; it may be infeasible. */
export function middleOf(space: SearchSpace): Values {
  return assemble(
    space,
    ({ default: given, distribution }) => given ?? sharedCodec(distribution).decode(0.5),
  )
}

/** Few, since a regularised model learns more from a point it chose than from an even one. */
export function startupOf({ free }: Layout): number {
  return Math.min(20, Math.max(4, Math.ceil(0.75 * free.length) + 2))
}
