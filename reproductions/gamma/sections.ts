import type { Chart, Mark } from 'attune'
import { learningRateChart, proposeLearningRate } from 'attune'
import { mean } from '@attune/core/math'
import type { FigurePart, Section, TablePart } from '../lib/reproduction.ts'
import { meanInterval, pairedDifference } from '../lib/statistics.ts'
import type { IdentityCheck } from './identities.ts'
import { contradiction, impliedSpecificity } from './identities.ts'
import { table6, table7 } from './published.ts'
import { range } from './profile.ts'
import { allSearches, controls, gammaSearch, gaussianSearch, twins } from './searches.ts'
import type { SeedOutcome } from './seed-outcome.ts'
import type { RegretRow } from './synthetic.ts'
import { families, rules } from './synthetic.ts'
import type { TaskOutcome } from './tables.ts'
import { blockTable, gridTables, pairTables, titles, variantTable } from './tables.ts'

const isComplete = (value: number): boolean => Number.isFinite(value)

/** What GAM-0 looks at: our metrics, and whether printed rows agree with themselves. */
export function identitySection(check: IdentityCheck): Section {
  const rows = [
    ...table6.map((row) => ({ row, table: 'Table 6' })),
    ...table7.map((row) => ({ row, table: 'Table 7' })),
  ]
  return {
    title: 'Metrics and their identities',
    text: [
      `Formulas 16 to 19 worked out from counts differ from the metrics used here by ${check.formulas.toExponential(1)} at most. Where all ten classes have equally many examples, specificity is 1 - (1 - sensitivity) / 9 and accuracy is sensitivity: our metrics keep to it within ${Math.max(check.identity, check.accuracy).toExponential(1)}.`,
      'The printed rows can be held against the same identity. MNIST has classes of nearly, CIFAR-10 of exactly equal size.',
    ],
    parts: [
      {
        kind: 'table',
        title: 'Printed specificity, and what follows from the printed sensitivity',
        columns: [
          ...[{ name: 'Table' }, { name: 'Block' }, { name: 'Search' }],
          { name: 'Sensitivity', unit: '%', digits: 2 },
          { name: 'Specificity', unit: '%', digits: 2 },
          { name: 'it follows', unit: '%', digits: 2 },
          { name: 'Difference', unit: 'points', digits: 2 },
        ],
        rows: rows.map(({ row, table }) => ({
          origin: 'published',
          cells: [
            ...[table, row.block, row.search, row.quality[0], row.quality[1]],
            ...[impliedSpecificity(row.quality[0]), contradiction(row)],
          ],
        })),
      },
    ],
  }
}

/** The tables of a data set and its pictures. */
export function taskSection(outcome: TaskOutcome): Section {
  const { scale, seeds } = outcome
  const parts: (TablePart | FigurePart)[] = [
    ...(scale.dense ? pairTables(outcome) : []),
    blockTable(outcome),
    ...gridTables(outcome),
    accuracyFigure(outcome),
    hullFigure(outcome),
    ...(scale.dense ? [variantTable(outcome)] : []),
    searchTable(outcome),
    ...(scale.together ? [togetherTable(outcome)] : []),
  ]
  return {
    title: titles[scale.task],
    text: [
      `${scale.images.train} images to learn from, ${scale.images.validation} to select by, ${scale.images.test} of the test set to judge by, drawn anew for each of ${seeds.length} seeds; plain SGD, batches of ${scale.batch}. Every search has 20 evaluations of 1 epoch over rates from ${range.low} to ${range.high}, on a log scale.`,
      luckOf(outcome),
    ],
    parts,
  }
}

/** How much of the best run of a search was luck. */
function luckOf({ seeds }: TaskOutcome): string {
  const own = 100 * mean(seeds.map((s) => s.gamma.run!.judged.accuracy))
  const anew = 100 * mean(seeds.map((s) => s.gamma.blocks[0]!.accuracy))
  const rates = seeds.map((s) => s.gamma.rate.toPrecision(2)).join(', ')
  return `A single epoch is noisy: the best runs of the Gamma search (rates ${rates}) have ${own.toFixed(1)} % on test images, and trained anew at the same rates ${anew.toFixed(1)} %. Rates are compared by trainings anew, searches by their best runs.`
}

