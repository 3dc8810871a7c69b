import type { Chart, ReportedTrial, TrialState } from '@attune/core'
import {
  bestTrials,
  cell,
  convergence,
  countStates,
  curvesChart,
  historyChart,
  stateOf,
} from '@attune/core'

import { formatNumber } from '../text/format.ts'
import { plain } from '../text/text.ts'
import { unitOf } from './certainty-section.ts'
import type { FigureBlock, Section, TableBlock } from './document.ts'
import { section } from './document.ts'
import { logLabels } from './log-labels.ts'
import type { StudyFacts } from './study-facts.ts'
import { counted, listed, whole } from './wording.ts'

/** How the study went: results by trial and, where trials reported on their way, their curves. */
export function historySection(facts: StudyFacts): Section[] {
  const objectives = facts.config.objectives.map((_, place) => place)
  return section('How it went', [
    ...objectives.flatMap((place) => historyOf(facts, place)),
    ...curves(facts),
  ])
}

function historyOf(facts: StudyFacts, objective: number): FigureBlock[] {
  const { history, config } = facts
  const { name, direction } = config.objectives[objective]!
  const { complete, pruned, paused, failed } = countStates(history)
  const chart = historyChart(history, { ...logLabels(facts, name), objective })
  if (!hasPoints(chart)) return []
  const hasLine = chart.marks.some(
    (mark) => mark.kind === 'line' && mark.points.some(([, y]) => Number.isFinite(y)),
  )
  const line = hasLine ? ' The line is the best result so far.' : ''
  const better = direction === 'maximize' ? 'higher' : 'lower'
  const apart = [
    ...(pruned + paused > 0 ? ['were stopped on their way (at their last report)'] : []),
    ...(failed > 0 && complete > 0 ? ['failed (at the worst value that is drawn)'] : []),
    ...(chart.marks.some(({ name }) => /outlier/.test(name))
      ? ['were far worse than the others (at the edge)']
      : []),
  ]
  const others =
    apart.length === 0
      ? ''
      : ` Other marks, as the legend says, are trials that ${listed(apart, 'or')}.`.replace(
          'that far',
          'that were far',
        )
  return [
    {
      kind: 'figure',
      name: `history-${objective}`,
      chart,
      caption: `${plain(name)} by trial, in the order in which trials were opened; ${better} is better.${line}${others}`,
      table: historyTable(facts, objective),
    },
  ]
}

/** A study of so many trials is shown whole. */
const wholeTable = 100

function historyTable(facts: StudyFacts, objective: number): TableBlock {
  const { history, config } = facts
  const { name } = config.objectives[objective]!
  const { trials, best, gains } = convergence(history, { objective, order: 'number' })
  const isWhole = trials.length <= wholeTable
  const rows = isWhole ? Array.from(trials, (_, k) => k) : [...gains]
  const valueOf = (trial: number): number => {
    const result = cell(history, `metric:${name}`, trial)
    return Number.isNaN(result) ? cell(history, `last:${name}`, trial) : result
  }
  return {
    kind: 'table',
    caption: isWhole
      ? `${plain(name)} by trial`
      : `The ${counted(gains.length, 'trial')} that improved ${plain(name)}`,
    columns: [
      { name: 'trial', isNumber: true },
      { name: 'state' },
      { name: plain(name), isNumber: true, ...unitOf(facts, name) },
      { name: 'best so far', isNumber: true, ...unitOf(facts, name) },
    ],
    rows: rows.slice(-wholeTable).map((k) => {
      const trial = trials[k]!
      return [String(trial), stateOf(history, trial), numberOr(valueOf(trial)), numberOr(best[k]!)]
    }),
    ...(isWhole
      ? {}
      : { note: `Of ${whole(trials.length)} trials that ended; all of them: attune export.` }),
  }
}

const numberOr = (x: number): string => (Number.isNaN(x) ? '' : formatNumber(x, 6))

/** Whether a chart has anything to show. */
export function hasPoints({ marks }: Chart): boolean {
  return marks.some((mark) => {
    if (mark.kind === 'points' || mark.kind === 'line') {
      return mark.points.some(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    }
    return mark.kind === 'bars' && mark.values.some((x) => x > 0)
  })
}

function curves(facts: StudyFacts): FigureBlock[] {
  const { history, config, reported, reporting } = facts
  const metric = curveMetric(facts)
  if (metric === undefined) return []
  const drawn = reported.filter(({ reports }) => reports.some(({ values }) => metric in values))
  if (drawn.length === 0) return []
  const best = bestTrials(history).slice(0, 1)
  const chart = curvesChart(history, drawn, {
    ...logLabels(facts, metric),
    metric,
    highlight: best,
  })
  if (!hasPoints(chart)) return []
  const count =
    drawn.length < reporting
      ? `${whole(drawn.length)} of the ${whole(reporting)} trials that reported more than once, evenly chosen.`
      : `${counted(reporting, 'trial')} reported more than once.`
  const bright = best.some((trial) => drawn.some((one) => one.trial === trial))
  const named = bright
    ? ` The strong line is trial ${best[0]}, ${config.objectives.length > 1 ? 'one of the front' : 'the best one'}.`
    : ''
  return [
    {
      kind: 'figure',
      name: 'curves',
      chart: { ...chart, subtitle: counted(drawn.length, 'trial') },
      caption: `What trials reported of ${plain(metric)} on their way. ${count}${named}`,
      table: curvesTable(facts, drawn, metric),
    },
  ]
}

/** The first objective, or else the value that most reports have. */
function curveMetric({ config, reported }: StudyFacts): string | undefined {
  const counts = new Map<string, number>()
  for (const { reports } of reported) {
    for (const name of Object.keys(reports.at(-1)?.values ?? {})) {
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  const objective = config.objectives.find(({ name }) => counts.has(name))
  if (objective !== undefined) return objective.name
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0]
}

function curvesTable(
  { history }: StudyFacts,
  drawn: readonly ReportedTrial[],
  metric: string,
): TableBlock {
  const valuesOf = ({ reports }: ReportedTrial): number[] =>
    reports.flatMap(({ values }) => (metric in values ? [values[metric]!] : []))
  const states: Readonly<Record<TrialState, string>> = {
    ...{ waiting: 'waiting', running: 'running', complete: 'complete', pruned: 'stopped early' },
    ...{ failed: 'failed', paused: 'paused' },
  }
  return {
    kind: 'table',
    caption: `${plain(metric)} of trials at their first and last report`,
    columns: [
      { name: 'trial', isNumber: true },
      { name: 'state' },
      { name: 'reports', isNumber: true },
      { name: 'last step', isNumber: true },
      { name: 'first', isNumber: true },
      { name: 'last', isNumber: true },
    ],
    rows: drawn
      .slice(0, wholeTable)
      .map((one) => [
        String(one.trial),
        states[stateOf(history, one.trial)],
        String(one.reports.length),
        formatNumber(one.reports.at(-1)!.step),
        ...[valuesOf(one)[0], valuesOf(one).at(-1)].map((x) => numberOr(x ?? Number.NaN)),
      ]),
    ...(drawn.length > wholeTable ? { note: `The first ${wholeTable} of them.` } : {}),
  }
}
