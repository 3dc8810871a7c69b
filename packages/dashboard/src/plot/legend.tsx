import type { Signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'

import type { LegendEntry } from './legend-entries.ts'
import { legendEntries } from './legend-entries.ts'
import { paletteAt, readLook } from './look.ts'
import type { PackedPlane, PackedSpace } from './packed-chart.ts'
import { symbolPath } from './symbols.ts'
import type { ChartView } from './zoom-store.ts'

/** What the colours and shapes mean; a click hides what has a name, or shows it again. */
export function Legend(props: {
  readonly chart: PackedPlane | PackedSpace
  readonly theme: 'light' | 'dark'
  readonly view: Signal<ChartView>
  readonly compact: boolean
}) {
  const { chart, theme, view } = props
  const entries = useMemo(() => legendEntries(chart), [chart])
  if (entries.length === 0) return null
  const { hidden } = view.value
  const toggle = (name: string): void => {
    const next = new Set(hidden)
    if (!next.delete(name)) next.add(name)
    view.value = { ...view.value, hidden: next }
  }
  return (
    <ul class="plot-legend" aria-label="Legend">
      {entries.map((entry) => (
        <li key={entry.name}>
          <button
            type="button"
            aria-pressed={!hidden.has(entry.name)}
            title={`${hidden.has(entry.name) ? 'Show' : 'Hide'} ${entry.name}`}
            onClick={() => toggle(entry.name)}
          >
            <Sign entry={entry} theme={theme} />
            <span>{entry.name}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Sign({ entry, theme }: { readonly entry: LegendEntry; readonly theme: 'light' | 'dark' }) {
  const colour = paletteAt(readLook(theme), entry.colour)
  const { sign } = entry
  const isWide = sign === 'line' || sign === 'dashes' || sign === 'band'
  const width = isWide ? 18 : 12
  return (
    <svg width={width} height="12" viewBox={`0 0 ${width} 12`} aria-hidden="true" focusable="false">
      {sign === 'line' || sign === 'dashes' ? (
        <path
          d="M0 6H18"
          stroke={colour}
          stroke-width="2"
          stroke-dasharray={sign === 'dashes' ? '5 2.5' : undefined}
        />
      ) : sign === 'box' ? (
        <rect x="1" y="1" width="10" height="10" rx="1.5" fill={colour} />
      ) : sign === 'band' ? (
        <rect y="1" width="18" height="10" fill={colour} fill-opacity="0.25" />
      ) : (
        <path d={symbolPath(sign, 6, 6, 9)} fill={colour} />
      )}
    </svg>
  )
}
