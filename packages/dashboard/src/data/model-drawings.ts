import type { History } from '@attune/core'

import type { PackedChart } from '../plot/packed-chart.ts'
import type { ChartQuery } from './engine.ts'
import type { HeavyWork } from './heavy-work.ts'
import { restricted } from './restricted.ts'
import type { StudyData } from './study-data.ts'
import { tellInfinity } from './tell-infinity.ts'

interface Drawn {
  readonly charts: readonly PackedChart[]
  /** How many trials had ended then, and what was known of them. */
  readonly finished: number
  readonly era: number
  readonly seq: number
  readonly milliseconds: number
}

/** What takes longer to draw is drawn anew only after this share of new trials, at least `fewest`. */
const slow = 60
const share = 0.05
const fewest = 5

/** So many are kept, the last ones. */
const most = 8

/**
 * Charts of models of a study. Fitting a model takes long and a trial changes little of it, so they stay
 * for a while, and then say as of when they are.
 */
export function modelDrawings(
  data: StudyData,
  heavy: HeavyWork,
): (query: ChartQuery, signal?: AbortSignal) => Promise<readonly PackedChart[]> {
  const { history } = data
  const drawn = new Map<string, Drawn>()
  const anew = async (query: ChartQuery, signal?: AbortSignal): Promise<Drawn> => {
    const { finished, era, seq } = history
    const begun = performance.now()
    const charts = await heavy.draw(restricted(data, query), query, signal)
    return { charts, finished, era, seq, milliseconds: performance.now() - begun }
  }
  return async (query, signal) => {
    const key = JSON.stringify(query, tellInfinity)
    let found = drawn.get(key)
    if (found === undefined || !isGood(found, history)) {
      found = await anew(query, signal)
      drawn.delete(key)
      drawn.set(key, found)
      if (drawn.size > most) drawn.delete(drawn.keys().next().value as string)
    }
    const { charts, finished } = found
    return finished === history.finished ? charts : charts.map((chart) => told(chart, finished))
  }
}

function isGood(last: Drawn, history: History): boolean {
  if (last.seq === history.seq) return true
  // What stands of settled trials has changed, as when one is taken out.
  if (last.era !== history.era || last.milliseconds < slow) return false
  return history.finished - last.finished < Math.max(fewest, share * last.finished)
}

function told(chart: PackedChart, finished: number): PackedChart {
  const when = `as of ${finished} finished trials`
  return { ...chart, subtitle: chart.subtitle === undefined ? when : `${chart.subtitle}; ${when}` }
}
