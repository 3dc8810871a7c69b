import type { TablePart } from '../lib/reproduction.ts'
import { meanInterval } from '../lib/statistics.ts'
import type { Cell } from './cells.ts'
import { mostAccurate, tableOf } from './cells.ts'
import type { Contests } from './contests.ts'
import { ends, evaluationsFor, shareAt } from './contests.ts'
import { explained, meansBy } from './importance.ts'
import type { Runs } from './studies.ts'
import { runsOf } from './verdicts.ts'
import type { RowName, Setting } from './space.ts'
import { learningRates, published, rowNames, rowTitles } from './space.ts'

const settingCells = (of: Setting): number[] => [
  of.globalEpochs,
  of.localEpochs,
  of.learningRate,
  of.batchSize,
  of.clientDivision,
]

const settingColumns = [
  { name: 'Global epochs', digits: 0 },
  { name: 'Local epochs', digits: 0 },
  { name: 'Learning rate' },
  { name: 'Batch size', digits: 0 },
  { name: 'Client division' },
]

/** Table 1, as printed and ours. */
export function tableOne({ grids, ours }: Runs): TablePart {
  const at = tableOf(grids[0]!.cells)
  const row = (name: RowName, cell: Cell): TablePart['rows'][number] => ({
    origin: 'ours',
    cells: [
      rowTitles[name],
      100 * cell.validation,
      100 * cell.test,
      cell.seconds,
      cell.cpu,
      ...settingCells(cell),
    ],
  })
  return {
    kind: 'table',
    title: 'Table 1: initial and optimal settings',
    columns: [
      { name: 'Setting' },
      { name: 'Accuracy (ours: validation)', unit: '%', digits: 1 },
      { name: 'Test accuracy', unit: '%', digits: 1 },
      { name: 'Time (ours: cost model)', unit: 's', digits: 2 },
      { name: 'Measured processor time', unit: 's', digits: 2 },
      ...settingColumns,
    ],
    rows: [
      ...rowNames.map((name) => ({
        origin: 'published' as const,
        cells: [
          rowTitles[name],
          100 * published[name].accuracy,
          null,
          published[name].seconds,
          null,
          ...settingCells(published[name].setting),
        ],
      })),
      ...rowNames.map((name) => row(name, at(ours[name]))),
    ],
    note: 'Ours: the first grid, one draw. Validation rows choose, test rows judge; the document chose by its only accuracy. The validation accuracy of the best of 576 is lucky by nature.',
  }
}

/** The settings of both on draws that chose nothing. */
export function rowTable({ rows }: Runs): TablePart {
  const names = [
    'published initial',
    'published accurate',
    'published quick',
    'ours accurate',
    'ours quick',
  ]
  return {
    kind: 'table',
    title: 'The settings on fresh draws of the generator',
    columns: [
      { name: 'Setting' },
      { name: 'Mean test accuracy', unit: '%', digits: 1 },
      { name: 'From (95 %)', unit: '%', digits: 1 },
      { name: 'To', unit: '%', digits: 1 },
      { name: 'Time by the cost model', unit: 's', digits: 2 },
      { name: 'Measured processor time', unit: 's', digits: 2 },
    ],
    rows: names.map((name) => {
      const own = runsOf(rows, name)
      const { mean, low, high } = meanInterval(own.map(({ test }) => test))
      const cpu = meanInterval(own.map((one) => one.cpu)).mean
      return {
        origin: 'ours',
        cells: [labelOf(name), 100 * mean, 100 * low, 100 * high, own[0]!.seconds, cpu],
      }
    }),
  }
}

function labelOf(name: string): string {
  const [origin, row] = name.split(' ') as [string, RowName]
  return `${rowTitles[row]} (${origin === 'ours' ? 'chosen by our grid' : 'as printed'})`
}

/** All grids: what the learning rate does on each. */
export function gridTable({ grids }: Runs): TablePart {
  return {
    kind: 'table',
    title: 'The learning rate on every grid',
    columns: [
      { name: 'Speech' },
      { name: 'Optimiser of the clients' },
      { name: 'Draw', digits: 0 },
      ...learningRates.map((rate) => ({ name: `Mean accuracy at ${rate}`, unit: '%', digits: 1 })),
      { name: 'Variance it explains', unit: '%', digits: 1 },
      { name: 'Highest accuracy', unit: '%', digits: 1 },
      { name: 'Its test accuracy', unit: '%', digits: 1 },
      ...settingColumns,
    ],
    rows: grids.map(({ task, optimizer, seed, cells }) => {
      const means = meansBy(cells, 'learningRate')
      const best = mostAccurate(cells)
      return {
        origin: 'ours',
        cells: [
          task === 'emodb' ? 'EmoDB' : 'generator',
          optimizer,
          seed,
          ...learningRates.map((rate) => 100 * means.get(rate)!),
          100 * explained(cells, 'learningRate').share,
          100 * best.validation,
          100 * best.test,
          ...settingCells(best),
        ],
      }
    }),
    note: 'Means are over the 192 cells of a rate; the settings are those of the highest validation accuracy.',
  }
}

export function searchTable({ grids }: Runs, { accuracy, both, seeds }: Contests): TablePart {
  const asked = mostAccurate(grids[0]!.cells).validation - 0.01
  const half = (counts: readonly number[]): number | string =>
    Number.isFinite(counts[1]) ? counts[1]! : 'more than 58'
  return {
    kind: 'table',
    title: `Searches with 58 of 576 evaluations, ${seeds} seeds each`,
    columns: [
      { name: 'Goal' },
      { name: 'Sampler' },
      { name: 'Searches that reach it', unit: '%', digits: 0 },
      { name: 'Evaluations of half of them', digits: 0 },
      { name: 'Median at the end', unit: '%', digits: 1 },
      { name: 'Worst at the end', unit: '%', digits: 1 },
    ],
    rows: [
      ...accuracy.map((one) => ['Accuracy within 1 point of the best', one, asked] as const),
      ...both.map((one) => ['95 % of the hypervolume', one, 0.95] as const),
    ].map(([goal, one, value]) => {
      const last = ends(one)
      return {
        origin: 'ours',
        cells: [
          goal,
          one.sampler,
          100 * shareAt(one, value),
          half(evaluationsFor(one, value)),
          100 * last[Math.floor(last.length / 2)]!,
          100 * last[0]!,
        ],
      }
    }),
  }
}
