import type { Axis } from '@attune/core'
import { formatNumber } from '../text/format.ts'

export interface Tick {
  readonly at: number
  readonly text: string
}

/**
 * Round places on an axis whose ends are set, about so many: multiples of 1, 2 or 5 times a power of 10;
 * on a log axis powers of 10, or its ends where there are fewer than two; all labels of categories.
 */
export function ticksOf(axis: Axis, wanted: number): Tick[] {
  const { scale, labels, min = 0, max = 1 } = axis
  if (scale === 'categories') return (labels ?? []).map((text, at) => ({ at, text }))
  if (!(max > min)) return [{ at: min, text: formatNumber(min) }]
  return scale === 'log' && min > 0 ? logTicks(min, max, wanted) : evenTicks(min, max, wanted)
}

function evenTicks(min: number, max: number, wanted: number): Tick[] {
  const rough = (max - min) / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= rough) ?? 10)
  if (!(step > 0) || !Number.isFinite(step)) return [{ at: min, text: formatNumber(min) }]
  const first = Math.ceil(min / step - 1e-9)
  const last = Math.floor(max / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const at = Number(((first + i) * step).toPrecision(12))
    return { at, text: formatNumber(at) }
  })
}

function logTicks(min: number, max: number, wanted: number): Tick[] {
  const first = Math.ceil(Math.log10(min) - 1e-9)
  const last = Math.floor(Math.log10(max) + 1e-9)
  const every = Math.max(1, Math.ceil((last - first + 1) / wanted))
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
  const shown = powers.filter((_, i) => i % every === 0).map((k) => Number(`1e${k}`))
  const places = shown.length > 1 ? shown : [min, max]
  return places.map((at) => ({ at, text: formatNumber(at, 2) }))
}

/** Where a value stands on its axis, from 0 to 1. */
export function shareOf(
  { scale, labels, min = 0, max = 1 }: Axis,
  value: number,
): number | undefined {
  if (Number.isNaN(value)) return undefined
  if (scale === 'categories') return (value + 0.5) / Math.max(1, labels?.length ?? 1)
  const bend = scale === 'log' ? Math.log : (x: number): number => x
  if (scale === 'log' && !(value > 0)) return undefined
  const [low, high] = [bend(min), bend(max)]
  if (!(high > low)) return 0.5
  return Math.min(1, Math.max(0, (bend(value) - low) / (high - low)))
}

/** What the end of an axis is called: a number, or a time to the second (UTC). */
export function endText({ time }: Axis, at: number): string {
  // The last time that a date can tell (ECMA-262, 21.4.1.1).
  if (time !== true || !(Math.abs(at) <= 8.64e15)) return formatNumber(at)
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
