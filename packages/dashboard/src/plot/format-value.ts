import type { Axis } from '@attune/core'

import { formatNumber, formatTime } from '../ui/format.ts'

const raised: Readonly<Record<string, string>> = {
  ...{ '-': '⁻', '0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴' },
  ...{ '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹' },
}

/** `10⁻⁵`. */
export const powerOfTen = (k: number): string =>
  `10${[...String(k)].map((sign) => raised[sign] ?? sign).join('')}`

const minus = (text: string): string => text.replace('-', '−')

/**
 * A tick on an axis whose ticks lie `step` apart: all ticks of it have the same decimals.
 * @param largest the largest of them, by its size
 */
export function formatStep(x: number, step: number, largest: number): string {
  if (x === 0) return '0'
  if (largest >= 1e7 || (step < 1e-4 && largest < 1e-2)) return scientific(x)
  if (largest >= 1e5 && Number.isInteger(step / 100)) return minus(`${x / 1000}k`)
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  return minus(x.toFixed(Math.min(12, decimals)))
}

/** `2.5·10⁻⁵`. */
function scientific(x: number): string {
  const [mantissa = '', exponent = ''] = Number(x.toPrecision(10)).toExponential().split('e')
  const power = powerOfTen(Number(exponent))
  return minus(mantissa === '1' ? power : `${mantissa}·${power}`)
}

/** What a place on an axis is called: a category by its label, a number with its unit. */
export function formatAt(axis: Axis, x: number, digits = 5): string {
  if (axis.scale === 'categories') return axis.labels?.[Math.round(x)] ?? '–'
  if (axis.time === true) return Number.isFinite(x) ? formatTime(x) : '–'
  const text = formatNumber(x, digits)
  return axis.unit === undefined || Number.isNaN(x) ? text : `${text} ${axis.unit}`
}
