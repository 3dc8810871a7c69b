import { hashText } from '../../math/hash.ts'
import { assemble } from '../../space/activity.ts'
import type { Distribution, Label } from '../../space/distribution.ts'
import {
  contains,
  countValues,
  describeDistribution,
  indexOfValue,
  valueAt,
} from '../../space/distribution.ts'
import type { Codec } from '../../space/encode.ts'
import { sharedCodec } from '../../space/encode.ts'
import type { SearchSpace } from '../../space/space.ts'

/** A configuration as the search distribution sees it. */
export interface Point {
  /**
   * One coordinate a numeric or ordered parameter, the ranges being [0, 1]; coordinates of stepped
   * parameters may lie outside and then stand for the first or last value. NaN where unknown.
   */
  readonly x: Float64Array
  /** The index of the label of each unordered choice; -1 where the parameter does not exist. */
  readonly labels: Int32Array
}

export interface Axis {
  readonly name: string
  readonly distribution: Distribution
  readonly codec: Codec
  /** Number of values; Infinity when continuous. */
  readonly count: number
}

/** How configurations of a space become points; parameters of a single value are left out. */
export interface Coordinates {
  /** A fingerprint of the parameters, by which trials of another space are told apart. */
  readonly key: string
  readonly axes: readonly Axis[]
  readonly choices: readonly Axis[]
  /** The configuration at a point without NaN; what is inactive is not there. */
  decode(point: Point): Record<string, Label>
  /** Where a configuration lies; undefined when it has values that are not in the space. */
  encode(valueOf: (name: string) => Label | undefined): Point | undefined
}

/** The end of a list of places for parameters that have a single value. */
const fixed = -1

export function coordinatesOf(space: SearchSpace): Coordinates {
  const axes: Axis[] = []
  const choices: Axis[] = []
  const places = space.params.map(({ name, distribution }) => {
    const count = countValues(distribution)
    if (count === 1) return fixed
    const unordered = distribution.kind === 'choice' && !distribution.ordered
    const axis = { name, distribution, codec: sharedCodec(distribution), count }
    return (unordered ? choices : axes).push(axis) - 1
  })
  const isChoice = ({ distribution: d }: { readonly distribution: Distribution }): boolean =>
    d.kind === 'choice' && !d.ordered
  return {
    key: hashText(
      JSON.stringify(
        space.params.map((p) => [p.name, describeDistribution(p.distribution), p.when]),
      ),
    ),
    axes,
    choices,
    decode: ({ x, labels }) =>
      assemble(space, (param, i) => {
        const place = places[i]!
        if (place === fixed) return valueAt(param.distribution, 0)
        if (isChoice(param)) return valueAt(param.distribution, labels[place]!)
        return axes[place]!.codec.decode(x[place]!)
      }),
    encode(valueOf) {
      const x = new Float64Array(axes.length).fill(Number.NaN)
      const labels = new Int32Array(choices.length).fill(-1)
      for (const [i, { name, distribution }] of space.params.entries()) {
        const value = valueOf(name)
        if (value === undefined) continue
        if (!contains(distribution, value)) return undefined
        const place = places[i]!
        if (place === fixed) continue
        if (isChoice({ distribution })) labels[place] = indexOfValue(distribution, value)
        else x[place] = axes[place]!.codec.encode(value)
      }
      return { x, labels }
    },
  }
}
