import type { Problem } from '../errors.ts'
import { AttuneError } from '../errors.ts'
import type { Expression } from '../expression/index.ts'
import { checkExpression, holds, parseExpression } from '../expression/index.ts'
import { hashText } from '../math/hash.ts'
import { createRng } from '../math/rng.ts'
import { isActive } from './activity.ts'
import type { Label } from './distribution.ts'
import { decodePoint } from './encode.ts'
import { nest } from './nest.ts'
import type { SearchSpace, Values } from './space.ts'
import { readerOf, scopeOf } from './names.ts'

/** A rule among parameters: an expression that travels in files, or a function in code. */
export type Requirement<P = unknown> = string | ((params: P) => boolean)

export interface Constraint {
  /** What is stored: the expression, or the name and source hash of a function. */
  readonly source: string
  readonly satisfied: (values: Values) => boolean
  /** Whether it can be asked before all values are known; functions can not. */
  readonly partial: boolean
}

/** Compiles the constraints of a space, adding their mistakes to `problems`. */
export function compileConstraints(
  space: SearchSpace,
  require: readonly Requirement[],
  problems: Problem[],
): Constraint[] {
  const compiled: Constraint[] = []
  const before = problems.length
  require.forEach((rule, i) => {
    const path = `require[${i}]`
    if (typeof rule === 'function') {
      const source = `function ${rule.name || 'anonymous'} ${hashText(rule.toString())}`
      compiled.push({ source, partial: false, satisfied: (values) => rule(nest(space, values)) })
      return
    }
    const expression = parseInto(rule, path, problems)
    if (expression === undefined) return
    const found = checkExpression(expression, { ...scopeOf(space), expect: 'boolean' })
    for (const problem of found) problems.push({ path, message: problem.message })
    if (found.length > 0) return
    const read = readerOf(space, expression.names)
    compiled.push({
      source: rule,
      partial: true,
      satisfied: (values) => holds(expression, read(values)),
    })
  })
  if (problems.length === before) checkDefaults(space, compiled, problems)
  return compiled
}

/** The defaults become the first trial, so they may not break a constraint by themselves. */
function checkDefaults(
  space: SearchSpace,
  constraints: readonly Constraint[],
  problems: Problem[],
): void {
  const values: Record<string, Label> = {}
  const active = space.params.filter((param) => {
    if (param.default === undefined || !isActive(param, values)) return isActive(param, values)
    values[param.name] = param.default
    return true
  })
  const whole = active.every((param) => param.default !== undefined)
  constraints.forEach(({ source, partial, satisfied }, i) => {
    if ((!whole && !partial) || satisfied(values)) return
    const message = `the defaults break "${source}". Change a default, or the constraint.`
    problems.push({ path: `require[${i}]`, message })
  })
}

function parseInto(source: string, path: string, problems: Problem[]): Expression | undefined {
  try {
    return parseExpression(source)
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error
    problems.push({ path, message: error.message })
    return undefined
  }
}

/** Whether a configuration satisfies every constraint of its space. */
export function isFeasible(space: SearchSpace, values: Values): boolean {
  for (const constraint of space.constraints) if (!constraint.satisfied(values)) return false
  return true
}

/** Whether a configuration of which a part is chosen may still satisfy every constraint. */
export function isPossible(space: SearchSpace, values: Values): boolean {
  for (const constraint of space.constraints) {
    if (constraint.partial && !constraint.satisfied(values)) return false
  }
  return true
}

const enough = 10
const draws = 10_000

/**
 * Refuses a space of which fewer than one uniform draw in 1,000 is feasible, naming the
 * constraint that alone refuses most.
 */
export function refuseInfeasible(space: SearchSpace): void {
  if (space.constraints.length === 0) return
  const rng = createRng('feasibility')
  const refused = space.constraints.map(() => 0)
  const point = new Float64Array(space.params.length)
  let feasible = 0
  for (let i = 0; i < draws && feasible < enough; i++) {
    for (let j = 0; j < point.length; j++) point[j] = rng.next()
    const values = decodePoint(space, point)
    const broken = space.constraints.map((c) => !c.satisfied(values))
    if (!broken.includes(true)) feasible++
    broken.forEach((is, k) => {
      if (is) refused[k] = (refused[k] as number) + 1
    })
  }
  if (feasible >= enough) return
  const worst = refused.indexOf(Math.max(...refused))
  const source = space.constraints[worst]?.source ?? ''
  throw new AttuneError(
    'space/infeasible',
    `Constraint "${source}": at least one draw in 1,000 must satisfy all constraints, got ${feasible} of ${draws} (this one alone refused ${refused[worst]}). Loosen it or narrow the ranges.`,
    { details: { constraint: source, feasible, draws } },
  )
}
