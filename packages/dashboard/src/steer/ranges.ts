import type { Distribution, Label, Range, SearchSpace } from '@attune/core'
import { describeDistribution } from '@attune/core'
import type { StudyDefinition, ValueStrip } from '../data/definition.ts'
import { formSpace } from './entries.ts'

/** Parameters that are narrowed together: one, or the same one of all elements of a list. */
export interface RangeRow {
  /** `lr`, or `layers.*.width`. */
  readonly name: string
  /** The flat names behind it. */
  readonly names: readonly string[]
  readonly declared: Distribution
  /** Where it is searched now; of several the first one's. */
  readonly searched: Distribution
  readonly isAdjusted: boolean
  /** Whether others exist only for some of its values. */
  readonly isParent: boolean
}

/** What a row of the form says: the ends as they are typed, or the labels that are left. */
export type RangeEntry =
  | { readonly kind: 'number'; readonly low: string; readonly high: string }
  | { readonly kind: 'labels'; readonly labels: readonly Label[] }

/** The rows of a study's parameters; those of list elements stand together where they are alike. */
export function rangeRows(definition: StudyDefinition): RangeRow[] {
  const { declared, searched } = formSpace({ ...definition, discovered: [] })
  const rows = new Map<string, RangeRow>()
  declared.params.forEach(({ name, distribution }, i) => {
    const now = searched.params[i]?.distribution ?? distribution
    const isAdjusted = Object.hasOwn(definition.adjusted, name)
    const general = name.replaceAll(/\.\d+(?=\.|$)/g, '.*')
    const row = rows.get(general)
    const isAlike =
      row === undefined || (same(row.declared, distribution) && same(row.searched, now))
    const key = isAlike ? general : name
    const known = rows.get(key)
    if (known !== undefined) rows.set(key, { ...known, names: [...known.names, name] })
    else {
      rows.set(key, {
        ...{ name: key, names: [name], declared: distribution, searched: now, isAdjusted },
        isParent: isParent(declared, name),
      })
    }
  })
  return [...rows.values()]
}

function isParent({ params }: SearchSpace, name: string): boolean {
  return params.some(({ when }) => when.some((condition) => condition.parent === name))
}

const same = (a: Distribution, b: Distribution): boolean =>
  describeDistribution(a) === describeDistribution(b)

/** The entry that shows a distribution. */
export function rangeEntry(distribution: Distribution): RangeEntry {
  return distribution.kind === 'choice'
    ? { kind: 'labels', labels: distribution.choices }
    : { kind: 'number', low: String(distribution.low), high: String(distribution.high) }
}

/** The range that an entry means for a row, undefined when it stays as it is, or what is wrong. */
export function readRange(row: RangeRow, entry: RangeEntry): Range | undefined | string {
  if (entry.kind === 'labels') {
    if (entry.labels.length === 0) return 'At least one label must be left.'
    const now = row.searched.kind === 'choice' ? row.searched.choices : []
    if (sameLabels(entry.labels, now)) return undefined
    const own = row.declared.kind === 'choice' ? row.declared.choices : []
    return sameLabels(entry.labels, own) ? null : { choices: entry.labels }
  }
  const [low, high] = [entry.low, entry.high].map((text) =>
    text.trim() === '' ? Number.NaN : Number(text),
  )
  if (low === undefined || high === undefined || !Number.isFinite(low) || !Number.isFinite(high)) {
    return 'A range has two finite numbers as its ends.'
  }
  if (low > high) return 'The lower end stands first.'
  const { declared, searched } = row
  if (declared.kind === 'choice' || searched.kind === 'choice') return undefined
  if (declared.scale === 'log' && !(low > 0)) return 'A log scale starts above 0.'
  if (low === searched.low && high === searched.high) return undefined
  return low === declared.low && high === declared.high ? null : { low, high }
}

function sameLabels(a: readonly Label[], b: readonly Label[]): boolean {
  return a.length === b.length && a.every((label) => b.includes(label))
}

/** The ranges by flat name that entries mean, and by row what is wrong with them. */
export function readRanges(
  rows: readonly RangeRow[],
  entries: Readonly<Record<string, RangeEntry>>,
): {
  readonly ranges: Readonly<Record<string, Range>>
  readonly problems: Readonly<Record<string, string>>
} {
  const ranges: Record<string, Range> = {}
  const problems: Record<string, string> = {}
  for (const row of rows) {
    const entry = entries[row.name]
    const range = entry === undefined ? undefined : readRange(row, entry)
    if (typeof range === 'string') problems[row.name] = range
    else if (range !== undefined) for (const name of row.names) ranges[name] = range
  }
  return { ranges, problems }
}

/** The ranges that take others back. */
export function rangesBefore(
  { adjusted }: StudyDefinition,
  ranges: Readonly<Record<string, Range>>,
): Record<string, Range> {
  const before = Object.keys(ranges).map((name): [string, Range] => {
    const distribution = adjusted[name]
    if (distribution === undefined) return [name, null]
    return distribution.kind === 'choice'
      ? [name, { choices: distribution.choices }]
      : [name, { low: distribution.low, high: distribution.high }]
  })
  return Object.fromEntries(before)
}

/** Strips of several parameters in one; undefined when they do not go together. */
export function joinStrips(strips: readonly (ValueStrip | undefined)[]): ValueStrip | undefined {
  const [first, ...others] = strips
  if (first === undefined) return undefined
  const add = (a: readonly number[], b: readonly number[]): number[] =>
    a.map((x, i) => x + (b[i] ?? 0))
  return others.reduce<ValueStrip>((sum, strip) => {
    if (strip === undefined || strip.kind !== sum.kind || !goTogether(sum, strip)) return sum
    return { ...sum, counts: add(sum.counts, strip.counts), best: add(sum.best, strip.best) }
  }, first)
}

function goTogether(a: ValueStrip, b: ValueStrip): boolean {
  if (a.kind === 'number' && b.kind === 'number') return a.low === b.low && a.high === b.high
  return a.kind === 'labels' && b.kind === 'labels' && a.labels.join() === b.labels.join()
}
