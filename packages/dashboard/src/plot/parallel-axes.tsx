import type { Signal } from '@preact/signals'
import type { TargetedPointerEvent } from 'preact'
import { useRef, useState } from 'preact/hooks'

import type { ParallelFrame } from './parallel-frame.ts'
import { movedOrder } from './parallel-frame.ts'
import type { ChartView } from './zoom-store.ts'

/** The names of axes; dragged, or with arrow keys, an axis moves to another place. */
export function AxisNames({
  frame,
  view,
}: {
  readonly frame: ParallelFrame
  readonly view: Signal<ChartView>
}) {
  const [moved, setMoved] = useState<{ readonly place: number; readonly by: number }>()
  const start = useRef(0)
  const { axes, apart, top } = frame
  const put = (from: number, to: number): void => {
    view.value = { ...view.value, order: movedOrder(frame, from, to) }
  }
  return (
    <>
      {axes.map(({ axis, title, nameLeft, nameWidth, isRaised }, place) => {
        const by = moved?.place === place ? moved.by : 0
        return (
          <button
            key={axis.name}
            type="button"
            class={`axis-name ${by === 0 ? '' : 'moving'}`}
            title={`${title} (drag, or arrow keys, to move the axis)`}
            style={{
              left: `${nameLeft + by}px`,
              top: `${isRaised ? top - 42 : top - 25}px`,
              width: `${nameWidth}px`,
            }}
            onPointerDown={(event: TargetedPointerEvent<HTMLButtonElement>) => {
              event.currentTarget.setPointerCapture(event.pointerId)
              start.current = event.clientX
              setMoved({ place, by: 0 })
            }}
            onPointerMove={(event: TargetedPointerEvent<HTMLButtonElement>) => {
              if (moved?.place === place) setMoved({ place, by: event.clientX - start.current })
            }}
            onPointerUp={() => {
              const steps = Math.round((moved?.by ?? 0) / apart)
              if (steps !== 0) put(place, place + steps)
              setMoved(undefined)
            }}
            onPointerCancel={() => setMoved(undefined)}
            onKeyDown={(event: KeyboardEvent) => {
              const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
              if (step === undefined) return
              event.preventDefault()
              event.stopPropagation()
              put(place, place + step)
            }}
          >
            {title}
          </button>
        )
      })}
    </>
  )
}
