import type { Values } from '@attune/core'

import type { OpenedStudy } from '../../../data/engine.ts'

/** The parameters of a trial, flat and as the objective gets them. */
export async function valuesOfTrial(
  opened: OpenedStudy,
  trial: number,
): Promise<{ readonly nested: unknown; readonly flat: Values }> {
  const [{ nest, spaceFromJson }, { space: json }, flat] = await Promise.all([
    import('./core-values.ts'),
    opened.definition(),
    opened.values(trial),
  ])
  const space = spaceFromJson(json)
  // What was met while trials ran stands beside what was declared.
  const names = Object.keys(flat)
  const part = (isDeclared: boolean): Values =>
    Object.fromEntries(
      names
        .filter((name) => space.index.has(name) === isDeclared)
        .map((name) => [name, flat[name]!]),
    )
  return { nested: { ...(nest(space, part(true)) as object), ...part(false) }, flat }
}
