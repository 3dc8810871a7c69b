import type { Distribution, Label } from '../../space/distribution.ts'
import { contains, countValues, indexOfValue, valueAt } from '../../space/distribution.ts'
import { codecOf } from '../../space/encode.ts'

/** With more values than this a stepped parameter is treated as continuous. */
const maxCells = 200

/**
 * One parameter as the density estimators see it. A code is the coordinate in [0, 1] of a
 * continuous parameter, the index of the value of any other.
 */
export interface Dimension {
  readonly kind: 'continuous' | 'grid' | 'choice'
  /** Number of values of a grid or choice. */
  readonly count: number
  /** Where the values of a grid lie in [0, 1], and the count + 1 ends of their cells. */
  readonly centres: Float64Array
  readonly edges: Float64Array
  /** NaN when the value is none of this distribution. */
  codeOf(value: Label | undefined): number
  valueOf(code: number): Label
}

export function dimensionOf(d: Distribution): Dimension {
  const codec = codecOf(d)
  const count = countValues(d)
  const empty = new Float64Array(0)
  const codeIfContained = (code: (value: Label) => number) => (value: Label | undefined) =>
    value === undefined || !contains(d, value) ? Number.NaN : code(value)
  if (d.kind === 'choice' && !d.ordered) {
    return {
      kind: 'choice',
      count,
      centres: empty,
      edges: empty,
      codeOf: codeIfContained((value) => indexOfValue(d, value)),
      valueOf: (code) => valueAt(d, code),
    }
  }
  if (count <= maxCells) {
    const edges = new Float64Array(count + 1)
    for (let i = 0; i < count; i++) edges[i] = codec.cell(i)[0]
    edges[count] = 1
    return {
      kind: 'grid',
      count,
      centres: Float64Array.from({ length: count }, (_, i) => codec.encode(valueAt(d, i))),
      edges,
      codeOf: codeIfContained((value) => indexOfValue(d, value)),
      valueOf: (code) => valueAt(d, code),
    }
  }
  return {
    kind: 'continuous',
    count: Number.POSITIVE_INFINITY,
    centres: empty,
    edges: empty,
    codeOf: codeIfContained((value) => codec.encode(value)),
    valueOf: (code) => codec.decode(code),
  }
}

/** The coordinate in [0, 1] of a code of an ordered dimension. */
export function positionOf(dimension: Dimension, code: number): number {
  return dimension.kind === 'grid' ? (dimension.centres[code] as number) : code
}

/** The index of the cell that holds a coordinate. */
export function cellAt({ edges, count }: Dimension, u: number): number {
  let low = 0
  let high = count - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((edges[middle] as number) <= u) low = middle
    else high = middle - 1
  }
  return low
}
