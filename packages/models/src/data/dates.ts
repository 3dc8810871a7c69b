/** Dates as people write them. */

/** What was read of a text, and what it says of the order of day and month. */
export interface DateReading {
  /** Milliseconds since 1970-01-01T00:00Z; a time without a zone is taken for UTC. */
  readonly ms: number
  /**
   * `either`: day and month could change places, and `ms` takes the first for the month. `free`: the
   * form leaves no doubt and says nothing of other cells.
   */
  readonly order: 'dayFirst' | 'monthFirst' | 'either' | 'free'
}

const time = '(?:[T ]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?'
const clock = `${time}\\s*(Z|[+-]\\d{2}(?::?\\d{2})?)?)?`
const yearFirst = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${clock}$`)
const yearLast = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${time})?$`)
const dayMonthName = new RegExp(
  `^(\\d{1,2})[- .]{1,2}([A-Za-z]{3,9})\\.?[- ,]{1,2}(\\d{4})${clock}$`,
)
const monthNameDay = new RegExp(`^([A-Za-z]{3,9})\\.? (\\d{1,2}),? (\\d{4})${clock}$`)
const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

/**
 * Reads year-month-day (with - / or .), day.month.year, day/month/year or month/day/year, and the
 * English names of months (2 Jan 2020, 2-Jan-2020, January 2, 2020), each alone or with hours and
 * minutes, seconds and fractions. A zone may follow unless the form is one whose day and month could
 * change places. Years have four digits.
 *
 * @returns undefined for what is none of these, and for days that do not exist
 */
export function readDate(text: string): DateReading | undefined {
  const first = text.charCodeAt(0)
  const digit = first >= 48 && first <= 57
  if (text.length < 8 || text.length > 40) return undefined
  const year = digit ? yearFirst.exec(text) : null
  if (year !== null) return reading(year[1]!, Number(year[3]), year[4]!, year, 5, 'free')
  const last = digit ? yearLast.exec(text) : null
  if (last !== null) return readYearLast(last)
  const named = digit ? dayMonthName.exec(text) : monthNameDay.exec(text)
  if (named === null) return undefined
  const month = monthOf(digit ? named[2]! : named[1]!)
  return reading(named[3]!, month, digit ? named[1]! : named[2]!, named, 4, 'free')
}

/** The same moment with day and month in each other's place. */
export function swapDayAndMonth(ms: number): number {
  const date = new Date(ms)
  const day = Date.UTC(date.getUTCFullYear(), date.getUTCDate() - 1, date.getUTCMonth() + 1)
  return day + (ms - Math.floor(ms / 86_400_000) * 86_400_000)
}

function readYearLast(found: RegExpExecArray): DateReading | undefined {
  const a = Number(found[1])
  const b = Number(found[3])
  const year = found[4]!
  if (found[2] === '.') return reading(year, b, found[1]!, found, 5, 'free')
  if (a > 12) return reading(year, b, found[1]!, found, 5, 'dayFirst')
  return reading(year, a, found[3]!, found, 5, b > 12 ? 'monthFirst' : 'either')
}

function reading(
  year: string,
  month: number,
  day: string,
  found: RegExpExecArray,
  clockAt: number,
  order: DateReading['order'],
): DateReading | undefined {
  const y = Number(year)
  const d = Number(day)
  const midnight = new Date(0)
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  midnight.setUTCFullYear(y, month - 1, d)
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== d) return undefined
  const time = clockMs(found, clockAt)
  return time === undefined ? undefined : { ms: midnight.getTime() + time, order }
}

function clockMs(found: RegExpExecArray, at: number): number | undefined {
  if (found[at] === undefined) return 0
  const hours = Number(found[at])
  const minutes = Number(found[at + 1])
  const seconds = Number(found[at + 2] ?? 0)
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined
  const fraction = Math.floor(Number(`0.${found[at + 3] ?? 0}`) * 1000)
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction - zoneMs(found[at + 4])
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)) * (zone.length > 3 ? 1 : 0)
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

function monthOf(name: string): number {
  const word = name.toLowerCase()
  const found = months.findIndex((month) => month === word || month.slice(0, 3) === word)
  return found === -1 && word === 'sept' ? 9 : found + 1
}
