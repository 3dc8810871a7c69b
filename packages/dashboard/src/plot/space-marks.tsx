import { linearAt } from '@attune/core'

import { crisp } from './frame-svg.tsx'
import type { SpaceHit } from './space-hits.ts'
import type { SpaceScene } from './space-scene.ts'
import { sharesAt } from './space-scene.ts'

/** The faces at the back of a box with their grid. */
export function SpaceLines({ scene }: { readonly scene: SpaceScene }) {
  const { look, frame } = scene
  return (
    <>
      {frame.lines.map(({ kind, x1, y1, x2, y2 }, i) => (
        <path
          key={i}
          d={`M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`}
          stroke={kind === 'edge' ? look.line : look.grid}
        />
      ))}
    </>
  )
}

/** Ticks and titles of the axes. */
export function SpaceTexts({ scene }: { readonly scene: SpaceScene }) {
  const { look, frame } = scene
  return (
    <>
      {frame.texts.map(({ kind, text, x, y, anchor }, i) => (
        <text
          key={i}
          x={x.toFixed(1)}
          y={y.toFixed(1)}
          text-anchor={anchor}
          font-size={kind === 'tick' ? 11 : 12}
          fill={kind === 'tick' ? look.soft : look.ink}
          stroke={look.ground}
          stroke-width="3"
          stroke-linejoin="round"
          paint-order="stroke"
        >
          {text}
        </text>
      ))}
    </>
  )
}

/** What lies on the points for a while: the one that is pointed at, and a loop that is drawn. */
export function SpaceMarks(props: {
  readonly scene: SpaceScene
  readonly hit: SpaceHit | undefined
  readonly loop: readonly (readonly [number, number])[] | undefined
}) {
  const { scene, hit, loop } = props
  const { look, width, height } = scene
  return (
    <svg class="plot-over" width={width} height={height} aria-hidden="true">
      {loop === undefined ? null : (
        <polygon class="lasso" points={loop.map(([x, y]) => `${x},${y}`).join(' ')} />
      )}
      {hit === undefined ? null : (
        <>
          <path
            d={stems(scene, hit)}
            fill="none"
            stroke={look.ink}
            stroke-opacity="0.55"
            stroke-dasharray="3 3"
          />
          <circle cx={hit.x} cy={hit.y} r="6.5" fill="none" stroke={look.ink} stroke-width="1.6" />
        </>
      )}
    </svg>
  )
}

/** From a point down to the floor, and along it to the two other faces at the back. */
function stems({ frame, chart, turn }: SpaceScene, { mark, index }: SpaceHit): string {
  const [x, y, z] = sharesAt(chart, mark, index)
  const floor = Math.sin(turn.pitch) < 0 ? 1 : 0
  const [wallX, wallY] = [Math.sin(turn.yaw) > 0 ? 1 : 0, Math.cos(turn.yaw) > 0 ? 1 : 0]
  const at = (a: number, b: number, c: number): string =>
    `${crisp(linearAt(frame.across, a, b, c))} ${crisp(linearAt(frame.down, a, b, c))}`
  const foot = at(x, y, floor)
  return `M${at(x, y, z)}L${foot}M${at(wallX, y, floor)}L${foot}L${at(x, wallY, floor)}`
}
