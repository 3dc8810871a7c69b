import type { Selection } from '../data/selection.ts'
import type { Hit } from './hits.ts'
import { paletteAt } from './look.ts'
import type { Box } from './pen.ts'
import { traceLine } from './draw-lines.ts'
import type { Scene } from './scene.ts'
import { svgPen } from './svg-pen.ts'
import type { Drag } from './use-plane-pointer.ts'

/** What lies on the marks for a while: what is pointed at, what is being dragged, what is brushed. */
export function PlaneMarks(props: {
  readonly scene: Scene
  readonly hit: Hit | undefined
  readonly drag: Drag | undefined
  readonly conditions: Selection | undefined
  readonly width: number
  readonly height: number
}) {
  const { scene, hit, drag, conditions, width, height } = props
  const brushed = drag === undefined ? brushedBox(scene, conditions) : undefined
  const { look } = scene
  return (
    <svg class="plot-over" width={width} height={height} aria-hidden="true">
      {brushed === undefined ? null : <Frame box={brushed} kind="brushed" />}
      {drag?.box === undefined ? null : <Frame box={drag.box} kind={drag.kind} />}
      {drag?.loop === undefined ? null : (
        <polygon class="lasso" points={drag.loop.map(([x, y]) => `${x},${y}`).join(' ')} />
      )}
      {hit === undefined ? null : <HitMark scene={scene} hit={hit} />}
      {hit === undefined || hit.mark.kind === 'bars' || hit.mark.kind === 'cells' ? null : (
        <circle cx={hit.x} cy={hit.y} r="6.5" fill="none" stroke={look.ink} stroke-width="1.6" />
      )}
    </svg>
  )
}

const Frame = ({ box, kind }: { readonly box: Box; readonly kind: string }) => (
  <rect class={kind} x={box.left} y={box.top} width={box.width} height={box.height} />
)

/** A line that is pointed at is lifted above the others. */
function HitMark({ scene, hit }: { readonly scene: Scene; readonly hit: Hit }) {
  const { mark } = hit
  if (mark.kind !== 'line' || mark.trial < 0) return null
  const pen = svgPen('', () => '')
  const { look } = scene
  pen.begin()
  traceLine(pen, scene, mark)
  return (
    <path
      d={pen.path()}
      fill="none"
      stroke={paletteAt(look, mark.colour === 6 ? 0 : mark.colour)}
      stroke-width="2.5"
      stroke-linejoin="round"
    />
  )
}

/** The part of a chart that the selection's conditions on its axes leave. */
function brushedBox(scene: Scene, conditions: Selection | undefined): Box | undefined {
  if (conditions === undefined) return undefined
  const { chart, x, y, area } = scene
  const [left, right] = endsOf(chart.x, x, conditions) ?? []
  const [bottom, top] = endsOf(chart.y, y, conditions) ?? []
  if (left === undefined && top === undefined) return undefined
  const clampX = (at: number): number => Math.min(area.left + area.width, Math.max(area.left, at))
  const clampY = (at: number): number => Math.min(area.top + area.height, Math.max(area.top, at))
  const [x0, x1] = [clampX(left ?? -Infinity), clampX(right ?? Infinity)]
  const [y0, y1] = [clampY(top ?? -Infinity), clampY(bottom ?? Infinity)]
  return { left: x0, top: y0, width: x1 - x0, height: y1 - y0 }
}

function endsOf(
  { column, labels }: Scene['chart']['x'],
  scale: Scene['x'],
  conditions: Selection,
): readonly [from: number, to: number] | undefined {
  for (const condition of conditions) {
    if (!('column' in condition) || column === undefined || condition.column !== column) continue
    if (condition.kind === 'range') return [scale.at(condition.low), scale.at(condition.high)]
    const places = condition.labels
      .map((label) => labels?.indexOf(label) ?? -1)
      .filter((i) => i >= 0)
    if (places.length === 0) return undefined
    return [scale.at(Math.min(...places) - 0.5), scale.at(Math.max(...places) + 0.5)]
  }
  return undefined
}
