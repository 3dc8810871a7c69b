import type { Signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'

import { settings } from '../app/settings.ts'
import { ColourBar } from './colour-bar.tsx'
import { drawPlane } from './draw-plane.ts'
import { frameOf } from './frame.ts'
import { FrameLines, FrameTexts } from './frame-svg.tsx'
import type { Hit, Hits } from './hits.ts'
import { createHits, describeHit } from './hits.ts'
import { readLook } from './look.ts'
import { measureIn } from './measure-text.ts'
import type { PackedPlane } from './packed-chart.ts'
import type { Painter, Picture } from './painter.ts'
import { createPainter } from './painter.ts'
import { PlaneMarks } from './plane-marks.tsx'
import type { PlotProps, Tool } from './plot-props.ts'
import { PlotTooltip } from './plot-tooltip.tsx'
import type { Scene } from './scene.ts'
import { coloursOf, shadingOf, tellsTrials } from './scene.ts'
import { usePlaneKeys } from './use-plane-keys.ts'
import { usePlanePointer } from './use-plane-pointer.ts'
import { useSize } from './use-size.ts'
import type { ChartView } from './zoom-store.ts'

export type PlanePlotProps = PlotProps & {
  readonly chart: PackedPlane
  readonly theme: 'light' | 'dark'
  readonly view: Signal<ChartView>
  readonly tool: Tool
}

/** Marks on two axes. */
export function PlanePlot(props: PlanePlotProps) {
  const { chart, theme, view, tool, selection } = props
  const root = useRef<HTMLDivElement>(null)
  const { width, height } = useSize(root)
  const look = useMemo(
    () => readLook(theme, root.current ?? document.documentElement),
    [theme, width > 0],
  )
  const { zoom, hidden } = view.value
  const frame = useMemo(
    () => frameOf(chart, { width, height, look, zoom, hidden, measure: measureIn(look.font) }),
    [chart, width, height, look, zoom, hidden],
  )
  const { scene } = frame
  const isShown = width > 60 && height > 60
  const hits = useLazyHits(scene)
  const [hit, setHit] = useState<Hit>()
  // What was pointed at belongs to the picture it was found in.
  useEffect(() => setHit(undefined), [scene])
  const point = (next: Hit | undefined): void => {
    if (next?.mark === hit?.mark && next?.index === hit?.index) return
    if (next?.trial !== hit?.trial)
      props.onHover?.(next === undefined || next.trial < 0 ? undefined : next.trial)
    setHit(next)
  }
  const pointer = usePlanePointer({ ...props, scene, hits, point, root })
  const keys = usePlaneKeys({ ...props, scene, hits, hit, point })
  const base = useRef<HTMLCanvasElement>(null)
  const over = useRef<HTMLCanvasElement>(null)
  useMarks(base, scene, isShown, undefined)
  useMarks(over, scene, isShown, selection)
  const isDimmed = selection !== undefined && scene.marks.some(tellsTrials)
  const shading = useMemo(() => shadingOf(chart), [chart])
  const digits = props.digits ?? settings.digits.value
  const lines = useMemo(() => <FrameLines lines={frame.lines} look={look} />, [frame, look])
  const texts = useMemo(() => <FrameTexts texts={frame.texts} />, [frame])
  const found = hit === undefined ? undefined : describeHit(chart, hit, digits)
  const linked =
    hit === undefined && props.hovered !== undefined && isShown
      ? hits().ofTrial(props.hovered)
      : undefined
  const shown = pointer.drag === undefined ? hit : undefined
  return (
    <>
      <div
        ref={root}
        class={`plot-area tool-${tool} ${pointer.drag === undefined ? '' : 'dragging'}`}
        tabIndex={0}
        role="application"
        aria-roledescription="chart"
        aria-label={`${chart.title}: arrow keys walk along its points`}
        onKeyDown={keys.onKeyDown}
        onBlur={() => point(undefined)}
        {...pointer.handlers}
      >
        <svg class="plot-under" width={width} height={height} aria-hidden="true">
          {isShown ? lines : null}
          {isShown ? texts : null}
        </svg>
        <canvas ref={base} class={isDimmed ? 'dimmed' : ''} aria-hidden="true" />
        <canvas ref={over} data-layer="over" aria-hidden="true" />
        {isShown ? (
          <PlaneMarks
            scene={scene}
            hit={shown ?? linked}
            drag={pointer.drag}
            conditions={props.conditions}
            width={width}
            height={height}
          />
        ) : null}
        {shown === undefined || found === undefined ? null : (
          <PlotTooltip found={found} x={shown.x} y={shown.y} width={width} height={height} />
        )}
      </div>
      {shading === undefined ? null : (
        <ColourBar
          value={shading.value}
          ends={shading.ends}
          colours={coloursOf(look, shading.onGround).filter((_, i) => i % 7 === 0)}
        />
      )}
      <p class="plot-live" aria-live="polite">
        {keys.isWalking && found !== undefined ? sentenceOf(found) : ''}
      </p>
    </>
  )
}

const sentenceOf = ({ title, mark, facts }: ReturnType<typeof describeHit>): string =>
  [
    title,
    ...(mark === undefined ? [] : [mark]),
    ...facts.map(({ name, value }) => `${name} ${value}`),
  ].join(', ')

/** What a pointer can find in a picture, sorted when it is first asked for. */
function useLazyHits(scene: Scene): () => Hits {
  return useMemo(() => {
    let made: Hits | undefined
    return () => (made ??= createHits(scene))
  }, [scene])
}

/** Keeps a canvas at what it shows: all marks, or only those of a selection. */
function useMarks(
  ref: { readonly current: HTMLCanvasElement | null },
  scene: Scene,
  isShown: boolean,
  selection: Uint8Array | undefined,
): void {
  const painter = useRef<Painter | undefined>(undefined)
  const isBase = selection === undefined
  useLayoutEffect(() => {
    const canvas = ref.current
    if (canvas === null || !isShown) return
    const isNew = painter.current === undefined
    painter.current ??= createPainter(canvas)
    if (canvas.dataset['layer'] === 'over' && isBase) {
      painter.current.clear()
      return
    }
    const { area, look } = scene
    const picture: Picture = {
      width: canvas.clientWidth || area.left + area.width,
      height: canvas.clientHeight || area.top + area.height,
      font: look.font,
      size: numbersIn(scene),
      draw: (pen) => drawPlane(pen, scene, selection),
    }
    if (isNew) painter.current.paintNext(picture)
    else painter.current.paint(picture)
  }, [scene, isShown, selection])
  useEffect(() => () => painter.current?.stop(), [])
}

function numbersIn({ marks }: Scene): number {
  return marks.reduce((sum, mark) => {
    if (mark.kind === 'points' || mark.kind === 'line') return sum + mark.xy.length / 2
    return sum + (mark.kind === 'spans' ? mark.spans.length / 3 : 0)
  }, 0)
}
