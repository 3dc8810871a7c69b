import { AttuneError } from '@attune/core'
import type { Dims } from './ir.ts'

/**
 * Arithmetic with sizes of which some are known only when the graph runs. An open size is a sum of
 * products of names in one fixed spelling, such as `batch`, `100*batch` or `2*batch-1`, so that two
 * sizes are the same exactly when their texts are.
 */
export type Size = number | string

/** By product of names ('' is the constant part), how often it is taken. */
type Terms = Map<string, number>

function parse(size: Size): Terms {
  if (typeof size === 'number') return new Map(size === 0 ? [] : [['', size]])
  const terms: Terms = new Map()
  for (const term of size.match(/[+-]?[^+-]+/g) ?? []) {
    let factor = term.startsWith('-') ? -1 : 1
    const names: string[] = []
    for (const part of term.replace(/^[+-]/, '').split('*')) {
      if (/^\d+$/.test(part)) factor *= Number(part)
      else names.push(part)
    }
    addTerm(terms, names.sort().join('*'), factor)
  }
  return terms
}

function addTerm(terms: Terms, key: string, factor: number): void {
  const sum = (terms.get(key) ?? 0) + factor
  if (sum === 0) terms.delete(key)
  else terms.set(key, sum)
}

function spell(terms: Terms): Size {
  const keys = [...terms.keys()].filter((key) => key !== '').sort()
  const constant = terms.get('') ?? 0
  if (keys.length === 0) return constant
  let text = ''
  for (const key of keys) {
    const factor = terms.get(key) ?? 0
    const sign = factor < 0 ? '-' : text === '' ? '' : '+'
    const count = Math.abs(factor)
    text += `${sign}${count === 1 ? '' : `${count}*`}${key}`
  }
  if (constant !== 0) text += `${constant < 0 ? '-' : '+'}${Math.abs(constant)}`
  return text
}

/** Whether a text may stand for an open size by itself: a letter, then letters, digits and `_`. */
export function isSizeName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text)
}

/** a + factor · b */
export function addSizes(a: Size, b: Size, factor: number = 1): Size {
  if (typeof a === 'number' && typeof b === 'number') return a + factor * b
  const terms = parse(a)
  for (const [key, count] of parse(b)) addTerm(terms, key, factor * count)
  return spell(terms)
}

export function multiplySizes(a: Size, b: Size): Size {
  if (typeof a === 'number' && typeof b === 'number') return a * b
  if (a === 1) return b
  if (b === 1) return a
  const terms: Terms = new Map()
  for (const [left, x] of parse(a)) {
    for (const [right, y] of parse(b)) {
      const names = [...left.split('*'), ...right.split('*')].filter((name) => name !== '')
      addTerm(terms, names.sort().join('*'), x * y)
    }
  }
  return spell(terms)
}

/** a / b where that is a size again, else undefined; b must be one product (no sum). */
export function divideSizes(a: Size, b: Size): Size | undefined {
  const divisors = [...parse(b)]
  const [key, factor] = divisors[0] ?? []
  if (divisors.length !== 1 || key === undefined || factor === undefined) return undefined
  const terms: Terms = new Map()
  for (const [product, count] of parse(a)) {
    const names = product.split('*')
    for (const name of key === '' ? [] : key.split('*')) {
      const at = names.indexOf(name)
      if (at < 0) return undefined
      names.splice(at, 1)
    }
    if (count % factor !== 0) return undefined
    addTerm(terms, names.join('*'), count / factor)
  }
  return spell(terms)
}

/** The number of elements of a tensor. */
export function elementCount(dims: Dims): Size {
  return dims.reduce<Size>((product, size) => multiplySizes(product, size), 1)
}

/** Whether every size is a number. */
export function isStatic(dims: Dims): dims is readonly number[] {
  return dims.every((size) => typeof size === 'number')
}

export function sameDims(a: Dims, b: Dims): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i])
}

/** Dims as messages show them: `[batch, 3, 28, 28]`. */
export function showDims(dims: Dims): string {
  return `[${dims.join(', ')}]`
}

/**
 * A size as a number.
 *
 * @throws AttuneError `usage` when a name in it has no value
 */
export function evaluateSize(size: Size, values: Readonly<Record<string, number>>): number {
  if (typeof size === 'number') return size
  const given = values[size]
  if (given !== undefined) return given
  let sum = 0
  for (const [key, factor] of parse(size)) {
    let product = factor
    for (const name of key === '' ? [] : key.split('*')) {
      const value = values[name]
      if (value === undefined) {
        throw new AttuneError(
          'usage',
          `The graph leaves the size ${JSON.stringify(name)} open, and the run does not give it; pass it in \`dims\`.`,
        )
      }
      product *= value
    }
    sum += product
  }
  return sum
}

/** All sizes of a tensor as numbers. */
export function evaluateDims(dims: Dims, values: Readonly<Record<string, number>>): number[] {
  return dims.map((size) => evaluateSize(size, values))
}
