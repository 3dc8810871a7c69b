import { AttuneError, cell, countStates, frontChart, hypervolumeChart } from '@attune/core'

import { formatNumber } from '../text/format.ts'
import { plain } from '../text/text.ts'
import { unitOf } from './certainty-section.ts'
import type { Block, FigureBlock, Section } from './document.ts'
import { paragraph, section } from './document.ts'
import { evenly } from './evenly.ts'
import { hasPoints } from './history-section.ts'
import { logLabels } from './log-labels.ts'
import { trialTable } from './ranking-section.ts'
import type { StudyFacts } from './study-facts.ts'
import { counted, listed, whole } from './wording.ts'

/** The front is shown whole up to so many trials. */
const mostRows = 40

/** Of several objectives: the front as a picture and a table, with its hypervolume. */
export function frontSection(facts: StudyFacts): Section[] {
  const { config, best } = facts
  if (config.objectives.length < 2 || best.length === 0) return []
  const { name } = config.objectives[0]!
  const value = (trial: number): number => cell(facts.history, `metric:${name}`, trial)
  const sorted = best.toSorted((a, b) => value(a) - value(b) || a - b)
  const shown = evenly(sorted, mostRows)
  const table = trialTable(facts, shown, `The front, by ${plain(name)}`)
  const left =
    shown.length < sorted.length
      ? { note: `${shown.length} of ${whole(sorted.length)} trials, evenly chosen.` }
      : {}
  return section('The best trade-offs', [
    ...volume(facts),
    ...pictures(facts),
    { ...table, ...left },
    ...volumePicture(facts),
  ])
}

function volume({ diagnosis, config }: StudyFacts): Block[] {
  if (diagnosis instanceof AttuneError) return []
  const { best, reference } = diagnosis.convergence
  const final = best.at(-1)
  if (reference === undefined || final === undefined || Number.isNaN(final)) return []
  const point = listed(
    config.objectives.map(({ name }, k) => `${plain(name)} ${formatNumber(reference[k]!)}`),
  )
  return [
    paragraph(
      `The hypervolume of the front is ${formatNumber(final)}: the size of the region of results that its trials beat, measured from ${point}. More is better; it can be compared with other studies only from the same point.`,
    ),
  ]
}

function volumePicture({ diagnosis, history }: StudyFacts): FigureBlock[] {
  if (diagnosis instanceof AttuneError) return []
  const { best, trials, gains, reference } = diagnosis.convergence
  const chart = hypervolumeChart(history, reference === undefined ? {} : { reference })
  if (reference === undefined || gains.length < 2 || !hasPoints(chart)) return []
  const shown = evenly([...gains], 60)
  return [
    {
      kind: 'figure',
      name: 'hypervolume',
      chart,
      aspect: 0.45,
      caption: 'The hypervolume of the front by trial: how much better the trade-offs became.',
      table: {
        kind: 'table',
        caption: 'Trials that added to the front',
        columns: [
          { name: 'trial', isNumber: true },
          { name: 'hypervolume', isNumber: true },
        ],
        rows: shown.map((k) => [String(trials[k]), formatNumber(best[k]!)]),
        ...(shown.length < gains.length
          ? { note: `${shown.length} of ${gains.length}, evenly chosen.` }
          : {}),
      },
    },
  ]
}

/** At most this many pairs of objectives are drawn. */
const mostPairs = 3

function pictures(facts: StudyFacts): FigureBlock[] {
  const { config, history } = facts
  const places = config.objectives.map((_, place) => place)
  const pairs = places.flatMap((x) => places.slice(x + 1).map((y) => [x, y] as const))
  const { complete } = countStates(history)
  return pairs.slice(0, mostPairs).flatMap((objectives): FigureBlock[] => {
    const [x, y] = objectives.map((place) => config.objectives[place]!)
    const log = [x!, y!].flatMap(({ name }) => logLabels(facts, name).log ?? [])
    const reference = pairs.length > 1 ? {} : referenceOf(facts)
    const chart = frontChart(history, { ...facts.labels, log, objectives, ...reference })
    if (!hasPoints(chart)) return []
    const only = pairs.length > 1 ? ' The front here is that of these two objectives alone.' : ''
    return [
      {
        kind: 'figure',
        name: `front-${objectives.join('-')}`,
        chart,
        caption: `${plain(y!.name)} against ${plain(x!.name)} for ${counted(complete, 'trial')} that ran to the end. Beyond the line of the front no trial came; ${better(x!)} and ${better(y!)} are better.${only}`,
        table: pointsTable(facts, objectives),
      },
    ]
  })
}

const better = ({ name, direction }: StudyFacts['config']['objectives'][number]): string =>
  `${direction === 'maximize' ? 'high' : 'low'} ${plain(name)}`

function referenceOf({ diagnosis }: StudyFacts): {
  readonly reference?: readonly [number, number]
} {
  if (diagnosis instanceof AttuneError) return {}
  const [x, y] = diagnosis.convergence.reference ?? []
  return x === undefined || y === undefined ? {} : { reference: [x, y] }
}

/** The trials of the front in two objectives. */
function pointsTable(facts: StudyFacts, objectives: readonly number[]): FigureBlock['table'] {
  const { config, history, best } = facts
  const specs = objectives.map((place) => config.objectives[place]!)
  const shown = evenly(best, 100)
  return {
    kind: 'table',
    caption: 'Trials of the front',
    columns: [
      { name: 'trial', isNumber: true },
      ...specs.map(({ name }) => ({ name: plain(name), isNumber: true, ...unitOf(facts, name) })),
    ],
    rows: shown.map((trial) => [
      String(trial),
      ...specs.map(({ name }) => formatNumber(cell(history, `metric:${name}`, trial), 6)),
    ]),
    ...(shown.length < best.length
      ? { note: `${shown.length} of ${best.length}, evenly chosen.` }
      : {}),
  }
}
