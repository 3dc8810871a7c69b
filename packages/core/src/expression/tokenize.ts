import type { Label } from './ast.ts'
import { KEYWORD } from './name.ts'

/** One word of the source. */
export interface Token {
  /**
   * As written, '' at the end; operators with two spellings have one text: `||`, `&&` and `!` read as
   * `or`, `and` and `not`. No literal and no name has the text of an operator.
   */
  readonly text: string
  /** The offset of its first character. */
  readonly at: number
  /** What a literal is worth. */
  readonly value: Label | undefined
  /** What a name says without its backticks. */
  readonly name: string | undefined
}

const TOKEN = new RegExp(
  [
    /((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/u, // 1: number
    /("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')/u, // 2: string
    /not\s+in(?![\p{L}\p{M}\p{N}_.])/u,
    /((?:[\p{L}_][\p{L}\p{M}\p{N}_]*|`(?:[^`]|``)+`)(?:\.(?:[\p{L}\p{M}\p{N}_]+|`(?:[^`]|``)+`))*)/u, // 3: name
    /\*\*|[<>=!]=|&&|\|\||[^]|$/u,
  ]
    .map((part) => part.source)
    .join('|'),
  'uy',
)
const SPACE = /\s*/uy
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['||', 'or'],
  ['&&', 'and'],
  ['!', 'not'],
])

/** Splits a source into tokens; the last one is the end, and only there. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  for (let at = 0; tokens.at(-1)?.text !== '';) {
    SPACE.lastIndex = at
    at += SPACE.exec(source)![0].length
    TOKEN.lastIndex = at
    const [text, number, string, word] = TOKEN.exec(source)!
    const value = number
      ? +number
      : string
        ? unquote(string)
        : /^(?:true|false|null)$/.test(text)
          ? (JSON.parse(text) as Label)
          : undefined
    const name = word && !KEYWORD.test(word) ? unquoteName(word) : undefined
    const spelled = text.replace(/^not\s+in$/, 'not in')
    tokens.push({ text: SPELLINGS.get(text) ?? spelled, at, value, name })
    at += text.length
  }
  return tokens
}

const unquoteName = (name: string): string =>
  name.replace(/`((?:[^`]|``)+)`/gu, (_, inner: string) => inner.replaceAll('``', '`'))

/** The content of a string: JSON's escapes, and a backslash before any other character. */
function unquote(string: string): string {
  const escape = /\\(?:(u[\da-fA-F]{4}|[bfnrt])|([^]))/gu
  return string
    .slice(1, -1)
    .replace(escape, (all, json: string | undefined, other: string) =>
      json ? (JSON.parse(`"${all}"`) as string) : other,
    )
}
