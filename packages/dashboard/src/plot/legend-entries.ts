import type { PackedCloud, PackedMark, PackedPlane, PackedSpace } from './packed-chart.ts'
import type { Shape } from './symbols.ts'

export interface LegendEntry {
  readonly name: string
  readonly colour: number
  readonly sign: Shape | 'box' | 'band' | 'line' | 'dashes'
}

/** The sign of the mark that says most. */
const order: readonly PackedMark['kind'][] = ['points', 'bars', 'spans', 'line', 'rule', 'band']

/** One entry a name in the order of the marks; none where a single mark is told by title and axes. */
export function legendEntries({ marks }: PackedPlane | PackedSpace): readonly LegendEntry[] {
  const byName = new Map<string, PackedMark | PackedCloud>()
  for (const mark of marks) {
    if (mark.kind === 'cells') continue
    const known = byName.get(mark.name)
    if (known === undefined || order.indexOf(mark.kind) < order.indexOf(known.kind)) {
      byName.set(mark.name, mark)
    }
  }
  if (byName.size < 2) return []
  return [...byName].map(([name, mark]) => ({ name, colour: mark.colour, sign: signOf(mark) }))
}

function signOf(mark: PackedMark | PackedCloud): LegendEntry['sign'] {
  if (mark.kind === 'points') return mark.shape
  if (mark.kind === 'bars' || mark.kind === 'spans') return 'box'
  if (mark.kind === 'band') return 'band'
  return mark.kind === 'rule' || (mark.kind === 'line' && mark.dashed) ? 'dashes' : 'line'
}
