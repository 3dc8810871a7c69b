import { quantile } from '../math/stats.ts'

/** Quartiles of the results until a place on the axis. */
export interface RunningQuartiles {
  /** How many results each of them stands on. */
  readonly window: number
  readonly rows: readonly (readonly [x: number, low: number, middle: number, high: number])[]
}

/** Quartiles of fewer results say nothing. */
const fewest = 4
/** Places at which they are worked out. */
const mostRows = 400

/**
 * The quartiles of the last results, a tenth of them but at least 10 and at most 200, at evenly spread
 * places and at the last one. NaN does not count.
 *
 * @param results [x, value] in the order in which they came
 */
export function runningQuartiles(
  results: readonly (readonly [x: number, value: number])[],
): RunningQuartiles {
  const known = results.filter(([, value]) => !Number.isNaN(value))
  const window = Math.min(known.length, 200, Math.max(10, Math.ceil(known.length / 10)))
  const places = known.length - fewest + 1
  const stride = Math.max(1, Math.ceil(places / mostRows))
  const rows: (readonly [number, number, number, number])[] = []
  for (let end = known.length; end >= fewest; end -= stride) {
    const last = known.slice(Math.max(0, end - window), end)
    const sorted = Float64Array.from(last, ([, value]) => value).sort()
    rows.push([
      known[end - 1]![0],
      quantile(sorted, 0.25),
      quantile(sorted, 0.5),
      quantile(sorted, 0.75),
    ])
  }
  return { window, rows: rows.reverse() }
}
