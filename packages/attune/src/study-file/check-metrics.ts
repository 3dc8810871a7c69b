import { AttuneError, checkOutcomeConstraints } from '@attune/core'
import { compileMetricPattern } from '../executors/metric-parser.ts'

/** A mistake in one entry of a list. */
export interface EntryProblem {
  readonly index: number
  readonly message: string
}

/** The mistakes in the names of objectives. */
export function checkObjectives(names: readonly string[]): EntryProblem[] {
  return names.flatMap((name, index): EntryProblem[] => {
    if (names.indexOf(name) !== index) {
      const message = `"${name}" stands twice. Every objective needs its own name.`
      return [{ index, message }]
    }
    if (name !== '' && name !== 'step' && name !== 'standardErrors') return []
    const message = `an objective is the name of a metric, not ${JSON.stringify(name)}. Rename it.`
    return [{ index, message }]
  })
}

/** The mistakes in outcome constraints, which may speak of any metric. */
export function checkOutcomes(sources: readonly string[]): EntryProblem[] {
  return checkOutcomeConstraints(sources).map(({ path, message }) => ({
    index: Number(/\d+/.exec(path)),
    message,
  }))
}

/**
 * What is wrong with a regular expression that shall find the objectives in a program's output;
 * `undefined` objectives are not known.
 */
export function checkPattern(
  pattern: string,
  objectives: readonly string[] | undefined,
): string | undefined {
  const first = objectives === undefined ? 'value' : objectives[0]
  const compiled = orMessage(() => compileMetricPattern(pattern, first))
  if (typeof compiled === 'string') return compiled
  // An empty alternative always matches, and the match lists the groups.
  const groups = Object.keys(new RegExp(`${pattern}|`).exec('')?.groups ?? { [first ?? '']: '' })
  const missing = (objectives ?? []).filter((name) => !groups.includes(name))
  if (missing.length === 0) return undefined
  return `the pattern gives no ${missing.join(', ')}. Name one group for each: (?<${missing[0]}>[0-9.]+).`
}

/** What it makes, or what attune says against it. */
export function orMessage<T>(make: () => T): T | string {
  try {
    return make()
  } catch (error) {
    if (error instanceof AttuneError) return error.message
    throw error
  }
}
