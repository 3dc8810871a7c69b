import { mean } from '@attune/core/math'
import { percent, signed } from '../lib/wording.ts'
import { pedAnova } from 'attune'
import type { Chart, HistoryView, Mark } from 'attune'
import type { FigurePart, Section, TablePart, Verdict } from '../lib/reproduction.ts'
import { meanInterval, pairedDifference } from '../lib/statistics.ts'
import { groupBy, individualsOf } from './individuals.ts'
import type { Individual } from './individuals.ts'
import { batches } from './space.ts'
import type { SetStudies } from './studies.ts'
import { setTitle } from './wording.ts'

type Fixed = 'epochs' | 'updates'

/** By batch size the accuracies of all architectures, in their order. */
type Marginal = ReadonlyMap<number, readonly number[]>

/** How far below the best batch size one still counts as good. */
const close = 0.01

/** GA-2: batch sizes of about 100 are good and 500 is bad; and whether that is the number of updates. */
export function judgeBatches(
  sets: readonly SetStudies[],
  grids: Readonly<Record<Fixed, HistoryView>>,
): { verdict: Verdict; section: Section } {
  const marginals = { epochs: marginalOf(grids.epochs), updates: marginalOf(grids.updates) }
  const first = sets.flatMap(({ searched }) => searched.genetic.map((view) => generation(view, 0)))
  const last = sets.flatMap(({ searched }) =>
    searched.genetic.map((view) => generation(view, lastGeneration(view))),
  )
  return {
    verdict: {
      claim: 'GA-2',
      faithful: faithful(marginals.epochs, first.flat(), last.flat()),
      fair: fair(marginals),
    },
    section: {
      title: 'Batch size (GA-2)',
      text: [
        'The same randomly drawn architectures learnt with every batch size: once for a fixed number of epochs, so that large batches make fewer updates, and once for as many updates as a batch of 100 makes in these epochs.',
        `Importance of the batch size in the genetic searches (PED-ANOVA, share of what decides a place among the best tenth): ${importances(sets)}.`,
      ],
      parts: [tableOf(marginals), gridFigure(marginals), ...sets.map(populationFigure)],
    },
  }
}

function marginalOf(view: HistoryView): Marginal {
  const all = individualsOf(view).sort((a, b) => a.cell - b.cell)
  const groups = groupBy(all, ({ batch }) => batch)
  return new Map(
    batches.map((batch) => [batch, (groups.get(batch) ?? []).map((one) => one.accuracy)]),
  )
}

function generation(view: HistoryView, number: number): Individual[] {
  return individualsOf(view).filter((one) => one.generation === number)
}

/** The last generation that has at least half of its individuals. */
function lastGeneration(view: HistoryView): number {
  const sizes = groupBy(individualsOf(view), (one) => one.generation)
  const full = [...sizes].filter(([, individuals]) => individuals.length >= 12)
  return Math.max(...full.map(([number]) => number))
}

const shareOf = (individuals: readonly Individual[], batch: number): number =>
  individuals.filter((one) => one.batch === batch).length / individuals.length

function faithful(
  marginal: Marginal,
  first: readonly Individual[],
  last: readonly Individual[],
): Verdict['faithful'] {
  const means = new Map(batches.map((batch) => [batch, mean(marginal.get(batch)!)]))
  const best = Math.max(...means.values())
  const worst = batches.reduce((a, b) => (means.get(b)! < means.get(a)! ? b : a))
  const [at100, at500] = [means.get(100)!, means.get(500)!]
  const shares = [shareOf(first, 500), shareOf(last, 500)] as const
  const near = [50, 100, 200].reduce((sum, batch) => sum + shareOf(last, batch), 0)
  const hold = [best - at100 <= close, worst === 500, shares[1] < shares[0]]
  const count = hold.filter(Boolean).length
  return {
    status: count === hold.length ? 'reproduced' : count > 0 ? 'partly' : 'not reproduced',
    because: `With fixed epochs a batch of 100 reached ${percent(at100, 2)} on average, the best size ${percent(best, 2)} (required: within 1 point, ${hold[0] ? 'holds' : 'does not hold'}); the worst size is ${worst} with ${percent(means.get(worst)!, 2)} (required: 500). In the genetic searches the share of 500 went from ${percent(shares[0], 0)} to ${percent(shares[1], 0)} (required: falls), and ${percent(near, 0)} of the last generations have 50 to 200.`,
    numbers: {
      accuracyAt100: at100,
      accuracyAt500: at500,
      bestAccuracy: best,
      worstBatch: worst,
      shareOf500First: shares[0],
      shareOf500Last: shares[1],
      shareNear100Last: near,
    },
  }
}

