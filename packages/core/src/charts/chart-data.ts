import type { Axis, Chart, Mark } from './chart.ts'

/** What of a chart's numbers the axes need to know. */
export interface ChartData {
  /** The finite numbers of an axis that it can show: [lowest, highest]. */
  extentOf(side: 'x' | 'y'): readonly [low: number, high: number] | undefined
  rangeOf(side: 'x' | 'y'): AxisRange
}

export interface AxisRange {
  /** Ends that are set. */
  readonly min?: number
  readonly max?: number
  /** Of a log axis. */
  readonly base?: 2 | 10
  /** Whether only whole numbers stand there. */
  readonly whole: boolean
}

export function chartData(chart: Chart): ChartData {
  const numbers = {
    x: chart.marks.flatMap((mark) => placesOf(mark, 0, chart.x)),
    y: chart.marks.flatMap((mark) => placesOf(mark, 1, chart.y)),
  }
  const filled = chart.marks.some(({ kind }) => kind === 'surface')
  const extents = { x: extent(numbers.x), y: extent(numbers.y) }
  return {
    extentOf: (side) => extents[side],
    rangeOf(side) {
      const { min, max, scale } = chart[side]
      const whole = numbers[side].length > 0 && numbers[side].every(Number.isInteger)
      // A surface fills its axes from end to end.
      const around = scale === 'log' && !filled ? powersAround(extents[side], whole) : undefined
      return {
        ...around,
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        whole,
      }
    },
  }
}

/** Whether an axis can show a number. */
export function isShown({ scale }: Axis, x: number): boolean {
  return Number.isFinite(x) && (scale !== 'log' || x > 0)
}

function placesOf(mark: Mark, side: 0 | 1, axis: Axis): number[] {
  if (axis.scale === 'categories') return []
  return all().filter((x) => isShown(axis, x))

  function all(): number[] {
    switch (mark.kind) {
      case 'line':
      case 'points':
        return mark.points.map((point) => point[side])
      case 'band':
        return mark.points.flatMap(([x, low, high]) => (side === 0 ? [x] : [low, high]))
      case 'bars':
        return [...mark.values, ...(mark.intervals ?? []).flat()]
      case 'heat':
      case 'surface':
        return []
      case 'spans':
        return side === 0 ? mark.spans.flatMap(([, from, to]) => [from, to]) : []
      case 'rule': {
        if (mark.at === 'diagonal') return []
        const value = side === 0 ? 'x' : 'y'
        return value in mark.at ? Object.values(mark.at) : []
      }
    }
  }
}

function extent(values: readonly number[]): readonly [number, number] | undefined {
  if (values.length === 0) return undefined
  let [low, high] = [Infinity, -Infinity]
  for (const x of values) {
    if (x < low) low = x
    if (x > high) high = x
  }
  return [low, high]
}

/** The powers of 10 around numbers; of 2 where whole numbers lie within two powers of 10. */
function powersAround(
  extent: readonly [number, number] | undefined,
  whole: boolean,
): { readonly base: 2 | 10; readonly min: number; readonly max: number } | undefined {
  if (extent === undefined) return undefined
  const base = whole && extent[1] <= 100 * extent[0] ? 2 : 10
  const log = base === 2 ? Math.log2 : Math.log10
  const slip = 1e-9
  const low = Math.floor(log(extent[0]) + slip)
  const high = Math.ceil(log(extent[1]) - slip)
  const power = (k: number): number => (base === 2 ? 2 ** k : Number(`1e${k}`))
  return { base, min: power(low), max: power(Math.max(high, low + 1)) }
}
