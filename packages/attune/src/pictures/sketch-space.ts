import type { Chart, Position, SpaceChart } from '@attune/core'

const pairs = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const

/** Points on three axes as every two of these: a terminal has no depth. */
export function spaceAsPairs({ title, subtitle, note, axes, marks }: SpaceChart): Chart[] {
  if (note !== undefined) return [{ title, note, x: axes[0], y: axes[1], marks: [] }]
  return pairs.map(([x, y], i) => ({
    title: i === 0 ? title : `${axes[y].name} against ${axes[x].name}`,
    ...(i > 0 || subtitle === undefined ? {} : { subtitle }),
    x: axes[x],
    y: axes[y],
    marks: marks.map((mark) => ({
      ...mark,
      points: mark.points.map((point): Position => [point[x], point[y]]),
    })),
  }))
}
