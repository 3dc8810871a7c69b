import type { Distribution } from '../space/distribution.ts'
import type { SpaceAdjusted } from './event.ts'

/** Ranges and choices replaced by parameter; null brings back what the space declares. */
export function withAdjustments(
  adjusted: ReadonlyMap<string, Distribution>,
  params: SpaceAdjusted['params'],
): ReadonlyMap<string, Distribution> {
  const next = new Map(adjusted)
  for (const [name, distribution] of Object.entries(params)) {
    if (distribution === null) next.delete(name)
    else next.set(name, distribution)
  }
  return next
}
