import type { Axis } from './chart.ts'
import { axisTitle } from './chart-table.ts'

/** How a box of three axes is looked at, without perspective. */
export interface SpaceTurn {
  /** Around the upright axis, in radians. */
  readonly yaw: number
  /** From above, in radians; negative from below. */
  readonly pitch: number
  /** 1 shows the whole box. */
  readonly zoom: number
  /** How far the picture is moved, in pixels. */
  readonly x: number
  readonly y: number
}

export const usualTurn: SpaceTurn = { yaw: -0.62, pitch: 0.42, zoom: 1, x: 0, y: 0 }

/** What stands on one of the axes; places are shares of it, from 0 to 1. */
export interface SpaceScale {
  readonly axis: Axis
  readonly ticks: readonly { readonly at: number; readonly text: string }[]
}

export interface SpaceLine {
  /** Whether it is an edge of the box. */
  readonly kind: 'grid' | 'edge'
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
}

export interface SpaceText {
  readonly kind: 'tick' | 'title'
  readonly text: string
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle' | 'end'
}

/** What of a place along each axis, and of the origin, comes to a number: `f[0]·x + f[1]·y + f[2]·z + f[3]`. */
export type Linear = readonly [x: number, y: number, z: number, origin: number]

/** A box of three axes as it stands in a picture, in pixels; places in it are shares of the axes. */
export interface SpaceFrame {
  readonly across: Linear
  readonly down: Linear
  /** How far away, from -1 to 1 within the box. */
  readonly away: Linear
  /** The three faces at the back with their grid. */
  readonly lines: readonly SpaceLine[]
  /** Ticks and titles, beside the box. */
  readonly texts: readonly SpaceText[]
}

type Corner = readonly [x: number, y: number, z: number]

export const linearAt = ([a, b, c, d]: Linear, x: number, y: number, z: number): number =>
  a * x + b * y + c * z + d

/** Room around the box, in pixels. */
const room = { beside: 52, above: 26, below: 46 } as const
const tickSize = 11
const titleSize = 12
/** How many times wider than high the box is at most. */
const widest = 1.6

/**
 * Where a box of three axes stands in a picture of so many pixels, seen from so: its faces at the back
 * with grid lines, ticks along the edges in front, titles beside them. Unzoomed it fits from every side.
 * @param measure the width of a text in pixels, of a size in pixels
 */
export function spaceFrame(
  scales: readonly [SpaceScale, SpaceScale, SpaceScale],
  {
    width,
    height,
    turn = usualTurn,
    measure = (text, size) => 0.54 * size * text.length,
  }: {
    readonly width: number
    readonly height: number
    readonly turn?: SpaceTurn
    readonly measure?: (text: string, size: number) => number
  },
): SpaceFrame {
  const seen = projectionOf(width, height, turn)
  const { across, down, back } = seen
  const pixel = (corner: Corner): readonly [number, number] => [
    linearAt(across, ...corner),
    linearAt(down, ...corner),
  ]
  const line = (kind: SpaceLine['kind'], from: Corner, to: Corner): SpaceLine => {
    const [[x1, y1], [x2, y2]] = [pixel(from), pixel(to)]
    return { kind, x1, y1, x2, y2 }
  }
  const lines = [0, 1, 2].flatMap((axis) => faceLines(axis, scales[axis]!, back, line))
  const labels = [0, 1, 2].flatMap((axis) => {
    const { from, to } = edgeOf(axis, seen)
    return axisTexts(scales[axis]!, axis, pixel(from), pixel(to), {
      ...{ width, height, measure },
      ...{ middle: pixel([0.5, 0.5, 0.5]), isBelow: back[2] === 1 },
    })
  })
  return { across, down, away: seen.away, lines, texts: labels }
}

interface Projection {
  readonly across: Linear
  readonly down: Linear
  readonly away: Linear
  /** By axis which end of it lies at the back. */
  readonly back: readonly [number, number, number]
}

