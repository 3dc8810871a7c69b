import { AttuneError, parseExpression, parseSpace, spaceFromJson } from '@attune/core'
import type { Problem, SearchSpace, SpaceJson } from '@attune/core'

/** A mistake in a parameter (`path`, as core writes it), or in a constraint (`rule`, its position). */
export type SpaceProblem =
  | { readonly path: string; readonly message: string }
  | { readonly rule: number; readonly message: string }

/**
 * Reads a space and tests that its constraints can be met, adding every mistake to `problems`. Gives
 * the space if its parameters are right, whatever its constraints are. Names in constraints are
 * judged only when all parameters are right and there (`complete`): one that could not be read
 * would make every constraint on it look wrong, too.
 */
export function checkSpace(
  json: SpaceJson,
  problems: SpaceProblem[],
  complete: boolean,
): SearchSpace | undefined {
  const found: Problem[] = []
  const space = parseSpace({ space: json.space }, found)
  problems.push(...found)

  const rules = json.require ?? []
  // Expressions only: the text that stands for a function in a stored study is none.
  const readable = rules.flatMap((source, rule) => {
    const message = refusal(() => parseExpression(source))?.message
    if (message === undefined) return [rule]
    problems.push({ rule, message })
    return []
  })
  if (found.length > 0 || !complete) return undefined
  if (rules.length === 0) return space

  const require = readable.map((rule) => rules[rule] as string)
  const misused: Problem[] = []
  const constrained = parseSpace({ space: json.space, require }, misused)
  for (const { path, message } of misused) {
    const position = Number(path.replace(/\D/g, ''))
    problems.push({ rule: readable[position] as number, message })
  }
  if (misused.length > 0 || readable.length < rules.length) return space

  const infeasible = refusal(() => spaceFromJson(json))
  if (infeasible === undefined) return constrained
  const { constraint } = infeasible.details as { readonly constraint: string }
  problems.push({ rule: rules.indexOf(constraint), message: infeasible.message })
  return space
}

function refusal(check: () => unknown): AttuneError | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof AttuneError) return error
    throw error
  }
}
