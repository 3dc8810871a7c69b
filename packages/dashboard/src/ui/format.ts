/** Numbers, times and amounts as people read them. */

/** Whole numbers up to here are exact and are shown whole. */
const largestPlain = 1e15

/**
 * A number with `digits` significant digits (default 4): whole numbers plain, small and huge ones with
 * an exponent, NaN and infinities by name. Zeros at the end are left out, except where rounding alone
 * makes a whole number: 0.99996 is `1.000`, not `1`. The same as `attune` shows in a terminal.
 */
export function formatNumber(x: number, digits = 4): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? '∞' : minus('-∞')
  const size = Math.abs(x)
  if (Number.isInteger(x) && size < largestPlain) return minus(String(x + 0))
  if (size < 1e-3 || size >= largestPlain) {
    const [mantissa = '', exponent = ''] = x.toExponential(digits - 1).split('e')
    return minus(`${trimZeros(mantissa)}e${exponent.replace('+', '')}`)
  }
  if (size >= 10 ** (digits - 1)) return minus(x.toFixed(0))
  const rounded = x.toPrecision(digits)
  return minus(Number.isInteger(Number(rounded)) ? rounded : trimZeros(rounded))
}

/** All digits that tell a number from its neighbours, for copying. */
export function formatFull(x: number): string {
  return String(x)
}

/** `12,345`. */
export function formatCount(n: number): string {
  return String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 trial`, `2 trials`. */
export function countOf(n: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(n)} ${n === 1 ? noun : plural}`
}

/** `12 %`; between none and all it is neither `0 %` nor `100 %`. */
export function formatShare(share: number): string {
  const percent = Math.round(share * 100)
  if (share > 0 && percent === 0) return '<\u202F1\u202F%'
  if (share < 1 && percent === 100) return '>\u202F99\u202F%'
  return `${percent}\u202F%`
}

/** A span of time: `850 ms`, `12.3 s`, `1 m 32 s`, `1 h 02 m`, `3 d 04 h`; `–` when it is not known. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–'
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const s = Math.round(seconds)
  if (s < 3600) return `${Math.floor(s / 60)} m ${two(s % 60)} s`
  const minutes = Math.floor(s / 60)
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`
  const hours = Math.floor(minutes / 60)
  return `${formatCount(Math.floor(hours / 24))} d ${two(hours % 24)} h`
}

/** How long ago: `just now`, `3 min ago`, `2 h ago`, `5 days ago`, then the day. */
export function formatAgo(at: number, now: number): string {
  const seconds = (now - at) / 1000
  if (seconds < 10) return 'just now'
  if (seconds < 60) return `${Math.floor(seconds)} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  const days = Math.floor(seconds / 86_400)
  if (days < 14) return `${days} ${days === 1 ? 'day' : 'days'} ago`
  return formatDay(at)
}

/** `21 Nov 2026` in local time. */
export function formatDay(at: number): string {
  const date = new Date(at)
  return `${date.getDate()} ${months[date.getMonth()]} ${date.getFullYear()}`
}

/** `21 Nov 2026, 14:03:22` in local time. */
export function formatTime(at: number): string {
  const date = new Date(at)
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${formatDay(at)}, ${clock}`
}

/** The same with the zone, for those who hover: `21 Nov 2026, 14:03:22 (UTC+01:00)`. */
export function formatTimeWithZone(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset()
  const size = Math.abs(minutes)
  const zone = `${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
  return `${formatTime(at)} (UTC${zone})`
}

/** `812 B`, `1.5 kB`, `3.2 MB`, in steps of 1000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB', 'PB']
  let amount = bytes / 1000
  let unit = 0
  // 999.96 would be shown as 1000.0.
  while (amount >= 999.95 && unit < units.length - 1) {
    amount /= 1000
    unit++
  }
  return `${amount.toFixed(1)} ${units[unit]}`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (n: number): string => String(n).padStart(2, '0')

/** A minus as wide as the digits beside it. */
const minus = (text: string): string => text.replace('-', '−').replace('e-', 'e−')

function trimZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
}
