import { mean } from '@attune/core/math'
import { percent, signed } from '../lib/wording.ts'
import type { Chart, LineMark, Position } from 'attune'
import type { FigurePart, Section, TablePart, Verdict } from '../lib/reproduction.ts'
import { meanInterval, pairedDifference } from '../lib/statistics.ts'
import type { Interval } from '../lib/statistics.ts'
import { bestOf, individualsOf } from './individuals.ts'
import type { Individual } from './individuals.ts'
import type { SearchName, SetStudies } from './studies.ts'
import { searches } from './studies.ts'
import { fixed, setTitle } from './wording.ts'

/** How well the searches and the baselines did on a set: test accuracies by seed. */
interface Standing {
  readonly studies: SetStudies
  readonly test: Readonly<Record<SearchName, readonly number[]>>
  /** TPE after the 100 evaluations that the survey asks for. */
  readonly tpe100: readonly number[]
  readonly linear: readonly number[]
  readonly convolution: readonly number[]
}

/** GA-1: the best of the genetic algorithm against a network without a hidden layer. */
export function judgeBest(sets: readonly SetStudies[]): { verdict: Verdict; section: Section } {
  const standings = sets.map(standingOf)
  return {
    verdict: { claim: 'GA-1', faithful: faithful(standings), fair: fair(standings) },
    section: {
      title: 'Fitness: genetic algorithm, baselines and controls (GA-1)',
      text: [
        'The individual with the best validation accuracy of each search is judged once by test images. The baseline without a hidden layer is a linear softmax; it gets the batch size with which it did best on validation images. A small convolutional network (16 filters of 3 × 3, pooling, output) is a second baseline, since the document says “basic CNN”.',
        'Random search and TPE had as many evaluations as the genetic algorithm.',
      ],
      parts: [
        tableOf(standings),
        leadTable(standings),
        ...standings.map(({ studies }) => figureOf(studies)),
      ],
    },
  }
}

function standingOf(studies: SetStudies): Standing {
  const { searched, extent } = studies
  const test = (of: readonly (readonly Individual[])[]): number[] =>
    of.map((individuals) => bestOf(individuals).testAccuracy)
  const found = {
    genetic: searched.genetic.map(individualsOf),
    random: searched.random.map(individualsOf),
    tpe: searched.tpe.map(individualsOf),
  }
  return {
    studies,
    test: { genetic: test(found.genetic), random: test(found.random), tpe: test(found.tpe) },
    tpe100: test(found.tpe.map((individuals) => individuals.filter(({ trial }) => trial < 100))),
    linear: baseline(individualsOf(studies.linear), extent.seeds.length),
    convolution: baseline(individualsOf(studies.convolution), extent.seeds.length),
  }
}

/** By repetition the test accuracy of the batch size that is best there on validation images. */
function baseline(individuals: readonly Individual[], repetitions: number): number[] {
  return Array.from({ length: repetitions }, (_, repetition) =>
    bestOf(individuals.filter(({ cell }) => cell === repetition)),
  ).map(({ testAccuracy }) => testAccuracy)
}

function faithful(standings: readonly Standing[]): Verdict['faithful'] {
  const leads = standings.map(({ test, linear }) => Math.min(...test.genetic) - Math.max(...linear))
  const all = leads.every((lead) => lead > 0)
  const some = leads.some((lead) => lead > 0)
  const words = standings.map(({ studies, test, linear }) => {
    const [ours, theirs] = [percent(mean(test.genetic), 2), percent(mean(linear), 2)]
    return `${setTitle(studies.set)}: ${ours} against ${theirs} on test images`
  })
  return {
    status: all ? 'reproduced' : some ? 'partly' : 'not reproduced',
    because: `${words.join('; ')}. Required: the worst seed of the genetic algorithm above the best one of the linear softmax.`,
    numbers: Object.fromEntries(
      standings.flatMap(({ studies, test, linear }) => [
        [`${studies.set}.genetic`, mean(test.genetic)],
        [`${studies.set}.linear`, mean(linear)],
      ]),
    ),
  }
}

/** The lead of the genetic algorithm over each control, in test accuracy by paired seeds. */
function leadsOf(standings: readonly Standing[]): { set: string; name: string; lead: Interval }[] {
  return standings.flatMap(({ studies, test, tpe100, convolution }) => {
    const set = setTitle(studies.set)
    const over = (name: string, control: readonly number[]) => ({
      ...{ set, name },
      lead: pairedDifference(test.genetic, control),
    })
    return [
      over(titles.random, test.random),
      over(titles.tpe, test.tpe),
      over('TPE after 100 evaluations', tpe100),
      over('small CNN, no hidden layer', convolution),
    ]
  })
}

/** A lead that is less than this counts as none. */
const slight = 0.01

