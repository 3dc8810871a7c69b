/**
 * The k-th smallest number, from 0, in time linear in their count: C. A. R. Hoare's quickselect
 * (Algorithm 65, "Find", CACM 4, 1961) with the median of three as pivot, and sorting what is left
 * when the pivots are bad for long. The numbers change places.
 *
 * @param values without NaN
 * @param k in 0 … count - 1
 */
export function selectSmallest(values: Float64Array, k: number): number {
  let low = 0
  let high = values.length - 1
  for (let round = 0; low < high; round++) {
    if (round === 64) {
      values.subarray(low, high + 1).sort()
      break
    }
    const pivot = medianOfThree(values[low]!, values[(low + high) >>> 1]!, values[high]!)
    let i = low
    let j = high
    while (i <= j) {
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i > j) break
      const held = values[i]!
      values[i++] = values[j]!
      values[j--] = held
    }
    if (k <= j) high = j
    else if (k >= i) low = i
    else break
  }
  return values[k]!
}

/** The q-quantile, as `quantile` of `@attune/core/math` of the sorted numbers, which change places. */
export function quantileOf(values: Float64Array, q: number): number {
  const rank = q * (values.length - 1)
  const below = Math.floor(rank)
  const low = selectSmallest(values, below)
  if (rank === below) return low
  // What stands behind is not smaller; the next is the smallest of it.
  let next = Infinity
  for (let i = below + 1; i < values.length; i++) if (values[i]! < next) next = values[i]!
  return (1 - (rank - below)) * low + (rank - below) * next
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
