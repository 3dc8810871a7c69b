import { axisTitle, thinChart } from '@attune/core'
import type { Axis, Chart, LineMark, ParallelChart, Position } from '@attune/core'

/** The axis of shares, which has no numbers. */
export const sharesName = 'each axis from its low to its high end'

/** Parallel coordinates on an axis of names, each trial a line between 0 and 1. */
export function parallelAsLines(chart: ParallelChart): Chart {
  const { title, subtitle, note, axes, lines, aside, asideAxis } = chart
  const shareOf = ({ scale, labels, min = 0, max = 1 }: Axis, value: number): number => {
    if (scale === 'categories') return (value + 0.5) / Math.max(1, labels?.length ?? 1)
    const bend = scale === 'log' ? Math.log : (x: number): number => x
    return max > min ? (bend(value) - bend(min)) / (bend(max) - bend(min)) : 0.5
  }
  const marks = thinChart(chart).lines.map((line): LineMark => {
    const isAside = line.aside !== undefined
    const points = line.values.map((value, i): Position => {
      if (isAside && i === asideAxis) return [i, -0.1 * (1 + aside.indexOf(line.aside!))]
      return [i, shareOf(axes[i]!, value)]
    })
    const name = line.best === true ? 'best' : (line.aside ?? 'complete')
    return { kind: 'line', name, points, ...(line.best === true ? {} : { faint: true }) }
  })
  return {
    title,
    ...(subtitle === undefined ? {} : { subtitle }),
    ...(note === undefined ? {} : { note }),
    x: { name: 'axes', scale: 'categories', labels: axes.map(axisTitle) },
    y: {
      name: sharesName,
      max: 1,
      ...(lines.length === 0 ? { min: 0 } : {}),
    },
    marks: thinFaint(marks),
  }
}

/** A terminal shows no more than some dozens of lines. */
function thinFaint(marks: readonly LineMark[]): LineMark[] {
  const faint = marks.filter((mark) => mark.faint === true)
  const kept = new Set(faint.slice(-40))
  return marks.filter((mark) => mark.faint !== true || kept.has(mark))
}