function fair(marginals: Readonly<Record<Fixed, Marginal>>): Verdict['fair'] {
  const lead = (fixed: Fixed): number[] =>
    marginals[fixed].get(100)!.map((accuracy, i) => accuracy - marginals[fixed].get(500)![i]!)
  const [epochs, updates] = [meanInterval(lead('epochs')), meanInterval(lead('updates'))]
  const shrinks = pairedDifference(lead('epochs'), lead('updates'))
  const still = updates.low > 0
  const gone = updates.high <= close && shrinks.low > 0
  return {
    status: still ? 'reproduced' : gone ? 'not reproduced' : 'too small to say',
    because: `Lead of 100 over 500 in points of accuracy, paired by architecture (t intervals of 95 %): ${words(epochs)} with fixed epochs, ${words(updates)} with fixed updates; it shrinks by ${words(shrinks)}. ${
      gone
        ? 'Given as many updates, 500 is no worse by a point: fewer updates in the same epochs are what made it bad.'
        : still
          ? 'A batch of 500 is worse even with as many updates.'
          : 'That does not tell whether 500 is bad in itself.'
    }`,
    numbers: {
      leadFixedEpochs: epochs.mean,
      leadFixedUpdates: updates.mean,
      leadFixedUpdatesLow: updates.low,
      leadFixedUpdatesHigh: updates.high,
      shrinksBy: shrinks.mean,
      shrinksByLow: shrinks.low,
    },
  }
}

const words = ({ mean: middle, low, high }: ReturnType<typeof meanInterval>): string =>
  `${signed(100 * middle)} (${signed(100 * low)} to ${signed(100 * high)})`

function importances(sets: readonly SetStudies[]): string {
  const all = sets.map(({ set, searched }) => {
    const shares = searched.genetic.map(
      ({ history }) => pedAnova(history).find(({ name }) => name === 'batch')?.value ?? 0,
    )
    return `${setTitle(set)} ${shares.map((share) => percent(share, 0)).join(', ')} by seed`
  })
  return all.join('; ')
}

function tableOf(marginals: Readonly<Record<Fixed, Marginal>>): TablePart {
  return {
    kind: 'table',
    title: 'Validation accuracy by batch size, mean over the same architectures',
    columns: [
      { name: 'Batch size', unit: 'images' },
      { name: 'Published' },
      { name: 'Fixed epochs', unit: '%', digits: 2 },
      { name: 'Fixed updates', unit: '%', digits: 2 },
    ],
    rows: batches.map((batch) => ({
      origin: 'ours',
      cells: [
        batch,
        batch === 100 ? 'about the best' : batch === 500 ? 'the worst' : null,
        100 * mean(marginals.epochs.get(batch)!),
        100 * mean(marginals.updates.get(batch)!),
      ],
    })),
  }
}

const axis = {
  name: 'batch size',
  unit: 'images',
  scale: 'categories',
  labels: batches.map(String),
} as const

function gridFigure(marginals: Readonly<Record<Fixed, Marginal>>): FigurePart {
  const bars = (fixed: Fixed): Mark => {
    const found = batches.map((batch) =>
      meanInterval(marginals[fixed].get(batch)!.map((x) => 100 * x)),
    )
    return {
      ...{ kind: 'bars', name: `fixed ${fixed}` },
      values: found.map((one) => one.mean),
      intervals: found.map((one) => [one.low, one.high] as const),
    }
  }
  const count = marginals.epochs.get(100)!.length
  const chart: Chart = {
    title: 'Accuracy by batch size, MNIST',
    subtitle: `mean over ${count} architectures with its interval of 95 %`,
    x: axis,
    y: { name: 'validation accuracy', unit: '%', min: 0, max: 100 },
    marks: [bars('epochs'), bars('updates')],
  }
  return {
    kind: 'figure',
    chart,
    caption:
      'The marginal of the batch size. Fixed epochs give large batches fewer updates; with fixed updates large batches see more images.',
  }
}

function populationFigure({ set, searched }: SetStudies): FigurePart {
  const population = (name: string, of: (view: HistoryView) => number): Mark => {
    const individuals = searched.genetic.flatMap((view) => generation(view, of(view)))
    const values = batches.map((batch) => 100 * shareOf(individuals, batch))
    return { kind: 'bars', name, values }
  }
  return {
    kind: 'figure',
    chart: {
      title: `Batch sizes in the population, ${setTitle(set)}`,
      subtitle: `${searched.genetic.length} searches together`,
      x: axis,
      y: { name: 'share of individuals', unit: '%', min: 0 },
      marks: [
        population('first generation', () => 0),
        population('last generation', lastGeneration),
      ],
    },
    caption: 'What selection made of the batch sizes.',
  }
}
