import type { Axis } from '@attune/core'

import { formatNumber } from '../ui/format.ts'
import { formatStep, powerOfTen } from './format-value.ts'
import { timeTicks } from './time-ticks.ts'
import type { Domain } from './scale.ts'

export interface Tick {
  readonly at: number
  /** Empty for a minor one. */
  readonly text: string
}

/**
 * Places on an axis: on a linear one multiples of 1, 2 or 5 times a power of ten; on a log one powers
 * of its base, and between few of them also 2 and 5 times these; of categories each; of times round
 * ones in local time.
 * @param wanted about how many have room
 * @param whole whether only whole numbers stand there
 */
export function ticksOf(
  axis: Pick<Axis, 'scale' | 'labels' | 'time'>,
  domain: Domain,
  wanted: number,
  { base = 10, whole = false }: { readonly base?: 2 | 10; readonly whole?: boolean } = {},
): Tick[] {
  const { scale, labels } = axis
  if (scale === 'categories') {
    const shown = (labels ?? []).map((text, at) => ({ at, text }))
    return shown.filter(({ at }) => at >= domain.low && at <= domain.high)
  }
  if (!Number.isFinite(domain.low) || !Number.isFinite(domain.high)) return []
  if (axis.time === true) return timeTicks(domain, Math.max(1, wanted))
  if (scale === 'log') return logTicks(domain, Math.max(2, wanted), base)
  return linearTicks(domain, Math.max(1, wanted), whole)
}

function linearTicks({ low, high }: Domain, wanted: number, whole: boolean): Tick[] {
  const step = stepOf(high - low, wanted, whole)
  if (!(step > 0) || !Number.isFinite(step)) return []
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  // Where numbers are so large that a step is lost in them there are no places to tell apart.
  if (!(last - first < 1000)) return []
  const largest = Math.max(Math.abs(first), Math.abs(last)) * step
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const at = Number(((first + i) * step).toPrecision(12))
    return { at, text: formatStep(at, step, largest) }
  })
}

/** 1, 2 or 5 times a power of ten, so that about so many fit into a spread. */
function stepOf(spread: number, wanted: number, whole: boolean): number {
  const rough = spread / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= rough * 0.8) ?? 10)
  return whole ? Math.max(1, step) : step
}

function logTicks({ low, high }: Domain, wanted: number, base: 2 | 10): Tick[] {
  const log = base === 2 ? Math.log2 : Math.log10
  const [a, b] = [log(low), log(high)]
  // Within a small part of a power even steps tell more.
  if (b - a < (base === 2 ? 1.5 : 0.7)) return linearTicks({ low, high }, wanted, false)
  const first = Math.ceil(a - 1e-9)
  const last = Math.floor(b + 1e-9)
  const every = Math.max(1, Math.ceil((last - first + 1) / wanted))
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
  const plain = powers.filter((k) => mod(k, every) === 0).map((k) => tickAt(base, k, true))
  if (base === 2 || every > 1) return plain
  const isSparse = last - first + 1 <= Math.min(3, wanted / 2)
  const named = isSparse ? (last - first < 2 && wanted >= 5 ? [2, 5] : [3]) : []
  const minor = Array.from({ length: last - first + 2 }, (_, i) => first - 1 + i).flatMap((k) =>
    [2, 3, 4, 5, 6, 7, 8, 9].flatMap((m): Tick[] => {
      const at = Number(`${m}e${k}`)
      if (!(at >= low && at <= high)) return []
      return [{ at, text: named.includes(m) ? plainPower(at) : '' }]
    }),
  )
  return [...plain, ...minor].sort((x, y) => x.at - y.at)
}

const mod = (a: number, b: number): number => ((a % b) + b) % b

function tickAt(base: 2 | 10, k: number, named: boolean): Tick {
  const at = base === 2 ? 2 ** k : Number(`1e${k}`)
  return { at, text: named ? (base === 2 ? formatNumber(at, 6) : powerText(k)) : '' }
}

const powerText = (k: number): string =>
  k >= -3 && k <= 4 ? plainPower(Number(`1e${k}`)) : powerOfTen(k)

const plainPower = (x: number): string => formatNumber(x, 3)

/**
 * Which of equally wide labels can stand beside each other: every n-th, so that none covers another.
 * @param apart pixels between neighbours
 * @param size pixels that one takes
 */
export const everyNth = (apart: number, size: number): number =>
  Math.max(1, Math.ceil(size / Math.max(0.01, apart)))
