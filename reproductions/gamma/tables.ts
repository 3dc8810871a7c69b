import type { TablePart } from '../lib/reproduction.ts'
import { mean } from '@attune/core/math'
import { hullVariants } from './hull.ts'
import type { TaskScale } from './profile.ts'
import type { GridRow, PairRow, Quality } from './published.ts'
import { table10, table4, table5, table6, table7, table8, table9 } from './published.ts'
import type { Choice, RowOutcome, SeedOutcome } from './seed-outcome.ts'
import type { Judged } from './studies.ts'

type Row = TablePart['rows'][number]

/** What came out of one data set. */
export interface TaskOutcome {
  readonly scale: TaskScale
  readonly seeds: readonly SeedOutcome[]
}

export const titles = { mnist: 'MNIST', cifar10: 'CIFAR-10' } as const

const percent = (name: string) => ({ name, unit: '%', digits: 2 }) as const

/** Means over seeds as the tables have them. */
function qualityOf(all: readonly Judged[]): [...Quality] {
  const of = (key: 'sensitivity' | 'specificity' | 'accuracy' | 'mcc'): number =>
    100 * mean(all.map((one) => one[key]))
  return [of('sensitivity'), of('specificity'), of('accuracy'), of('mcc')]
}

const blockName = (epochs: number): string => `${epochs} epoch${epochs === 1 ? '' : 's'}`

/** Tables 4 and 5: the best run of each search, and the rate that hulls of its runs predict. */
export function pairTables({ scale, seeds }: TaskOutcome): TablePart[] {
  const names = ['Grid', 'Gaussian', 'Gamma'] as const
  const keys = { Grid: 'grid', Gaussian: 'gaussian', Gamma: 'gamma' } as const
  const ours = (
    left: (s: SeedOutcome, key: 'grid' | 'gaussian' | 'gamma') => Choice,
    right: typeof left,
  ): Row[] =>
    [0, 1].flatMap((block) =>
      names.map((name): Row => ({
        origin: 'ours',
        cells: [
          blockName(scale.blocks[block]!),
          name,
          ...qualityOf(seeds.map((s) => left(s, keys[name]).blocks[block]!)),
          ...qualityOf(seeds.map((s) => right(s, keys[name]).blocks[block]!)),
        ],
      })),
    )
  const columns = (left: string, right: string) => [
    { name: 'Block' },
    { name: 'Search' },
    ...['sens', 'spec', 'acc', 'MCC'].map((name) => percent(`${left}: ${name}`)),
    ...['sens', 'spec', 'acc', 'MCC'].map((name) => percent(`${right}: ${name}`)),
  ]
  return [
    {
      kind: 'table',
      title: 'Table 4: existing and proposed system',
      columns: columns('existing', 'proposed'),
      rows: [
        ...table4.map(publishedPair),
        ...ours(
          (s, key) => s[key],
          (s, key) => s.hulls![key][0],
        ),
      ],
      note: `Ours on ${titles[scale.task]}, means of ${seeds.length} seeds: existing is the rate of the best run of a search, proposed the rate that a hull of 5 strips predicts from the same runs; both trained anew.`,
    },
    {
      kind: 'table',
      title: 'Table 5: another number of pieces',
      columns: columns('k', 'other k'),
      rows: [
        ...table5.map(publishedPair),
        ...ours(
          (s, key) => s.hulls![key][0],
          (s, key) => s.hulls![key][1],
        ),
      ],
      note: 'What was varied in the document cannot be read; ours are 5 and 10 strips.',
    },
  ]
}

const publishedPair = ({ block, search, left, right }: PairRow): Row => ({
  origin: 'published',
  cells: [block, search, ...left, ...right],
})

/** Tables 6 and 7: the four searches by block of epochs. */
export function blockTable({ scale, seeds }: TaskOutcome): TablePart {
  const isCifar = scale.task === 'cifar10'
  const published = (isCifar ? table7 : table6).map(({ block, search, quality, loss }): Row => ({
    origin: 'published',
    cells: [`block ${block}`, search, ...quality, loss ?? null],
  }))
  const searches = {
    Grid: 'grid',
    Gaussian: 'gaussian',
    Gamma: 'gamma',
    'k-dGamma': 'hull',
  } as const
  const ours = scale.blocks.flatMap((epochs, block) =>
    Object.entries(searches).map(([name, key]): Row => {
      const judged = seeds.map((s) => s[key].blocks[block]!)
      return {
        origin: 'ours',
        cells: [
          blockName(epochs),
          name,
          ...qualityOf(judged),
          mean(judged.map(({ loss }) => loss)),
        ],
      }
    }),
  )
  return {
    kind: 'table',
    title: isCifar ? 'Table 7: CIFAR-10, convolutions' : 'Table 6: by block of epochs (MNIST)',
    columns: [
      ...[{ name: 'Block' }, { name: 'Search' }, percent('Sensitivity'), percent('Specificity')],
      ...[percent('Accuracy'), percent('MCC'), { name: 'Loss', digits: 4 }],
    ],
    rows: [...published, ...ours],
    note: `Ours: ${scale.images.train} images to learn from, means of ${seeds.length} seeds; rates chosen by 1 epoch each, then trained anew for the epochs of the block. The labels of the published blocks are lost.`,
  }
}

