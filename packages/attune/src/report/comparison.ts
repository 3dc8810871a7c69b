import type { Chart, Convergence, Mark } from '@attune/core'
import {
  bestTrials,
  cell,
  comparisonChart,
  convergence,
  countStates,
  hypervolumeConvergence,
  spaceOf,
} from '@attune/core'
import { mean, variance } from '@attune/core/math'

import {
  describeAlgorithm,
  describeObjectives,
  describeResult,
} from '../describe/describe-study.ts'
import { formatTime } from '../describe/format-time.ts'
import { formatDuration, formatNumber } from '../text/format.ts'
import { plain } from '../text/text.ts'
import type { Block, FigureBlock, Report, Section, TableBlock, Words } from './document.ts'
import { paragraph, section } from './document.ts'
import { writtenRows } from './environment-section.ts'
import { evenly } from './evenly.ts'
import { hasPoints } from './history-section.ts'
import { logLabels } from './log-labels.ts'
import { authorSection } from './notes-section.ts'
import { busyTimes } from './run-section.ts'
import type { StudyFacts } from './study-facts.ts'
import { goal, inWords } from './subject-section.ts'
import { counted, listed, listedCode, whole } from './wording.ts'

/** A report about several studies side by side. */
export function comparisonReport(all: readonly StudyFacts[]): Report {
  const [first] = all
  return {
    title: `${counted(all.length, 'study', 'studies')} compared`,
    subtitle: `Report of ${formatTime(first!.written.at)}: ${listed(all.map(nameOf))}`,
    sections: [
      ...section('The answer', [...answer(all), sideBySide(all)]),
      ...authorSection(first!),
      ...courses(all),
      ...section('What differs', differences(all)),
      ...section('Environment', [
        {
          kind: 'facts',
          rows: [...writtenRows(first!.written), ['Journal', [{ code: plain(first!.file) }]]],
        },
      ]),
    ],
  }
}

const nameOf = ({ config }: StudyFacts): string => plain(config.name).slice(0, 80)

const objectivesKey = ({ config }: StudyFacts): string => JSON.stringify(config.objectives)
const spaceKey = ({ history, config }: StudyFacts): string =>
  JSON.stringify([
    spaceOf(history).params.map(({ name, distribution, when }) => [name, distribution, when]),
    config.space.require ?? [],
  ])

const areSame = (all: readonly StudyFacts[], key: (one: StudyFacts) => string): boolean =>
  new Set(all.map(key)).size === 1

function answer(all: readonly StudyFacts[]): Block[] {
  const [first] = all
  if (!areSame(all, objectivesKey)) {
    return [paragraph('The studies have different objectives: their results cannot be compared.')]
  }
  const finished = all.filter(({ best }) => best.length > 0)
  if (finished.length === 0) return [paragraph('None of the studies has a best trial yet.')]
  return first!.config.objectives.length === 1 ? oneObjective(finished) : frontsOf(all)
}

function oneObjective(finished: readonly StudyFacts[]): Block[] {
  const { name, direction } = finished[0]!.config.objectives[0]!
  const value = ({ history, best }: StudyFacts): number => cell(history, `metric:${name}`, best[0]!)
  const sign = direction === 'maximize' ? -1 : 1
  const sorted = finished.toSorted((a, b) => sign * (value(a) - value(b)))
  const [winner, next] = sorted as [StudyFacts, StudyFacts | undefined]
  const gap = next === undefined ? 0 : Math.abs(value(winner) - value(next))
  const behind =
    next === undefined
      ? 'the only study with a result'
      : gap > 0
        ? `trial ${winner.best[0]} of ${nameOf(winner)}; ${nameOf(next)} is worse by ${formatNumber(gap, 3)}`
        : `trial ${winner.best[0]} of ${nameOf(winner)}; ${nameOf(next)} found the same`
  return [
    {
      kind: 'answer',
      label: `Best ${plain(name)}`,
      value: formatNumber(value(winner), 6),
      note: behind,
    },
    ...onlySeeds(finished, value),
  ]
}

