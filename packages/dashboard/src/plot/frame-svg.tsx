import type { FrameLine, FrameText } from './frame.ts'
import type { PlotLook } from './look.ts'

/** The lines and texts of a frame, below or above the marks. */
export function FrameLines({
  lines,
  look,
}: {
  readonly lines: readonly FrameLine[]
  readonly look: PlotLook
}) {
  return (
    <>
      {lines.map(({ kind, x1, y1, x2, y2 }, i) => (
        <path
          key={i}
          d={`M${crisp(x1)} ${crisp(y1)}L${crisp(x2)} ${crisp(y2)}`}
          stroke={lineColour(kind, look)}
          stroke-opacity={kind === 'minor' ? 0.55 : 1}
        />
      ))}
    </>
  )
}

export const lineColour = (kind: FrameLine['kind'], { grid, line }: PlotLook): string =>
  kind === 'grid' || kind === 'minor' ? grid : line

/** On the middle of a pixel a thin line is sharp. */
export const crisp = (x: number): number => Math.round(x - 0.5) + 0.5

export function FrameTexts({ texts }: { readonly texts: readonly FrameText[] }) {
  return (
    <>
      {texts.map(({ text, full, x, y, size, colour, anchor, turn, halo }, i) => (
        <text
          key={i}
          x={x}
          y={y}
          font-size={size}
          fill={colour}
          text-anchor={anchor}
          transform={turn === undefined || turn === 0 ? undefined : `rotate(${turn} ${x} ${y})`}
          stroke={halo}
          stroke-width={halo === undefined ? undefined : 3}
          stroke-linejoin="round"
          paint-order="stroke"
        >
          {full !== undefined && full !== text ? <title>{full}</title> : null}
          {text}
        </text>
      ))}
    </>
  )
}
