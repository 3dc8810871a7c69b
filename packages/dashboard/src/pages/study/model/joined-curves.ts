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
  const marks = same.flatMap(({ number, plane }, colour): PackedMark[] => {
    // Other trials may stand beside it for comparison.
    const own = plane.marks.find((mark) => mark.kind === 'line' && mark.trial === number)
    if (own?.kind !== 'line') return []
    return [{ ...own, name: `trial ${number}`, colour, faint: false }]
  })
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
