import { AttuneError, messageOf, refuseProblems } from '../errors.ts'
import type { Expression } from '../expression/index.ts'
import { checkExpression, matches, parseExpression } from '../expression/index.ts'
import type { History } from '../journal/history.ts'
import { trialScope } from './trial-scope.ts'

/**
 * A filter of trials from an expression over what `trialScope` knows; a trial for which it is unknown
 * is left out.
 * @param what how the expression is called in errors, such as `--where`
 * @throws AttuneError `usage` with everything that is wrong with it
 */
export function compileWhere(
  history: History,
  source: string,
  what: string = 'filter',
): (trial: number) => boolean {
  const expression = parse(source, what)
  const { scope, reader } = trialScope(history)
  const problems = checkExpression(expression, scope).map(({ column, message }) => ({
    path: `column ${column}`,
    message,
  }))
  refuseProblems('usage', `${what} "${source}"`, problems)
  const readOf = reader(expression.names)
  return (trial) => matches(expression, readOf(trial))
}

function parse(source: string, what: string): Expression {
  try {
    return parseExpression(source)
  } catch (cause) {
    throw new AttuneError('usage', `${what}: ${messageOf(cause)}`, { cause })
  }
}
