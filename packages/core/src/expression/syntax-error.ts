import { AttuneError } from '../errors.ts'
import { KEYWORD } from './name.ts'
import type { Token } from './tokenize.ts'

/** At most so many characters of a line are shown on each side of the mistake. */
const SHOWN = 50

/** The error for a token that stands where something else was `expected`, with a caret under it. */
export function syntaxError(source: string, { text, at }: Token, expected: string): AttuneError {
  const start = Math.max(source.lastIndexOf('\n', at - 1) + 1, at - SHOWN)
  const line = source.slice(start, at + SHOWN).split('\n')[0]!
  const indent = line.slice(0, at - start).replace(/[^\t]/gu, ' ')
  const column = at + 1
  const got = text ? `\`${text.slice(0, SHOWN)}\`` : 'the end'
  return new AttuneError(
    'expression/syntax',
    `Expression, column ${column}: expected ${expected}, got ${got}.${remedy(text)}\n` +
      `  ${line}\n  ${indent}^`,
    { details: { source, column, expected } },
  )
}

const MEANT: ReadonlyMap<string, string> = new Map([
  ['=', '=='],
  ['&', 'and'],
  ['|', 'or'],
  ['^', '**'],
  ['not', '(not …)'],
])

function remedy(text: string): string {
  const lower = text.toLowerCase()
  const meant = MEANT.get(text) ?? (lower !== text && KEYWORD.test(lower) ? lower : undefined)
  if (meant) return ` Use \`${meant}\`.`
  if (/^["'`]$/.test(text)) return ` The closing ${text} is missing.`
  return /^[^\d\s"'`()[\],<>=!*/%+.-]/.test(text) && !KEYWORD.test(text)
    ? ' Names with other characters than letters, digits and _ go in backticks.'
    : ''
}