function projectionOf(width: number, height: number, turn: SpaceTurn): Projection {
  const { yaw, pitch, zoom, x, y } = turn
  const [sinYaw, cosYaw] = [Math.sin(yaw), Math.cos(yaw)]
  const [sinPitch, cosPitch] = [Math.sin(pitch), Math.cos(pitch)]
  const inner = [
    Math.max(20, width - 2 * room.beside),
    Math.max(20, height - room.above - room.below),
  ] as const
  const side = sideOf(inner[0], inner[1])
  // The diagonal of the floor, which is the widest that it gets while it is turned around.
  const wide = side * Math.SQRT2
  const high = cosPitch + wide * Math.abs(sinPitch)
  const size = zoom * Math.min(inner[0] / wide, inner[1] / high)
  const floor = size * side
  const middle = [width / 2 + x, room.above + inner[1] / 2 + y] as const
  const across = [floor * cosYaw, -floor * sinYaw, 0] as const
  const down = [-floor * sinYaw * sinPitch, -floor * cosYaw * sinPitch, -size * cosPitch] as const
  const deep = 2 / (wide * cosPitch + Math.abs(sinPitch))
  const away = [deep * side * sinYaw * cosPitch, deep * side * cosYaw * cosPitch, -deep * sinPitch]
  return {
    across: centred(across, middle[0]),
    down: centred(down, middle[1]),
    away: centred(away, 0),
    back: [sinYaw > 0 ? 1 : 0, cosYaw > 0 ? 1 : 0, sinPitch < 0 ? 1 : 0],
  }
}

/** How long the sides of the floor are by the height, so that the box fills its picture as it is seen first. */
function sideOf(width: number, height: number): number {
  const [sin, cos] = [Math.sin(usualTurn.pitch), Math.cos(usualTurn.pitch)]
  const rest = Math.SQRT2 * (height - width * sin)
  return rest <= 0 ? widest : Math.min(widest, Math.max(1, (width * cos) / rest))
}

/** So that the middle of the box comes to a number. */
function centred([a = 0, b = 0, c = 0]: readonly number[], middle: number): Linear {
  return [a, b, c, middle - (a + b + c) / 2]
}

/** Of the two faces at the back that an axis runs along: its grid lines, and the edges across it. */
function faceLines(
  axis: number,
  { ticks }: SpaceScale,
  back: readonly number[],
  line: (kind: SpaceLine['kind'], from: Corner, to: Corner) => SpaceLine,
): SpaceLine[] {
  const others = [0, 1, 2].filter((other) => other !== axis)
  const across = (kind: SpaceLine['kind'], at: number): SpaceLine[] =>
    others.map((other) => {
      const from = [...back]
      from[axis] = at
      const to = [...from]
      from[other] = 0
      to[other] = 1
      return line(kind, corner(from), corner(to))
    })
  const inside = ticks.filter(({ at }) => at > 0.001 && at < 0.999)
  return [
    ...inside.flatMap(({ at }) => across('grid', at)),
    ...across('edge', 1 - back[axis]!),
    ...own(),
  ]

  /** The edge between the two, along the axis itself. */
  function own(): SpaceLine[] {
    const [from, to] = [[...back], [...back]]
    from[axis] = 0
    to[axis] = 1
    return [line('edge', corner(from), corner(to))]
  }
}

const corner = ([x = 0, y = 0, z = 0]: readonly number[]): Corner => [x, y, z]

/** The edge that has the ticks of an axis: in front on the face below, or for the upright one at the left. */
function edgeOf(
  axis: number,
  { back, across }: Projection,
): { readonly from: Corner; readonly to: Corner } {
  const [x, y, z] = back
  const between = (at: (end: number) => Corner): { from: Corner; to: Corner } => ({
    from: at(0),
    to: at(1),
  })
  if (axis === 0) return between((end) => [end, 1 - y, z])
  if (axis === 1) return between((end) => [1 - x, end, z])
  const [one, other] = [[x, 1 - y] as const, [1 - x, y] as const]
  const isOne = linearAt(across, ...one, 0) < linearAt(across, ...other, 0)
  return between((end) => [...(isOne ? one : other), end])
}

