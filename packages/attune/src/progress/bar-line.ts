import { bar, formatDuration, formatNumber } from '../text/format.ts'
import type { FrameModel } from './frame-model.ts'
import type { Line } from '../text/line.ts'
import { joined, lineWidth, span } from '../text/line.ts'

const shortestBar = 8
const longestBar = 40

/** A part of the line; where there is no room, the lowest rank goes first. */
interface Fact {
  readonly text: string
  readonly rank: number
}

/** The progress bar with what there is room for of count, share, rate, elapsed and remaining time. */
export function barLine(model: FrameModel, width: number): Line {
  const share = shareDone(model)
  let facts = factsOf(model, share).filter((fact) => fact.text !== '')
  const line = (): Line =>
    joined(
      facts.map((f) => span(f.text, f.rank <= 2 ? 'faint' : undefined)),
      '  ',
    )
  const taken = share === undefined ? 0 : shortestBar + 2
  while (facts.length > 1 && lineWidth(line()) + taken > width) {
    const lowest = Math.min(...facts.map((f) => f.rank))
    facts = facts.filter((f) => f.rank !== lowest)
  }
  if (share === undefined) return line()
  const size = Math.max(shortestBar, Math.min(longestBar, width - 2 - lineWidth(line())))
  const { filled, rest } = bar(share, size)
  return [span(filled, 'accent'), span(rest, 'faint'), span('  '), ...line()]
}

/** By trials where their number is limited, else by time; undefined without any limit. */
function shareDone({ info, tracker, now, startedAt }: FrameModel): number | undefined {
  if (info.trials !== undefined) {
    return info.trials > 0 ? Math.min(1, tracker.finished / info.trials) : 1
  }
  if (info.seconds === undefined) return undefined
  return Math.min(1, (now - startedAt) / 1000 / info.seconds)
}

function factsOf(model: FrameModel, share: number | undefined): Fact[] {
  const { info, tracker, rate, now, startedAt, ended } = model
  const count =
    info.trials === undefined
      ? `${tracker.finished} ${tracker.finished === 1 ? 'trial' : 'trials'}`
      : `${tracker.finished}/${info.trials}`
  const remaining = remainingSeconds(model)
  return [
    { text: count, rank: 5 },
    // Rounded down: 100 % means all of them.
    { text: share === undefined ? '' : `${Math.floor(share * 100 + 1e-9)} %`, rank: 3 },
    { text: formatRate(rate), rank: 1 },
    { text: formatDuration((now - startedAt) / 1000, { whole: true }), rank: 2 },
    {
      text:
        ended || remaining === undefined ? '' : `ETA ${formatDuration(remaining, { whole: true })}`,
      rank: 4,
    },
  ]
}

/** Until the number of trials is reached at the present rate, or the time is up. */
function remainingSeconds({ info, tracker, rate, now, startedAt }: FrameModel): number | undefined {
  const times: number[] = []
  if (info.trials !== undefined && rate > 0) {
    times.push((Math.max(0, info.trials - tracker.finished) / rate) * 60)
  }
  if (info.seconds !== undefined) {
    times.push(Math.max(0, info.seconds - (now - startedAt) / 1000))
  }
  return times.length === 0 ? undefined : Math.min(...times)
}

/** Trials in the unit of time that gives a number people can picture. */
function formatRate(perMinute: number): string {
  if (!(perMinute > 0)) return ''
  if (perMinute >= 600) return `${formatNumber(perMinute / 60, 3)}/s`
  if (perMinute >= 1) return `${formatNumber(perMinute, 3)}/min`
  return `${formatNumber(perMinute * 60, 3)}/h`
}
