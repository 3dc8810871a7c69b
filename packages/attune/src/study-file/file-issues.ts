import type { z } from 'zod'

/** One mistake in a value: where it is within the value, and what is wrong. */
export type ValueProblem =
  | { readonly keys: readonly (string | number)[]; readonly message: string }
  | { readonly keys: readonly (string | number)[]; readonly unknownKey: string }

type Issue = z.core.$ZodIssue

/**
 * The mistakes in a value. Where one of several forms is allowed, those of the form that was meant:
 * the only one whose kind of value (text, list, mapping) was given.
 */
export function problemsOf(schema: z.ZodType, value: unknown): ValueProblem[] {
  const parsed = schema.safeParse(value)
  const problems = parsed.success ? [] : collect(parsed.error.issues, [])
  // Two rules of one value may say the same.
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}

function collect(issues: readonly Issue[], outer: readonly (string | number)[]): ValueProblem[] {
  const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys')
  const hasUnknownKey = ({ path }: Issue): boolean =>
    unknown.some((issue) => issue.path.join('\n') === path.join('\n'))
  return issues.flatMap((issue): ValueProblem[] => {
    const keys = [...outer, ...(issue.path as (string | number)[])]
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((unknownKey) => ({ keys, unknownKey }))
    }
    // A rule on the whole says nothing new where a key of it is unknown.
    if (issue.code === 'custom' && hasUnknownKey(issue)) return []
    if (issue.code === 'invalid_key') {
      return [{ keys, message: issue.issues[0]?.message ?? issue.message }]
    }
    if (issue.code !== 'invalid_union') return [{ keys, message: issue.message }]
    const meant = issue.errors.filter((branch) => !branch.some(isOtherKind))
    return meant.length === 1
      ? collect(meant[0] as Issue[], keys)
      : [{ keys, message: issue.message }]
  })
}

function isOtherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_type') return true
  return issue.code === 'invalid_union' && issue.errors.every((branch) => branch.some(isOtherKind))
}
