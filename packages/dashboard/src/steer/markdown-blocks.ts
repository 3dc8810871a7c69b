/** A part of a line of text. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'em'; readonly parts: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly parts: readonly Inline[] }

/** A part of a note that stands by itself. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly parts: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'list'
      readonly start?: number
      readonly items: readonly (readonly Block[])[]
    }
  | { readonly kind: 'rule' }

/** Deeper nesting than anybody writes is shown as it is written. */
const deepest = 8
/** So many characters at most stand between two marks, so that odd texts cannot keep the page busy. */
const longest = 400

/**
 * Reads the part of Markdown that notes need: headings, paragraphs, lists, quotes, code, bold, italic
 * and links. There is no HTML in it: what looks like HTML is text. Links lead to http and https only;
 * others, and pictures, stay as they are written.
 */
export function parseMarkdown(text: string): Block[] {
  return blocksOf(text.replaceAll('\r\n', '\n').split('\n'), 0)
}

const fence = /^ {0,3}(`{3,}|~{3,})/
const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/
const rule = /^ {0,3}([-*_])(?: *\1){2,} *$/
const item = /^( {0,3})([-*+]|\d{1,9}[.)])( +|$)/
const quote = /^ {0,3}> ?/

function blocksOf(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = []
  let paragraph: string[] = []
  const end = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', lines: paragraph.map(inline) })
    paragraph = []
  }
  for (let i = 0; i < lines.length;) {
    const found = depth < deepest ? blockAt(lines, i, depth) : undefined
    if (found === undefined) {
      const line = lines[i] as string
      if (line.trim() === '') end()
      else paragraph.push(line.trim())
      i++
    } else {
      end()
      blocks.push(found.block)
      i = found.next
    }
  }
  end()
  return blocks
}

interface Found {
  readonly block: Block
  /** The line after it. */
  readonly next: number
}

function blockAt(lines: readonly string[], i: number, depth: number): Found | undefined {
  const line = lines[i] as string
  const opening = fence.exec(line)?.[1]
  if (opening !== undefined) return codeAt(lines, i, opening)
  const title = heading.exec(line)
  if (title !== null) {
    const level = (title[1] as string).length
    return { block: { kind: 'heading', level, parts: inline(title[2] as string) }, next: i + 1 }
  }
  if (rule.test(line)) return { block: { kind: 'rule' }, next: i + 1 }
  if (quote.test(line)) {
    const next = endOf(lines, i, (l) => quote.test(l))
    const inner = lines.slice(i, next).map((l) => l.replace(quote, ''))
    return { block: { kind: 'quote', blocks: blocksOf(inner, depth + 1) }, next }
  }
  return item.test(line) ? listAt(lines, i, depth) : undefined
}

function endOf(lines: readonly string[], from: number, is: (line: string) => boolean): number {
  let next = from
  while (next < lines.length && is(lines[next] as string)) next++
  return next
}

function codeAt(lines: readonly string[], i: number, opening: string): Found {
  const isEnd = (line: string): boolean => {
    const text = line.trim()
    return text.startsWith(opening) && text.replaceAll(opening[0] as string, '') === ''
  }
  const end = endOf(lines, i + 1, (line) => !isEnd(line))
  // Code that nobody closed goes to the end of the note.
  return { block: { kind: 'code', text: lines.slice(i + 1, end).join('\n') }, next: end + 1 }
}

function listAt(lines: readonly string[], i: number, depth: number): Found {
  const isOrdered = (line: string): boolean => /^ *\d/.test(line)
  const ordered = isOrdered(lines[i] as string)
  const items: Block[][] = []
  let next = i
  while (next < lines.length) {
    const line = lines[next] as string
    const marker = item.exec(line)
    if (marker === null || isOrdered(line) !== ordered || rule.test(line)) break
    const width = marker[0].length
    const belongs = (l: string): boolean =>
      l.trim() === '' || l.length - l.trimStart().length >= Math.min(width, 2)
    let end = endOf(lines, next + 1, belongs)
    // Empty lines behind an item belong to what follows.
    while (end > next + 1 && (lines[end - 1] as string).trim() === '') end--
    const first = line.slice(width)
    const rest = lines.slice(next + 1, end).map((l) => l.slice(Math.min(width, indentOf(l))))
    items.push(blocksOf([first, ...rest], depth + 1))
    next = end
    const after = endOf(lines, next, (l) => l.trim() === '')
    if (after < lines.length && item.test(lines[after] as string)) next = after
  }
  const start = Number.parseInt(lines[i] as string, 10)
  return {
    block: { kind: 'list', ...(ordered ? { start } : {}), items },
    next,
  }
}

const indentOf = (line: string): number => line.length - line.trimStart().length

/** The parts of a line. */
export function inline(text: string): Inline[] {
  return inlineParts(text, 0)
}

function inlineParts(text: string, depth: number): Inline[] {
  const parts: Inline[] = []
  let plain = ''
  const end = (): void => {
    if (plain !== '') parts.push({ kind: 'text', text: plain })
    plain = ''
  }
  for (let i = 0; i < text.length;) {
    const found = depth < deepest ? partAt(text, i, depth) : undefined
    if (found === undefined) {
      const isEscape = text[i] === '\\' && /[!-/:-@[-`{-~]/.test(text[i + 1] ?? '')
      plain += isEscape ? text[i + 1] : text[i]
      i += isEscape ? 2 : 1
    } else {
      end()
      parts.push(found.part)
      i = found.next
    }
  }
  end()
  return parts
}

