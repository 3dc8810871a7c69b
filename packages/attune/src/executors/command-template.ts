import { AttuneError, nearest, refuseProblems } from '@attune/core'
import type { Problem, SearchSpace } from '@attune/core'
import { quotesAfter, quoteWithin, shellQuote } from './shell-quote.ts'
import type { QuoteState } from './shell-quote.ts'

/** A list run as it is (a list within it is an optional group), or a text for `sh -c`. */
export type Command = string | readonly (string | readonly string[])[]

/** What the template needs to know of a parameter: its flat name, and whether it can be inactive. */
export interface TemplateParameter {
  readonly name: string
  readonly conditional: boolean
}

/** Values by flat name; an inactive parameter has no entry. */
export type TemplateValues = Readonly<Record<string, string | number | boolean | null | undefined>>

/** What `{trial}`, `{seed}` and `{dir}` stand for. */
export interface TemplateSpecials {
  readonly trial: number
  readonly seed: number
  readonly dir: string
}

/** A checked command that turns the values of a trial into a program and its arguments. */
export interface CommandTemplate {
  /**
   * `argv` is what to run, `text` the same as one shell command to show and copy. Numbers are
   * written in their shortest exact form, booleans as `true` and `false`, null as `null`.
   */
  render(
    values: TemplateValues,
    specials: TemplateSpecials,
  ): { readonly argv: readonly string[]; readonly text: string }
}

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: string; readonly shellVariable: boolean }
  | { readonly kind: 'stray'; readonly brace: string }

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'special'; readonly name: keyof TemplateSpecials }

type Element =
  | { readonly kind: 'word'; readonly word: readonly Part[] }
  | { readonly kind: 'group'; readonly words: readonly (readonly Part[])[] }

/** Where a word stands: by itself, in an optional group, or as the whole text for a shell. */
type Place = 'word' | 'group' | 'shell'

const SPECIALS = ['trial', 'seed', 'dir'] as const

/**
 * Compiles a command whose words hold `{name}` placeholders. A name is a flat name (`net.width`), one
 * of `trial`, `seed`, `dir`, or the last part of a flat name that no other parameter shares; the first
 * of these that fits wins. `{{` and `}}` are literal braces. A nested list is a group of words dropped
 * when a parameter in it is inactive.
 *
 * @throws AttuneError `command/template` with all problems at once: no program, stray braces, unknown
 * and ambiguous names, and conditional parameters outside a group.
 */
export function compileTemplate(
  command: Command,
  parameters: readonly TemplateParameter[],
): CommandTemplate {
  const problems: Problem[] = []
  const compile = (word: string, path: string, place: Place): Part[] =>
    compileWord(word, parameters, place, (message) => problems.push({ path, message }))

  if (typeof command === 'string') {
    if (command.trim() === '') problems.push({ path: 'command', message: NO_PROGRAM })
    const parts = compile(command, 'command', 'shell')
    refuseProblems('command/template', 'The command', problems)
    return {
      render(values, specials) {
        const text = renderShell(parts, values, specials)
        return { argv: ['sh', '-c', text], text }
      },
    }
  }

  const [program] = command
  if (program === undefined || program === '') {
    problems.push({ path: 'command', message: NO_PROGRAM })
  } else if (typeof program !== 'string') {
    const message = 'The program itself cannot be an optional group; write it as a plain word.'
    problems.push({ path: 'command[0]', message })
  }
  const elements = command.map((element, i): Element => {
    if (typeof element === 'string') {
      return { kind: 'word', word: compile(element, `command[${i}]`, 'word') }
    }
    const words = element.map((word, j) => compile(word, `command[${i}][${j}]`, 'group'))
    return { kind: 'group', words }
  })
  refuseProblems('command/template', 'The command', problems)
  return {
    render(values, specials) {
      const argv = elements.flatMap((element) => {
        if (element.kind === 'word') return [renderWord(element.word, values, specials)]
        if (!element.words.every((word) => isActive(word, values))) return []
        return element.words.map((word) => renderWord(word, values, specials))
      })
      return { argv, text: argv.map(shellQuote).join(' ') }
    },
  }
}

/** As compileTemplate, for the parameters of a space. */
export function templateFor(command: Command, space: SearchSpace): CommandTemplate {
  const params = space.params.map((p) => ({ name: p.name, conditional: p.when.length > 0 }))
  return compileTemplate(command, params)
}

/**
 * The words after `--` on the command line as a command: a word such as `[--momentum {momentum}]`
 * becomes a group of the words between its blanks. Words in square brackets that hold no placeholder,
 * or that neither start with `[-` nor hold a blank, stay as they are (`[0,1]`, `[{a},{b}]`).
 */
export function parseCommandLineWords(words: readonly string[]): (string | string[])[] {
  return words.map((word) => {
    if (!/^\[.*\]$/s.test(word)) return word
    const inner = word.slice(1, -1).trim()
    const holdsPlaceholder = tokenize(inner).some((token) => token.kind === 'placeholder')
    return holdsPlaceholder && /^-|\s/.test(inner) ? inner.split(/\s+/) : word
  })
}

