import type { ValueStrip } from '../data/definition.ts'

/** Widths are in hundredths of the strip, heights in pixels. */
const height = 28

/**
 * How often values were tried, as small bars, with those of the best tenth in front; what is outside of
 * the chosen range is faint.
 */
export function Strip(props: {
  readonly strip: Extract<ValueStrip, { kind: 'number' }>
  /** The chosen range as parts of the strip's width. */
  readonly from: number
  readonly to: number
}) {
  const { strip, from, to } = props
  const { counts, best } = strip
  const most = Math.max(1, ...counts)
  const width = 100 / counts.length
  const tall = (n: number): number => (n === 0 ? 0 : Math.max(2, (n / most) * height))
  return (
    <svg class="strip" viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {counts.map((count, i) => {
        const middle = (i + 0.5) / counts.length
        const isOut = middle < from || middle > to
        const x = i * width + width * 0.1
        return (
          <g key={i} class={isOut ? 'out' : ''}>
            <rect
              class="all"
              x={x}
              width={width * 0.8}
              y={height - tall(count)}
              height={tall(count)}
            />
            <rect
              class="best"
              x={x}
              width={width * 0.8}
              y={height - tall(best[i] ?? 0)}
              height={tall(best[i] ?? 0)}
            />
          </g>
        )
      })}
    </svg>
  )
}
