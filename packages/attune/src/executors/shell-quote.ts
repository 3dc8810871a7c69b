/** One word as a POSIX shell reads it back unchanged; plain words stay as they are. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** In which quotes of a shell text a place lies. */
export type QuoteState = 'none' | 'single' | 'double'

/**
 * The quotes open after `text`, when `state` was open before it. Command substitutions within double
 * quotes and here-documents are read as plain text.
 */
export function quotesAfter(text: string, state: QuoteState): QuoteState {
  let open = state
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (open === 'single') {
      if (char === "'") open = 'none'
    } else if (char === '\\') i++
    else if (char === '"') open = open === 'double' ? 'none' : 'double'
    else if (char === "'" && open === 'none') open = 'single'
  }
  return open
}

/** A value such that it stands for itself within the quotes around it. */
export function quoteWithin(value: string, state: QuoteState): string {
  if (state === 'single') return value.replaceAll("'", `'\\''`)
  if (state === 'double') return value.replaceAll(/["\\$`]/g, '\\$&')
  return shellQuote(value)
}
