import type { Problem } from '../errors.ts'

/** Collects what is wrong; more than enough problems are counted no further. */
export interface Complaints {
  readonly found: Problem[]
  add(path: string, message: string): void
}

const mostProblems = 50

export function complaints(): Complaints {
  const found: Problem[] = []
  return {
    found,
    add(path, message) {
      if (found.length < mostProblems) found.push({ path, message })
    },
  }
}

/** Reads plain data of a form: gives it with numbers as numbers, and says what is not of the form. */
export type Read = (value: unknown, path: string, wrong: Complaints) => unknown

/** A field of an object; optional ones may be missing. */
export interface Field {
  readonly read: Read
  readonly optional?: boolean
}

export type Plain = Readonly<Record<string, unknown>>

export const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whatever was given, in a few words. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** An object with these fields and no others. */
export function object(fields: Readonly<Record<string, Field>>): Read {
  return (value, path, wrong) => {
    if (!isPlain(value)) {
      wrong.add(path, `expected an object, got ${shown(value)}.`)
      return {}
    }
    const read: Record<string, unknown> = {}
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`)
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(fields, name)) continue
      wrong.add(
        at(name),
        `there is no such field; the fields are ${Object.keys(fields).join(', ')}.`,
      )
    }
    for (const [name, field] of Object.entries(fields)) {
      const given = value[name]
      if (given !== undefined) read[name] = field.read(given, at(name), wrong)
      else if (field.optional !== true) wrong.add(at(name), 'it is missing.')
    }
    return read
  }
}

export const optional = (read: Read): Field => ({ read, optional: true })
export const needed = (read: Read): Field => ({ read })

export function list(item: Read, most: number): Read {
  return (value, path, wrong) => {
    if (!Array.isArray(value)) {
      wrong.add(path, `expected a list, got ${shown(value)}.`)
      return []
    }
    if (value.length > most) {
      wrong.add(path, `it has ${value.length} entries, and at most ${most} are drawn.`)
      return []
    }
    return value.map((each, i) => item(each, `${path}[${i}]`, wrong))
  }
}

/** A list of so many numbers, such as a position. */
export function numbers(...names: readonly string[]): Read {
  return (value, path, wrong) => {
    const places = Array.isArray(value) && value.length === names.length ? value : undefined
    const read = places?.map(numberOf)
    if (read !== undefined && !read.includes(undefined)) return read
    wrong.add(path, `expected [${names.join(', ')}], numbers or null, got ${shown(value)}.`)
    return names.map(() => Number.NaN)
  }
}

/** JSON has no words for what is not finite: null and "NaN" are NaN. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (value === null || value === 'NaN') return Number.NaN
  if (value === 'Infinity' || value === '-Infinity') return Number(value)
  return undefined
}

export const number: Read = (value, path, wrong) => {
  const read = numberOf(value)
  if (read === undefined) wrong.add(path, `expected a number or null, got ${shown(value)}.`)
  return read ?? Number.NaN
}

/** A number that must be there, such as an end of an axis. */
export const finite: Read = (value, path, wrong) => {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  wrong.add(path, `expected a finite number, got ${shown(value)}.`)
  return 0
}

export function whole(least: number, most: number): Read {
  return (value, path, wrong) => {
    const isWhole = typeof value === 'number' && Number.isInteger(value)
    if (isWhole && value >= least && value <= most) return value
    wrong.add(path, `expected a whole number from ${least} to ${most}, got ${shown(value)}.`)
    return least
  }
}

export function text(longest: number): Read {
  return (value, path, wrong) => {
    if (typeof value === 'string' && value.length <= longest) return value
    const got = typeof value === 'string' ? `${value.length} characters` : shown(value)
    wrong.add(path, `expected a text of at most ${longest} characters, got ${got}.`)
    return ''
  }
}

export const truth: Read = (value, path, wrong) => {
  if (typeof value !== 'boolean') wrong.add(path, `expected true or false, got ${shown(value)}.`)
  return value === true
}

export function oneOf(...words: readonly string[]): Read {
  return (value, path, wrong) => {
    if (typeof value === 'string' && words.includes(value)) return value
    wrong.add(path, `expected ${words.join(', ')}, got ${shown(value)}.`)
    return words[0]
  }
}
