import type { Domain } from './scale.ts'
import type { Tick } from './ticks.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Steps within a day, in milliseconds. */
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
]
const inDays = [1, 2, 7, 14]
const inMonths = [1, 3, 6, 12, 24, 60, 120, 240]

/** Times, in milliseconds since the epoch, that are told apart by no more than this are one. */
const latest = 8.64e15

/**
 * Round times in the zone of whoever looks, about so many: the clock within a day, dates over more, and
 * the date at the first tick of each day. Where a clock is put forward or back a tick may be left out.
 * @param wanted about how many have room
 */
export function timeTicks({ low, high }: Domain, wanted: number): Tick[] {
  if (!(high > low) || Math.abs(low) > latest || Math.abs(high) > latest) return []
  const rough = (high - low) / wanted
  const step = steps.find((size) => size >= rough * 0.8)
  if (step !== undefined) return clockTicks(low, high, step)
  const days = inDays.find((n) => n * day >= rough * 0.8)
  return days === undefined ? monthTicks(low, high, rough) : dayTicks(low, high, days)
}

/** Within a day: counted from local midnight, so that an hour is a full one in every zone. */
function clockTicks(low: number, high: number, step: number): Tick[] {
  const ticks: Tick[] = []
  let date = ''
  for (let start = midnight(low); start <= high; start = nextDay(start)) {
    const end = Math.min(high, nextDay(start) - 1)
    const first = start + Math.max(0, Math.ceil((low - start) / step)) * step
    for (let at = first; at <= end; at += step) {
      const own = dateText(at)
      const clock = clockText(at, step)
      ticks.push({ at, text: own === date ? clock : `${own} ${clock}` })
      date = own
    }
  }
  return ticks
}

function dayTicks(low: number, high: number, every: number): Tick[] {
  const ticks: Tick[] = []
  let count = 0
  for (let at = midnight(low); at <= high; at = nextDay(at), count++) {
    if (at >= low && count % every === 0) ticks.push({ at, text: dateText(at) })
  }
  return ticks
}

function monthTicks(low: number, high: number, rough: number): Tick[] {
  const every = inMonths.find((n) => n * 30.4 * day >= rough * 0.8) ?? inMonths.at(-1)!
  const first = new Date(low)
  const from = Math.floor((12 * first.getFullYear() + first.getMonth()) / every) * every
  const ticks: Tick[] = []
  for (let month = from; ; month += every) {
    const at = new Date(0, 0, 1).setFullYear(Math.floor(month / 12), month % 12, 1)
    if (!(at <= high)) return ticks
    if (at >= low) ticks.push({ at, text: every % 12 === 0 ? yearText(at) : monthText(at) })
  }
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

/** Days have 23 to 25 hours. */
const nextDay = (start: number): number => midnight(start + 30 * hour)

const two = (n: number): string => String(n).padStart(2, '0')
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

const yearText = (at: number): string => String(new Date(at).getFullYear())
const monthText = (at: number): string => `${months[new Date(at).getMonth()]} ${yearText(at)}`

function dateText(at: number): string {
  const date = new Date(at)
  return `${date.getDate()} ${months[date.getMonth()]}`
}

function clockText(at: number, step: number): string {
  const date = new Date(at)
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`
  if (step >= minute) return clock
  const seconds = `${clock}:${two(date.getSeconds())}`
  return step >= second ? seconds : `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`
}
