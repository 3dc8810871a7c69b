import type { History, Label } from '@attune/core'
import { paramNames, shortName } from '@attune/core'

import { formatLabel } from '../text/format.ts'
import { plain } from '../text/text.ts'
import type { Piece, Words } from './document.ts'

/** A whole number as people read it: `20,000`. */
export const whole = (n: number): string => n.toLocaleString('en-US')

/** `1 trial`, `20,000 trials`. */
export function counted(n: number, noun: string, plural: string = `${noun}s`): string {
  return `${whole(n)} ${n === 1 ? noun : plural}`
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`
}

/** The same of names that are set as code; of more than `most` the rest is counted. */
export function listedCode(names: readonly string[], most: number): Piece[] {
  const shown = names.slice(0, most)
  const left = names.length - shown.length
  const pieces = shown.flatMap((name, i): Piece[] => {
    const isLast = left === 0 && i === shown.length - 1
    return [...(i === 0 ? [] : [isLast ? ' and ' : ', ']), { code: name }]
  })
  return left === 0 ? pieces : [...pieces, ` and ${whole(left)} more`]
}

const longest = 80

/** A value of a parameter, short enough to be read. */
export function shownLabel(value: Label): string {
  const text = typeof value === 'string' ? plain(value) : formatLabel(value)
  if (text === '') return '(empty)'
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
}

/** The values of a trial as rows of short name and value, exactly as they are. */
export function valueRows(history: History, trial: number): (readonly [string, Words])[] {
  return paramNames(history).flatMap((name) => {
    const value = history.values.get(name, trial)
    if (value === undefined) return []
    const shown = value === '' ? '(empty)' : plain(String(value))
    return [[shortName(history, name), [{ code: shown }]] as const]
  })
}