/** Studies that differ by their seeds alone say how much is chance. */
function onlySeeds(finished: readonly StudyFacts[], value: (one: StudyFacts) => number): Block[] {
  if (finished.length < 2) return []
  const setting = ({ config, history }: StudyFacts): string =>
    JSON.stringify([
      ...[config.space, config.constraints, config.sampler, config.scheduler, config.program],
      history.length,
    ])
  const seeds = new Set(finished.map(({ config }) => config.seed))
  if (!areSame(finished, setting) || seeds.size < finished.length) {
    return [
      paragraph(
        'One study of a kind cannot tell skill from luck: run each with several seeds before a small difference is believed.',
      ),
    ]
  }
  const values = finished.map(value)
  return [
    paragraph(
      `The studies differ only by their seeds: the best is ${formatNumber(mean(values))} on average, with a standard deviation of ${formatNumber(Math.sqrt(variance(values)), 2)}.`,
    ),
  ]
}

/** Of several objectives: hypervolumes from one point that lies beyond the results of all studies. */
function frontsOf(all: readonly StudyFacts[]): Block[] {
  const { objectives } = all[0]!.config
  const courses = volumesOf(all)
  const reference = courses[0]!.reference
  const rows = all.map((one, i) => {
    const final = courses[i]!.best.at(-1) ?? Number.NaN
    const volume = Number.isNaN(final) ? '' : formatNumber(final)
    return [nameOf(one), volume, whole(bestTrials(one.history).length)]
  })
  const point = listed(
    objectives.map(({ name }, k) => `${plain(name)} ${formatNumber(reference[k]!)}`),
  )
  return [
    {
      kind: 'table',
      caption: 'Hypervolumes of the fronts',
      columns: [
        { name: 'study' },
        { name: 'hypervolume', isNumber: true },
        { name: 'trials on the front', isNumber: true },
      ],
      rows,
      note: `Measured from ${point}, beyond the worst results of all; more is better.`,
    },
  ]
}

function volumesOf(all: readonly StudyFacts[]): ReturnType<typeof hypervolumeConvergence>[] {
  const { objectives } = all[0]!.config
  const own = all
    .filter(({ best }) => best.length > 0)
    .map(({ history }) => hypervolumeConvergence(history).reference)
  const reference = objectives.map(({ direction }, k) => {
    const worse = direction === 'maximize' ? Math.min : Math.max
    return own.map((point) => point[k]!).reduce((a, b) => worse(a, b))
  })
  return all.map(({ history }) => hypervolumeConvergence(history, { reference }))
}

function sideBySide(all: readonly StudyFacts[]): TableBlock {
  const row = (facts: StudyFacts): Words[] => {
    const { history, config, best } = facts
    const counts = countStates(history)
    const busy = busyTimes(facts)
    const [first] = best
    const result = first === undefined ? 'none yet' : plain(describeResult(history, first))
    return [
      nameOf(facts),
      config.objectives.length > 1 && first !== undefined ? `front of ${best.length}` : result,
      config.objectives.length > 1 || first === undefined ? '' : String(first),
      whole(history.length),
      whole(counts.complete),
      whole(counts.pruned),
      whole(counts.failed),
      busy === undefined ? '' : formatDuration(busy.seconds),
      plain(config.sampler.name),
      plain(config.scheduler.name),
      String(config.seed),
    ]
  }
  return {
    kind: 'table',
    caption: 'Side by side',
    columns: [
      { name: 'study' },
      { name: 'best' },
      { name: 'its trial', isNumber: true },
      { name: 'trials', isNumber: true },
      { name: 'complete', isNumber: true },
      { name: 'stopped early', isNumber: true },
      { name: 'failed', isNumber: true },
      { name: 'trials ran for' },
      { name: 'sampler' },
      { name: 'scheduler' },
      { name: 'seed', isNumber: true },
    ],
    rows: all.map(row),
  }
}

/** So many studies are drawn, each in its colour. */
const mostLines = 7

function courses(all: readonly StudyFacts[]): Section[] {
  if (!areSame(all, objectivesKey)) return []
  const drawn = all.slice(0, mostLines)
  const { objectives } = all[0]!.config
  if (objectives.length > 1) {
    if (all.every(({ best }) => best.length === 0)) return []
    const volumes = volumesOf(drawn)
    return figure(drawn, volumes, 'hypervolume', volumeChart(drawn, volumes))
  }
  const { name } = objectives[0]!
  const labels = drawn.map((one) => logLabels(one, name))
  const isLog = labels.every(({ log }) => log?.includes(name) === true)
  const groups = drawn.map((one) => ({ name: nameOf(one), histories: [one.history] }))
  const chart = comparisonChart(groups, (isLog ? labels[0] : all[0]!.labels) ?? {})
  return figure(
    drawn,
    drawn.map(({ history }) => convergence(history)),
    plain(name),
    chart,
  )
}

