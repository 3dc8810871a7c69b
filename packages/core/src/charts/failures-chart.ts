import type { FailureCause, FailureRegion } from '../analysis/failure-causes.ts'
import { failureCauses } from '../analysis/failure-causes.ts'
import { jointSpace } from '../journal/discovered.ts'
import type { History } from '../journal/history.ts'
import { stateOf } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import { quantile } from '../math/stats.ts'
import type { Axis, Chart } from './chart.ts'
import { chartColumn } from './chart-column.ts'
import { count, say, short, trialsOf } from './words.ts'

export interface FailuresChartsOptions {
  /** Charts of parameters at most, those that failures share most clearly; default 3. */
  readonly most?: number
}

/** Groups of a parameter's values, as quantiles. */
const groups = 6

/**
 * How many trials failed for which reason, and of the parameters that failures share (see
 * `failureCauses`) the share of trials that failed by value.
 */
export function failuresCharts(
  history: History,
  { most = 3 }: FailuresChartsOptions = {},
): Chart[] {
  const causes = failureCauses(jointSpace(history, spaceOf(history)), history)
  const shared = causes
    .flatMap((cause) => cause.regions.map((region) => ({ cause, region })))
    .sort((a, b) => b.region.evidence - a.region.evidence)
  const names = [...new Set(shared.map(({ region }) => region.name))].slice(0, most)
  return [
    causesChart(history, causes),
    ...names.map((name) => {
      const { cause, region } = shared.find((one) => one.region.name === name)!
      return shareChart(history, cause, region)
    }),
  ]
}

function causesChart(history: History, causes: readonly FailureCause[]): Chart {
  const listed = causes.toReversed()
  const failed = causes.reduce((sum, { trials }) => sum + trials.length, 0)
  const all = trialsOf(history).length
  const title = 'Failures by cause'
  const first = causes.find(({ regions }) => regions.length > 0)
  const about = first === undefined ? '' : `; ${describeRegion(first, first.regions[0]!)}`
  const parts = causes.map(({ reason, trials }) => `${trials.length} ${reason}`).join(', ')
  const none = all === 0 ? 'No trial yet.' : `None of ${count(all, 'trial')} failed.`
  return {
    title,
    ...(failed === 0 ? {} : { subtitle: `${failed} of ${count(all, 'trial')} failed${about}` }),
    summary:
      failed === 0
        ? `${title}: ${none}`
        : `${title}: ${failed} of ${count(all, 'trial')} failed (${parts})${about}.`,
    ...(failed === 0 ? { note: none } : {}),
    x: { name: 'failed trials', min: 0 },
    y: { name: 'cause', scale: 'categories', labels: listed.map(({ reason }) => reason) },
    marks:
      failed === 0
        ? []
        : [
            {
              ...{ kind: 'bars', name: 'failed trials', colour: 1 },
              values: listed.map(({ trials }) => trials.length),
            },
          ],
  }
}

/** `error: 12 of 20 trials with lr of 0.1 or more, 1 of 40 others`. */
export function describeRegion({ reason }: FailureCause, region: FailureRegion): string {
  const { name, part, trials, failed, otherTrials, otherFailed } = region
  const where =
    'label' in part
      ? ` = ${String(part.label)}`
      : 'from' in part
        ? ` of ${say(part.from)} or more`
        : ` of ${say(part.upTo)} or less`
  return `${reason}: ${failed} of ${trials} trials with ${short(name)}${short(where)}, ${otherFailed} of ${otherTrials} others`
}

/** The share of trials that failed for a reason, by groups of a parameter's values. */
function shareChart(history: History, cause: FailureCause, region: FailureRegion): Chart {
  const { name } = region
  const { axis, valueOf } = chartColumn(history, name)
  const failed = new Set(cause.trials)
  const ended = trialsOf(history).filter((trial) => {
    const state = stateOf(history, trial)
    return ['complete', 'pruned', 'failed'].includes(state) && !Number.isNaN(valueOf(trial))
  })
  const { labels, groupOf } = groupsOf(axis, ended.map(valueOf))
  const counts = labels.map((_, group) => ended.filter((t) => groupOf(valueOf(t)) === group))
  const shares = counts.map((of) =>
    of.length === 0 ? Number.NaN : (100 * of.filter((t) => failed.has(t)).length) / of.length,
  )
  const title = `Failed (${cause.reason}) by ${name}`
  const about = describeRegion(cause, region)
  return {
    title,
    subtitle: about,
    summary: `${title}: ${about}.`,
    x: {
      name,
      ...(axis.unit === undefined ? {} : { unit: axis.unit }),
      scale: 'categories',
      labels,
    },
    y: { name: `trials that failed: ${cause.reason}`, unit: '%', min: 0, max: 100 },
    marks: [{ kind: 'bars', name: cause.reason, colour: 1, values: shares }],
  }
}

function groupsOf(
  axis: Axis,
  values: readonly number[],
): { readonly labels: readonly string[]; readonly groupOf: (x: number) => number } {
  if (axis.scale === 'categories') return { labels: axis.labels ?? [], groupOf: (x) => x }
  const sorted = Float64Array.from(values).sort()
  const distinct = [...new Set(sorted)]
  if (distinct.length <= groups) {
    return { labels: distinct.map(say), groupOf: (x) => distinct.indexOf(x) }
  }
  const inner = Array.from({ length: groups - 1 }, (_, k) => quantile(sorted, (k + 1) / groups))
  const cuts = [...new Set(inner)].filter((cut) => cut > sorted[0]!)
  const ends = [sorted[0]!, ...cuts, sorted.at(-1)!]
  return {
    labels: ends.slice(1).map((end, i) => `${brief(ends[i]!)}–${brief(end)}`),
    groupOf: (x) => cuts.filter((cut) => x >= cut).length,
  }
}

const brief = (x: number): string => String(Number(x.toPrecision(2)))
