import type { Described, Distribution, Label, ObjectiveSpec } from '@attune/core'
import { cardinality, spaceOf } from '@attune/core'

import { describeAlgorithm, describeParams } from '../describe/describe-study.ts'
import { formatNumber } from '../text/format.ts'
import { plain } from '../text/text.ts'
import type { Block, Section, Words } from './document.ts'
import { section } from './document.ts'
import type { StudyFacts } from './study-facts.ts'
import { counted, listed, shownLabel, whole } from './wording.ts'

/** What was tuned: the program, its parameters, the objectives, and how configurations were chosen. */
export function subjectSection(facts: StudyFacts): Section[] {
  const { config, history } = facts
  const rows: [string, Words][] = [
    ['Program', describeSubject(facts)],
    [config.objectives.length > 1 ? 'Objectives' : 'Objective', listed(goals(facts))],
  ]
  if (config.constraints.length > 0) {
    rows.push([
      'Results must satisfy',
      config.constraints.flatMap((rule, i) => [...(i > 0 ? [', '] : []), { code: plain(rule) }]),
    ])
  }
  rows.push(
    [
      'Sampler',
      [{ code: plain(describeAlgorithm(config.sampler)) }, told(samplers, config.sampler.name)],
    ],
    [
      'Scheduler',
      [
        { code: plain(describeAlgorithm(config.scheduler)) },
        told(schedulers, config.scheduler.name),
      ],
    ],
    ['Seed', describeSeed(facts)],
    ...rules(facts),
  )
  const space = describeParams(history, inWords)
  const table: Block[] =
    space.length === 0
      ? [{ kind: 'paragraph', words: 'The study has no parameter: every trial ran the same.' }]
      : [spaceTable(facts, space)]
  return section('What was tuned', [{ kind: 'facts', rows }, ...table, ...requirements(facts)])
}

function describeSubject({ program }: StudyFacts): Words {
  if (program === undefined) return 'a function in code that calls attune as a library'
  return [{ code: plain(program) }]
}

/** `maximise accuracy (in %)` */
function goals({ config, labels }: StudyFacts): string[] {
  return config.objectives.map((one) => {
    const unit = labels.units?.[one.name]
    return `${goal(one)}${unit === undefined ? '' : ` (in ${plain(unit)})`}`
  })
}

/** An objective in words. */
export function goal({ name, direction }: ObjectiveSpec): string {
  return `${direction === 'maximize' ? 'maximise' : 'minimise'} ${plain(name)}`
}

const blind = ['random', 'grid', 'sobol', 'halton', 'latin-hypercube']

/** Whether a sampler proposes the same whatever comes out. */
export const isBlind = ({ name }: Described): boolean => blind.includes(name)

function describeSeed({ config }: StudyFacts): string {
  if (!config.deterministic && isBlind(config.sampler)) {
    return `${config.seed}; the sampler does not look at results, so that the same seed tries the same configurations`
  }
  if (!config.deterministic) {
    return `${config.seed}; not deterministic: which configurations are tried depends also on the order in which trials finish, unless one worker runs them`
  }
  return `${config.seed}; deterministic: the same seed tries the same configurations with any number of workers up to ${config.lag}`
}

function rules({ config }: StudyFacts): [string, Words][] {
  const rows: [string, Words][] = []
  if (config.retry !== undefined) {
    const { times, on } = config.retry
    rows.push(['Retries', `up to ${counted(times, 'time')} after ${listed([...on], 'or')}`])
  }
  if (config.duplicates !== undefined) {
    const { policy, evaluations } = config.duplicates
    const then =
      policy === 'resample' ? 'another one is looked for' : 'its latest result is taken over'
    rows.push([
      'Duplicates',
      `a configuration runs ${counted(evaluations, 'time')}; after that ${then}`,
    ])
  }
  return rows
}

function spaceTable({ history }: StudyFacts, rows: readonly (readonly string[])[]): Block {
  const count = cardinality(spaceOf(history))
  const noted = rows.some(([, , notes = '']) => notes !== '')
  return {
    kind: 'table',
    caption: counted(rows.length, 'parameter'),
    columns: [{ name: 'parameter' }, { name: 'values' }, ...(noted ? [{ name: 'notes' }] : [])],
    rows: rows.map(([name = '', values = '', notes = '']) => [
      [{ code: name }],
      values,
      ...(noted ? [notes] : []),
    ]),
    ...(Number.isFinite(count) && count > 0
      ? {
          note: `There are ${count < 1e15 ? whole(count) : formatNumber(count)} configurations in all.`,
        }
      : {}),
  }
}

function requirements({ config }: StudyFacts): Block[] {
  const required = config.space.require ?? []
  if (required.length === 0) return []
  return [
    { kind: 'paragraph', words: 'Only configurations were tried that satisfy:' },
    { kind: 'list', items: required.map((rule) => [{ code: plain(rule) }]) },
  ]
}

/** The values of a parameter in plain words. */
export function inWords(d: Distribution): string {
  if (d.kind === 'choice') return describeChoice(d.choices, d.ordered)
  if (d.low === d.high) return `always ${d.low}`
  const kind = d.kind === 'int' ? 'a whole number' : 'a number'
  const scale = d.scale === 'log' ? ', by orders of magnitude (log scale)' : ''
  const step =
    d.step === undefined || (d.kind === 'int' && d.step === 1) ? '' : ` in steps of ${d.step}`
  return `${kind} from ${d.low} to ${d.high}${step}${scale}`
}

function describeChoice(choices: readonly Label[], ordered: boolean): string {
  if (choices.length === 1) return `always ${shownLabel(choices[0] as Label)}`
  const isFlag = choices.length === 2 && choices.includes(true) && choices.includes(false)
  if (isFlag) return 'true or false'
  return `${listed(choices.map(shownLabel), 'or')}${ordered ? ', in this order' : ''}`
}

function told(sentences: Readonly<Record<string, string>>, name: string): string {
  const sentence = Object.hasOwn(sentences, name) ? sentences[name] : undefined
  return sentence === undefined ? '' : `: ${sentence}`
}

const samplers: Readonly<Record<string, string>> = {
  auto: 'a model of the results so far proposes what to try next; attune chose which',
  random: 'configurations are drawn at random',
  grid: 'a grid of configurations is tried one after the other',
  sobol: 'configurations are spread evenly over the space (Sobol’ sequence)',
  halton: 'configurations are spread evenly over the space (Halton sequence)',
  'latin-hypercube': 'configurations are spread evenly over each parameter (Latin hypercube)',
  gp: 'a Gaussian process learns from the results so far and proposes what promises most',
  tpe: 'densities of good and poor configurations are learnt, and what looks like the good ones is tried',
  forest: 'a random forest learns from the results so far and proposes what promises most',
  'cma-es': 'a normal distribution moves to where results are good (CMA-ES)',
  genetic: 'good configurations are crossed and mutated',
  'differential-evolution': 'differences among good configurations give the next ones',
  nsga2: 'configurations on the front are crossed and mutated (NSGA-II)',
  nsga3: 'configurations on the front are crossed and mutated (NSGA-III)',
  gamma: 'a model of sums of Gamma variables proposes what promises most',
}

const schedulers: Readonly<Record<string, string>> = {
  none: 'every trial ran to its end',
  median: 'trials that are worse on their way than half of the others are stopped early',
  asha: 'of the trials that come to a step only the best go on; the others are stopped early',
  hyperband: 'as asha, in several brackets that are more and less patient',
}