function accuracyFigure({ scale, seeds }: TaskOutcome): FigurePart {
  const [first] = seeds as readonly [SeedOutcome, ...SeedOutcome[]]
  const points = (runs: SeedOutcome['dense']) =>
    runs
      .filter(({ value }) => isComplete(value))
      .map(({ learningRate, judged }) => [learningRate, 100 * judged.accuracy] as const)
  const marks: Mark[] = [
    scale.dense
      ? {
          kind: 'line',
          name: `grid of ${first.dense.length}`,
          points: points(first.dense),
          faint: true,
        }
      : {
          kind: 'points',
          name: `grid of ${first.dense.length}`,
          points: points(first.dense),
          shape: 'cross',
        },
    { kind: 'points', name: 'Gaussian', points: points(first.runs.gaussian), shape: 'triangle' },
    { kind: 'points', name: 'Gamma', points: points(first.runs.gamma) },
    { kind: 'rule', name: 'rate of the hull', at: { x: first.hull.rate } },
  ]
  const chart: Chart = {
    title: `${titles[scale.task]}: accuracy after 1 epoch by learning rate`,
    subtitle: `Seed ${first.seed}, ${scale.images.test} images of the test set`,
    x: { name: 'learning rate', scale: 'log' },
    y: { name: 'accuracy', unit: '%' },
    marks,
  }
  return {
    kind: 'figure',
    chart,
    caption:
      'Where each search looked, and how good that was. The thesis selects by such accuracies; ours are of images that no search saw.',
  }
}

function hullFigure({ scale, seeds }: TaskOutcome): FigurePart {
  const [first] = seeds as readonly [SeedOutcome, ...SeedOutcome[]]
  // The rule of the product would leave out finite losses that are huge; the picture shows its proposal.
  const proposal = proposeLearningRate(first.runs.gamma, { pieces: 5 })
  return {
    kind: 'figure',
    chart: learningRateChart(proposal, {
      metric: 'validation loss',
      title: `${titles[scale.task]}: the hull of the Gamma search, seed ${first.seed}`,
    }),
    caption: `Lower hull of 5 strips and the parabola through its best vertex. The reconstruction predicts ${proposal.prediction.learningRate.toPrecision(3)}; attune lr-find, which stays among rates that are nearly as good, would propose ${proposal.learningRate.toPrecision(3)}.`,
  }
}

function searchTable({ scale, seeds }: TaskOutcome): TablePart {
  const known = allSearches.filter(({ key }) => seeds.every((s) => s.searches[key] !== undefined))
  const gammaOf = (s: SeedOutcome): number => s.searches[gammaSearch.key]!.judged.accuracy
  const rowOf = (title: string, key: string): TablePart['rows'][number] => {
    const found = seeds.map((s) => s.searches[key]!)
    const accuracies = found.map(({ judged }) => judged.accuracy)
    const lead = pairedDifference(seeds.map(gammaOf), accuracies)
    return {
      origin: 'ours',
      cells: [
        ...[title, mean(found.map(({ value }) => value)), 100 * mean(accuracies)],
        ...(key === gammaSearch.key
          ? [null, null, null]
          : [100 * lead.mean, 100 * lead.low, 100 * lead.high]),
      ],
    }
  }
  return {
    kind: 'table',
    title: `All searches with 20 evaluations (${titles[scale.task]}, 1 epoch)`,
    columns: [
      { name: 'Search' },
      { name: 'Best validation loss', digits: 4 },
      { name: 'Accuracy of that run', unit: '%', digits: 2 },
      { name: 'Gamma (A+B) leads by', unit: 'points', digits: 2 },
      { name: 'from', unit: 'points', digits: 2 },
      { name: 'to', unit: 'points', digits: 2 },
    ],
    rows: [
      ...known.map(({ title, key }) => rowOf(title, key)),
      rowOf('grid of 20 points', 'grid-20'),
    ],
    note: `Paired over ${seeds.length} seeds, intervals of 95 % by Student's t. The twins named Gaussian share surrogate, candidates and random numbers with their Gamma: ${twins.length} pairs.`,
  }
}

function togetherTable({ scale, seeds }: TaskOutcome): TablePart {
  const methods = [
    gammaSearch,
    gaussianSearch,
    ...controls,
    { key: 'grid', title: 'grid of 5 × 2 × 2' },
  ]
  const accuracies = (key: string): number[] => seeds.map((s) => s.together[key]!.judged.accuracy)
  return {
    kind: 'table',
    title: `Learning rate, mini-batch size and regularisation together (${titles[scale.task]}, 1 epoch)`,
    columns: [
      { name: 'Search' },
      { name: 'Best validation loss', digits: 4 },
      ...['Sensitivity', 'Specificity', 'Accuracy', 'MCC'].map((name) => ({
        name,
        unit: '%',
        digits: 2,
      })),
      { name: 'Gamma leads by', unit: 'points', digits: 2 },
      { name: 'from', unit: 'points', digits: 2 },
      { name: 'to', unit: 'points', digits: 2 },
    ],
    rows: methods.map(({ key, title }) => {
      const found = seeds.map((s) => s.together[key]!)
      const of = (name: 'sensitivity' | 'specificity' | 'accuracy' | 'mcc'): number =>
        100 * mean(found.map(({ judged }) => judged[name]))
      const lead = pairedDifference(accuracies(gammaSearch.key), accuracies(key))
      return {
        origin: 'ours',
        cells: [
          ...[title, mean(found.map(({ value }) => value))],
          ...[of('sensitivity'), of('specificity'), of('accuracy'), of('mcc')],
          ...(key === gammaSearch.key
            ? [null, null, null]
            : [100 * lead.mean, 100 * lead.low, 100 * lead.high]),
        ],
      }
    }),
    note: 'As in the abstract; the tables of the thesis have the learning rate alone. 20 evaluations each: rate over the same range, batch from 8 to 128, coefficient of L2 from 1e-6 to 0.1.',
  }
}

