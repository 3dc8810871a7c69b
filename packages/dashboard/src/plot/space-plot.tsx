import type { SpaceTurn } from '@attune/core'
import type { Signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'

import { settings } from '../app/settings.ts'
import { drawSpace } from './draw-space.ts'
import { readLook } from './look.ts'
import { measureIn } from './measure-text.ts'
import type { PackedSpace } from './packed-chart.ts'
import type { Painter } from './painter.ts'
import { createPainter } from './painter.ts'
import type { PlotProps, Tool } from './plot-props.ts'
import { PlotTooltip } from './plot-tooltip.tsx'
import type { SpaceHit, SpaceHits } from './space-hits.ts'
import { describeSpaceHit, spaceHits } from './space-hits.ts'
import { SpaceLines, SpaceMarks, SpaceTexts } from './space-marks.tsx'
import type { SpaceScene } from './space-scene.ts'
import { pointsIn, spaceScene } from './space-scene.ts'
import { useSize } from './use-size.ts'
import { useSpaceKeys } from './use-space-keys.ts'
import { useSpacePointer } from './use-space-pointer.ts'
import type { ChartView } from './zoom-store.ts'

export type SpacePlotProps = PlotProps & {
  readonly chart: PackedSpace
  readonly theme: 'light' | 'dark'
  readonly view: Signal<ChartView>
  readonly tool: Tool
}

/** Points on three axes, seen without perspective, that can be turned. */
export function SpacePlot(props: SpacePlotProps) {
  const { chart, theme, view, tool, selection } = props
  const root = useRef<HTMLDivElement>(null)
  const { width, height } = useSize(root)
  const look = useMemo(
    () => readLook(theme, root.current ?? document.documentElement),
    [theme, width > 0],
  )
  const { turn, hidden } = view.value
  const scene = useMemo(
    () => spaceScene(chart, { width, height, look, turn, hidden, measure: measureIn(look.font) }),
    [chart, width, height, look, turn, hidden],
  )
  const isShown = width > 60 && height > 60
  const hits = useMemo(() => lazily(() => spaceHits(scene)), [scene])
  const [hit, setHit] = useState<SpaceHit>()
  // What was pointed at belongs to the picture it was found in.
  useEffect(() => setHit(undefined), [scene])
  const point = (next: SpaceHit | undefined): void => {
    if (next?.mark === hit?.mark && next?.index === hit?.index) return
    if (next?.trial !== hit?.trial)
      props.onHover?.(next === undefined || next.trial < 0 ? undefined : next.trial)
    setHit(next)
  }
  const setTurn = (next: SpaceTurn | undefined): void => {
    const { turn: _, ...rest } = view.value
    view.value = next === undefined ? rest : { ...rest, turn: next }
  }
  const pointer = useSpacePointer({ ...props, scene, hits, point, setTurn, root })
  const keys = useSpaceKeys({ ...props, scene, hits, hit, point, setTurn })
  const base = useRef<HTMLCanvasElement>(null)
  const over = useRef<HTMLCanvasElement>(null)
  const { isMoving } = pointer
  usePoints(base, scene, isShown, { keep: undefined, isClear: false, isMoving })
  usePoints(over, scene, isShown, { keep: selection, isClear: selection === undefined, isMoving })
  const found =
    hit === undefined
      ? undefined
      : describeSpaceHit(chart, hit, props.digits ?? settings.digits.value)
  const linked =
    hit === undefined && props.hovered !== undefined && isShown && !isMoving
      ? hits().ofTrial(props.hovered)
      : undefined
  return (
    <>
      <div
        ref={root}
        class={`plot-area space tool-${tool} ${isMoving ? 'moving' : ''}`}
        tabIndex={0}
        role="application"
        aria-roledescription="chart"
        aria-label={`${chart.title}: arrow keys turn it, with Shift they walk along its points`}
        onKeyDown={keys.onKeyDown}
        onBlur={() => point(undefined)}
        {...pointer.handlers}
      >
        <svg class="plot-under" width={width} height={height} aria-hidden="true">
          {isShown ? <SpaceLines scene={scene} /> : null}
        </svg>
        <canvas ref={base} class={selection === undefined ? '' : 'dimmed'} aria-hidden="true" />
        <canvas ref={over} aria-hidden="true" />
        <svg class="plot-names" width={width} height={height} aria-hidden="true">
          {isShown ? <SpaceTexts scene={scene} /> : null}
        </svg>
        {isShown ? <SpaceMarks scene={scene} hit={hit ?? linked} loop={pointer.loop} /> : null}
        {hit === undefined || found === undefined ? null : (
          <PlotTooltip found={found} x={hit.x} y={hit.y} width={width} height={height} />
        )}
      </div>
      <p class="plot-live" aria-live="polite">
        {keys.isWalking && found !== undefined
          ? [found.title, ...found.facts.map(({ name, value }) => `${name} ${value}`)].join(', ')
          : ''}
      </p>
    </>
  )
}

function lazily(make: () => SpaceHits): () => SpaceHits {
  let made: SpaceHits | undefined
  return () => (made ??= make())
}

/** While it moves, of very many points only so many are drawn. */
const mostMoving = 1200

/** Keeps a canvas at what it shows: all points, or only those of a selection. */
function usePoints(
  ref: { readonly current: HTMLCanvasElement | null },
  scene: SpaceScene,
  isShown: boolean,
  {
    keep,
    isClear,
    isMoving,
  }: {
    readonly keep: Uint8Array | undefined
    readonly isClear: boolean
    readonly isMoving: boolean
  },
): void {
  const painter = useRef<Painter | undefined>(undefined)
  const isThinned = isMoving && pointsIn(scene) > mostMoving
  useLayoutEffect(() => {
    const canvas = ref.current
    if (canvas === null || !isShown) return
    painter.current ??= createPainter(canvas)
    if (isClear) {
      painter.current.clear()
      return
    }
    const { width, height, look } = scene
    painter.current.paint({
      ...{ width, height, font: look.font },
      size: isThinned ? 0 : pointsIn(scene),
      draw: (pen) => drawSpace(pen, scene, keep, isThinned ? mostMoving : Infinity),
    })
  }, [scene, isShown, keep, isClear, isThinned])
  useEffect(() => () => painter.current?.stop(), [])
}
