import type { Rng } from '../rng.ts'
import type { Criterion, Growth, Split } from './criterion.ts'
import { withAbsent } from './side.ts'

/**
 * One random split of a feature: a number's threshold is uniform between the least and the greatest
 * value of the node, the labels of the left side are a random part of those that occur in it.
 * @returns undefined when the node's rows do not differ in the feature, or a side has too few
 */
export function randomSplit(
  growth: Growth,
  criterion: Criterion,
  categorical: boolean,
  feature: number,
  from: number,
  to: number,
  rng: Rng,
): Split | undefined {
  const drawn = categorical
    ? randomLabels(growth, feature, from, to, rng)
    : randomThreshold(growth, feature, from, to, rng)
  if (drawn === undefined) return undefined
  const gain = criterion.gain(feature, drawn.threshold, drawn.labels, from, to)
  return gain === Number.NEGATIVE_INFINITY ? undefined : { feature, ...drawn, gain }
}

type Drawn = Pick<Split, 'threshold' | 'labels'>

function randomThreshold(
  { columns, rows }: Growth,
  feature: number,
  from: number,
  to: number,
  rng: Rng,
): Drawn | undefined {
  const column = columns[feature]!
  let low = column[rows[from]!]!
  let high = low
  for (let i = from + 1; i < to; i++) {
    const x = column[rows[i]!]!
    if (x < low) low = x
    if (x > high) high = x
  }
  if (!(low < high)) return undefined
  const threshold = high - rng.next() * (high - low)
  return { threshold: threshold > low ? threshold : high, labels: 0 }
}

function randomLabels(
  { columns, counts, rows, absent }: Growth,
  feature: number,
  from: number,
  to: number,
  rng: Rng,
): Drawn | undefined {
  const column = columns[feature]!
  const sizes = new Int32Array(counts[feature]!)
  for (let i = from; i < to; i++) sizes[column[rows[i]!]!]!++
  const labels: number[] = []
  let present = 0
  sizes.forEach((size, label) => {
    if (size === 0) return
    labels.push(label)
    present |= 1 << label
  })
  if (labels.length < 2) return undefined
  rng.shuffle(labels)
  let left = 0
  let size = 0
  for (const label of labels.slice(0, 1 + rng.int(labels.length - 1))) {
    left = (left | (1 << label)) >>> 0
    size += sizes[label]!
  }
  const larger = absent === 'larger' && 2 * size > to - from
  return { threshold: 0, labels: withAbsent(left, present, sizes.length, larger) }
}
