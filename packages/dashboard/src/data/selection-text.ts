import type { Selection, SelectionCondition } from './selection.ts'

/** A selection is told in at most so many characters. */
export const longestSelection = 2000

/**
 * A selection as it stands in an address, short and readable:
 *
 *     trials(3,5-9,20) range(param:lr,0.001,0.1) labels(param:optimizer,adam,sgd) where(loss < 0.2)
 *
 * Conditions are parted by spaces. `\` stands before `,` `(` `)` and `\` of names, labels and
 * expressions. Trials in a row are told by their ends; where even these are too many, runs of trials that
 * lie near each other become one, so that what the text selects may be more, but is never less.
 */
export function selectionToText(selection: Selection): string {
  const texts = selection.map(conditionText)
  const length = texts.reduce((sum, text) => sum + text.length + 1, -1)
  if (length <= longestSelection) return texts.join(' ')
  const others =
    length - sum(selection.map((each, i) => (each.kind === 'trials' ? texts[i]!.length : 0)))
  const lists = selection.filter(({ kind }) => kind === 'trials').length
  const room = Math.max(20, Math.floor((longestSelection - others) / Math.max(1, lists)))
  return selection
    .map((each, i) => (each.kind === 'trials' ? trialsText(each.trials, room) : texts[i]!))
    .join(' ')
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

const escape = (text: string): string => text.replace(/[\\(),]/g, '\\$&')

function conditionText(condition: SelectionCondition): string {
  switch (condition.kind) {
    case 'trials':
      return trialsText(condition.trials, Infinity)
    case 'range':
      return `range(${escape(condition.column)},${condition.low},${condition.high})`
    case 'labels':
      return `labels(${[condition.column, ...condition.labels].map(escape).join(',')})`
    case 'where':
      return `where(${escape(condition.expression)})`
  }
}

type Run = [first: number, last: number]

function trialsText(trials: readonly number[], room: number): string {
  let runs = runsOf(trials)
  for (;;) {
    const parts = runs.map(([first, last]) =>
      first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`,
    )
    const text = `trials(${parts.join(',')})`
    if (text.length <= room || runs.length === 1) return text
    runs = joined(runs)
  }
}

function runsOf(trials: readonly number[]): Run[] {
  const runs: Run[] = []
  for (const trial of trials) {
    const last = runs.at(-1)
    if (last !== undefined && trial === last[1] + 1) last[1] = trial
    else runs.push([trial, trial])
  }
  return runs
}

/** At most half as many runs: those with the smallest gaps between them are joined. */
function joined(runs: readonly Run[]): Run[] {
  const gaps = runs.slice(1).map((run, i) => run[0] - runs[i]![1])
  const limit = gaps.toSorted((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)]!
  const out: Run[] = [[...runs[0]!]]
  for (const [i, run] of runs.slice(1).entries()) {
    if (gaps[i]! <= limit) out.at(-1)![1] = run[1]
    else out.push([...run])
  }
  return out
}

/** The selection of a text; what is not understood is left out, as addresses get cut and mistyped. */
export function selectionFromText(text: string): Selection {
  const found: SelectionCondition[] = []
  for (const [, kind = '', inner = ''] of text.matchAll(/(\w+)\(((?:\\.|[^\\)])*)\)/gs)) {
    const condition = conditionOf(kind, partsOf(inner))
    if (condition !== undefined) found.push(condition)
  }
  return found
}

function partsOf(inner: string): string[] {
  const parts = ['']
  for (const [sign] of inner.matchAll(/\\.|[^\\]/gs)) {
    if (sign === ',') parts.push('')
    else parts[parts.length - 1] += sign.length > 1 ? sign.slice(1) : sign
  }
  return parts
}

function conditionOf(kind: string, parts: readonly string[]): SelectionCondition | undefined {
  const [first = '', ...rest] = parts
  switch (kind) {
    case 'trials': {
      return { kind, trials: ascending(parts.flatMap(trialsBetween)) }
    }
    case 'range': {
      const [low, high] = rest.map(Number)
      if (low === undefined || high === undefined) return undefined
      if (Number.isNaN(low) || Number.isNaN(high)) return undefined
      return { kind, column: first, low, high }
    }
    case 'labels':
      return { kind, column: first, labels: rest }
    case 'where':
      return { kind, expression: parts.join(',') }
    default:
      return undefined
  }
}

/** Each once, smallest first, as they mostly are already. */
function ascending(numbers: readonly number[]): readonly number[] {
  if (numbers.every((x, i) => i === 0 || x > numbers[i - 1]!)) return numbers
  return [...new Set(Float64Array.from(numbers).sort())]
}

/** An address may say anything; no page shows more. */
const mostTrials = 999_999

function trialsBetween(part: string): number[] {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? []
  if (first === undefined) return []
  const [from, to] = [Number(first), Math.min(Number(last), mostTrials)]
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
}