interface FoundPart {
  readonly part: Inline
  readonly next: number
}

function partAt(text: string, i: number, depth: number): FoundPart | undefined {
  const c = text[i] as string
  if (c === '`') return codePart(text, i)
  if (c === '[') return linkPart(text, i, depth)
  if (c === 'h') return addressPart(text, i)
  return c === '*' || c === '_' ? emphasisPart(text, i, depth) : undefined
}

function codePart(text: string, i: number): FoundPart | undefined {
  let width = 1
  while (text[i + width] === '`') width++
  const end = text.indexOf('`'.repeat(width), i + width)
  if (end < 0) return undefined
  const code = text.slice(i + width, end)
  const isPadded = code.startsWith(' ') && code.endsWith(' ') && code.trim() !== ''
  return { part: { kind: 'code', text: isPadded ? code.slice(1, -1) : code }, next: end + width }
}

function emphasisPart(text: string, i: number, depth: number): FoundPart | undefined {
  const c = text[i] as string
  const mark = text[i + 1] === c ? c + c : c
  const from = i + mark.length
  const isWord = (at: number): boolean => /[\p{L}\p{N}]/u.test(text[at] ?? '')
  // snake_case stays as it is.
  if (c === '_' && isWord(i - 1)) return undefined
  if (/\s|^$/.test(text[from] ?? '')) return undefined
  const last = Math.min(text.length, from + longest)
  for (let end = from + 1; end < last; end++) {
    if (text[end] !== c || !text.startsWith(mark, end) || text[end - 1] === ' ') continue
    // Of three marks the last two close the outer part.
    if (mark.length === 2 && text[end + 2] === c) continue
    const isInner = mark.length === 1 && (text[end + 1] === c || text[end - 1] === c)
    if (isInner || (c === '_' && isWord(end + mark.length))) continue
    const parts = inlineParts(text.slice(from, end), depth + 1)
    const kind = mark.length === 2 ? 'strong' : 'em'
    return { part: { kind, parts }, next: end + mark.length }
  }
  return undefined
}

function linkPart(text: string, i: number, depth: number): FoundPart | undefined {
  const close = text.indexOf('](', i)
  const end = close < 0 ? -1 : text.indexOf(')', close)
  if (end < 0 || end - i > 2 * longest || text.slice(i + 1, close).includes('[')) return undefined
  const href = safeAddress(text.slice(close + 2, end).trim())
  if (href === undefined || text[i - 1] === '!') return undefined
  const parts = inlineParts(text.slice(i + 1, close), depth + 1)
  return { part: { kind: 'link', href, parts }, next: end + 1 }
}

function addressPart(text: string, i: number): FoundPart | undefined {
  if (!text.startsWith('https://', i) && !text.startsWith('http://', i)) return undefined
  if (i > 0 && /[\p{L}\p{N}]/u.test(text[i - 1] as string)) return undefined
  let end = i
  while (end < text.length && !/[\s<>"'`)\]]/.test(text[end] as string)) end++
  while (/[.,;:!?*_]/.test(text[end - 1] as string)) end--
  const shown = text.slice(i, end)
  const href = safeAddress(shown)
  if (href === undefined) return undefined
  return { part: { kind: 'link', href, parts: [{ kind: 'text', text: shown }] }, next: end }
}

/** The address as a browser reads it, if it is one of http or https. */
function safeAddress(given: string): string | undefined {
  if (!URL.canParse(given)) return undefined
  const { protocol, href } = new URL(given)
  return protocol === 'https:' || protocol === 'http:' ? href : undefined
}
