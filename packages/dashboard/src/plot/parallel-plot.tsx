import type { Signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'

import { settings } from '../app/settings.ts'
import { ColourBar } from './colour-bar.tsx'
import { drawParallel, lineColours } from './draw-parallel.ts'
import { formatAt } from './format-value.ts'
import type { Found } from './hits.ts'
import { readLook, shadeEnds } from './look.ts'
import { measureIn } from './measure-text.ts'
import type { PackedParallel } from './packed-chart.ts'
import type { Painter } from './painter.ts'
import { createPainter } from './painter.ts'
import { AxisNames } from './parallel-axes.tsx'
import type { ParallelFrame } from './parallel-frame.ts'
import { keptLines, parallelFrame, placeOn } from './parallel-frame.ts'
import { ParallelMarks } from './parallel-marks.tsx'
import type { PlotProps, Tool } from './plot-props.ts'
import { PlotTooltip } from './plot-tooltip.tsx'
import { useParallelPointer } from './use-parallel-pointer.ts'
import { useSize } from './use-size.ts'
import type { ChartView } from './zoom-store.ts'

export type ParallelPlotProps = PlotProps & {
  readonly chart: PackedParallel
  readonly theme: 'light' | 'dark'
  readonly view: Signal<ChartView>
  readonly tool: Tool
}

/** Parallel coordinates: an axis a column, a line a trial. */
export function ParallelPlot(props: ParallelPlotProps) {
  const { chart, theme, view, selection } = props
  const outer = useRef<HTMLDivElement>(null)
  const inner = useRef<HTMLDivElement>(null)
  const size = useSize(outer)
  const look = useMemo(
    () => readLook(theme, outer.current ?? document.documentElement),
    [theme, size.width > 0],
  )
  const { order, top } = view.value
  const frame = useMemo(
    () => parallelFrame(chart, { ...size, look, order, measure: measureIn(look.font) }),
    [chart, size, look, order],
  )
  const keep = useMemo(() => keptLines(chart, selection, top), [chart, selection, top])
  const isShown = size.width > 60 && size.height > 60
  const [line, setLine] = useState(-1)
  useEffect(() => setLine(-1), [chart])
  const point = (next: number): void => {
    if (next === line) return
    setLine(next)
    props.onHover?.(next < 0 ? undefined : chart.trials[next])
  }
  const pointer = useParallelPointer({ ...props, frame, keep, point })
  const [isWalking, setWalking] = useState(false)
  const base = useRef<HTMLCanvasElement>(null)
  const over = useRef<HTMLCanvasElement>(null)
  useLines(base, frame, isShown, undefined, true)
  useLines(over, frame, isShown, keep, false)
  const hovered = props.hovered === undefined ? -1 : chart.trials.indexOf(props.hovered)
  const found =
    line < 0 ? undefined : describeLine(chart, line, props.digits ?? settings.digits.value)
  const place = line < 0 ? undefined : tooltipPlace(frame, line, pointer.at)
  const [low, high] = useMemo(() => shadeEnds(chart.value, chart.shades), [chart])
  const hasShades = useMemo(() => chart.shades.some(Number.isFinite), [chart])
  const colours = lineColours(look).filter((_, i) => i % 7 === 0)

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return
    const { key } = event
    const step = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[key]
    const trial = chart.trials[line] ?? -1
    if (step !== undefined) {
      setWalking(true)
      point(nextLine(chart, keep, line, step))
    } else if (key === 'Enter' && trial >= 0) props.onOpen?.(trial)
    else if (key === ' ' && trial >= 0) props.onPick?.(trial, true)
    else if (key === 'Escape' && line >= 0) point(-1)
    else if (key === 'Escape' && selection !== undefined) props.onBrush?.([], false)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <>
      <TopLines view={view} />
      <div ref={outer} class="plot-area parallel">
        <div
          ref={inner}
          class="inner"
          style={{ width: `${frame.width}px` }}
          tabIndex={0}
          role="application"
          aria-roledescription="chart"
          aria-label={`${chart.title}: arrow keys walk along its lines, the best one first`}
          onKeyDown={onKeyDown}
          onBlur={() => point(-1)}
          {...pointer.handlers}
        >
          <canvas ref={base} class={keep === undefined ? '' : 'dimmed'} aria-hidden="true" />
          <canvas ref={over} aria-hidden="true" />
          {isShown ? (
            <>
              <ParallelMarks
                frame={frame}
                line={line >= 0 ? line : hovered}
                brushes={pointer.brushes}
                drag={pointer.drag}
              />
              <AxisNames frame={frame} view={view} />
            </>
          ) : null}
          {found === undefined || place === undefined || pointer.drag !== undefined ? null : (
            <PlotTooltip found={found} {...place} width={frame.width} height={frame.height} />
          )}
        </div>
      </div>
      {hasShades ? (
        <ColourBar
          value={chart.value}
          ends={[low, high]}
          colours={chart.good === 'low' ? colours : colours.toReversed()}
        />
      ) : null}
      <p class="plot-live" aria-live="polite">
        {isWalking && found !== undefined
          ? `${found.title}, ${found.facts.map(({ name, value }) => `${name} ${value}`).join(', ')}`
          : ''}
      </p>
    </>
  )
}

