import type { Axis } from '@attune/core'

import type { PackedRange } from './packed-chart.ts'

/** What an axis shows, in values: from `low` to `high`; for a log axis both are positive. */
export interface Domain {
  readonly low: number
  readonly high: number
}

/** Where values stand in pixels: at `offset + factor · x`, on a log axis of the logarithm of x. */
export interface Scale extends Domain {
  readonly kind: 'linear' | 'log' | 'categories'
  readonly factor: number
  readonly offset: number
  /** In pixels; NaN for what the axis cannot show. */
  at(value: number): number
  valueAt(pixel: number): number
}

export const kindOf = (axis: Axis): Scale['kind'] => axis.scale ?? 'linear'

const bend = (kind: Scale['kind'], x: number): number => (kind === 'log' ? Math.log10(x) : x)
const unbend = (kind: Scale['kind'], x: number): number => (kind === 'log' ? 10 ** x : x)

/** A scale that shows a domain between two pixels, of which the first belongs to its low end. */
export function createScale(
  kind: Scale['kind'],
  { low, high }: Domain,
  from: number,
  to: number,
): Scale {
  const [a, b] = [bend(kind, low), bend(kind, high)]
  const factor = (to - from) / (b - a || 1)
  const offset = b === a ? (from + to) / 2 - factor * a : from - factor * a
  return {
    ...{ kind, low, high, factor, offset },
    at: (value) =>
      kind === 'log' && !(value > 0) ? Number.NaN : offset + factor * bend(kind, value),
    valueAt: (pixel) => unbend(kind, (pixel - offset) / factor),
  }
}

/** Room beside the data, as a share of their spread. */
const margin = 0.04

/**
 * What an axis shows when nobody has zoomed: the ends that it names, else all data with some room.
 * @param isLength whether bars stand on it, which begin at 0
 * @param room room beside the data, as a share of their spread; default 4 %
 */
export function domainOf(
  axis: Axis,
  range: PackedRange,
  { isLength = false, room = margin }: { readonly isLength?: boolean; readonly room?: number } = {},
): Domain {
  const kind = kindOf(axis)
  if (kind === 'categories') return { low: range.min, high: Math.max(range.max, range.min + 1) }
  const start = isLength && kind === 'linear' ? Math.min(0, range.min) : range.min
  const end = isLength && kind === 'linear' ? Math.max(0, range.max) : range.max
  const [a, b] = [bend(kind, start), bend(kind, end)]
  if (!(b > a)) return aroundOne(kind, start)
  const beside = room * (b - a)
  return {
    low: axis.min !== undefined || (isLength && start === 0) ? start : unbend(kind, a - beside),
    high: axis.max !== undefined || (isLength && end === 0) ? end : unbend(kind, b + beside),
  }
}

/** A domain around a value that is the only one. */
function aroundOne(kind: Scale['kind'], value: number): Domain {
  if (kind === 'log') return { low: value / 3, high: value * 3 }
  const half = Math.abs(value) * 0.1 || 1
  return { low: value - half, high: value + half }
}

/** The least and the most that a zoom may show of what was shown at first. */
const closest = 1e-9
const farthest = 20

/**
 * A domain around a place that stays where it is.
 * @param share where the place lies, from 0 at the low end to 1
 * @param factor below 1 to see less of it, above 1 to see more
 * @param whole what is shown without zoom, which bounds both
 */
export function zoomDomain(
  kind: Scale['kind'],
  domain: Domain,
  share: number,
  factor: number,
  whole: Domain,
): Domain {
  const [a, b] = [bend(kind, domain.low), bend(kind, domain.high)]
  const full = bend(kind, whole.high) - bend(kind, whole.low)
  const size = Math.min(farthest * full, Math.max(closest * full, (b - a) * factor))
  const low = a + share * (b - a) - share * size
  return { low: unbend(kind, low), high: unbend(kind, low + size) }
}

/** A domain moved by a share of its own size. */
export function panDomain(kind: Scale['kind'], domain: Domain, share: number): Domain {
  const [a, b] = [bend(kind, domain.low), bend(kind, domain.high)]
  const step = share * (b - a)
  return { low: unbend(kind, a + step), high: unbend(kind, b + step) }
}
