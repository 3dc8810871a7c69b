import type { Problem } from '../errors.ts'
import { AttuneError } from '../errors.ts'
import type { Expression, Scope } from '../expression/index.ts'
import { checkExpression, margin, parseExpression } from '../expression/index.ts'

/** A condition on the results of a trial, such as `latency_ms <= 50`. */
export interface OutcomeConstraint {
  readonly source: string
  readonly expression: Expression
}

export function compileOutcomeConstraint(source: string): OutcomeConstraint {
  return { source, expression: parseExpression(source) }
}

/** Every name may be a metric; only results tell. */
const metrics: Scope = { lookup: () => ({ type: 'any' }), names: [], expect: 'boolean' }

/** The mistakes in a list of outcome constraints. */
export function checkOutcomeConstraints(sources: readonly string[]): Problem[] {
  const problems: Problem[] = []
  sources.forEach((source, i) => {
    const path = `constraints[${i}]`
    try {
      const expression = parseExpression(source)
      if (expression.names.length === 0) {
        problems.push({
          path,
          message: `"${source}" names no metric. Compare one: latency_ms <= 50.`,
        })
      }
      for (const { message } of checkExpression(expression, metrics))
        problems.push({ path, message })
    } catch (error) {
      if (!(error instanceof AttuneError)) throw error
      problems.push({ path, message: error.message })
    }
  })
  return problems
}

/**
 * By how much results violate a constraint: at most 0 when they satisfy it, undefined when a
 * metric it names is missing.
 */
export function violationOf(
  constraint: OutcomeConstraint,
  read: (metric: string) => number | undefined,
): number | undefined {
  return margin(constraint.expression, read)
}
