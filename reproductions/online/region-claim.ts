import { mean } from '@attune/core/math'
import { percent, signed } from '../lib/wording.ts'
import type { Mark } from 'attune'
import type { FigurePart, Judgement, Section, Verdict } from '../lib/reproduction.ts'
import { meanInterval } from '../lib/statistics.ts'
import type { Variant } from './settings.ts'
import type { Cell, SizeRuns, Started } from './studies.ts'
import { spread } from './wording.ts'

/** Within the document's intervals: log₁₀ l2 in [-5.5, -2.5] and noise in [0, 0.8]. */
const isInside = ({ from }: Started): boolean => from.l2 <= -2.5 && from.noise <= 0.8

/** The share of the spread at the start that may be left at the end. */
const allowed = 1 / 3

interface Spreads {
  readonly starts: number
  readonly l2: readonly [start: number, end: number]
  readonly noise: readonly [start: number, end: number]
  readonly end: { readonly l2: number; readonly noise: number }
}

function spreadsOf(all: readonly Started[]): Spreads {
  const inside = all.filter(isInside)
  const of = (end: 'from' | 'to', name: 'l2' | 'noise'): number[] =>
    inside.map((one) => one[end][name])
  return {
    starts: inside.length,
    l2: [spread(of('from', 'l2')), spread(of('to', 'l2'))],
    noise: [spread(of('from', 'noise')), spread(of('to', 'noise'))],
    end: { l2: mean(of('to', 'l2')), noise: mean(of('to', 'noise')) },
  }
}

/** T12-1: the hyperparameters end in a common region. */
export function judgeRegion(
  sizes: readonly SizeRuns[],
  cells: readonly Cell[],
): { verdict: Verdict; section: Section } {
  return {
    verdict: { claim: 'T12-1', faithful: faithful(sizes), fair: fair(sizes, cells) },
    section: {
      title: 'Where the hyperparameters go (T12-1)',
      text: [
        'Starts are those within the document’s intervals; spreads are standard deviations over starts. Each line is a run, from its start to the point.',
      ],
      parts: [
        tableOf(sizes),
        ...sizes.flatMap((runs) => [figureOf(runs, 'notebook'), figureOf(runs, 't1t2')]),
      ],
    },
  }
}

function faithful(sizes: readonly SizeRuns[]): Judgement {
  const found = sizes.map(({ size, runs }) => ({ size, ...spreadsOf(runs.notebook) }))
  const judged = found.filter(({ starts }) => starts >= 3)
  const met = judged.filter(({ l2 }) => l2[1] <= allowed * l2[0]).length
  const words = found.map(
    ({ size, starts, l2 }) =>
      `${size}: ${l2[0].toFixed(2)} → ${l2[1].toFixed(2)} over ${starts} starts`,
  )
  const status =
    judged.length === 0
      ? 'too small to say'
      : met === judged.length
        ? 'reproduced'
        : met > 0
          ? 'partly'
          : 'not reproduced'
  return {
    status,
    because: `The published program; spread of log₁₀ l2 from start to end, ${words.join('; ')}. Required: at most a third is left, of each size with three starts or more; met by ${met} of ${judged.length}.`,
    numbers: Object.fromEntries(found.map(({ size, l2 }) => [`${size}Left`, l2[1] / l2[0]])),
  }
}

/** The best cell by validation of a grid of fixed points, on the reduced network of the map. */
function fair(sizes: readonly SizeRuns[], cells: readonly Cell[]): Judgement {
  const best = cells.reduce((a, b) => (b.fixedValidation < a.fixedValidation ? b : a))
  const near = cells.filter(({ from }) => from.l2 <= -3 && from.noise <= 0.8)
  const { mean: lead, low, high } = meanInterval(near.map(({ tuned }) => tuned - best.fixed))
  const left = sizes.map(({ size, runs }) => {
    const { l2, noise } = spreadsOf(runs.t1t2)
    return `${size}: l2 ${(l2[1] / l2[0]).toFixed(2)}, noise ${(noise[1] / noise[0]).toFixed(2)}`
  })
  const status = high <= 0.005 ? 'reproduced' : low > 0.005 ? 'not reproduced' : 'too small to say'
  return {
    status,
    because: `Corrected T1–T2 against the best cell of a grid of ${cells.length} fixed points on the same network (log₁₀ l2 ${best.from.l2}, noise ${best.from.noise}: ${percent(best.fixed)} test error): tuning from the ${near.length} cells within the document’s intervals ends ${signed(100 * lead)} points from it (95 %: ${signed(100 * low)} to ${signed(100 * high)}; at most +0.5 asked). Share of the spread left: ${left.join('; ')}.`,
    numbers: { difference: lead, low, high, bestTest: best.fixed },
  }
}

function tableOf(sizes: readonly SizeRuns[]): Section['parts'][number] {
  const rows = sizes.flatMap(({ size, runs }) =>
    (['notebook', 't1t2'] as const).map((variant) => {
      const { starts, l2, noise, end } = spreadsOf(runs[variant])
      const cells = [size, title[variant], starts, ...l2, end.l2, ...noise, end.noise]
      return { origin: 'ours' as const, cells }
    }),
  )
  return {
    kind: 'table',
    title: 'Spread of the hyperparameters from start to end',
    columns: [
      ...[{ name: 'Size' }, { name: 'Algorithm' }, { name: 'Starts' }],
      { name: 'log₁₀ l2 at the start, spread', digits: 2 },
      { name: 'at the end, spread', digits: 2 },
      { name: 'at the end, mean', digits: 2 },
      { name: 'Noise at the start, spread', digits: 3 },
      { name: 'at the end, spread', digits: 3 },
      { name: 'at the end, mean', digits: 3 },
    ],
    rows,
    note: 'The document shows this as Fig. 1 and gives no numbers.',
  }
}

export const title: Readonly<Record<Variant, string>> = {
  notebook: 'as published',
  t1t2: 'corrected T1–T2',
}

function figureOf({ size, runs }: SizeRuns, variant: Variant): FigurePart {
  const all = runs[variant]
  const marks: Mark[] = [
    ...all.map((one): Mark => ({
      ...{ kind: 'line', name: 'run', colour: 0, faint: true },
      points: one.course.map(({ l2, noise }) => [l2, noise] as const),
    })),
    {
      kind: 'points',
      name: 'start',
      colour: 1,
      shape: 'cross',
      points: all.map(({ from }) => [from.l2, from.noise] as const),
    },
    {
      kind: 'points',
      name: 'end',
      colour: 2,
      points: all.map(({ to }) => [to.l2, to.noise] as const),
    },
  ]
  return {
    kind: 'figure',
    chart: {
      title: `Courses of the hyperparameters, ${size}, ${title[variant]}`,
      subtitle: `${all.length} starts, a point of a line an epoch`,
      x: { name: 'log₁₀ of the L2 coefficient' },
      y: { name: 'input noise, standard deviation', unit: 'of the pixel range', min: 0 },
      marks,
    },
    caption: `Fig. 1 of the document, for the ${size} network, ${title[variant]}.`,
  }
}
