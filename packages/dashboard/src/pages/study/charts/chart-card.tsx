import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import type { ChartQuery } from '../../../data/engine.ts'
import type { PackedChart } from '../../../plot/packed-chart.ts'
import { Button } from '../../../ui/button.tsx'
import { countOf } from '../../../ui/format.ts'
import { IconRefresh } from '../../../ui/icons.tsx'
import { useStudy } from '../model/study-model.ts'
import { useVisible } from '../model/use-visible.ts'
import { chartOptions, queryOf } from './chart-options.ts'
import { ChartView } from './chart-view.tsx'
import type { ChartsState } from './use-charts.ts'
import { useCharts } from './use-charts.ts'

export interface ChartCardProps {
  /** Undefined while something it needs has not been chosen. */
  readonly query: ChartQuery | undefined
  /** What it is, while it is not there. */
  readonly name: string
  readonly height?: number
  /** Of small multiples: a card is a grid of them. */
  readonly small?: boolean
  /** How many of them there will be, so that their places are kept. */
  readonly count?: number
  /** A bar was picked: what it is called. */
  readonly onBar?: (label: string) => void
  /** Whether it takes long to work out: then it is asked for only when it stays in view. */
  readonly isHeavy?: boolean
  /** Whether it stands at the top of its page: then it is asked for without looking where it stands. */
  readonly isFirst?: boolean
  /** Beside its tools; of what is shown, where that was left to the engine. */
  readonly actions?: ComponentChildren | ((charts: readonly PackedChart[]) => ComponentChildren)
  /** Across the whole width. */
  readonly isWide?: boolean
  /** Which of the answers are shown; default all. */
  readonly only?: (place: number) => boolean
}

const smallHeight = 230

/** So long a heavy chart has to be in view before it is worked out. */
const settleMs = 350

/** One or several charts of one question: loaded when they come into view, their place kept before. */
export function ChartCard(props: ChartCardProps): JSX.Element {
  const { query, name, height = 340, small, isWide, isHeavy, isFirst } = props
  const { opened, selection } = useStudy()
  const [ref, inView] = useVisible<HTMLElement>('200px', isFirst === true)
  const visible = useSettled(inView, isHeavy === true ? settleMs : 0)
  const asked =
    query === undefined
      ? undefined
      : queryOf(opened, query, chartOptions.value, selection.out.value)
  const state = useCharts(asked, visible)
  return (
    <section
      ref={ref}
      class={`chart-card${isWide === true || small === true ? ' is-wide' : ''}${state.old ? ' is-old' : ''}`}
      aria-label={name}
      aria-busy={state.charts === undefined && state.problem === undefined}
    >
      <Content {...props} height={height} state={state} asked={asked} />
      {state.behind > 0 ? (
        <div class="behind">
          <Button isSmall icon={<IconRefresh size={13} />} onClick={state.refresh}>
            {countOf(state.behind, 'trial')} newer
          </Button>
        </div>
      ) : null}
    </section>
  )
}

interface ContentProps extends ChartCardProps {
  readonly height: number
  readonly state: ChartsState
  readonly asked: ChartQuery | undefined
}

function Content(props: ContentProps): JSX.Element {
  const { name, height, small, count = 1, only, state, asked, onBar } = props
  const { charts, problem } = state
  const actions = typeof props.actions === 'function' ? props.actions(charts ?? []) : props.actions
  const more = {
    ...(asked === undefined ? {} : { query: asked }),
    ...(actions === undefined ? {} : { actions }),
  }
  if (charts === undefined || problem !== undefined) {
    return problem === undefined ? (
      small === true ? (
        <div class="small-multiples">
          {Array.from({ length: Math.min(count, 24) }, (_, place) => (
            <ChartView key={place} chart={undefined} height={smallHeight} compact />
          ))}
        </div>
      ) : (
        <ChartView chart={undefined} height={height} />
      )
    ) : (
      <div class="chart-problem" style={{ minHeight: `${height}px` }}>
        <h3>{name}</h3>
        {actions}
        <p class="soft">{problem}</p>
      </div>
    )
  }
  const shown = charts
    .map((chart, place) => ({ chart, place }))
    .filter(({ place }) => only?.(place) ?? true)
  if (small === true) {
    return (
      <>
        {actions === undefined ? null : <div class="small-actions">{actions}</div>}
        <div class="small-multiples">
          {shown.map(({ chart, place }) => (
            <LazyChart key={chart.key} height={smallHeight}>
              <ChartView
                chart={chart}
                height={smallHeight}
                compact
                place={place}
                {...(asked === undefined ? {} : { query: asked })}
              />
            </LazyChart>
          ))}
        </div>
      </>
    )
  }
  return (
    <div class={shown.length > 1 ? 'chart-row' : ''}>
      {shown.map(({ chart, place }, i) => (
        <LazyChart key={chart.key} height={height} isNear>
          <ChartView
            chart={chart}
            height={height}
            place={place}
            onBar={onBar}
            {...more}
            {...(i > 0 ? { actions: undefined } : {})}
          />
        </LazyChart>
      ))}
    </div>
  )
}

/** Keeps the place of a chart and draws it while it is near the view: a page may have a hundred. */
function LazyChart(props: {
  readonly height: number
  /** Whether it is near when it comes. */
  readonly isNear?: boolean
  readonly children: ComponentChildren
}): JSX.Element {
  const [ref, visible] = useVisible<HTMLDivElement>('160px', props.isNear === true)
  return (
    <div ref={ref} style={{ minHeight: `${props.height}px` }}>
      {visible ? props.children : null}
    </div>
  )
}

/** True when it has been so for a while; false at once. */
function useSettled(value: boolean, ms: number): boolean {
  const [settled, setSettled] = useState(value && ms === 0)
  useEffect(() => {
    if (!value || ms === 0) {
      setSettled(value)
      return undefined
    }
    const timer = setTimeout(() => setSettled(true), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
