import { parseSpace } from '../space/from-json.ts'
import type { SearchSpace } from '../space/space.ts'
import type { StudyConfig } from './event.ts'
import type { History } from './history.ts'

const parsed = new WeakMap<StudyConfig, SearchSpace>()
const empty: SearchSpace = {
  params: [],
  constraints: [],
  root: { kind: 'shape', entries: [] },
  index: new Map(),
}

/** The declared space of a stored study, without constraints that were functions in code. */
export function spaceOf({ config }: History): SearchSpace {
  if (config === undefined) return empty
  let space = parsed.get(config)
  if (space === undefined) {
    // It was checked when it was written; mistakes would only keep people from reading it.
    parsed.set(config, (space = parseSpace(config.space, [])))
  }
  return space
}
