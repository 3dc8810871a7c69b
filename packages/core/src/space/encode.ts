import { assemble } from './activity.ts'
import type { Distribution, Label } from './distribution.ts'
import { countValues, indexOfValue, valueAt } from './distribution.ts'
import { exp, log } from '../math/elementary.ts'
import type { FlatParam, SearchSpace, Values } from './space.ts'

/**
 * A map between the values of one distribution and the unit interval.
 *
 * Continuous ranges map by their scale. Distributions with n values own cells that cover [0, 1]:
 * equal cells on a linear scale and for labels; on a log scale cells end half a step beside the
 * value, so that drawing u evenly draws integers log-uniformly.
 */
export interface Codec {
  /** Number of values; Infinity when continuous. */
  readonly count: number
  /** Where a value lies in [0, 1]; values outside the range are clamped. */
  encode(value: Label): number
  /** The value at `u`; `u` outside [0, 1] is clamped. */
  decode(u: number): Label
  /** Lower and upper end of the cell of the value with this index; only for finite counts. */
  cell(index: number): readonly [number, number]
}

const clamp = (x: number, low = 0, high = 1): number => (x < low ? low : x > high ? high : x)

/** The codec of a distribution. */
export function codecOf(d: Distribution): Codec {
  const count = countValues(d)
  if (Number.isFinite(count)) {
    return d.kind !== 'choice' && d.scale === 'log' && count > 1
      ? logCells(d, count)
      : evenCells(d, count)
  }
  const { low, high, scale } = d as Extract<Distribution, { kind: 'float' }>
  const t = scale === 'log' ? log : (x: number): number => x
  // Halved ends, so that the width of -1e308..1e308 does not overflow.
  const a = t(low) / 2
  const width = t(high) / 2 - a
  return {
    count,
    encode(value) {
      // Before the logarithm, which knows nothing below zero; ends may be equal on the log scale.
      const x = clamp(value as number, low, high)
      return width > 0 ? clamp((t(x) / 2 - a) / width) : 0
    },
    decode(u) {
      if (!(u > 0)) return low
      if (u >= 1) return high
      const x = 2 * (a + u * width)
      return Math.min(high, Math.max(low, scale === 'log' ? exp(x) : x))
    },
    cell: () => [0, 1],
  }
}

function evenCells(d: Distribution, count: number): Codec {
  const at = (index: number): number => (index + 0.5) / count
  const nearest = (value: Label): number => {
    const exact = indexOfValue(d, value)
    if (exact >= 0 || d.kind === 'choice' || typeof value !== 'number') return exact
    const steps = (value - d.low) / (d.step ?? 1)
    return Math.min(count - 1, Math.max(0, Math.round(steps)))
  }
  return {
    count,
    encode: (value) => at(Math.max(0, nearest(value))),
    decode: (u) => valueAt(d, Math.min(count - 1, Math.floor(clamp(u) * count))),
    cell: (index) => [index / count, (index + 1) / count],
  }
}

function logCells(d: Exclude<Distribution, { kind: 'choice' }>, count: number): Codec {
  const step = d.step as number
  const half = step / 2
  // Below half a step from zero the first cell is as wide, in log, as its upper half.
  const start = d.low > half ? log(d.low - half) : 2 * log(d.low) - log(d.low + half)
  const width = log(d.high + half) - start
  const edge = (index: number): number => {
    if (index <= 0) return 0
    return index >= count ? 1 : (log(d.low + index * step - half) - start) / width
  }
  return {
    count,
    encode: (value) => clamp((log(clamp(value as number, d.low, d.high)) - start) / width),
    decode(u) {
      const x = exp(start + clamp(u) * width)
      return valueAt(d, Math.min(count - 1, Math.max(0, Math.round((x - d.low) / step))))
    },
    cell: (index) => [edge(index), edge(index + 1)],
  }
}

const codecs = new WeakMap<Distribution, Codec>()

/** The codec of a distribution, made once. */
export function sharedCodec(d: Distribution): Codec {
  let codec = codecs.get(d)
  if (codec === undefined) codecs.set(d, (codec = codecOf(d)))
  return codec
}

const codecsOfParams = new WeakMap<readonly FlatParam[], readonly Codec[]>()

/** The codecs of all parameters of a space, in their order; made once. */
export function codecsOf({ params }: SearchSpace): readonly Codec[] {
  let all = codecsOfParams.get(params)
  if (all === undefined) {
    all = params.map(({ distribution }) => sharedCodec(distribution))
    codecsOfParams.set(params, all)
  }
  return all
}

/** A configuration as a point: one coordinate in [0, 1] a parameter, NaN where inactive. */
export function encodeValues(space: SearchSpace, values: Values): Float64Array {
  const point = new Float64Array(space.params.length)
  space.params.forEach((param, i) => {
    const value = values[param.name]
    point[i] = value === undefined ? Number.NaN : sharedCodec(param.distribution).encode(value)
  })
  return point
}

/** The configuration at a point of the unit cube; coordinates of inactive parameters are ignored. */
export function decodePoint(space: SearchSpace, point: ArrayLike<number>): Record<string, Label> {
  const codecs = codecsOf(space)
  return assemble(space, (_, i) => codecs[i]!.decode(point[i]!))
}
