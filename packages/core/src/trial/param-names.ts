import type { History } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import { resolveName } from '../space/names.ts'

/**
 * Every parameter that trials of a study may have values of, by flat name: those of its space, then
 * those that were met while objectives ran or that the space had earlier.
 */
export function paramNames(history: History): readonly string[] {
  const space = spaceOf(history)
  const declared = space.params.map((p) => p.name)
  return [...declared, ...history.values.names.filter((name) => !space.index.has(name))]
}

/** The parameter that a name stands for: its flat name, or a last part that no other one has. */
export function resolveParam(history: History, name: string): string | undefined {
  const space = spaceOf(history)
  if (space.index.has(name) || history.values.names.includes(name)) return name
  return resolveName(space, name)
}

/** The shortest name by which a parameter can be called. */
export function shortName(history: History, name: string): string {
  const last = name.slice(name.lastIndexOf('.') + 1)
  return resolveParam(history, last) === name ? last : name
}
