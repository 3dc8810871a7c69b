import { useLayoutEffect, useRef, useState } from 'preact/hooks'

import type { ChartQuery } from '../../../data/engine.ts'
import type { PackedChart } from '../../../plot/packed-chart.ts'
import type { Refresh } from '../model/refresh.ts'
import { refreshOf } from '../model/refresh.ts'
import { useStudy } from '../model/study-model.ts'
import { flippedCharts } from './log-flip.ts'
import { pictureTurn } from './picture-turn.ts'

export interface ChartsState {
  /** The last ones that came; those of a question before until the new ones are there. */
  readonly charts?: readonly PackedChart[]
  readonly problem?: string
  /** Whether what is shown answers another question than the one that is asked. */
  readonly old: boolean
  /** Trials that ended since and are not in it. */
  readonly behind: number
  readonly refresh: () => void
}

/** A chart that takes long follows by itself when the study has been still for so long. */
const stillMs = 1500
/** A chart that takes no longer than this follows at every change. */
const quickMs = 150

/**
 * The charts of a question, kept up with the study while they are seen. Those that take long follow when
 * the study is still or has grown by a tenth, or when asked.
 */
export function useCharts(query: ChartQuery | undefined, visible: boolean): ChartsState {
  const { opened, change } = useStudy()
  const key = query === undefined ? '' : JSON.stringify(query)
  const [answer, setAnswer] = useState<Answer>({ key: '', ended: 0, seq: 0, tookMs: 0 })
  const [behind, setBehind] = useState(0)
  const latest = useRef({ query, key, visible, answer })
  latest.current = { query, key, visible, answer }
  const reading = useRef<Refresh>(undefined)
  /** The answer before the last one. */
  const previous = useRef<Answer>(undefined)
  // Asked for before the page is painted, so that the worker is busy meanwhile.
  useLayoutEffect(() => {
    let still: ReturnType<typeof setTimeout> | undefined
    let ended = 0
    let gone = false
    const refresh = refreshOf(async () => {
      const { query: asked, key: askedKey } = latest.current
      if (asked === undefined) return
      const at = ended
      const { seq } = change.peek()
      const found = await timed(() => opened.charts(asked))
      if (latest.current.answer.charts === undefined) await pictureTurn()
      if (gone) return
      if (latest.current.key !== askedKey) {
        refresh.ask()
        return
      }
      previous.current = latest.current.answer
      setAnswer((before) => ({
        ...{ ...before, problem: undefined, ...found },
        ...{ key: askedKey, query: asked, ended: at, seq },
      }))
      setBehind(ended - at)
    })
    reading.current = refresh
    // The first call only tells how things stand.
    let first = true
    const leave = change.subscribe((next) => {
      if (first) {
        first = false
        return
      }
      ended += next.ended
      if (!latest.current.visible || latest.current.key === '') return
      const { tookMs, ended: known } = latest.current.answer
      setBehind(ended - known)
      clearTimeout(still)
      if (tookMs <= quickMs) refresh.ask()
      else still = setTimeout(() => refresh.ask(), stillMs)
    })
    return () => {
      gone = true
      clearTimeout(still)
      leave()
      refresh[Symbol.dispose]()
    }
  }, [opened, change])
  useLayoutEffect(() => {
    const missed = latest.current.answer.key !== key || behind > 0
    if (!visible || key === '' || !missed) return
    const { seq } = change.peek()
    const known = behind > 0 ? undefined : knownAnswer(latest.current, previous.current, seq)
    if (known === undefined) reading.current?.ask()
    else {
      previous.current = latest.current.answer
      setAnswer(known)
    }
  }, [key, visible])
  return {
    ...(answer.charts === undefined ? {} : { charts: answer.charts }),
    ...(answer.problem === undefined ? {} : { problem: answer.problem }),
    old: answer.key !== key,
    behind: answer.tookMs > quickMs ? behind : 0,
    refresh: () => reading.current?.ask(),
  }
}

/** What is known of a question without asking: the answer before the last one, or that on another axis. */
function knownAnswer(
  { query, key, answer }: { query: ChartQuery | undefined; key: string; answer: Answer },
  previous: Answer | undefined,
  seq: number,
): Answer | undefined {
  const isCurrent = previous?.seq === seq && previous.problem === undefined
  if (isCurrent && previous.key === key && previous.charts !== undefined) return previous
  if (query === undefined || answer.query === undefined || answer.charts === undefined) {
    return undefined
  }
  if (answer.problem !== undefined) return undefined
  const charts = flippedCharts({ query: answer.query, charts: answer.charts }, query)
  return charts === undefined ? undefined : { ...answer, charts, key, query }
}

interface Answer {
  readonly key: string
  /** The question; undefined before the first answer. */
  readonly query?: ChartQuery
  readonly charts?: readonly PackedChart[]
  readonly problem?: string | undefined
  /** How many trials had ended when it was asked for. */
  readonly ended: number
  /** Of the last change that was known then. */
  readonly seq: number
  readonly tookMs: number
}

async function timed(
  ask: () => Promise<readonly PackedChart[]>,
): Promise<Pick<Answer, 'charts' | 'problem' | 'tookMs'>> {
  const began = performance.now()
  try {
    const charts = await ask()
    return { charts, problem: undefined, tookMs: performance.now() - began }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { problem, tookMs: performance.now() - began }
  }
}
