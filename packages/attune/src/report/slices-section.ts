import type { Chart, FlatParam, Label, Position } from '@attune/core'
import {
  AttuneError,
  cell,
  chartColumn,
  historyChart,
  jointSpace,
  shortName,
  sliceChart,
  spaceOf,
  stateOf,
} from '@attune/core'
import { median } from '@attune/core/math'

import { formatNumber } from '../text/format.ts'
import { plain } from '../text/text.ts'
import { trialsIn } from './answer-section.ts'
import { unitOf } from './certainty-section.ts'
import type { FigureBlock, Section, TableBlock } from './document.ts'
import { section } from './document.ts'
import { hasPoints } from './history-section.ts'
import { logLabels } from './log-labels.ts'
import type { StudyFacts } from './study-facts.ts'
import { counted, shownLabel, whole } from './wording.ts'

/** So many of the most important parameters are drawn, if they have this share. */
const most = 4
const share = 0.05

/** The first objective over each of the parameters that matter most for it. */
export function slicesSection(facts: StudyFacts): Section[] {
  const { importances, config } = facts
  const { name } = config.objectives[0]!
  const found = importances.find(({ target }) => target === name)?.found
  if (found === undefined || found instanceof AttuneError) return []
  const chosen = found.filter((one, i) => i < most && (i === 0 || one.value >= share))
  const isOnly = found.length === 1
  const over = isOnly ? shortName(facts.history, found[0]!.name) : 'the parameters that matter most'
  const title = `${plain(name).slice(0, 80)} over ${over}`
  return section(
    title,
    chosen.flatMap((one, i) => slice(facts, one.name, i, isOnly)),
  )
}

function slice(facts: StudyFacts, param: string, place: number, isOnly: boolean): FigureBlock[] {
  const { history, config } = facts
  const { name } = config.objectives[0]!
  const short = shortName(history, param)
  const labels = logLabels(facts, name)
  const chart = sliceChart(history, param, { ...labels, title: `${name} over ${short}` })
  const { drawn, beyond } = withStopped(facts, chart, param)
  const dots = drawn.marks.reduce(
    (sum, mark) => sum + (mark.kind === 'points' ? mark.points.length : 0),
    0,
  )
  if (!hasPoints(drawn) || dots < fewestDots) return []
  const hasBest = chart.marks.some((mark) => mark.name === 'best')
  const bright =
    config.objectives.length > 1 ? ' Diamonds are on the front.' : ' The diamond is the best one.'
  const stopped =
    drawn === chart ? '' : ' Triangles were stopped early and stand at their last report.'
  const left =
    beyond === 0
      ? ''
      : ` ${counted(beyond, 'trial')} far worse than these ${beyond === 1 ? 'is' : 'are'} left out.`
  return [
    {
      kind: 'figure',
      name: `slice-${place}`,
      chart: { ...drawn, subtitle: counted(dots, 'trial') },
      caption: `Each dot is a trial that ran to its end; across is its ${short}, up its ${plain(name)}.${hasBest ? bright : ''}${stopped}${left}${isOnly ? '' : ' Other parameters vary too.'}`,
      table: sliceTable(facts, param),
    },
  ]
}

/** Fewer dots say nothing that the table of trials does not say. */
const fewestDots = 4

/** The chart with trials that were stopped early, as far as they lie where the history is drawn. */
function withStopped(
  facts: StudyFacts,
  chart: Chart,
  param: string,
): { readonly drawn: Chart; readonly beyond: number } {
  const { history, config } = facts
  const { name } = config.objectives[0]!
  const { valueOf } = chartColumn(history, param)
  const places = trialsIn(facts, 'pruned').flatMap((trial): Position[] => {
    const place = [valueOf(trial), cell(history, `last:${name}`, trial)] as const
    return place.every(Number.isFinite) ? [place] : []
  })
  if (places.length === 0) return { drawn: chart, beyond: 0 }
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = historyChart(
    history,
    logLabels(facts, name),
  ).y
  const points = places.filter(([, y]) => y >= min && y <= max)
  const look = {
    kind: 'points',
    name: 'stopped early (last report)',
    colour: 4,
    shape: 'triangle',
  } as const
  return {
    drawn: { ...chart, marks: [{ ...look, points }, ...chart.marks] },
    beyond: places.length - points.length,
  }
}

interface Cell {
  readonly title: string
  readonly trials: readonly number[]
}

const cells = 8

/** Parts of the parameter's values with the trials and results in them. */
function sliceTable(facts: StudyFacts, param: string): TableBlock {
  const { history, config } = facts
  const { name, direction } = config.objectives[0]!
  const result = (trial: number): number => cell(history, `metric:${name}`, trial)
  const trials = Array.from({ length: history.length }, (_, trial) => trial).filter(
    (trial) =>
      stateOf(history, trial) === 'complete' &&
      Number.isFinite(result(trial)) &&
      history.values.get(param, trial) !== undefined,
  )
  const rows = cellsOf(facts, param, trials).filter((one) => one.trials.length > 0)
  return {
    kind: 'table',
    caption: `${plain(name)} by ${shortName(history, param)}`,
    columns: [
      { name: shortName(history, param) },
      { name: 'trials', isNumber: true },
      { name: `best ${plain(name)}`, isNumber: true, ...unitOf(facts, name) },
      { name: `median ${plain(name)}`, isNumber: true, ...unitOf(facts, name) },
    ],
    rows: rows.map(({ title, trials: own }) => {
      const values = own.map(result)
      const pick = direction === 'maximize' ? Math.max : Math.min
      const best = values.reduce((a, b) => pick(a, b))
      return [title, whole(own.length), formatNumber(best, 5), formatNumber(median(values), 5)]
    }),
  }
}

function cellsOf({ history }: StudyFacts, param: string, trials: readonly number[]): Cell[] {
  const spec = jointSpace(history, spaceOf(history)).params.find((p) => p.name === param)
  const valueOf = (trial: number): Label => history.values.get(param, trial) ?? null
  const distinct = [...new Set(trials.map(valueOf))]
  const isNumeric = distinct.every((value) => typeof value === 'number')
  if (!isNumeric || distinct.length <= cells) {
    const sorted = isNumeric
      ? (distinct as number[]).toSorted((a, b) => a - b)
      : listed(spec, distinct)
    return sorted.slice(0, 40).map((value) => ({
      title: shownLabel(value),
      trials: trials.filter((trial) => valueOf(trial) === value),
    }))
  }
  const edges = edgesOf(spec, distinct as number[])
  return edges.slice(1).map((high, k) => {
    const low = edges[k]!
    const isLast = k === edges.length - 2
    return {
      title: `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`,
      trials: trials.filter((trial) => {
        const x = valueOf(trial) as number
        return x >= low && (x < high || (isLast && x <= high))
      }),
    }
  })
}

/** The labels in the order of the space, then those it had earlier. */
function listed(spec: FlatParam | undefined, found: readonly Label[]): Label[] {
  const choices = spec?.distribution.kind === 'choice' ? spec.distribution.choices : []
  return [
    ...choices.filter((one) => found.includes(one)),
    ...found.filter((one) => !choices.includes(one)),
  ]
}

/** Ends of cells that are equally wide on the parameter's scale. */
function edgesOf(spec: FlatParam | undefined, values: readonly number[]): number[] {
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  const d = spec?.distribution
  const isLog = d !== undefined && d.kind !== 'choice' && d.scale === 'log' && low > 0
  return Array.from({ length: cells + 1 }, (_, k) => {
    if (k === 0) return low
    if (k === cells) return high
    const part = k / cells
    return isLog ? low * (high / low) ** part : low + part * (high - low)
  })
}
