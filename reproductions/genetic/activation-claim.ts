import { mean } from '@attune/core/math'
import { percent, signed } from '../lib/wording.ts'
import { activations } from '@attune/models'
import type { HistoryView, Mark, Position } from 'attune'
import type { FigurePart, Judgement, Section, TablePart, Verdict } from '../lib/reproduction.ts'
import { meanInterval } from '../lib/statistics.ts'
import { individualsOf } from './individuals.ts'
import type { Individual } from './individuals.ts'
import type { SetStudies } from './studies.ts'
import { setTitle } from './wording.ts'

/** What became of an activation in one genetic search, and in random search meanwhile. */
interface Course {
  readonly first: number
  readonly last: number
  readonly controlFirst: number
  readonly controlLast: number
}

/** The activation that does worst in random search on a set, and its course by seed. */
interface Worst {
  readonly studies: SetStudies
  readonly name: string
  readonly courses: readonly Course[]
}

/** GA-4: bad activations are filtered out by selection. */
export function judgeActivations(sets: readonly SetStudies[]): {
  verdict: Verdict
  section: Section
} {
  const worst = sets.map(worstOf)
  return {
    verdict: { claim: 'GA-4', faithful: faithful(worst), fair: fair(worst) },
    section: {
      title: 'Activations (GA-4)',
      text: [
        'Which activation is bad is read from random search, which no selection has touched: the mean validation accuracy of the networks that have it in a layer. Its share of all layers is then followed through the generations of the genetic algorithm, and through as many evaluations of random search as a control.',
      ],
      parts: [...sets.map(tableOf), ...worst.map(figureOf)],
    },
  }
}

/** The share of all layers that have an activation; NaN without layers. */
function shareOf(individuals: readonly Individual[], name: string): number {
  const layers = individuals.flatMap((one) => one.activations)
  return layers.filter((one) => one === name).length / layers.length
}

/** The mean accuracy of networks with an activation in a layer. */
function accuracyWith(individuals: readonly Individual[], name: string): number {
  return mean(
    individuals.filter((one) => one.activations.includes(name)).map(({ accuracy }) => accuracy),
  )
}

const randomOf = ({ searched }: SetStudies): Individual[] => searched.random.flatMap(individualsOf)

function worstOf(studies: SetStudies): Worst {
  const all = randomOf(studies)
  const name = activations.reduce((a, b) => (accuracyWith(all, b) < accuracyWith(all, a) ? b : a))
  const { populationSize: size, generations } = studies.extent
  const part = (view: HistoryView, block: number): Individual[] =>
    individualsOf(view).slice(block * size, (block + 1) * size)
  const courses = studies.searched.genetic.map((view, i): Course => {
    const control = studies.searched.random[i]!
    return {
      first: shareOf(part(view, 0), name),
      last: shareOf(part(view, generations - 1), name),
      controlFirst: shareOf(part(control, 0), name),
      controlLast: shareOf(part(control, generations - 1), name),
    }
  })
  return { studies, name, courses }
}

const changes = (worst: readonly Worst[]): number[] =>
  worst.flatMap(({ courses }) => courses.map(({ first, last }) => last - first))

function faithful(worst: readonly Worst[]): Judgement {
  const fallen = changes(worst).filter((change) => change < 0).length
  const all = changes(worst).length
  const words = worst.map(({ studies, name, courses }) => {
    const shares = [mean(courses.map(({ first }) => first)), mean(courses.map(({ last }) => last))]
    return `${setTitle(studies.set)}: ${name} from ${percent(shares[0]!, 1)} to ${percent(shares[1]!, 1)} of all layers`
  })
  return {
    status: fallen === all ? 'reproduced' : fallen > all / 2 ? 'partly' : 'not reproduced',
    because: `From the first to the last generation, mean over seeds. ${words.join('; ')}. It fell in ${fallen} of ${all} searches (required: in all).`,
    numbers: { searches: all, fallen, meanChange: mean(changes(worst)) },
  }
}

function fair(worst: readonly Worst[]): Judgement {
  const leads = worst.flatMap(({ courses }) =>
    courses.map((c) => c.last - c.first - (c.controlLast - c.controlFirst)),
  )
  const { mean: middle, low, high } = meanInterval(leads)
  const status = high < 0 ? 'reproduced' : low > 0 ? 'not reproduced' : 'too small to say'
  return {
    status,
    because: `Change of its share in the genetic search less that in random search of the same seed, in points: ${signed(100 * middle, 1)} (t interval of 95 % over ${leads.length} searches: ${signed(100 * low, 1)} to ${signed(100 * high, 1)}).`,
    numbers: { change: middle, low, high },
  }
}

function tableOf(studies: SetStudies): TablePart {
  const all = randomOf(studies)
  const { populationSize: size, generations } = studies.extent
  const blocks = (block: number): Individual[] =>
    studies.searched.genetic.flatMap((view) =>
      individualsOf(view).slice(block * size, (block + 1) * size),
    )
  const [first, last] = [blocks(0), blocks(generations - 1)]
  const rows = activations
    .map((name) => ({ name, accuracy: accuracyWith(all, name) }))
    .sort((a, b) => b.accuracy - a.accuracy)
  return {
    kind: 'table',
    title: `Activations on ${setTitle(studies.set)}, best first`,
    columns: [
      { name: 'Activation' },
      { name: 'Accuracy with it in random search', unit: '%', digits: 1 },
      { name: 'Share in the first generation', unit: '%', digits: 1 },
      { name: 'Share in the last generation', unit: '%', digits: 1 },
    ],
    rows: rows.map(({ name, accuracy }) => ({
      origin: 'ours',
      cells: [name, 100 * accuracy, 100 * shareOf(first, name), 100 * shareOf(last, name)],
    })),
  }
}

function figureOf({ studies, name }: Worst): FigurePart {
  const { populationSize: size, generations, seeds } = studies.extent
  const all = randomOf(studies)
  const best = activations.reduce((a, b) => (accuracyWith(all, b) > accuracyWith(all, a) ? b : a))
  const line = (search: 'genetic' | 'random', activation: string): Position[] =>
    Array.from({ length: generations }, (_, block) => {
      const shares = studies.searched[search].map((view) =>
        shareOf(individualsOf(view).slice(block * size, (block + 1) * size), activation),
      )
      return [block, 100 * mean(shares.filter(Number.isFinite))] as const
    })
  const marks: Mark[] = [
    {
      kind: 'line',
      name: `${name} (worst), random search`,
      colour: 6,
      dashed: true,
      points: line('random', name),
    },
    { kind: 'line', name: `${best} (best)`, colour: 2, points: line('genetic', best) },
    { kind: 'line', name: `${name} (worst)`, colour: 1, points: line('genetic', name) },
    { kind: 'rule', name: 'even share', colour: 5, at: { y: 100 / activations.length } },
  ]
  return {
    kind: 'figure',
    chart: {
      title: `Share of activations by generation, ${setTitle(studies.set)}`,
      subtitle: `mean over ${seeds.length} seeds; a generation is ${size} evaluations`,
      x: { name: 'generation' },
      y: { name: 'share of all layers', unit: '%', min: 0 },
      marks,
    },
    caption:
      'Whether selection filters the worst activation out, and what becomes of the best one.',
  }
}
