import { AttuneError, messageOf } from '@attune/core'
import type { Json } from '@attune/core'

/** What one line of output said: numbers by name, and whatever else a JSON line holds. */
export type MetricLine = Readonly<Record<string, Json | undefined>>

export interface MetricParserOptions {
  /** A regular expression with one capture group or named groups. Default: lines are JSON objects. */
  readonly pattern?: string
  /** The name of the number that a single unnamed group captures. */
  readonly metricName?: string
}

/** What a program's output held, for saying why nothing was understood. */
export interface MetricCounts {
  /** Lines seen. */
  readonly lines: number
  /** Lines that gave a result. */
  readonly understood: number
  /** The first line that began like a JSON object and was none, cut at 200 characters. */
  readonly broken?: string
}

/** Reads metrics from the lines of a program. Never throws, whatever the lines hold. */
export interface MetricParser {
  /**
   * What the line says, or `undefined`. Values that are not finite arrive as numbers, captured text
   * that is no number as the text itself, nested objects as they are.
   */
  push(line: string): MetricLine | undefined
  counts(): MetricCounts
}

/** Longer lines are no JSON lines: parsing them could stall everything else. */
const LONGEST_JSON = 1_000_000
/** A regular expression sees this much of a line, which bounds the cost of careless patterns. */
const LONGEST_MATCHED = 10_000

/**
 * A parser for JSON lines, in which bare `NaN`, `Infinity` and `-Infinity` are accepted, or for lines
 * that match a pattern; of several matches in a line the last one counts.
 *
 * @throws AttuneError `command/metric` for a pattern that `compileMetricPattern` refuses.
 */
export function createMetricParser(options: MetricParserOptions = {}): MetricParser {
  const { pattern, metricName } = options
  const read =
    pattern === undefined
      ? { line: parseJsonLine }
      : { line: compileMetricPattern(pattern, metricName) }
  let lines = 0
  let understood = 0
  let broken: string | undefined
  return {
    push(line) {
      lines++
      const found = read.line(line)
      if (found !== undefined) understood++
      else if (pattern === undefined && broken === undefined && line.trimStart().startsWith('{')) {
        broken = line.trim().slice(0, 200)
      }
      return found
    },
    counts: () => ({ lines, understood, ...(broken === undefined ? {} : { broken }) }),
  }
}

/**
 * Compiles a regular expression (JavaScript syntax) into a reader of lines. Named groups give values
 * of their names; without any, the one capture group gives the value of `metricName`.
 *
 * @throws AttuneError `command/metric` when it is no regular expression, captures nothing, or captures
 * several unnamed things or one that has no name.
 */
export function compileMetricPattern(
  pattern: string,
  metricName?: string,
): (line: string) => MetricLine | undefined {
  let compiled: RegExp
  let groups: RegExpExecArray
  try {
    compiled = new RegExp(pattern, 'g')
    // An empty alternative always matches, and the match lists the groups without needing a line.
    groups = new RegExp(`${pattern}|`).exec('') as RegExpExecArray
  } catch (cause) {
    throw refusal(pattern, `is not a regular expression: ${messageOf(cause)}.`, cause)
  }
  const captures = groups.length - 1
  const named = groups.groups !== undefined
  if (captures === 0) {
    throw refusal(pattern, 'captures nothing. Put parentheses around the number: acc=([0-9.]+).')
  }
  if (!named && captures > 1) {
    const remedy = 'Keep one, make the others (?:…), or name each: (?<accuracy>…).'
    throw refusal(pattern, `has ${captures} unnamed capture groups. ${remedy}`)
  }
  if (!named && metricName === undefined) {
    throw refusal(pattern, 'captures a number without a name. Name the group: (?<accuracy>…).')
  }

  return (line) => {
    const found: Record<string, Json> = {}
    for (const match of line.slice(0, LONGEST_MATCHED).matchAll(compiled)) {
      const texts = named ? match.groups : { [metricName as string]: match[1] }
      for (const [name, text] of Object.entries(texts ?? {})) {
        if (text !== undefined) found[name] = toNumber(text)
      }
    }
    return Object.keys(found).length === 0 ? undefined : found
  }
}

function refusal(pattern: string, rule: string, cause?: unknown): AttuneError {
  return new AttuneError('command/metric', `The metric pattern ${pattern} ${rule}`, {
    details: { pattern },
    cause,
  })
}

/** Numbers as programs print them; a full stop or comma behind one belongs to the sentence. */
function toNumber(text: string): number | string {
  const word = text.trim().replace(/[.,;:]+$/, '')
  if (/^[+-]?nan$/i.test(word)) return Number.NaN
  const infinite = /^([+-]?)inf(inity)?$/i.exec(word)
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity
  const number = Number(word)
  return word === '' || Number.isNaN(number) ? text : number
}

/** The object on a line, or `undefined` for all other lines. */
function parseJsonLine(line: string): MetricLine | undefined {
  if (line.length > LONGEST_JSON) return undefined
  const text = line.trim()
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as MetricLine
  } catch {
    return parseWithBareNumbers(text)
  }
}

/** A string that stands for NaN while JSON is parsed; a program would have to mean it to write it. */
const NAN = '\u0000NaN\u0000'

/** JSON has no word for these numbers; an overflowing literal is read as an infinity. */
function parseWithBareNumbers(line: string): MetricLine | undefined {
  // Strings are matched too, to be skipped; an unfinished one is taken to the end of the line.
  const strict = line.replace(/"[^"\\]*(?:\\.[^"\\]*)*"?|\bNaN\b|\bInfinity\b/g, (found) => {
    if (found.startsWith('"')) return found
    return found === 'NaN' ? JSON.stringify(NAN) : '1e999'
  })
  if (strict === line) return undefined
  try {
    return JSON.parse(strict, (_, value) => (value === NAN ? Number.NaN : value)) as MetricLine
  } catch {
    return undefined
  }
}