/** GAM-4 where the truth is known. */
export function syntheticSection(
  rows: readonly RegretRow[],
  sweeps: Readonly<Record<'random' | 'gamma', number>>,
): Section {
  const shown = ['best', 'gp', 'strips-5', 'strips-20', 'onion-3', 'slope']
  return {
    title: 'Hulls where the truth is known',
    text: [
      `Losses by learning rate of six made-up families, 20 runs a sweep over five decades; regret is how much higher the true loss is at the chosen rate than at the best one. ${sweeps.random} sweeps of every family had random rates, ${sweeps.gamma} were chosen by the Gamma search.`,
      'Convex bowls are parabolas over the logarithm of the rate, which is the very shape that the rule fits: they flatter it. A hull passes over spikes upwards; it is as blind to runs that were lucky, and has nothing to say of a second valley.',
    ],
    parts: [
      regretFigure(rows, shown, 'random'),
      regretFigure(rows, shown, 'gamma'),
      regretTable(rows),
    ],
  }
}

function regretFigure(
  rows: readonly RegretRow[],
  shown: readonly string[],
  design: 'random' | 'gamma',
): FigurePart {
  return {
    kind: 'figure',
    chart: {
      title: `Mean regret by family, ${design === 'random' ? 'random rates' : 'rates of the Gamma search'}`,
      subtitle: 'Intervals of 95 %',
      x: { name: 'family', scale: 'categories', labels: families.map(({ key }) => key) },
      y: { name: 'regret (loss)', min: 0 },
      marks: rules
        .filter(({ key }) => shown.includes(key))
        .map(({ key, title }): Mark => {
          const own = families.map((family) => find(rows, family.key, design, key).regret)
          return {
            kind: 'bars',
            name: title,
            values: own.map(({ mean }) => mean),
            intervals: own.map(({ low, high }) => [Math.max(0, low), high] as const),
          }
        }),
    },
    caption:
      'Lower is better. The best run and the mean of a Gaussian process are what one would do without a hull.',
  }
}

export const find = (
  rows: readonly RegretRow[],
  family: string,
  design: string,
  rule: string,
): RegretRow =>
  rows.find((row) => row.family.key === family && row.design === design && row.rule.key === rule)!

function regretTable(rows: readonly RegretRow[]): TablePart {
  return {
    kind: 'table',
    title: 'Regret of every rule',
    columns: [
      ...[{ name: 'Family' }, { name: 'Rates' }, { name: 'Rule' }, { name: 'Regret', digits: 4 }],
      ...[
        { name: 'less best run', digits: 4 },
        { name: 'from', digits: 4 },
        { name: 'to', digits: 4 },
      ],
      { name: 'less GP mean', digits: 4 },
    ],
    rows: rows.map(({ family, design, rule, regret, againstBest, againstGp }) => ({
      origin: 'ours',
      cells: [
        ...[family.title, design, rule.title, regret.mean],
        ...[againstBest.mean, againstBest.low, againstBest.high, againstGp.mean],
      ],
    })),
    note: 'Differences are paired by sweep; below 0 the rule is better than the best run, or the Gaussian process.',
  }
}

/** Seconds of all trainings by the number of grid points. */
export function timeFigure({ seeds }: TaskOutcome): FigurePart {
  const rows = seeds.flatMap((s) => s.rows)
  const sizes = [...new Set(rows.map(({ points }) => points))].toSorted((a, b) => a - b)
  const line = (name: string, key: 'grid' | 'gaussian' | 'gamma'): Mark => ({
    ...{ kind: 'line', name },
    points: sizes.map((n) => [
      n,
      meanInterval(rows.filter(({ points }) => points === n).map(({ seconds }) => seconds[key]))
        .mean,
    ]),
  })
  return {
    kind: 'figure',
    chart: {
      title: 'Time of all trainings by the number of grid points',
      subtitle: 'A grid trains every point, a search 20 of them',
      x: { name: 'grid points', scale: 'log' },
      y: { name: 'time', unit: 's', scale: 'log' },
      marks: [line('Grid', 'grid'), line('Gaussian', 'gaussian'), line('Gamma', 'gamma')],
    },
    caption: 'GAM-1 as measured: the slopes are those of the numbers of evaluations.',
  }
}
