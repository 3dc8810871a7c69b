/** The name that is being typed, and where it stands. */
export interface TypedName {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** What is typed of a name before the caret; undefined within a text or a number. */
export function typedName(source: string, caret: number): TypedName | undefined {
  const before = source.slice(0, caret)
  const [text] = /[\p{L}_`][\p{L}\p{M}\p{N}_.`]*$/u.exec(before) ?? []
  if (text === undefined || inText(before)) return undefined
  return { text: text.replaceAll('`', ''), from: caret - text.length, to: caret }
}

/** Whether a quote stands open. */
function inText(before: string): boolean {
  const rest = before.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '')
  return /["']/.test(rest)
}

/** Names that begin so, then those that hold it; at most 8. */
export function completions(typed: string, names: readonly string[]): readonly string[] {
  const wanted = typed.toLowerCase()
  const lower = (name: string): string => name.toLowerCase()
  const starts = names.filter((name) => lower(name).startsWith(wanted))
  const holds = names.filter(
    (name) => !lower(name).startsWith(wanted) && lower(name).includes(wanted),
  )
  const found = [...starts, ...holds].filter((name) => name !== typed)
  return [...new Set(found)].slice(0, 8)
}
