import type { Axis, Chart } from '@attune/core'
import { thinChart } from '@attune/core'

import { plain } from '../text/text.ts'

/** Names in pictures are cut to so many letters. */
const longestTitle = 140
const longestName = 44
const longestLabel = 24
/** Of curves so many points are drawn each. */
const curvePoints = 40

/**
 * A chart as it is drawn: with about `points` points at most, and with names that are short enough for a
 * picture and free of control characters, which may come from anywhere.
 */
export function drawable(chart: Chart, points: number): Chart {
  const faint = chart.marks.some((mark) => mark.kind === 'line' && mark.faint === true)
  const thin = thinChart(chart, { points, linePoints: faint ? curvePoints : points })
  return {
    ...thin,
    title: cut(thin.title, longestTitle),
    ...(thin.subtitle === undefined ? {} : { subtitle: cut(thin.subtitle, longestTitle) }),
    ...(thin.summary === undefined ? {} : { summary: cut(thin.summary, 400) }),
    ...(thin.note === undefined ? {} : { note: cut(thin.note, longestTitle) }),
    x: shortAxis(thin.x),
    y: shortAxis(thin.y),
    marks: thin.marks.map((mark) => ({ ...mark, name: cut(mark.name, longestName) })),
  }
}

function shortAxis(axis: Axis): Axis {
  const { labels } = axis
  return {
    ...axis,
    name: cut(axis.name, longestName),
    ...(axis.unit === undefined ? {} : { unit: cut(axis.unit, longestLabel) }),
    ...(labels === undefined ? {} : { labels: distinct(labels.map((x) => cut(x, longestLabel))) }),
  }
}

/** Categories of the same name would fall together. */
function distinct(labels: readonly string[]): string[] {
  return labels.map((label, i) => {
    const before = labels.slice(0, i).filter((other) => other === label).length
    return before === 0 ? label : `${label} (${before + 1})`
  })
}

function cut(text: string, length: number): string {
  const safe = plain(text)
  return safe.length <= length ? safe : `${safe.slice(0, length - 1).trimEnd()}…`
}