interface Place {
  readonly width: number
  readonly height: number
  readonly measure: (text: string, size: number) => number
  /** Of the box. */
  readonly middle: readonly [x: number, y: number]
  /** Whether it is seen from below. */
  readonly isBelow: boolean
}

function axisTexts(
  { axis, ticks }: SpaceScale,
  index: number,
  from: readonly [number, number],
  to: readonly [number, number],
  place: Place,
): SpaceText[] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const long = Math.hypot(dx, dy)
  // An axis that points at the viewer has no room for anything.
  if (long < 24) return []
  const { measure } = place
  const [nx, ny] = outward([dx / long, dy / long], from, place)
  const anchor = nx > 0.3 ? 'start' : nx < -0.3 ? 'end' : 'middle'
  const texts: SpaceText[] = []
  let taken = -Infinity
  let wide = 0
  for (const { at, text } of ticks) {
    if (text === '' || at < -0.001 || at > 1.001) continue
    const size = measure(text, tickSize)
    // Along the edge a label takes its height where that is steep, its width where it is level.
    const half =
      Math.abs(dy) > 0.35 * Math.abs(dx) ? 7 / Math.max(0.35, Math.abs(dy) / long) : size / 2 + 4
    if (at * long - half < taken) continue
    taken = at * long + half
    wide = Math.max(wide, size)
    const x = from[0] + at * dx + 9 * nx
    texts.push({ kind: 'tick', text, x, y: from[1] + at * dy + 12 * ny + 4, anchor })
  }
  return [...texts, titleOf()]

  function titleOf(): SpaceText {
    const isUpright = index === 2
    const isLow = isUpright ? undefined : dx >= 0
    const arrow = axis.good === undefined ? '' : ` ${arrowOf(axis.good, isLow)}`
    const text = `${axisTitle(axis)}${arrow}`
    // At the end where no other axis is told.
    const free = place.isBelow ? from : to
    const far = 28 + (Math.abs(nx) > 0.3 ? wide * Math.abs(nx) : 0)
    const x = isUpright ? free[0] : (from[0] + to[0]) / 2 + far * nx
    const y = isUpright
      ? free[1] + (place.isBelow ? 20 : -13)
      : (from[1] + to[1]) / 2 + far * ny + 8
    return inside(text, x, y, isUpright ? 'middle' : anchor)
  }

  /** A title that nothing cuts off. */
  function inside(text: string, x: number, y: number, side: SpaceText['anchor']): SpaceText {
    const size = measure(text, titleSize)
    const left = side === 'start' ? 0 : side === 'end' ? size : size / 2
    const most = Math.max(left + 2, place.width - 2 - (size - left))
    const own = Math.min(most, Math.max(left + 2, x))
    return {
      kind: 'title',
      text,
      x: own,
      y: Math.min(place.height - 5, Math.max(12, y)),
      anchor: side,
    }
  }
}

/** The direction across an edge that leads away from the box. */
function outward(
  [ax, ay]: readonly [number, number],
  from: readonly [number, number],
  { middle }: Place,
): readonly [number, number] {
  const side = (from[0] - middle[0]) * -ay + (from[1] - middle[1]) * ax
  return side >= 0 ? [-ay, ax] : [ay, -ax]
}

/** @param isRight whether the high end of the axis lies at the right; undefined where it lies above */
function arrowOf(good: 'low' | 'high', isRight: boolean | undefined): string {
  if (isRight === undefined) return good === 'low' ? '↓' : '↑'
  return (good === 'high') === isRight ? '→' : '←'
}
