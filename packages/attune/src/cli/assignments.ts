import type { Distribution, FlatParam, History, Label, Problem } from '@attune/core'
import {
  AttuneError,
  contains,
  describeDistribution,
  paramNames,
  resolveParam,
  spaceOf,
} from '@attune/core'

import { parseNumber } from '../study-file/param-flag.ts'
import { hint } from '../study-file/wording.ts'

/** `name=text`, `name+=text` or `name-=text`, as typed on the command line. */
export interface Assignment {
  readonly word: string
  readonly name: string
  readonly operator: '=' | '+=' | '-='
  readonly text: string
}

/**
 * Splits the words behind a command into the study, which has no `=`, and assignments.
 * @throws AttuneError `usage` when there is another word without `=`
 */
export function readWords(words: readonly string[]): {
  readonly study: string | undefined
  readonly assignments: readonly Assignment[]
} {
  const [first, ...others] = words
  const study = first === undefined || first.includes('=') ? undefined : first
  const rest = study === undefined ? words : others
  const assignments = rest.map((word): Assignment => {
    const [, name, operator, text] = /^(.*?)([+-]?=)(.*)$/s.exec(word) ?? []
    if (!name || text === undefined) {
      throw new AttuneError('usage', `expected NAME=VALUE, got "${word}". Example: lr=0.01`)
    }
    return { word, name, operator: operator as Assignment['operator'], text }
  })
  return { study, assignments }
}

/** A parameter by its flat name: declared, or met while trials ran. */
export function paramOf(history: History, name: string): FlatParam | undefined {
  const space = spaceOf(history)
  return space.params[space.index.get(name) ?? -1] ?? history.discovered.get(name)
}

const general = (name: string): string => name.replaceAll(/\.\d+(?=\.|$)/g, '')
const leafOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/**
 * The parameters that a name stands for: one by its flat name or by a last part that no other has;
 * the elements of a list by their name without number (`layers.width`). Otherwise what is wrong.
 */
export function paramsNamed(history: History, name: string): readonly string[] | string {
  const one = resolveParam(history, name)
  if (one !== undefined && paramOf(history, one) !== undefined) return [one]
  const names = paramNames(history).filter((each) => paramOf(history, each) !== undefined)
  const elements = names.filter((each) => general(each) === name)
  if (elements.length > 0) return elements
  const alike = names.filter((each) => leafOf(each) === name)
  const [first] = alike
  if (first !== undefined && new Set(alike.map(general)).size === 1) return alike
  if (first !== undefined) return `it may be ${alike.join(' or ')}. Write the whole name.`
  return `the study has no such parameter. ${hint(name, [...names, ...names.map(leafOf)])}`
}

/** The label that a text means, among those there are: `1e3` means 1000, `"1"` the text. */
export function labelNamed(labels: readonly Label[], given: string): Label | undefined {
  const quoted = /^(["'])(.*)\1$/s.exec(given)?.[2]
  if (quoted !== undefined) return labels.find((label) => label === quoted)
  const same = labels.find((label) => String(label) === given)
  return same === undefined ? labels.find((label) => label === parseNumber(given)) : same
}

/** The value of a parameter that a text means, or what is wrong with it. */
export function parseValue(
  text: string,
  param: FlatParam,
  adjusted: Distribution | undefined,
): { readonly value: Label } | string {
  const { distribution } = param
  const known = [distribution, ...(adjusted === undefined ? [] : [adjusted])]
  const labels = known.flatMap((each) => (each.kind === 'choice' ? each.choices : []))
  if (distribution.kind === 'choice') {
    const value = labelNamed(labels, text)
    if (value !== undefined) return { value }
    return `"${text}" is none of its values. ${hint(text, [...new Set(labels)].map(String))}`
  }
  const value = parseNumber(text)
  const is = known.map(describeDistribution).join(' or ')
  if (value === undefined) return `expected a number of ${is}, got "${text}".`
  if (known.some((each) => contains(each, value))) return { value }
  return `${text} is not a value of ${is}.`
}

/** Collects what was assigned twice, as mistakes. */
export function sayTwice(names: readonly string[], problems: Problem[]): void {
  for (const name of new Set(names.filter((each, i) => names.indexOf(each) !== i))) {
    problems.push({ path: name, message: 'it stands twice. Remove one.' })
  }
}
