import type { Json } from '@attune/core'
import { nearest } from '@attune/core'
import { show } from './wording.ts'

/** A parameter written for `--param`, in the JSON form of a space. */
export interface ParamFlag {
  readonly name: string
  readonly json: { readonly [key: string]: Json }
}

const kinds = {
  float: { kind: 'float' },
  log: { kind: 'float', scale: 'log' },
  int: { kind: 'int' },
  'log-int': { kind: 'int', scale: 'log' },
} as const
type Kind = keyof typeof kinds

const number = String.raw`[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?`
const numberAlone = new RegExp(`^${number}$`)
const range = new RegExp(`^(${number})\\.\\.(${number})(?:/(${number}))?(?:@(${number}))?$`)
const label = /^\s*(?:"([^"]*)"|'([^']*)'|([^"',@][^,@]*)?)\s*(?=[,@]|$)/

/** The number a text is, written in digits; `undefined` for everything else. */
export function parseNumber(text: string): number | undefined {
  return numberAlone.test(text) ? Number(text) : undefined
}

/**
 * Reads what `--param` takes:
 *
 * - `lr=log:1e-5..1e-1`, `drop=float:0..0.5`, `units=int:8..256`, `width=log-int:8..512`, each
 *   followed by a step (`/0.1`) and a default (`@1e-3`) if need be;
 * - `act=relu,tanh` or `act=choice:relu,tanh@tanh`: labels, which are numbers, booleans and null when
 *   all of them look so, else text; quotes keep text and hold commas;
 * - `bias=flag` or `bias=flag@true`.
 *
 * Gives the mistake as a text when it is none of these.
 */
export function parseParamFlag(text: string): ParamFlag | string {
  const at = text.indexOf('=')
  if (at < 1) return `expected NAME=VALUES, got ${show(text)}. ${example('lr', 'log')}`
  const name = text.slice(0, at)
  const given = text.slice(at + 1)
  const read = (json: ParamFlag['json'] | string): ParamFlag | string =>
    typeof json === 'string' ? json : { name, json }

  const [, kind = '', values = ''] = /^([\w-]+):(.*)$/s.exec(given) ?? []
  if (Object.hasOwn(kinds, kind)) return read(parseRange(name, kind as Kind, values))
  if (kind === 'choice') return read(parseLabels(name, values))
  const [, fallback] = /^flag((?:[:@].*)?)$/s.exec(given) ?? []
  if (fallback !== undefined) return read(parseFlag(name, fallback))
  if (/^[^"',]*\d\.\.[\d.+-]/.test(given)) {
    const near = nearest(kind, Object.keys(kinds))
    const what = kind === '' ? 'a range needs its kind' : `there is no kind of range "${kind}"`
    const meant =
      near === undefined ? 'Known: log, float, int, log-int.' : `Did you mean "${near}"?`
    return `${what}. ${meant} ${example(name, (near as Kind | undefined) ?? 'log')}`
  }
  return read(parseLabels(name, given))
}

function example(name: string, kind: Kind): string {
  const values = { float: '0..0.5', log: '1e-5..1e-1', int: '8..256', 'log-int': '8..512' }
  return `Example: --param ${name}=${kind}:${values[kind]}`
}

function parseRange(name: string, kind: Kind, values: string): ParamFlag['json'] | string {
  const [, low, high, step, fallback] = range.exec(values) ?? []
  if (low === undefined) {
    return `expected LOW..HIGH, then /STEP and @DEFAULT if need be, got ${show(values)}. ${example(name, kind)}`
  }
  const { kind: type, ...scale } = kinds[kind]
  return {
    [type]: [Number(low), Number(high)],
    ...scale,
    ...(step === undefined ? {} : { step: Number(step) }),
    ...(fallback === undefined ? {} : { default: Number(fallback) }),
  }
}

function parseFlag(name: string, fallback: string): ParamFlag['json'] | string {
  if (fallback === '') return { flag: true }
  if (fallback === '@true' || fallback === '@false') {
    return { flag: true, default: fallback === '@true' }
  }
  return `expected flag, flag@true or flag@false, got ${show(`flag${fallback}`)}. Example: --param ${name}=flag`
}

interface WrittenLabel {
  readonly text: string
  readonly quoted: boolean
}

function parseLabels(name: string, given: string): ParamFlag['json'] | string {
  const remedy = `Example: --param ${name}=relu,tanh`
  const taken = takeLabels(given)
  if (taken === undefined) {
    return `expected labels with commas between them, got ${show(given)}. A label that holds a comma, @ or quotes goes in quotes. ${remedy}`
  }
  const { labels, rest } = taken
  const fallback = rest === '' ? undefined : takeLabel(rest.slice(1))
  if (rest !== '' && (fallback === undefined || fallback.rest !== '')) {
    return `one default stands last, behind @, got ${show(given)}. A label that holds @ goes in quotes. ${remedy}@tanh`
  }
  const plain = labels.every((each) => !each.quoted && plainValues(each.text).length > 0)
  const valueOf = ({ text, quoted }: WrittenLabel): Json => {
    const [value = text] = plain && !quoted ? plainValues(text) : []
    return value
  }
  return {
    choice: labels.map(valueOf),
    ...(fallback === undefined ? {} : { default: valueOf(fallback.label) }),
  }
}

/** A label as it was written: its text, whether that stood in quotes, and what it is without them. */
export interface ListedLabel extends WrittenLabel {
  readonly value: string | number | boolean | null
}

/** Labels with commas between them, as in `relu,tanh`; undefined when it is no such list. */
export function parseLabelList(text: string): readonly ListedLabel[] | undefined {
  const taken = takeLabels(text)
  if (taken === undefined || taken.rest !== '') return undefined
  return taken.labels.map((label) => {
    const [value = label.text] = label.quoted ? [] : plainValues(label.text)
    return { ...label, value }
  })
}

/** The labels at the start of a text, and what follows them. */
function takeLabels(
  given: string,
): { readonly labels: readonly WrittenLabel[]; readonly rest: string } | undefined {
  const labels: WrittenLabel[] = []
  let rest = `,${given}`
  while (rest.startsWith(',')) {
    const found = takeLabel(rest.slice(1))
    if (found === undefined) return undefined
    labels.push(found.label)
    rest = found.rest
  }
  return { labels, rest }
}

/** The first label of a text, and what follows it; an empty label must be quoted. */
function takeLabel(
  text: string,
): { readonly label: WrittenLabel; readonly rest: string } | undefined {
  const found = label.exec(text)
  if (found === null) return undefined
  const quoted = found[1] ?? found[2]
  const content = quoted ?? found[3]?.trim()
  if (content === undefined) return undefined
  return {
    label: { text: content, quoted: quoted !== undefined },
    rest: text.slice(found[0].length),
  }
}

/** The number, boolean or null that a text is, in a list; empty when it is none of them. */
function plainValues(text: string): (number | boolean | null)[] {
  if (text === 'null') return [null]
  if (text === 'true' || text === 'false') return [text === 'true']
  const parsed = parseNumber(text)
  return parsed === undefined ? [] : [parsed]
}
