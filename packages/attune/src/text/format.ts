import type { Values } from '@attune/core'
import { plain } from './text.ts'

type Label = Values[string]

/** Whole numbers up to here are exact and are shown whole. */
const largestPlain = 1e15

/**
 * A number as people read it, with `digits` significant digits (default 4): whole numbers plain,
 * small and huge ones with an exponent, `NaN` and `Infinity` by name. Zeros at the end are left
 * out, except where rounding alone makes a whole number: 0.99996 is `1.000`, not `1`.
 */
export function formatNumber(x: number, digits = 4): string {
  if (!Number.isFinite(x)) return String(x)
  const size = Math.abs(x)
  if (Number.isInteger(x) && size < largestPlain) return String(x + 0)
  if (size < 1e-3 || size >= largestPlain) {
    const [mantissa = '', exponent = ''] = x.toExponential(digits - 1).split('e')
    return `${trimZeros(mantissa)}e${exponent.replace('+', '')}`
  }
  if (size >= 10 ** (digits - 1)) return x.toFixed(0)
  const rounded = x.toPrecision(digits)
  return Number.isInteger(Number(rounded)) ? rounded : trimZeros(rounded)
}

function trimZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
}

/**
 * A span of time: `850 ms`, `12.3 s`, `4 min 10 s`, `1 h 02 min`, `3 d 04 h`; `–` when unknown.
 * With `whole` (default false) nothing finer than seconds is shown, for a clock that ticks.
 */
export function formatDuration(
  seconds: number,
  options: { readonly whole?: boolean } = {},
): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–'
  const two = (n: number): string => String(n).padStart(2, '0')
  if (options.whole !== true) {
    if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`
    if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  }
  const s = options.whole === true ? Math.floor(seconds) : Math.round(seconds)
  if (s < 60) return `${s} s`
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`
  const minutes = Math.floor(s / 60)
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
  const hours = Math.floor(minutes / 60)
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`
}

/** Seconds whatever their size, so that a column of them can be sorted: `0.052`, `3.2`, `4211.0`. */
export function formatSeconds(seconds: number): string {
  return seconds < 0.1 ? formatNumber(seconds, 2) : seconds.toFixed(1)
}

/** The value of a parameter: numbers as `formatNumber` has them, everything else as it is. */
export function formatLabel(value: Label): string {
  return typeof value === 'number' ? formatNumber(value) : plain(String(value))
}

/** A text as one word of `name=value` lines: quoted when it is empty or would fall apart. */
export function word(text: string): string {
  const safe = plain(text)
  return safe === '' || /[\s="]/u.test(safe) ? JSON.stringify(safe) : safe
}

/** Values on one line: `lr=0.0123 act=relu`. */
export function formatValues(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `${word(name)}=${word(formatLabel(value))}`)
    .join(' ')
}

const blocks = '▁▂▃▄▅▆▇█'

/**
 * One block a value between the lowest and the highest of them; NaN gives a space, infinities the
 * ends. Equal values give a low line.
 */
export function sparkline(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite)
  const low = Math.min(...finite)
  const range = Math.max(...finite) - low
  const blockOf = (x: number): string => {
    if (Number.isNaN(x)) return ' '
    const share = Number.isFinite(x) ? (range > 0 ? (x - low) / range : 0) : x > 0 ? 1 : 0
    return blocks[Math.round(share * (blocks.length - 1))] as string
  }
  return values.map(blockOf).join('')
}

/** A share from 0 to 1 as a filled part and a rest, `width` columns together. */
export function bar(share: number, width: number): { filled: string; rest: string } {
  const n = Math.round(Math.min(1, Math.max(0, share || 0)) * width)
  return { filled: '━'.repeat(n), rest: '─'.repeat(width - n) }
}
