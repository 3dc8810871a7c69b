import { FrameTexts, crisp } from './frame-svg.tsx'
import { paletteAt } from './look.ts'
import type { ParallelFrame } from './parallel-frame.ts'
import { asideY, placeOn } from './parallel-frame.ts'
import type { AxisBrush } from './use-parallel-pointer.ts'

/** The axes of parallel coordinates, what is brushed on them, and the line that is pointed at. */
export function ParallelMarks(props: {
  readonly frame: ParallelFrame
  readonly line: number
  readonly brushes: readonly AxisBrush[]
  readonly drag: AxisBrush | undefined
}) {
  const { frame, line, brushes, drag } = props
  const { axes, top, bottom, width, height, look, chart } = frame
  const shown =
    drag === undefined ? brushes : [...brushes.filter(({ index }) => index !== drag.index), drag]
  const asideX = axes.find(({ index }) => index === chart.asideAxis)?.x ?? 0
  return (
    <svg class="plot-over" width={width} height={height} aria-hidden="true">
      {line < 0 ? null : (
        <path
          d={pathOf(frame, line)}
          fill="none"
          stroke={look.ground}
          stroke-width="5.5"
          stroke-linejoin="round"
          stroke-opacity="0.8"
        />
      )}
      {line < 0 ? null : (
        <path
          d={pathOf(frame, line)}
          fill="none"
          stroke={chart.best[line] === 1 ? paletteAt(look, 1) : look.ink}
          stroke-width="2.5"
          stroke-linejoin="round"
        />
      )}
      {axes.map(({ x, texts, index }) => (
        <g key={index}>
          <path d={`M${crisp(x)} ${top}V${bottom}`} stroke={look.line} stroke-width="1.2" />
          <FrameTexts texts={texts} />
        </g>
      ))}
      {chart.aside.map((group, i) => (
        <FrameTexts
          key={group}
          texts={[
            {
              ...{ text: group, x: asideX - 7, y: asideY(frame, i) + 4, size: 11 },
              ...{ colour: look.soft, anchor: 'end', halo: look.ground },
            },
          ]}
        />
      ))}
      {shown.map(({ index, from, to }) => {
        const axis = axes.find((one) => one.index === index)
        if (axis === undefined) return null
        const [a, b] = [
          Math.max(top - 3, Math.min(from, to)),
          Math.min(bottom + 3, Math.max(from, to)),
        ]
        return (
          <rect
            key={index}
            class="brush"
            x={axis.x - 7}
            y={a}
            width="14"
            height={Math.max(2, b - a)}
            rx="2"
          />
        )
      })}
    </svg>
  )
}

function pathOf(frame: ParallelFrame, line: number): string {
  let path = ''
  let isOpen = false
  for (const axis of frame.axes) {
    const y = placeOn(frame, axis, line)
    if (!Number.isNaN(y)) path += `${isOpen ? 'L' : 'M'}${axis.x.toFixed(1)} ${y.toFixed(1)}`
    isOpen = !Number.isNaN(y)
  }
  return path
}