/** Tables 8, 9 and 10: by the number of points of the grid. */
export function gridTables({ scale, seeds }: TaskOutcome): TablePart[] {
  const all = seeds.flatMap(({ rows }) => rows)
  const sizes = [...new Set(all.map(({ points }) => points))].toSorted((a, b) => a - b)
  if (sizes.length === 0) return []
  const last = blockName(scale.blocks.at(-1)!)
  const rowsOf = (accuracyOf: (choice: Choice) => number, proposed: 'gamma' | 'hull'): Row[] =>
    sizes.map((points) => {
      const some = all.filter((row) => row.points === points)
      const of = (key: 'grid' | 'gaussian' | 'gamma' | 'hull'): number =>
        100 * mean(some.map((row) => accuracyOf(row[key])))
      const seconds = (key: keyof RowOutcome['seconds']): number =>
        mean(some.map((row) => row.seconds[key]))
      return {
        origin: 'ours',
        cells: [
          ...[points, of('grid'), seconds('grid'), of('gaussian'), seconds('gaussian')],
          ...[of(proposed), seconds('gamma')],
          proposed === 'hull' ? geometricMean(some.map(({ hull }) => hull.rate)) : null,
        ],
      }
    })
  const own = (choice: Choice): number => choice.run!.judged.accuracy
  const long = (choice: Choice): number => choice.blocks.at(-1)!.accuracy
  const time = (name: string) => ({ name, unit: 's', digits: 2 }) as const
  const columns = (third: string) => [
    ...[{ name: 'Grid points' }, percent('Grid'), time('Grid time'), percent('Gaussian')],
    ...[time('Gaussian time'), percent(third), time(`${third} time`)],
    ...(third === 'Proposed' ? [{ name: 'Rate', digits: 3 }] : []),
  ]
  const note = `Accuracies on images nobody selected by. Our seconds are those of all trainings of 1 epoch, on this machine, with others at work beside them; rows other than 300 are of ${scale.rowSeeds.length} seeds, that one of ${seeds.length}. A search has as many candidates as the grid has points.`
  return [
    {
      ...{ kind: 'table', title: 'Table 8: 1 epoch', columns: columns('Gamma') },
      rows: [...withAverage(table8.map(publishedGrid)), ...withAverage(rowsOf(own, 'gamma'))],
      note,
    },
    {
      ...{
        kind: 'table',
        title: `Table 9: more epochs (ours: ${last})`,
        columns: columns('Gamma'),
      },
      rows: [...withAverage(table9.map(publishedGrid)), ...withAverage(rowsOf(long, 'gamma'))],
      note: 'The rates are those of Table 8, trained anew.',
    },
    {
      kind: 'table',
      title: `Table 10: 20 iterations of 1 epoch, and the rate found (ours: ${last})`,
      columns: columns('Proposed'),
      rows: [...withAverage(table10.map(publishedGrid)), ...withAverage(rowsOf(long, 'hull'))],
      note: 'The rate of a row of ours is a geometric mean over seeds.',
    },
  ]
}

/** The means below a table, of which the printed ones are checksums of its rows. */
function averageOf(rows: readonly Row[]): Row {
  const [first] = rows as readonly [Row, ...Row[]]
  const column = (i: number): number[] =>
    rows.map(({ cells }) => cells[i]).filter((value) => typeof value === 'number')
  const cells = first.cells.map((value, i) =>
    i === 0 ? 'mean' : typeof value === 'number' ? mean(column(i)) : null,
  )
  return { origin: first.origin, cells }
}

const withAverage = (rows: readonly Row[]): readonly Row[] => [...rows, averageOf(rows)]

const publishedGrid = ({ points, grid, gaussian, gamma, rate }: GridRow): Row => ({
  origin: 'published',
  cells: [points, ...grid, ...gaussian, ...gamma, rate ?? null],
})

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(mean(values.map((value) => Math.log(value))))

/** All variants of the hull on the same runs, by the accuracy after 1 epoch at the rate they predict. */
export function variantTable({ scale, seeds }: TaskOutcome): TablePart {
  const rowOf = (title: string, of: (s: SeedOutcome) => Choice): Row => {
    const choices = seeds.map(of)
    const quality = qualityOf(choices.map(({ blocks }) => blocks[0]!))
    return {
      origin: 'ours',
      cells: [title, ...quality, geometricMean(choices.map(({ rate }) => rate))],
    }
  }
  return {
    kind: 'table',
    title: `The hulls on the runs of the Gamma search (${titles[scale.task]}, 1 epoch)`,
    columns: [
      ...[{ name: 'Rule' }, percent('Sensitivity'), percent('Specificity'), percent('Accuracy')],
      ...[percent('MCC'), { name: 'Rate', digits: 3 }],
    ],
    rows: [
      rowOf('rate of the best run', (s) => s.gamma),
      ...hullVariants.map(({ key, title }) => rowOf(title, (s) => s.variants[key]!)),
    ],
    note: 'Every rate trained anew with the same weights at the start; rates are geometric means over seeds.',
  }
}
