import type { Line } from '../text/line.ts'

/** Lines that belong together on the screen. */
export interface Section {
  readonly lines: readonly Line[]
  /** Sections of higher rank keep their lines longer. */
  readonly rank: number
  /** How many lines are kept until nothing else can give way; default 1. */
  readonly core?: number
  /** How many lines it has at most, whatever room there is; default: all. */
  readonly most?: number
  /** Whether an empty line stands before it where there is room. */
  readonly gap?: boolean
  /** A last line that tells how many are hidden; default: none. */
  readonly more?: (hidden: number) => Line
}

/**
 * Lays sections out in at most `rows` lines. What gives way, in this order: empty lines; lines
 * beyond the core, lowest rank first; whole sections, lowest rank first.
 */
export function fitSections(sections: readonly Section[], rows: number): Line[] {
  const shown = sections.filter((s) => s.lines.length > 0)
  const kept = shown.map((s) => Math.min(s.lines.length, s.most ?? Number.POSITIVE_INFINITY))
  const gaps = shown.slice(1).filter((s) => s.gap === true).length
  let excess = kept.reduce((sum, n) => sum + n, 0) - rows
  const withGaps = excess + gaps <= 0
  const byRank = shown.map((_, i) => i).sort((a, b) => rankAt(shown, a) - rankAt(shown, b))
  for (const least of [coreOf, () => 0]) {
    for (const i of byRank) {
      const before = kept[i] as number
      const give = Math.min(
        Math.max(0, excess),
        before - Math.min(before, least(shown[i] as Section)),
      )
      kept[i] = before - give
      excess -= give
    }
  }
  return shown.flatMap((section, i) => {
    const lines = shorten(section, kept[i] as number)
    return withGaps && i > 0 && section.gap === true ? [[], ...lines] : lines
  })
}

const rankAt = (sections: readonly Section[], i: number): number => sections[i]?.rank ?? 0
const coreOf = (section: Section): number => section.core ?? 1

function shorten({ lines, more }: Section, count: number): readonly Line[] {
  const hidden = lines.length - count
  if (hidden === 0 || more === undefined || count < 2) return lines.slice(0, count)
  return [...lines.slice(0, count - 1), more(hidden + 1)]
}
