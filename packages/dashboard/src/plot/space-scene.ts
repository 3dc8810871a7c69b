import type { SpaceFrame, SpaceScale, SpaceTurn } from '@attune/core'
import { spaceFrame, usualTurn } from '@attune/core'

import type { Measure } from './frame.ts'
import { roughly } from './frame.ts'
import type { PlotLook } from './look.ts'
import type { PackedCloud, PackedSpace } from './packed-chart.ts'
import { createScale, domainOf, kindOf } from './scale.ts'
import { ticksOf } from './ticks.ts'

/** Points on three axes as they stand in a picture. */
export interface SpaceScene {
  readonly chart: PackedSpace
  readonly look: PlotLook
  readonly width: number
  readonly height: number
  readonly turn: SpaceTurn
  readonly frame: SpaceFrame
  /** Those that are not hidden. */
  readonly clouds: readonly Cloud[]
}

export interface Cloud {
  readonly mark: PackedCloud
  /** By point where it stands in pixels, x and y after one another; NaN where an axis cannot show it. */
  readonly xy: Float32Array
  /** By point how far away it is, from 0 in front to 1 at the back. */
  readonly away: Float32Array
}

/** About so many ticks an axis. */
const wanted = 5

export function spaceScene(
  chart: PackedSpace,
  {
    width,
    height,
    look,
    turn = usualTurn,
    hidden,
    measure = roughly,
  }: {
    readonly width: number
    readonly height: number
    readonly look: PlotLook
    readonly turn?: SpaceTurn | undefined
    readonly hidden?: ReadonlySet<string>
    readonly measure?: Measure
  },
): SpaceScene {
  const { scales, shares } = placed(chart)
  const frame = spaceFrame(scales, { width, height, turn, measure })
  const clouds = chart.marks.flatMap((mark, m) =>
    hidden?.has(mark.name) === true ? [] : [cloudOf(mark, shares[m]!, frame)],
  )
  return { chart, look, width, height, turn, frame, clouds }
}

interface Placed {
  readonly scales: readonly [SpaceScale, SpaceScale, SpaceScale]
  /** By mark, of its points the shares of the axes. */
  readonly shares: readonly Float32Array[]
}

const placedKept = new WeakMap<PackedSpace, Placed>()

/** Where points stand within the box; worked out once, however it is turned. */
function placed(chart: PackedSpace): Placed {
  const kept = placedKept.get(chart)
  if (kept !== undefined) return kept
  const own = chart.axes.map((axis) => createScale(kindOf(axis), domainOf(axis, axis.range), 0, 1))
  const scaleOf = (k: 0 | 1 | 2): SpaceScale => {
    const axis = chart.axes[k]
    const { base, whole } = axis.range
    const ticks = ticksOf(axis, own[k]!, wanted, { whole, ...(base === undefined ? {} : { base }) })
    return {
      axis,
      ticks: ticks
        .filter(({ text }) => text !== '')
        .map(({ at, text }) => ({ at: own[k]!.at(at), text })),
    }
  }
  const made: Placed = {
    scales: [scaleOf(0), scaleOf(1), scaleOf(2)],
    shares: chart.marks.map(({ xyz }) => Float32Array.from(xyz, (x, i) => own[i % 3]!.at(x))),
  }
  placedKept.set(chart, made)
  return made
}

function cloudOf(mark: PackedCloud, shares: Float32Array, frame: SpaceFrame): Cloud {
  const count = shares.length / 3
  const xy = new Float32Array(2 * count)
  const away = new Float32Array(count)
  const [ax, ay, az, a] = frame.across
  const [dx, dy, dz, d] = frame.down
  const [fx, fy, fz, f] = frame.away
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [shares[3 * i]!, shares[3 * i + 1]!, shares[3 * i + 2]!]
    xy[2 * i] = ax * x + ay * y + az * z + a
    xy[2 * i + 1] = dx * x + dy * y + dz * z + d
    away[i] = Math.min(1, Math.max(0, (fx * x + fy * y + fz * z + f + 1) / 2))
  }
  return { mark, xy, away }
}

/** The shares of the axes at which a point stands. */
export function sharesAt(
  chart: PackedSpace,
  mark: PackedCloud,
  i: number,
): [number, number, number] {
  const own = placed(chart).shares[chart.marks.indexOf(mark)]!
  return [own[3 * i]!, own[3 * i + 1]!, own[3 * i + 2]!]
}

/** How many points there are in a picture. */
export const pointsIn = ({ clouds }: SpaceScene): number =>
  clouds.reduce((sum, { away }) => sum + away.length, 0)
