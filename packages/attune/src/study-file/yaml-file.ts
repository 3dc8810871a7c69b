import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml'
import type { Document, Node, YAMLError } from 'yaml'

/** One mistake in a file. */
export interface FileProblem {
  /** Counted from 1. */
  readonly line: number
  /** Where in the meaning, such as `space.lr` or `command[3]`; empty for the file as a whole. */
  readonly path: string
  readonly message: string
}

export type Keys = readonly (string | number)[]

/** What a YAML file says, and where it says it. */
export interface YamlFile {
  readonly value: Readonly<Record<string, unknown>>
  /** The line of a key or list item, or of the nearest thing around it that is there. */
  lineOf(keys: Keys): number
  /** A value without structure as it is written, so that `1e-4` does not turn into `0.0001`. */
  textOf(keys: Keys): string
}

const longest = 1_000_000
const deepest = 50
const longestShown = 80
/** How often one anchor may be used, everything within it counted. */
const maxAliases = 100

/**
 * Reads YAML 1.2, or JSON. Adds every mistake of the syntax to `problems`, and gives nothing when
 * they leave the meaning open.
 */
export function readYaml(text: string, problems: FileProblem[]): YamlFile | undefined {
  const refuse = (message: string, line = 1): undefined => {
    problems.push({ line, path: '', message })
  }
  if (text.length > longest) {
    return refuse(`the file has ${text.length} characters; at most ${longest} are read.`)
  }
  // U+FFFD is what bytes that are no UTF-8 have been read as.
  const foreign = text.search(/[\0\uFFFD]/)
  if (foreign >= 0) {
    const line = text.slice(0, foreign).split('\n').length
    return refuse('this is no UTF-8 text. Give the study file itself, saved as UTF-8.', line)
  }

  const lines = new LineCounter()
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line)
  const document = parseDocument(text, {
    schema: 'core',
    stringKeys: true,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  })
  let readable = true
  for (const error of [...document.errors, ...document.warnings]) {
    readable &&= error.code === 'DUPLICATE_KEY' || error.code === 'TAG_RESOLVE_FAILED'
    const [from] = error.pos
    const message = explain(error, text.slice(from, from + longestShown))
    const problem = { line: lineAt(from), path: '', message }
    const known = problems.some((p) => p.line === problem.line && p.message === problem.message)
    if (!known) problems.push(problem)
  }
  if (!readable) return undefined
  if (document.contents === null) {
    return refuse('the file is empty. A study needs name, command, space and objective.')
  }
  const refused = problems.length
  checkNodes(document, (message, offset) => refuse(message, lineAt(offset)))
  if (problems.length > refused) return undefined

  const value = toValue(document)
  if (value === undefined) {
    return refuse(`the aliases expand to too much; an anchor may be used ${maxAliases} times.`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('a study file holds keys with values, such as name: digits.')
  }
  return locator(document, value as Record<string, unknown>, lineAt)
}

/** The parser's message, or a better one with the remedy. */
function explain({ code, message }: YAMLError, at: string): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return `the key ${/^(?:"[^"]*"|'[^']*'|[^:\s]+)/.exec(at)?.[0]} stands twice. Remove one.`
    case 'MISSING_CHAR':
      return `${message.replace('quote', '')}.`
    case 'TAB_AS_INDENT':
      return 'a tab cannot indent. Use blanks.'
    case 'MULTIPLE_DOCS':
      return 'a second document starts here (---). Keep one study in a file.'
    case 'RESOURCE_EXHAUSTION':
      return 'this is nested too deeply.'
    case 'NON_STRING_KEY':
      return 'a key must be text. If this is a value that starts with {, put it in quotes.'
    case 'TAG_RESOLVE_FAILED':
      return `${message}. Remove it, or put the value in quotes.`
    case 'BAD_SCALAR_START':
    case 'BLOCK_AS_IMPLICIT_KEY':
      return `${message}. Put the value in quotes.`
    default:
      return `${message}.`
  }
}

/** What the parser lets pass: aliases without meaning, depth, and a key that objects cannot have. */
function checkNodes(
  document: Document.Parsed,
  say: (message: string, offset: number) => void,
): void {
  const offsetOf = (node: { range?: readonly number[] | null }): number => node.range?.[0] ?? 0
  visit(document, {
    Alias(_, alias) {
      const target = alias.resolve(document)
      const offset = offsetOf(alias)
      if (target === undefined) {
        const remedy = 'If it is text, put it in quotes.'
        say(
          `*${alias.source} repeats an anchor &${alias.source}, which is missing. ${remedy}`,
          offset,
        )
      } else if (offset >= offsetOf(target) && offset < (target.range?.[2] ?? 0)) {
        say(`*${alias.source} stands within what it repeats. Remove it.`, offset)
      }
    },
    Scalar(_, node) {
      if (typeof node.value !== 'string' || !node.value.includes('\0')) return
      say('text with a NUL character cannot be passed to programs. Remove it.', offsetOf(node))
    },
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '__proto__') {
        say('"__proto__" cannot be a key. Choose another name.', offsetOf(key))
      }
    },
    Collection(_, node, path) {
      if (path.filter(isCollection).length < deepest) return undefined
      say(`this is nested deeper than ${deepest} levels.`, offsetOf(node))
      return visit.BREAK
    },
  })
}

function toValue(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases })
  } catch (error) {
    if (error instanceof ReferenceError) return undefined
    throw error
  }
}

function locator(
  document: Document.Parsed,
  value: Readonly<Record<string, unknown>>,
  lineAt: (offset: number) => number,
): YamlFile {
  const walk = (keys: Keys): { readonly node: unknown; readonly offset: number } => {
    let node: unknown = document.contents
    let offset = document.contents?.range?.[0] ?? 0
    for (const key of keys) {
      const whole = isAlias(node) ? node.resolve(document) : node
      const pair = isMap(whole)
        ? whole.items.find((item) => isScalar(item.key) && item.key.value === key)
        : undefined
      const inner = pair ?? (isSeq(whole) && typeof key === 'number' ? whole.items[key] : undefined)
      if (inner === undefined) break
      node = pair === undefined ? inner : pair.value
      offset = ((pair?.key ?? inner) as Node).range?.[0] ?? offset
    }
    return { node: isAlias(node) ? node.resolve(document) : node, offset }
  }
  return {
    value,
    lineOf: (keys) => lineAt(walk(keys).offset),
    textOf(keys) {
      const { node } = walk(keys)
      return isScalar(node) ? (node.source ?? String(node.value)) : ''
    },
  }
}