function volumeChart(drawn: readonly StudyFacts[], found: readonly Convergence[]): Chart {
  return {
    title: 'Hypervolume by finished trials',
    x: { name: 'finished trials' },
    y: { name: 'hypervolume' },
    marks: drawn.map((one, colour): Mark => {
      const points = Array.from(found[colour]!.best, (y, k) => [k + 1, y] as const)
      return { kind: 'line', name: nameOf(one), colour, step: true, points }
    }),
  }
}

function figure(
  drawn: readonly StudyFacts[],
  found: readonly Convergence[],
  what: string,
  chart: Chart,
): Section[] {
  if (!hasPoints(chart)) return []
  const longest = Math.max(...found.map(({ best }) => best.length))
  const rows = evenly(
    Array.from({ length: longest }, (_, k) => k),
    12,
  )
  const block: FigureBlock = {
    kind: 'figure',
    name: 'comparison',
    chart,
    caption: `The best ${what} after so many finished trials, a line a study.`,
    table: {
      kind: 'table',
      caption: `Best ${what} after so many finished trials`,
      columns: [
        { name: 'trials', isNumber: true },
        ...drawn.map((one) => ({ name: nameOf(one), isNumber: true })),
      ],
      rows: rows.map((k) => [
        whole(k + 1),
        ...found.map(({ best }) => {
          const x = best[k] ?? Number.NaN
          return Number.isNaN(x) ? '' : formatNumber(x)
        }),
      ]),
    },
  }
  return [{ title: 'How they went', blocks: [block] }]
}

function differences(all: readonly StudyFacts[]): Block[] {
  const blocks: Block[] = []
  const [first] = all
  if (areSame(all, objectivesKey)) {
    blocks.push(paragraph(`All of them ${listed(first!.config.objectives.map(goal))}.`))
  } else {
    const items = all.map((one) => `${nameOf(one)}: ${plain(describeObjectives(one.history))}`)
    blocks.push({ kind: 'list', items })
  }
  const constraints = new Set(all.map(({ config }) => JSON.stringify(config.constraints)))
  if (constraints.size > 1) {
    blocks.push(
      paragraph(
        'Their constraints on results differ, so that a better result may not be one that counts in all.',
      ),
    )
  }
  for (const kind of ['sampler', 'scheduler'] as const) {
    const told = all.map(({ config }) => plain(describeAlgorithm(config[kind])))
    if (new Set(told).size === 1) continue
    blocks.push(paragraph(`Their ${kind}s:`), {
      kind: 'list',
      items: all.map((one, i) => `${nameOf(one)}: ${told[i]}`),
    })
  }
  if (areSame(all, spaceKey)) return [...blocks, paragraph('They searched the same space.')]
  return [...blocks, ...spaces(all)]
}

/** Parameters that not all studies search in the same way. */
function spaces(all: readonly StudyFacts[]): Block[] {
  const tables = all.map(
    ({ history }) =>
      new Map(
        spaceOf(history).params.map(({ name, distribution }) => [name, inWords(distribution)]),
      ),
  )
  const names = [...new Set(tables.flatMap((table) => [...table.keys()]))]
  const other = names.filter((name) => new Set(tables.map((table) => table.get(name))).size > 1)
  if (other.length === 0) {
    return [paragraph('They searched the same parameters, under other conditions or requirements.')]
  }
  const shared = names.length - other.length
  const words: Words = [
    'Their spaces differ in ',
    ...listedCode(other, 8),
    '.',
    shared > 0 ? ` ${counted(shared, 'parameter')} ${shared === 1 ? 'is' : 'are'} the same.` : '',
  ]
  return [
    paragraph(words),
    {
      kind: 'table',
      caption: 'Parameters that differ',
      columns: [{ name: 'parameter' }, ...all.map((one) => ({ name: nameOf(one) }))],
      rows: other
        .slice(0, 40)
        .map((name) => [[{ code: name }], ...tables.map((table) => table.get(name) ?? '–')]),
    },
  ]
}
