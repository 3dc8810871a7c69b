import { AttuneError, cell, countStates, lossesOf, paramNames, rankTrials } from '@attune/core'
import { mean, variance } from '@attune/core/math'

import {
  describeCalibration,
  describeFit,
  describeLeft,
  describePace,
  describeSince,
} from '../describe/describe-diagnosis.ts'
import { formatNumber } from '../text/format.ts'
import { plain } from '../text/text.ts'
import type { Block, Section } from './document.ts'
import { paragraph, section } from './document.ts'
import type { StudyFacts } from './study-facts.ts'
import { counted, whole } from './wording.ts'

/**
 * How sure the answer is: repeats and standard errors, how far the next distinct configurations are,
 * how the study came there and what may be left to gain.
 */
export function certaintySection(facts: StudyFacts): Section[] {
  if (facts.best.length === 0) return []
  const isOne = facts.config.objectives.length === 1
  return section('How sure this is', [
    ...(isOne ? [...repeats(facts), ...rivals(facts)] : []),
    ...course(facts),
  ])
}

/** Runs of one configuration, from the best result to the worst. */
interface Distinct {
  readonly key: string
  readonly trials: number[]
}

/** Configurations that were run to the end, the best first; results that were taken over count once. */
function distinctOf({ history }: StudyFacts): Distinct[] {
  const names = paramNames(history)
  const found = new Map<string, Distinct>()
  for (const trial of rankTrials(history)) {
    if (cell(history, 'violation', trial) > 0) continue
    if (history.details.get(trial)?.copyOf !== undefined) continue
    const key = JSON.stringify(names.map((name) => history.values.get(name, trial) ?? [null]))
    const known = found.get(key)
    if (known === undefined) found.set(key, { key, trials: [trial] })
    else known.trials.push(trial)
  }
  return [...found.values()]
}

function repeats(facts: StudyFacts): Block[] {
  const { history, config, best } = facts
  const { name } = config.objectives[0]!
  const [winner] = distinctOf(facts)
  const error = cell(history, `se:${name}`, best[0]!)
  const blocks: Block[] = []
  if (!Number.isNaN(error)) {
    blocks.push(
      paragraph(
        `The program gave a standard error of ${formatNumber(error, 2)} for its ${plain(name)}.`,
      ),
    )
  }
  const values = winner?.trials.map((trial) => cell(history, `metric:${name}`, trial)) ?? []
  if (values.length > 1) {
    const spread = Math.sqrt(variance(values))
    const varies =
      spread > 0
        ? `its ${plain(name)} was ${formatNumber(mean(values))} on average, with a standard deviation of ${formatNumber(spread, 2)}`
        : 'it gave the same result each time'
    return [
      ...blocks,
      paragraph(`This configuration was run ${counted(values.length, 'time')}: ${varies}.`),
    ]
  }
  const { complete } = countStates(history)
  if (blocks.length > 0) return blocks
  const chance =
    complete > 1
      ? ` If results vary from run to run, the best of ${whole(complete)} is likely to look better than it is.`
      : ''
  return [
    paragraph(
      `The result stands on a single run, so that it is not known how much it would vary if repeated.${chance}`,
    ),
  ]
}

const shownRivals = 3

/** How far the next configurations are from the best one. */
function rivals(facts: StudyFacts): Block[] {
  const { history, config } = facts
  const { name } = config.objectives[0]!
  const configurations = distinctOf(facts)
  const [winner, next] = configurations
  if (winner === undefined || next === undefined) return []
  const lossOf = ({ trials }: Distinct): number => lossesOf(history, trials[0]!)[0]!
  const gap = (one: Distinct): number => lossOf(one) - lossOf(winner)
  const equal = configurations.slice(1).filter((one) => !(gap(one) > 0)).length
  const error = cell(history, `se:${name}`, winner.trials[0]!)
  const near = configurations.slice(1).filter((one) => gap(one) <= error).length
  const words =
    equal > 0
      ? `${equal === 1 ? 'Another configuration gave' : `${whole(equal)} other configurations gave`} exactly the same ${plain(name)}; the one that was tried first is named.`
      : `The next configuration (trial ${next.trials[0]}) is worse by ${formatNumber(gap(next), 3)}.`
  const within =
    near > equal
      ? ` ${counted(near, 'configuration')} ${near === 1 ? 'lies' : 'lie'} within one standard error of the best.`
      : ''
  const rows = [winner, ...configurations.slice(1, 1 + shownRivals)].map((one) => [
    String(one.trials[0]),
    formatNumber(cell(history, `metric:${name}`, one.trials[0]!), 6),
    formatNumber(gap(one), 3),
    String(one.trials.length),
  ])
  return [
    paragraph(`${words}${within}`),
    {
      kind: 'table',
      caption: 'The best distinct configurations',
      columns: [
        { name: 'trial', isNumber: true },
        { name: plain(name), isNumber: true, ...unitOf(facts, name) },
        { name: 'worse by', isNumber: true, ...unitOf(facts, name) },
        { name: 'runs', isNumber: true },
      ],
      rows,
    },
  ]
}

/** The unit of a column, if it has one. */
export function unitOf({ labels }: StudyFacts, name: string): { readonly unit?: string } {
  const unit = labels.units?.[name]
  return unit === undefined ? {} : { unit: plain(unit) }
}

/** With fewer results a model may look good, or poor, by chance. */
const telling = 20

function course(facts: StudyFacts): Block[] {
  const { diagnosis, history, config } = facts
  if (diagnosis instanceof AttuneError) {
    return [paragraph(`What more trials may gain cannot be told yet. ${plain(diagnosis.message)}`)]
  }
  const { convergence, regret, surrogates } = diagnosis
  const isOne = config.objectives.length === 1
  const ways = [...describeSince(history, convergence), ...describePace(history, convergence)]
  const left = isOne ? describeLeft(history, regret, surrogates) : []
  const leftOver =
    regret instanceof AttuneError
      ? left.map((words) => paragraph(words.replace(/^It cannot be told\. /, '')))
      : [paragraph(`What may be left to gain: ${left.join(' ')}`)]
  const fits = surrogates.flatMap((one, k) => {
    if (one instanceof AttuneError || one.summary.results < telling) return []
    const fit = `${describeFit(one.summary)} ${describeCalibration(one.summary)}`
    return [`The model of ${plain(config.objectives[k]!.name)}: ${fit}`]
  })
  return [
    paragraph(ways.join(' ')),
    ...leftOver,
    ...(fits.length === 0 ? [] : [{ kind: 'list', items: fits } as const]),
  ].map(withoutPlaces)
}

/** In a terminal the surrogate stands below; here it follows at once. */
function withoutPlaces(block: Block): Block {
  if (block.kind !== 'paragraph' || typeof block.words !== 'string') return block
  return paragraph(block.words.replaceAll(', see below.', '.'))
}
