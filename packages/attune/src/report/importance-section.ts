import type { Importance } from '@attune/core'
import { AttuneError, importanceChart, shortName } from '@attune/core'

import { percent } from '../describe/describe-diagnosis.ts'
import { plain } from '../text/text.ts'
import type { Block, FigureBlock, Piece, Section } from './document.ts'
import { paragraph, section } from './document.ts'
import { hasPoints } from './history-section.ts'
import type { StudyFacts, TargetImportance } from './study-facts.ts'
import { counted, listedCode } from './wording.ts'

/** Which parameters matter, for each objective and for how long a trial takes. */
export function importanceSection(facts: StudyFacts): Section[] {
  const { importances, history } = facts
  if (history.finished === 0) return []
  const told = importances.filter(
    ({ target, found }) =>
      !(found instanceof AttuneError) &&
      (target !== 'seconds' || found.some(({ trials }) => trials >= fewestTimed)),
  )
  if (told.length === 0) {
    const [first] = importances
    if (first === undefined || !(first.found instanceof AttuneError)) return []
    return section('Which parameters matter', [
      paragraph(`It cannot be told yet. ${plain(first.found.message)}`),
    ])
  }
  if (told.every(({ found }) => found instanceof AttuneError || found.length < 2)) return []
  return section('Which parameters matter', [
    paragraph(
      'The share of a parameter says how differently it is spread among the best tenth of trials (at least five) than among all (PED-ANOVA); shares add up to 100 %. It says what decided here, not what would elsewhere.',
    ),
    ...told.flatMap((one, place) => aboutTarget(facts, one, place)),
  ])
}

/** The share from which a parameter is said to matter, and below which it is said not to. */
const matters = 0.1
const hardly = 0.03
/** With fewer trials shares are mostly chance; with still fewer those of the duration are not told. */
const telling = 30
const fewestTimed = 10

function aboutTarget(facts: StudyFacts, one: TargetImportance, place: number): Block[] {
  const { target, found } = one
  if (found instanceof AttuneError || found.length === 0) return []
  const total = found.reduce((sum, { value }) => sum + value, 0)
  const about = nameOf(target)
  if (!(total > 0)) {
    return [paragraph(`No parameter can be told to matter for ${about}.`)]
  }
  return [paragraph(sentence(facts, one, found)), ...picture(facts, found, one, place)]
}

/** How a target is called in a sentence. */
const nameOf = (target: string): string =>
  target === 'seconds' ? 'how long a trial takes' : plain(target)

function sentence(
  { history }: StudyFacts,
  { target, intervals }: TargetImportance,
  found: readonly Importance[],
): Piece[] {
  const about = nameOf(target)
  const code = (one: Importance): string => shortName(history, one.name)
  const main = found.filter(({ value }) => value >= matters)
  const least = (one: Importance): number => intervals?.[one.name]?.[0] ?? one.value
  const highest = (one: Importance): number => intervals?.[one.name]?.[1] ?? one.value
  const idle = found.filter((one) => one.value < hardly && highest(one) < matters)
  const [first] = found
  const lead = main.length === 0 ? [first!] : main.slice(0, 4)
  const parts = lead.flatMap((one, i): Piece[] => [
    ...(i === 0 ? [] : [i === lead.length - 1 ? ' and ' : ', ']),
    { code: code(one) },
    ` (${percent(one.value)})`,
  ])
  const opening: Piece[] =
    main.length === 0
      ? [`For ${about} no parameter stands out; most has `, ...parts]
      : [`For ${about} `, ...parts, main.length === 1 ? ' matters most' : ' matter most']
  const names = listedCode(idle.map(code), 6)
  const without: Piece[] =
    idle.length === 0 || main.length === 0
      ? []
      : ['; ', ...names, ` ${idle.length === 1 ? 'makes' : 'make'} hardly any difference`]
  const trials = Math.max(...found.map((one) => one.trials))
  const doubt =
    trials < telling
      ? ` With ${counted(trials, 'trial')} this may be chance: take it for a hint.`
      : least(lead[0]!) < matters
        ? ' With other trials of the same kind the shares might be quite different: take them for a hint.'
        : ''
  return [...opening, ...without, `.${doubt}`]
}

function picture(
  { history }: StudyFacts,
  found: readonly Importance[],
  { target, intervals }: TargetImportance,
  place: number,
): FigureBlock[] {
  const about = nameOf(target)
  const short = found.map((one) => ({ ...one, name: shortName(history, one.name) }))
  const around = intervals === undefined ? undefined : shortKeys(history, intervals)
  const chart = importanceChart(short, {
    ...{ target: about, most: 12 },
    ...(around === undefined ? {} : { intervals: around }),
  })
  if (found.length < 2 || !hasPoints(chart)) return []
  const most = Math.max(...found.map(({ trials }) => trials))
  const partly = found.some(({ trials }) => trials < most)
  return [
    {
      kind: 'figure',
      name: `importance-${place}`,
      chart,
      aspect: Math.min(0.75, (96 + 26 * Math.min(12, found.length)) / 736),
      caption: `How much each parameter decides about ${about}, as a share of what all of them decide.${around === undefined ? '' : ' The thin lines are where 90 % of the shares lie when trials are drawn again (bootstrap).'}`,
      table: {
        kind: 'table',
        caption: `Importance for ${about}`,
        columns: [
          { name: 'parameter' },
          { name: 'share', unit: '%', isNumber: true },
          ...(around === undefined ? [] : [{ name: '90 % of draws', unit: '%', isNumber: true }]),
          ...(partly ? [{ name: 'trials that have it', isNumber: true }] : []),
        ],
        rows: short
          .slice(0, 60)
          .map(({ name, value, trials }) => [
            [{ code: name }],
            (100 * value).toFixed(1),
            ...(around === undefined ? [] : [intervalText(around[name])]),
            ...(partly ? [String(trials)] : []),
          ]),
        ...(short.length > 60 ? { note: `The first 60 of ${short.length} parameters.` } : {}),
      },
    },
  ]
}

type Intervals = NonNullable<TargetImportance['intervals']>

const shortKeys = (history: StudyFacts['history'], intervals: Intervals): Intervals =>
  Object.fromEntries(
    Object.entries(intervals).map(([name, interval]) => [shortName(history, name), interval]),
  )

const intervalText = (interval: Intervals[string] | undefined): string =>
  interval === undefined ? '' : interval.map((x) => (100 * x).toFixed(1)).join(' to ')