function fair(standings: readonly Standing[]): Verdict['fair'] {
  const leads = leadsOf(standings)
  const ahead = leads.filter(({ lead }) => lead.low > 0).length
  const behind = leads.filter(({ lead }) => lead.high < 0).length
  const none = leads.filter(({ lead }) => lead.high < slight).length
  const status =
    ahead === leads.length
      ? 'reproduced'
      : behind > 0 || none === leads.length
        ? 'not reproduced'
        : ahead > 0
          ? 'partly'
          : 'too small to say'
  const words = leads.map(({ set, name, lead }) => `${set}, ${name} ${signed(100 * lead.mean)}`)
  return {
    status,
    because: `A linear softmax is a weak baseline; against proper controls the lead in points of test accuracy is: ${words.join('; ')}. By t intervals of 95 % over paired seeds the genetic algorithm is ahead of ${ahead} and behind ${behind} of ${leads.length} controls.`,
    numbers: Object.fromEntries(
      leads.flatMap(({ set, name, lead }) => [
        [`${set}, ${name}: lead`, lead.mean],
        [`${set}, ${name}: low`, lead.low],
        [`${set}, ${name}: high`, lead.high],
      ]),
    ),
  }
}

function leadTable(standings: readonly Standing[]): TablePart {
  return {
    kind: 'table',
    title: 'Lead of the genetic algorithm in test accuracy',
    columns: [
      { name: 'Images' },
      { name: 'Over' },
      { name: 'Lead', unit: 'points', digits: 2 },
      { name: 'Low', unit: 'points', digits: 2 },
      { name: 'High', unit: 'points', digits: 2 },
    ],
    rows: leadsOf(standings).map(({ set, name, lead }) => ({
      origin: 'ours',
      cells: [set, name, 100 * lead.mean, 100 * lead.low, 100 * lead.high],
    })),
    note: 'Low and high: t interval of 95 % over seeds, pair by pair.',
  }
}

function tableOf(standings: readonly Standing[]): TablePart {
  const row = (set: string, way: string, values: readonly number[], count: number) => {
    const { mean: middle, low, high } = meanInterval(values.map((value) => 100 * value))
    const range = Number.isFinite(low) ? `${fixed(low)} to ${fixed(high)}` : null
    return { origin: 'ours', cells: [set, way, count, middle, range] } as const
  }
  return {
    kind: 'table',
    title: 'Test accuracy of the best individual',
    columns: [
      { name: 'Images' },
      { name: 'Way' },
      { name: 'Evaluations' },
      { name: 'Accuracy', unit: '%', digits: 2 },
      { name: 'Interval of the mean', unit: '%' },
    ],
    rows: standings.flatMap(({ studies, test, tpe100, linear, convolution }) => {
      const { extent, set } = studies
      const count = extent.populationSize * extent.generations
      const title = setTitle(set)
      return [
        ...searches.map((search) => row(title, titles[search], test[search], count)),
        row(title, 'TPE after 100 evaluations', tpe100, Math.min(100, count)),
        row(title, 'no hidden layer (linear softmax)', linear, 6),
        row(title, 'small CNN, no hidden layer', convolution, 6),
      ]
    }),
    note: 'Intervals of 95 % by Student’s t over seeds. The document prints no figures.',
  }
}

const titles: Readonly<Record<SearchName, string>> = {
  genetic: 'genetic algorithm',
  random: 'random search',
  tpe: 'TPE',
}

/** Fitness by generation: the document's course of the search. */
function figureOf({ set, extent, searched }: SetStudies): FigurePart {
  const size = extent.populationSize
  const curve = (search: SearchName): Position[] => {
    const runs = searched[search].map(individualsOf)
    return Array.from({ length: extent.generations }, (_, generation) => {
      const best = runs.map((run) =>
        bestOf(run.filter((one) => one.trial < size * (generation + 1))),
      )
      return [generation, 100 * mean(best.map(({ accuracy }) => accuracy))] as const
    })
  }
  const means = Array.from({ length: extent.generations }, (_, generation): Position => {
    const runs = searched.genetic.map((view) =>
      individualsOf(view).filter((one) => one.generation === generation),
    )
    const filled = runs.filter((run) => run.length > 0)
    return [generation, 100 * mean(filled.map((run) => mean(run.map((one) => one.accuracy))))]
  })
  const lines = searches.map((search, colour): LineMark => {
    const name = `best so far, ${titles[search]}`
    return { kind: 'line', name, colour, points: curve(search), dashed: search !== 'genetic' }
  })
  const chart: Chart = {
    title: `Fitness by generation on ${setTitle(set)}`,
    subtitle: `mean over ${extent.seeds.length} seeds; a generation is ${size} evaluations`,
    x: { name: 'generation' },
    y: { name: 'validation accuracy', unit: '%' },
    marks: [
      { kind: 'line', name: 'mean of the generation', colour: 6, points: means },
      ...lines.toReversed(),
    ],
  }
  return {
    kind: 'figure',
    chart,
    caption:
      'The course of the search that the document describes: the best individual so far and the mean of each generation, with random search and TPE at the same number of evaluations.',
  }
}
