import type { TrialView } from '../../../data/engine.ts'
import type { PackedChart, PackedMark, PackedPlane } from '../../../plot/packed-chart.ts'

/** The curves of all trials on the axes of the first, one colour a trial. */
export function joinedCurves(views: readonly TrialView[]): PackedChart | undefined {
  const planes = views.flatMap(({ number, curves }) =>
    curves?.kind === 'plane' ? [{ number, plane: curves }] : [],
  )
  const [first] = planes
  if (first === undefined) return undefined
  const { x, y } = first.plane
  const same = planes.filter(({ plane }) => plane.y.name === y.name && plane.x.name === x.name)
  const marks = same.flatMap(({ number, plane }, colour) =>
    plane.marks
      .filter((mark) => mark.kind === 'line')
      .slice(0, 1)
      .map((mark): PackedMark => ({ ...mark, name: `trial ${number}`, colour, faint: false, trial: number })),
  )
  const ends = (side: 'x' | 'y'): PackedPlane['range']['x'] => {
    const ranges = same.map(({ plane }) => plane.range[side])
    return {
      ...ranges[0]!,
      min: Math.min(...ranges.map(({ min }) => min)),
      max: Math.max(...ranges.map(({ max }) => max)),
    }
  }
  const numbers = same.map(({ number }) => number).join(', ')
  return {
    kind: 'plane',
    key: `compare ${numbers}`,
    title: `${y.name} by ${x.name}`,
    summary: `${y.name} by ${x.name} of trials ${numbers}.`,
    x,
    y,
    range: { x: ends('x'), y: ends('y') },
    marks,
  }
}