const NO_PROGRAM = 'There is no program to run; give at least one word, such as python3.'

function tokenize(word: string): Token[] {
  const tokens: Token[] = []
  let from = 0
  for (const match of word.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g)) {
    const [found, name] = match
    if (match.index > from) tokens.push({ kind: 'text', text: word.slice(from, match.index) })
    from = match.index + found.length
    if (name !== undefined) {
      const shellVariable = word[match.index - 1] === '$'
      tokens.push({ kind: 'placeholder', name, shellVariable })
    } else if (found.length === 2) tokens.push({ kind: 'text', text: found.slice(1) })
    else tokens.push({ kind: 'stray', brace: found })
  }
  if (from < word.length) tokens.push({ kind: 'text', text: word.slice(from) })
  return tokens
}

function compileWord(
  word: string,
  parameters: readonly TemplateParameter[],
  place: Place,
  refuse: (message: string) => void,
): Part[] {
  return tokenize(word).flatMap((token): Part[] => {
    if (token.kind === 'text') return [token]
    if (token.kind === 'stray') {
      refuse(
        `"${shorten(word)}" holds a single ${token.brace}, which starts or ends no {name}. ` +
          `Write ${token.brace}${token.brace} for a literal brace.`,
      )
      return []
    }
    const part = resolve(token.name, token.shellVariable, parameters, refuse)
    if (part?.kind === 'parameter' && place !== 'group') {
      const conditional = parameters.some((p) => p.name === part.name && p.conditional)
      if (conditional) refuse(outsideGroup(token.name, part.name, place))
    }
    return part === undefined ? [] : [part]
  })
}

function resolve(
  name: string,
  shellVariable: boolean,
  parameters: readonly TemplateParameter[],
  refuse: (message: string) => void,
): Part | undefined {
  if (parameters.some((p) => p.name === name)) return { kind: 'parameter', name }
  const special = SPECIALS.find((each) => each === name)
  if (special !== undefined) return { kind: 'special', name: special }

  const isLeaf = name !== '' && !/^\d+$/.test(name)
  const candidates = isLeaf ? parameters.filter((p) => p.name.endsWith(`.${name}`)) : []
  const [only] = candidates
  if (only !== undefined && !name.includes('.')) {
    if (candidates.length === 1) return { kind: 'parameter', name: only.name }
    const names = list(candidates.map((p) => p.name))
    refuse(`{${name}} could mean ${names}. Write the full name.`)
    return undefined
  }

  const near = nearest(name, [...parameters.map((p) => p.name), ...SPECIALS])
  const hint =
    near === undefined
      ? ` Known are ${list([...parameters.map((p) => p.name), ...SPECIALS])}.`
      : ` Did you mean {${near}}?`
  const literal = shellVariable
    ? `For the shell's own variable write $`
    : 'For literal braces write '
  refuse(`{${name}} names no parameter.${hint} ${literal}{{${name}}}.`)
  return undefined
}

function outsideGroup(written: string, name: string, place: Place): string {
  const form = place === 'shell' ? 'Write the command as a list, and in it put' : 'Put'
  return (
    `{${written}} is not active in every trial, so it cannot stand in the command by itself. ` +
    `${form} it with its option in a list of its own, which is dropped when "${name}" is inactive: ` +
    `[--${written}, "{${written}}"] in a study file, '[--${written} {${written}}]' on the command line.`
  )
}

function isActive(word: readonly Part[], values: TemplateValues): boolean {
  return word.every((part) => part.kind !== 'parameter' || values[part.name] !== undefined)
}

function renderPart(part: Part, values: TemplateValues, specials: TemplateSpecials): string {
  if (part.kind === 'text') return part.text
  const value = part.kind === 'special' ? specials[part.name] : values[part.name]
  if (value === undefined) {
    const rule = `The command needs a value for "${part.name}", and this trial has none.`
    throw new AttuneError('command/template', `${rule} Put the placeholder in an optional group.`, {
      details: { parameter: part.name },
    })
  }
  return String(value)
}

function renderWord(
  word: readonly Part[],
  values: TemplateValues,
  specials: TemplateSpecials,
): string {
  return word.map((part) => renderPart(part, values, specials)).join('')
}

function renderShell(
  parts: readonly Part[],
  values: TemplateValues,
  specials: TemplateSpecials,
): string {
  let quotes: QuoteState = 'none'
  let text = ''
  for (const part of parts) {
    const rendered = renderPart(part, values, specials)
    if (part.kind === 'text') quotes = quotesAfter(rendered, quotes)
    text += part.kind === 'text' ? rendered : quoteWithin(rendered, quotes)
  }
  return text
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `{${name}}`)
  if (names.length > shown.length) shown.push(`${names.length - shown.length} more`)
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

function shorten(word: string): string {
  return word.length <= 60 ? word : `${word.slice(0, 57)}…`
}
