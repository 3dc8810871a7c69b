import type { Chart, Mark, Position } from 'attune'
import { paretoFronts } from 'attune'
import type { FigurePart } from '../lib/reproduction.ts'
import type { Cell } from './cells.ts'
import { tableOf } from './cells.ts'
import type { Contest, Contests } from './contests.ts'
import { quartileCurve } from './contests.ts'
import type { Importances, Shares } from './importance.ts'
import { parameters, parameterTitles } from './importance.ts'
import type { Grid, Runs } from './studies.ts'
import { clientDivisions, learningRates, published, rowNames, rowTitles } from './space.ts'

const titleOf = ({ task, optimizer, seed }: Grid): string =>
  `${task === 'emodb' ? 'EmoDB' : 'Generator'}, ${optimizer === 'adam' ? 'Adam' : 'plain gradient descent'} at the clients, draw ${seed}`

/** A line a group: its values in order, over all settings of the others. */
function sortedLines(
  groups: readonly number[],
  valuesOf: (group: number) => number[],
  nameOf: (group: number) => string,
): Mark[] {
  return groups.map((group) => ({
    kind: 'line',
    name: nameOf(group),
    points: valuesOf(group)
      .sort((a, b) => a - b)
      .map((value, i): Position => [i + 1, value]),
  }))
}

export function accuracyByRate(grid: Grid): FigurePart {
  const chart: Chart = {
    title: 'Accuracy by learning rate',
    subtitle: `${titleOf(grid)}; all 192 settings of the other parameters for each rate`,
    x: { name: 'Settings of the other parameters, each curve sorted by accuracy' },
    y: { name: 'Validation accuracy', unit: '%' },
    marks: sortedLines(
      learningRates,
      (rate) =>
        grid.cells
          .filter(({ learningRate }) => learningRate === rate)
          .map(({ validation }) => 100 * validation),
      (rate) => `Learning rate ${rate}`,
    ),
  }
  return {
    kind: 'figure',
    chart,
    caption:
      'Figure 1 of the document, re-drawn: one curve for each learning rate. There the curve of 0.1 lies below the others everywhere.',
  }
}

export function timeByDivision(grid: Grid): FigurePart {
  const chart: Chart = {
    title: 'Processor time by client division',
    subtitle: `${titleOf(grid)}; all 144 settings of the other parameters for each division`,
    x: { name: 'Settings of the other parameters, each curve sorted by time' },
    y: { name: 'Processor time of the training', unit: 's', scale: 'log' },
    marks: sortedLines(
      clientDivisions,
      (division) =>
        grid.cells
          .filter(({ clientDivision }) => clientDivision === division)
          .map(({ cpu }) => cpu),
      (division) => `Client division ${division}`,
    ),
  }
  return {
    kind: 'figure',
    chart,
    caption:
      'Figure 2 of the document, re-drawn with the processor time that this machine took: the fewer clients a round asks, the shorter it is.',
  }
}

export function importanceFigure({ accuracy, time }: Importances): FigurePart[] {
  const bars = (title: string, of: readonly (readonly [string, Shares])[], y: string): Chart => ({
    title,
    subtitle: 'All 576 cells of the first grid',
    x: {
      name: 'Parameter',
      scale: 'categories',
      labels: parameters.map((name) => parameterTitles[name]),
    },
    y: { name: y, unit: '%', min: 0 },
    marks: of.map(([name, shares]) => ({
      kind: 'bars',
      name,
      values: parameters.map((one) => 100 * shares[one]),
    })),
  })
  return [
    {
      kind: 'figure',
      chart: bars(
        'What decides about accuracy',
        [
          ['fANOVA', accuracy.fanova],
          ['PED-ANOVA', accuracy.pedAnova],
        ],
        'Importance',
      ),
      caption:
        'fANOVA: the share of the variance of validation accuracy over the whole grid that a parameter explains by itself. PED-ANOVA: how much it decides whether a cell is among the best tenth.',
    },
    {
      kind: 'figure',
      chart: bars(
        'What decides about time',
        [
          ['fANOVA, processor time', time.fanova],
          ['fANOVA, its logarithm', time.logarithm],
          ['fANOVA, cost model', time.model],
          ['fANOVA, multiply-adds', time.multiplyAdds],
        ],
        'Share of the variance',
      ),
      caption: 'The same for four measures of time. The learning rate can change none of them.',
    },
  ]
}

/** Error against time: the grid, its front, the document's rows and ours. */
export function paretoFigure({ grids, ours }: Runs): FigurePart {
  const grid = grids[0]!
  const { cells } = grid
  const at = tableOf(cells)
  const place = ({ seconds, validation }: Cell): Position => [seconds, 100 * validation]
  const fronts = paretoFronts(cells.map(({ seconds, validation }) => [seconds, -validation]))
  const front = cells
    .filter((_, i) => fronts[i] === 0)
    .map(place)
    .sort((a, b) => a[0] - b[0])
  const chart: Chart = {
    title: 'Accuracy and time',
    subtitle: titleOf(grid),
    x: { name: 'Time by the cost model fitted to the document', unit: 's', scale: 'log' },
    y: { name: 'Accuracy', unit: '%' },
    marks: [
      { kind: 'points', name: 'Cells of our grid', points: cells.map(place) },
      { kind: 'line', name: 'Pareto front of our grid', points: front, step: true },
      {
        kind: 'points',
        name: 'Rows as printed',
        shape: 'diamond',
        points: rowNames.map((name): Position => {
          const { seconds, accuracy } = published[name]
          return [seconds, 100 * accuracy]
        }),
        labels: rowNames.map((name) => `${rowTitles[name]}, as printed`),
      },
      {
        kind: 'points',
        name: 'Our rows',
        shape: 'triangle',
        points: rowNames.map((name) => place(at(ours[name]))),
        labels: rowNames.map((name) => `${rowTitles[name]}, ours`),
      },
    ],
  }
  return {
    kind: 'figure',
    chart,
    caption:
      'The document searched twice, for either goal, and asks for both as a next step. Its initial row is dominated by its row of highest accuracy. Printed accuracies are of another task, so that heights must not be compared across the two.',
  }
}

export function searchFigures({ accuracy, both, seeds }: Contests): FigurePart[] {
  const subtitle = `Median over ${seeds} seeds; the bands are quartiles`
  const x = { name: 'Evaluations, of 576' }
  return [
    {
      kind: 'figure',
      chart: {
        ...{ title: 'Searches for accuracy', subtitle, x },
        y: { name: 'Best validation accuracy so far', unit: '%' },
        marks: accuracy.flatMap(curveMarks),
      },
      caption: 'Every configuration is tried once at most; results are looked up in the grid.',
    },
    {
      kind: 'figure',
      chart: {
        ...{ title: 'Searches for accuracy and time', subtitle, x },
        y: { name: 'Share of the hypervolume of the grid', unit: '%', min: 0, max: 100 },
        marks: [...both.flatMap(curveMarks), { kind: 'rule', name: '95 %', at: { y: 95 } }],
      },
      caption:
        'The area in accuracy and time (of the cost model) that is dominated, up to the worst accuracy and the longest time of the grid.',
    },
  ]
}

function curveMarks(contest: Contest, colour: number): Mark[] {
  const curve = quartileCurve(contest)
  const name = contest.sampler
  return [
    {
      kind: 'band',
      ...{ name, colour },
      points: curve.map(([low, , high], i) => [i + 1, 100 * low, 100 * high] as const),
    },
    {
      kind: 'line',
      ...{ name, colour },
      step: true,
      points: curve.map(([, median], i): Position => [i + 1, 100 * median]),
    },
  ]
}
