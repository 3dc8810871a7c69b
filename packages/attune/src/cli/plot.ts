import type {
  AnyChart,
  ChartFlag,
  ChartFunctionOptions,
  ChartKind,
  ChartRequest,
  ColumnLabels,
  History,
  PlottedStudy,
} from '@attune/core'
import {
  AttuneError,
  chartKind,
  chartKinds,
  checkMetrics,
  columnsOf,
  createAttempts,
  createReports,
  groupStudies,
  isSpace,
  keepTrials,
  objectivePlace,
} from '@attune/core'

import { sketch } from '../pictures/sketch.ts'
import { table } from '../text/table.ts'
import { plain } from '../text/text.ts'
import { refuseJournal } from './export.ts'
import { wholeNumber } from './flags.ts'
import type { Io } from './io.ts'
import type { OpenStudy } from './open-study.ts'
import { openForReading } from './open-study.ts'
import { checkEnding, writePlot } from './plot-files.ts'
import { selectTrials } from './select-trials.ts'

export interface PlotOptions {
  /** Studies, then the chart; without a study the only one of the journal. */
  readonly words: readonly string[]
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** A file: .svg, .html, .png, .json or .csv; default: a sketch in the terminal. */
  readonly output?: string | undefined
  /** List the charts. */
  readonly list?: boolean | undefined
  /** An objective by name or place. */
  readonly objective?: string | undefined
  /** Parameters or columns, with commas between. */
  readonly param?: string | undefined
  /** Metrics, with commas between. */
  readonly metric?: string | undefined
  /** Columns that are drawn on a log axis. */
  readonly log?: string | undefined
  /** Of a history: trial, time, seconds or cpuSeconds. */
  readonly by?: string | undefined
  /** Of a history: value or regret. */
  readonly view?: string | undefined
  /** Of a history: the middle half of the last results as a band. */
  readonly quantiles?: boolean | undefined
  /** Only the trials for which it holds. */
  readonly where?: string | undefined
  /** Units by column: loss=nats,seconds=s. */
  readonly units?: readonly string[] | undefined
  readonly width?: string | undefined
  readonly height?: string | undefined
  readonly theme?: string | undefined
  /** Studies whose names differ by the number at their end are seeds of one. */
  readonly seeds?: boolean | undefined
  /** No letters beyond ASCII in a sketch; default: where the terminal has no UTF-8. */
  readonly ascii?: boolean | undefined
}

/**
 * `attune plot`: a chart of a study as a file, or sketched in the terminal. Exit code 1 when there is
 * nothing to draw yet; a file is written all the same, and says why.
 */
export async function plot(options: PlotOptions, io: Io): Promise<number> {
  if (options.list) {
    io.out(`${chartList(io.columns)}\n`)
    return 0
  }
  const { studies: names, kind, name } = readWords(options.words)
  checkEnding(options.output)
  checkFlags(name, kind, options)
  const theme = checkTheme(options.theme)
  const width = wholeNumber('--width', options.width, 100)
  const height = wholeNumber('--height', options.height, 80)
  const opened: OpenStudy[] = []
  try {
    for (const study of names) opened.push(await openForReading(options.journal, study))
    const charts = await drawCharts(opened, kind, options)
    const empty = charts.filter(({ note }) => note !== undefined)
    if (options.output === undefined) printSketches(charts, options, io)
    else {
      const title = `${opened.map((study) => study.name).join(', ')}: ${name}`
      const look = { title, theme, width, height, small: kind.small === true && charts.length > 1 }
      refuseJournal(opened[0]!.file, options.output)
      await writePlot(charts, options.output, look)
      const about = charts.length === 1 ? charts[0]!.title : `${charts.length} charts`
      io.out(`${plain(about)}: ${options.output}\n`)
    }
    if (empty.length < charts.length) return 0
    io.err(`attune: ${plain(empty[0]?.note ?? 'There is nothing to draw.')}\n`)
    return 1
  } finally {
    for (const study of opened.reverse()) await study[Symbol.asyncDispose]()
  }
}

function chartList(columns: number): string {
  const rows = Object.entries(chartKinds).map(([name, { about }]) => [name, about])
  return table(rows, { columns: ['chart', 'what it shows'], maxWidth: columns }).join('\n')
}

function readWords(words: readonly string[]): {
  readonly studies: readonly (string | undefined)[]
  readonly name: string
  readonly kind: ChartKind
} {
  const name = words.at(-1)
  if (name === undefined) {
    const known = Object.keys(chartKinds).join(', ')
    throw new AttuneError('usage', `Which chart? attune plot STUDY CHART, with one of ${known}.`)
  }
  const studies = words.slice(0, -1)
  const swapped = studies.find((word) => Object.hasOwn(chartKinds, word))
  if (!Object.hasOwn(chartKinds, name) && swapped !== undefined) {
    throw new AttuneError('usage', `The chart comes last: attune plot ${name} ${swapped}.`)
  }
  return { studies: studies.length === 0 ? [undefined] : studies, name, kind: chartKind(name) }
}

