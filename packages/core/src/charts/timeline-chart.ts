import type { History } from '../journal/history.ts'
import type { TrialAttempt } from './attempts.ts'
import type { Chart, SpansMark } from './chart.ts'
import { timeUnit } from './time-unit.ts'
import { count, say, trialsOf } from './words.ts'

export interface TimelineChartOptions {
  readonly title?: string
}

const states = ['complete', 'pruned', 'paused', 'tried again', 'running'] as const
const colours = { complete: 0, pruned: 4, paused: 5, 'tried again': 3, running: 2 } as const
/** Failures for further reasons share a name. */
const mostReasons = 4

/**
 * When each worker was busy with which trial, and how that ended; failures by reason. A worker that runs
 * several trials at once has a row for each. The axis tells the time since the first trial began.
 */
export function timelineChart(
  history: History,
  attempts: readonly TrialAttempt[],
  { title = 'Timeline by worker' }: TimelineChartOptions = {},
): Chart {
  const kept = new Set(trialsOf(history))
  const all = attempts.filter(({ trial }) => kept.has(trial))
  const begin = all.reduce((first, { from }) => Math.min(first, from), Infinity)
  const now = all.reduce((last, { from, to }) => Math.max(last, to ?? from), -Infinity)
  const { unit, size } = timeUnit((now - begin) / 1000)
  const at = (time: number): number => (time - begin) / 1000 / size
  const { rows, rowOf } = lanesOf(all, now)
  const spansOf = (name: string, colour: number, of: readonly TrialAttempt[]): SpansMark[] => {
    if (of.length === 0) return []
    const spans = of.map((one) => [rowOf(one), at(one.from), at(one.to ?? now)] as const)
    const trials = of.map(({ trial }) => trial)
    const labels = of.some(({ reason }) => reason !== undefined)
      ? { labels: of.map(({ trial, reason }) => `trial ${trial}${reason ? `: ${reason}` : ''}`) }
      : {}
    return [{ kind: 'spans', name, colour, spans, trials, ...labels }]
  }
  const failed = all.filter(({ ended }) => ended === 'failed')
  const busy = all.reduce((sum, { from, to }) => sum + ((to ?? now) - from), 0)
  const share = rows.length === 0 ? 0 : busy / (rows.length * Math.max(1, now - begin))
  const again = all.filter(({ ended }) => ended === 'tried again').length
  const parts = [
    `${count(all.length, 'run')} in ${count(rows.length, 'row')}`,
    `${(100 * Math.min(1, share)).toFixed(0)} % busy`,
    ...(again > 0 ? [`${again} tried again`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
  ]
  return {
    title,
    ...(all.length === 0 ? {} : { subtitle: parts.join(', ') }),
    summary:
      all.length === 0
        ? `${title}: no trial has begun.`
        : `${title}: ${parts.join(', ')}, over ${say(at(now))} ${unit}.`,
    ...(all.length === 0 ? { note: 'No trial has begun.' } : {}),
    x: { name: 'time since the first trial began', unit, min: 0 },
    y: { name: 'worker', scale: 'categories', labels: rows },
    marks: [
      ...states.flatMap((state) =>
        spansOf(
          state,
          colours[state],
          all.filter(({ ended }) => ended === state),
        ),
      ),
      ...reasonsOf(failed).flatMap(({ name, of }) => spansOf(name, 1, of)),
    ],
  }
}

function reasonsOf(
  failed: readonly TrialAttempt[],
): { readonly name: string; readonly of: readonly TrialAttempt[] }[] {
  const groups = new Map<string, TrialAttempt[]>()
  for (const one of failed) {
    const reason = one.reason ?? 'error'
    groups.set(reason, [...(groups.get(reason) ?? []), one])
  }
  const sorted = [...groups].sort((a, b) => b[1].length - a[1].length)
  const named = sorted
    .slice(0, mostReasons)
    .map(([reason, of]) => ({ name: `failed: ${reason}`, of }))
  const rest = sorted.slice(mostReasons).flatMap(([, of]) => of)
  return rest.length === 0 ? named : [...named, { name: 'failed: other reasons', of: rest }]
}

/** A row a worker, more where it ran several trials at a time; the first one on top. */
function lanesOf(
  attempts: readonly TrialAttempt[],
  now: number,
): { readonly rows: readonly string[]; readonly rowOf: (attempt: TrialAttempt) => number } {
  const lanes: { readonly worker: string; readonly lane: number; free: number }[] = []
  const taken = new Map<TrialAttempt, (typeof lanes)[number]>()
  for (const attempt of attempts.toSorted((a, b) => a.from - b.from || a.trial - b.trial)) {
    const own = lanes.filter(({ worker }) => worker === attempt.worker)
    let lane = own.find(({ free }) => free <= attempt.from)
    if (lane === undefined) {
      lane = { worker: attempt.worker, lane: own.length, free: 0 }
      lanes.push(lane)
    }
    lane.free = attempt.to ?? Math.max(now, attempt.from)
    taken.set(attempt, lane)
  }
  const names = workerNames([...new Set(lanes.map(({ worker }) => worker))])
  const sorted = lanes.toSorted((a, b) => {
    const step = names.order.indexOf(a.worker) - names.order.indexOf(b.worker)
    return step || a.lane - b.lane
  })
  const { length } = sorted
  const places = new Map(sorted.map((lane, i) => [lane, length - 1 - i]))
  const title = ({ worker, lane }: (typeof lanes)[number]): string =>
    lane === 0 ? names.nameOf(worker) : `${names.nameOf(worker)} (${lane + 1})`
  return {
    rows: sorted.map(title).toReversed(),
    rowOf: (attempt) => places.get(taken.get(attempt)!)!,
  }
}

/** Workers by number; with their host where there are several. */
function workerNames(workers: readonly string[]): {
  readonly order: readonly string[]
  readonly nameOf: (worker: string) => string
} {
  const hostOf = (worker: string): string => worker.split('/')[0] ?? worker
  const hosts = new Set(workers.map(hostOf))
  return {
    order: workers,
    nameOf(worker) {
      const number = workers.indexOf(worker) + 1
      return hosts.size > 1 ? `${number} on ${hostOf(worker)}` : `worker ${number}`
    },
  }
}
