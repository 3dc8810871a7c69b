import type { History, TrialRecord } from '@attune/core'
import { curvesChart, recordOf } from '@attune/core'

import { formatFull } from '../ui/format.ts'
import type { TrialView } from './engine.ts'
import type { EventBook } from './event-book.ts'
import { packChart } from './pack-chart.ts'
import type { StudyData } from './study-data.ts'
import { numberFormat } from './table-column.ts'

type Value = TrialView['params'][number]

/**
 * A trial as the drawer shows it. Its curve, if it reported the first objective, stands before that of
 * the best trial.
 * @throws RangeError when there is no such trial
 */
export async function trialView(
  data: StudyData,
  book: EventBook,
  trial: number,
): Promise<TrialView> {
  const { history } = data
  if (!(trial >= 0 && trial < history.length)) {
    throw new RangeError(`There is no trial ${trial}; the study has ${history.length}.`)
  }
  const record = recordOf(history, trial)
  const curves = await curvesOf(data, book, trial)
  const ranked = data.ranked()
  const place = ranked.indexOf(trial)
  return {
    number: trial,
    state: record.state,
    params: Object.entries(record.values).map(([name, value]) =>
      typeof value === 'number'
        ? numberValue(data, `param:${name}`, name, value)
        : { name, value: String(value), full: JSON.stringify(value) },
    ),
    metrics: Object.entries(metricsOf(record)).map(([name, x]) =>
      numberValue(data, `metric:${name}`, name, x),
    ),
    ...partsOf(record),
    ...saidOf(history, trial),
    attempts:
      record.startedAt === undefined ? record.retried.length : record.epoch - record.promoted + 1,
    violated: violatedBy(history, trial),
    ...(curves === undefined ? {} : { curves }),
    ...(place < 0 ? {} : { rank: { place: place + 1, of: ranked.length } }),
  }
}

/** Final values, those of its program, or what was reported last where there are none. */
const metricsOf = ({
  metrics,
  ran,
  lastReport,
}: TrialRecord): Readonly<Record<string, number>> => ({
  ...lastReport,
  ...ran,
  ...metrics,
})

function numberValue(data: StudyData, column: string, name: string, x: number): Value {
  const { values, labels } = data.column(column)
  const value = labels === undefined ? numberFormat(column, values)(x) : String(x)
  return { name, value, full: formatFull(x) }
}

function partsOf(record: TrialRecord): Partial<TrialView> {
  const { why, stopped, failure, worker, startedAt, finishedAt } = record
  const { seconds, cpuSeconds, peakMemoryBytes } = record
  const all = {
    why,
    stopped,
    failure,
    worker,
    startedAt,
    finishedAt,
    seconds,
    cpuSeconds,
    peakMemoryBytes,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** What people said of it. */
function saidOf(
  { details, excluded }: History,
  trial: number,
): Pick<TrialView, 'note' | 'tags' | 'attached' | 'excluded'> {
  const { note, tags = [], attached = [] } = details.get(trial) ?? {}
  const said = { tags, attached, excluded: excluded.has(trial) }
  return note === undefined ? said : { ...said, note: { text: note.text, seq: note.seq } }
}

/** The outcome constraints that it breaks, or that nobody can judge. */
function violatedBy(history: History, trial: number): readonly string[] {
  if (!((history.columns.get('violation')?.data[trial] ?? 0) > 0)) return []
  return history.columns
    .group('constraint:')
    .filter(([, { data }]) => !(data[trial]! <= 0))
    .map(([source]) => source)
}

async function curvesOf(
  { history, column, ranked }: StudyData,
  book: EventBook,
  trial: number,
): Promise<TrialView['curves']> {
  const metric = history.config?.objectives[0]?.name
  if (metric === undefined || Number.isNaN(column('steps').values[trial])) return undefined
  const all = await book.reports([metric])
  const wanted = new Set([trial, ...ranked().slice(0, 1)])
  const reported = all.filter((each) => wanted.has(each.trial))
  if (!reported.some((each) => each.trial === trial)) return undefined
  const chart = curvesChart(history, reported, { metric, highlight: [trial] })
  return packChart(chart, `trial ${trial}`)
}