const flagNames: readonly ChartFlag[] = [
  ...([
    'param',
    'metric',
    'objective',
    'log',
    'units',
    'seeds',
    'by',
    'view',
    'quantiles',
  ] as const),
]

/** An option that a chart would pass over is a mistake. */
function checkFlags(name: string, { flags }: ChartKind, options: PlotOptions): void {
  const unknown = flagNames.find((flag) => options[flag] !== undefined && !flags.includes(flag))
  if (unknown === undefined) return
  const known = flags.map((flag) => `--${flag}`).join(', ')
  const hint = known === '' ? '' : ` It takes ${known}.`
  throw new AttuneError('usage', `--${unknown}: the chart ${name} has no use for it.${hint}`)
}

function checkTheme(given: string = 'light'): 'light' | 'dark' {
  if (given === 'light' || given === 'dark') return given
  throw new AttuneError('usage', `--theme: "${given}" is not known. There are light and dark.`)
}

const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

function labelsOf(history: History, options: PlotOptions): ColumnLabels {
  const units = (options.units ?? []).flatMap(listOf).map((text): [string, string] => {
    const at = text.indexOf('=')
    if (at > 0) return [columnsOf(history, [text.slice(0, at)])[0]!, text.slice(at + 1)]
    throw new AttuneError('usage', `--units takes column=unit, such as loss=nats, got "${text}".`)
  })
  const log = columnsOf(history, listOf(options.log))
  return {
    ...(units.length === 0 ? {} : { units: Object.fromEntries(units) }),
    ...(log.length === 0 ? {} : { log }),
  }
}

async function drawCharts(
  opened: readonly OpenStudy[],
  kind: ChartKind,
  options: PlotOptions,
): Promise<readonly AnyChart[]> {
  const studies = opened.map((study) => plotted(study, options.where))
  const [first] = studies
  if (kind.drawAll !== undefined) {
    return [kind.drawAll(groupStudies(studies, options.seeds), requestOf(first!.history, options))]
  }
  const all: AnyChart[] = []
  for (const study of studies) {
    const charts = await kind.draw!(study, requestOf(study.history, options))
    const prefix = studies.length > 1 ? `${study.name}: ` : ''
    all.push(...charts.map((chart) => ({ ...chart, title: `${prefix}${chart.title}` })))
  }
  return all
}

function requestOf(history: History, options: PlotOptions): ChartRequest {
  const metrics = listOf(options.metric)
  checkMetrics(history, metrics, true)
  return {
    labels: labelsOf(history, options),
    params: columnsOf(history, listOf(options.param)),
    metrics,
    objective: objectivePlace(history, options.objective),
    options: functionOptions(options),
  }
}

/** The chart itself refuses words that it does not know. */
function functionOptions({ by, view, quantiles }: PlotOptions): ChartFunctionOptions {
  const given = { by, view, quantiles }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function plotted({ name, history, journal }: OpenStudy, where: string | undefined): PlottedStudy {
  const kept = where === undefined ? undefined : new Set(selectTrials(history, { where }))
  return {
    name,
    history: kept === undefined ? history : keepTrials(history, (trial) => kept.has(trial)),
    async reported(metrics) {
      const reports = createReports({ metrics })
      for await (const entries of journal.read(0))
        entries.forEach(({ event }) => reports.add(event))
      return reports.trials()
    },
    async attempts() {
      const attempts = createAttempts()
      for await (const entries of journal.read(0))
        entries.forEach(({ event }) => attempts.add(event))
      return attempts.all()
    },
  }
}

/** A sketch is no wider than this where the width is not known, and than that in any case. */
const usualWidth = 80
const widest = 120
/** Small multiples shown in a terminal. */
const mostSketches = 8

function printSketches(charts: readonly AnyChart[], options: PlotOptions, io: Io): void {
  const columns = Number.isFinite(io.columns) ? Math.min(widest, io.columns) : usualWidth
  const ascii = options.ascii ?? !hasUtf8(process.env)
  // What has three axes is sketched as pairs of them, which a front of three brings along itself.
  const hasPairs = charts.some((chart) => !isSpace(chart))
  const flat = hasPairs ? charts.filter((chart) => !isSpace(chart)) : charts
  const shown = flat.slice(0, mostSketches)
  const rows = flat.length > 2 ? 8 : 14
  const texts = shown.map((chart) =>
    sketch(chart, { columns, rows, ascii, color: io.color }).join('\n'),
  )
  const left = flat.length - shown.length
  const more =
    left === 0 ? '' : `\n${left} more: choose with --param, or draw all with -o FILE.svg\n`
  io.out(`${texts.join('\n\n')}\n${more}`)
}

/** Whether a terminal shows more than ASCII, by the locale that it was started with. */
export function hasUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  if (process.platform === 'win32') return true
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(
    (x) => x !== undefined && x !== '',
  )
  return /utf-?8/i.test(locale ?? '')
}
