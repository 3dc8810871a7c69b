import type { FailureReason, FailureRegion } from '@attune/core'
import {
  countStates,
  failureCauses,
  failuresCharts,
  jointSpace,
  shortName,
  spaceOf,
} from '@attune/core'

import { percent } from '../describe/describe-diagnosis.ts'
import { groupFailures } from '../describe/failures.ts'
import { formatNumber } from '../text/format.ts'
import { firstLine, plain, plainLines } from '../text/text.ts'
import type { Block, FigureBlock, Piece, Section } from './document.ts'
import { paragraph, section } from './document.ts'
import { hasPoints } from './history-section.ts'
import type { StudyFacts } from './study-facts.ts'
import { counted, shownLabel, whole } from './wording.ts'

/** Failures by cause, with what the trials have in common and what to do. */
export function failuresSection(facts: StudyFacts): Section[] {
  const { history } = facts
  const groups = groupFailures(history)
  if (groups.length === 0) return []
  const { failed } = countStates(history)
  const causes = failureCauses(jointSpace(history, spaceOf(history)), history)
  const regions = new Map(causes.map((cause) => [cause.reason, cause.regions]))
  const who =
    history.length > 1
      ? `${whole(failed)} of ${counted(history.length, 'trial')} (${percent(failed / history.length)})`
      : 'The only trial'
  return section('What failed', [
    paragraph(`${who} failed${groups.length > 1 ? `, for ${groups.length} reasons` : ''}.`),
    ...groups.flatMap((group) => aboutGroup(facts, group, regions.get(group.reason) ?? [])),
    ...pictures(facts),
  ])
}

function aboutGroup(
  { history }: StudyFacts,
  { reason, count, trial, failure }: ReturnType<typeof groupFailures>[number],
  regions: readonly FailureRegion[],
): Block[] {
  const message = cut(firstLine(failure.message))
  const what: Piece[] = [
    { strong: `${counted(count, 'trial')}: ${causes[reason]}.` },
    ...(message === '' ? [` Such as trial ${trial}.`] : [` Such as trial ${trial}: “${message}”`]),
  ]
  const common = regions
    .slice(0, mostRegions)
    .flatMap((region, i): Piece[] => [
      i === 0 ? 'It happened to ' : '; to ',
      ...describeRegion(shortName(history, region.name), region),
    ])
  const help = failure.help === undefined ? advice[reason] : plain(failure.help)
  const output = (failure.output ?? []).flatMap(plainLines).map(cut).slice(-5)
  return [
    paragraph(what),
    ...(common.length === 0 ? [] : [paragraph([...common, '.'])]),
    paragraph(['What to do: ', ...withCode(help)]),
    ...(output.length === 0
      ? []
      : [
          {
            ...({ kind: 'text', language: 'text', text: output.join('\n') } as const),
            words: `The last lines that trial ${trial} printed:`,
          },
        ]),
  ]
}

/** What stands between back quotes is code. */
const withCode = (text: string): Piece[] =>
  text.split('`').map((part, i) => (i % 2 === 1 ? { code: part } : part))

/** So many parts of the space are named for each cause. */
const mostRegions = 2

/** `12 of the 20 trials with lr of 0.1 or more, and to 1 of the 40 others` */
function describeRegion(name: string, region: FailureRegion): Piece[] {
  const { part, trials, failed, otherTrials, otherFailed } = region
  const where =
    'label' in part
      ? ` = ${shownLabel(part.label)}`
      : 'from' in part
        ? ` of ${formatNumber(part.from, 3)} or more`
        : ` of ${formatNumber(part.upTo, 3)} or less`
  const others = `${otherFailed === 0 ? 'none' : whole(otherFailed)} of the ${whole(otherTrials)} others`
  return [
    `${failed === trials ? 'all' : whole(failed)} of the ${counted(trials, 'trial')} with `,
    { code: name },
    `${where}, and to ${others}`,
  ]
}

/** The share of trials that failed by the values of the parameters that failures share. */
function pictures({ history }: StudyFacts): FigureBlock[] {
  const [, ...charts] = failuresCharts(history, { most: 2 })
  return charts.filter(hasPoints).map((chart, i): FigureBlock => {
    const { title: _, ...rest } = chart
    const [bars] = chart.marks
    const shares = bars?.kind === 'bars' ? bars.values : []
    const title = plain(chart.title)
    return {
      kind: 'figure',
      name: `failures-${i}`,
      chart: { ...rest, title },
      aspect: 0.48,
      caption: `The share of trials that failed so, by ${plain(chart.x.name)}.`,
      table: {
        kind: 'table',
        caption: title,
        columns: [{ name: plain(chart.x.name) }, { name: 'failed', unit: '%', isNumber: true }],
        rows: (chart.x.labels ?? []).flatMap((label, k) => {
          const share = shares[k] ?? Number.NaN
          return Number.isNaN(share) ? [] : [[plain(label), share.toFixed(0)]]
        }),
      },
    }
  })
}

const longest = 300
const cut = (line: string): string =>
  line.length <= longest ? line : `${line.slice(0, longest - 1)}…`

const causes: Readonly<Record<FailureReason, string>> = {
  error: 'the program ended with an error',
  timeout: 'longer than the limit of time',
  'cpu-time': 'more processor time than the limit',
  'out-of-memory': 'more memory than there was, or than the limit',
  'output-size': 'more output than the limit',
  'disk-space': 'more kept on disk than the limit',
  'not-a-number': 'the result was not a number',
  killed: 'the program was killed from outside',
  lost: 'the process that ran the trial was lost',
  'invalid-result': 'the result could not be read',
  'missing-result': 'the program ended without a result',
  refused: 'the program refused the configuration',
}

const advice: Readonly<Record<FailureReason, string>> = {
  error: 'run one of them by hand and read what it prints; narrow the space where it cannot work.',
  timeout: 'raise the limit, make slow configurations impossible, or let a scheduler stop them.',
  'cpu-time': 'raise the limit, or narrow the parameters that make a trial slow.',
  'out-of-memory':
    'narrow the parameters that take memory, run fewer trials at once, or give more.',
  'output-size': 'print less, or raise the limit.',
  'disk-space': 'keep less in the folder of a trial, or raise the limit.',
  'not-a-number': 'narrow the parameters that let it diverge, such as a learning rate.',
  killed: 'look who ended it: often the system, when memory was short. A retry may help.',
  lost: 'look whether the machine or the process was ended; run fewer trials at once if memory was short.',
  'invalid-result': 'let the program print the objective as a number, under its name.',
  'missing-result': 'let the program print its result before it ends.',
  refused: 'narrow the space to what the program takes.',
}
