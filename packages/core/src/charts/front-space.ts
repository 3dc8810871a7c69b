import type { History } from '../journal/history.ts'
import type { Place, SpaceChart, SpacePoints } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { metricColumn } from './chart-column.ts'
import { frontParts } from './front-parts.ts'
import { objectiveAt } from './objective-at.ts'
import { count, say, whyEmpty } from './words.ts'

export interface FrontSpaceOptions extends ColumnLabels {
  readonly title?: string
}

/**
 * The first three objectives of a study against each other, the Pareto front among feasible trials
 * highlighted.
 *
 * @throws AttuneError `usage` when there are fewer
 */
export function frontSpaceChart(history: History, options: FrontSpaceOptions = {}): SpaceChart {
  const places = [0, 1, 2]
  const specs = places.map((place) => objectiveAt(history, place))
  const [x, y, z] = specs.map(({ name }) => metricColumn(history, name, options))
  const at = (trial: number): Place => [x!.valueOf(trial), y!.valueOf(trial), z!.valueOf(trial)]
  const { all, front, dominated, infeasible } = frontParts(history, places, (trial) =>
    at(trial).every(Number.isFinite),
  )
  const dots = (
    name: string,
    colour: number,
    shape: 'circle' | 'diamond',
    trials: readonly number[],
  ): SpacePoints => ({ kind: 'points', name, colour, shape, points: trials.map(at), trials })
  const marks = [
    dots('dominated', 5, 'circle', dominated),
    dots('breaks a constraint', 3, 'diamond', infeasible),
    dots('front', 1, 'diamond', front),
  ]
  const title = options.title ?? `Front of ${specs.map(({ name }) => name).join(', ')}`
  const goals = specs.map((spec) => `${spec.name} ${spec.direction}d`).join(', ')
  const subtitle = `${front.length} of ${count(all.length, 'complete trial')} on the front; ${goals}`
  const isEmpty = all.length === 0
  return {
    kind: 'space',
    title,
    subtitle,
    summary: isEmpty ? `${title}: ${whyEmpty(history)}` : `${title}: ${subtitle}${ends()}.`,
    ...(isEmpty ? { note: whyEmpty(history) } : {}),
    axes: [x!.axis, y!.axis, z!.axis],
    marks: isEmpty ? [] : marks.filter(({ points }) => points.length > 0),
  }

  /** What the front spans of each objective. */
  function ends(): string {
    if (front.length === 0) return ''
    const spans = specs.map(({ name }, k) => {
      const values = front.map((trial) => at(trial)[k]!)
      const low = values.reduce((a, b) => Math.min(a, b))
      const high = values.reduce((a, b) => Math.max(a, b))
      return low === high ? `${name} ${say(low)}` : `${name} ${say(low)} to ${say(high)}`
    })
    return `; the front has ${spans.join(', ')}`
  }
}