const shares = [100, 50, 20, 10, 5, 1]

/** How many of the best lines stand out. */
function TopLines({ view }: { readonly view: Signal<ChartView> }) {
  const { top } = view.value
  return (
    <div class="plot-top" role="group" aria-label="How many of the best lines stand out">
      <span>Best</span>
      {shares.map((share) => (
        <button
          key={share}
          type="button"
          aria-pressed={share === top}
          onClick={() => {
            view.value = { ...view.value, top: share }
          }}
        >
          {share === 100 ? 'all' : `${share} %`}
        </button>
      ))}
    </div>
  )
}

function useLines(
  ref: { readonly current: HTMLCanvasElement | null },
  frame: ParallelFrame,
  isShown: boolean,
  keep: Uint8Array | undefined,
  isBase: boolean,
): void {
  const painter = useRef<Painter | undefined>(undefined)
  useLayoutEffect(() => {
    const canvas = ref.current
    if (canvas === null || !isShown) return
    painter.current ??= createPainter(canvas)
    if (!isBase && keep === undefined) {
      painter.current.clear()
      return
    }
    const { width, height, look, chart } = frame
    const size = chart.values.length
    painter.current.paint({
      ...{ width, height, font: look.font, size },
      draw: (pen) => drawParallel(pen, frame, keep),
    })
  }, [frame, isShown, keep])
  useEffect(() => () => painter.current?.stop(), [])
}

/** The next better or worse line, from the best one on; lines are kept with the best last. */
function nextLine(
  { trials }: PackedParallel,
  keep: Uint8Array | undefined,
  from: number,
  step: number,
): number {
  const [start, by] = from < 0 ? [trials.length - 1, -1] : [from + step, step]
  for (let next = start; next >= 0 && next < trials.length; next += by) {
    if (keep === undefined || keep[next] === 1) return next
  }
  return from
}

/** Of more axes those with a value come first. */
const mostFacts = 16

function describeLine(chart: PackedParallel, line: number, digits: number): Found {
  const { axes, values, trials, asides, aside, best } = chart
  const facts = axes.flatMap((axis, k) => {
    const value = values[line * axes.length + k]!
    return Number.isNaN(value) ? [] : [{ name: axis.name, value: formatAt(axis, value, digits) }]
  })
  const left = facts.length - mostFacts
  const mark = asides[line]! > 0 ? aside[asides[line]! - 1] : best[line] === 1 ? 'best' : undefined
  return {
    title: trials[line]! >= 0 ? `trial ${trials[line]}` : `line ${line + 1}`,
    ...(mark === undefined ? {} : { mark }),
    facts:
      left > 1 ? [...facts.slice(0, mostFacts), { name: `and ${left} more`, value: '' }] : facts,
  }
}

function tooltipPlace(
  frame: ParallelFrame,
  line: number,
  at: readonly [number, number] | undefined,
): { readonly x: number; readonly y: number } {
  if (at !== undefined) return { x: at[0], y: at[1] }
  const axis = frame.axes.findLast((one) => !Number.isNaN(placeOn(frame, one, line)))
  return axis === undefined ? { x: 0, y: 0 } : { x: axis.x, y: placeOn(frame, axis, line) }
}
