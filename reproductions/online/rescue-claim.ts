import type { FigurePart, Judgement, Section, Verdict } from '../lib/reproduction.ts'
import { pairedDifference } from '../lib/statistics.ts'
import { title } from './region-claim.ts'
import type { Variant } from './settings.ts'
import type { Joined, SizeRuns, Started } from './studies.ts'
import { mean, median, percent, points, signed } from './wording.ts'

/** A start is bad above so many times the median error after tuning, and rescued up to so many. */
const [bad, good] = [1.5, 1.1]

interface Rescue {
  readonly starts: number
  readonly median: number
  readonly bad: number
  readonly rescued: number
  /** Starts whose errors differ by no more than a tenth of the median. */
  readonly near: number
}

function rescueOf(all: readonly Started[]): Rescue {
  const middle = median(all.map(({ tuned }) => tuned))
  const poor = all.filter(({ initial }) => initial > bad * middle)
  return {
    ...{ starts: all.length, median: middle, bad: poor.length },
    rescued: poor.filter(({ tuned }) => tuned <= good * middle).length,
    near: all.filter(({ initial, tuned }) => Math.abs(initial - tuned) <= 0.1 * middle).length,
  }
}

const together = (sizes: readonly SizeRuns[], variant: Variant): Rescue[] =>
  sizes.map(({ runs }) => rescueOf(runs[variant]))

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** T12-2: about the same error from every start, and a fifth of the starts rescued. */
export function judgeRescue(
  sizes: readonly SizeRuns[],
  joined: Joined,
): { verdict: Verdict; sections: Section[] } {
  const section: Section = {
    title: 'Errors before and after tuning (T12-2)',
    text: [
      `Each start is trained with its values fixed and with tuning. A start is bad when its fixed error exceeds ${bad} times the median error after tuning, and rescued when its error after tuning is at most ${good} times that median.`,
    ],
    parts: [
      tableOf(sizes),
      ...sizes.flatMap((runs) => [figureOf(runs, 'notebook'), figureOf(runs, 't1t2')]),
      controlTable(sizes),
    ],
  }
  return {
    verdict: { claim: 'T12-2', faithful: faithful(sizes), fair: fair(sizes) },
    sections: [section, joinedSection(joined)],
  }
}

function faithful(sizes: readonly SizeRuns[]): Judgement {
  const found = together(sizes, 'notebook')
  const [starts, rescued] = [
    sum(found.map((one) => one.starts)),
    sum(found.map((one) => one.rescued)),
  ]
  const badOnes = sum(found.map((one) => one.bad))
  const share = rescued / starts
  const words = sizes.map(({ size }, i) => `${size} ${percent(found[i]!.median, 2)}`)
  return {
    status: share >= 0.2 ? 'reproduced' : rescued > 0 ? 'partly' : 'not reproduced',
    because: `The published program: ${rescued} of ${starts} starts are rescued, ${percent(share)} (published 20 %, required at least that); ${badOnes} were bad. Median test error after tuning: ${words.join(', ')} (published about 3 %).`,
    numbers: { starts, bad: badOnes, rescued, share },
  }
}

/** The test error of the best by validation among k starts with fixed values, averaged over all blocks of k. */
function bestOfRandom(all: readonly Started[], k: number): number {
  const blocks = all.map((_, i) => Array.from({ length: k }, (__, j) => all[(i + j) % all.length]!))
  return mean(
    blocks.map((block) => {
      const best = block.reduce((a, b) => (b.initialValidation < a.initialValidation ? b : a))
      return best.initial
    }),
  )
}

function fair(sizes: readonly SizeRuns[]): Judgement {
  const all = sizes.flatMap(({ runs }) => runs.t1t2)
  const found = together(sizes, 't1t2')
  const gain = pairedDifference(
    all.map(({ initial }) => initial),
    all.map(({ tuned }) => tuned),
  )
  const two = mean(sizes.map(({ runs }) => bestOfRandom(runs.t1t2, 2)))
  const tuned = mean(sizes.map(({ runs }) => mean(runs.t1t2.map((one) => one.tuned))))
  const [starts, rescued] = [all.length, sum(found.map((one) => one.rescued))]
  const status =
    gain.low > 0 && tuned <= two
      ? 'reproduced'
      : gain.low > 0
        ? 'partly'
        : gain.high < 0
          ? 'not reproduced'
          : 'too small to say'
  return {
    status,
    because: `Corrected T1–T2 against random search at equal work: one tuned run against one with fixed values, ${points(gain)} less error; ${rescued} of ${starts} starts rescued. A tuned run has ${percent(tuned, 2)} on average, the better by validation of two random ones, at 1.6 times the work, ${percent(two, 2)}. There is no population-based training here to compare with.`,
    numbers: {
      gain: gain.mean,
      low: gain.low,
      high: gain.high,
      tuned,
      bestOfTwo: two,
      rescued,
      starts,
    },
  }
}

function tableOf(sizes: readonly SizeRuns[]): Section['parts'][number] {
  return {
    kind: 'table',
    title: 'Starts and what became of them',
    columns: [
      ...[{ name: 'Size' }, { name: 'Algorithm' }, { name: 'Starts' }],
      { name: 'Median test error after tuning', unit: '%', digits: 2 },
      { name: 'Bad starts', unit: '%', digits: 0 },
      { name: 'Rescued', unit: '%', digits: 0 },
      { name: 'Next to the diagonal', unit: '%', digits: 0 },
    ],
    rows: [
      { origin: 'published', cells: ['all', 'as published', 100, 3, null, 20, 58] },
      ...sizes.flatMap(({ size, runs }) =>
        (['notebook', 't1t2'] as const).map((variant) => {
          const { starts, median: middle, ...counts } = rescueOf(runs[variant])
          const share = (count: number): number => (100 * count) / starts
          const shares = [share(counts.bad), share(counts.rescued), share(counts.near)]
          return {
            origin: 'ours' as const,
            cells: [size, title[variant], starts, 100 * middle, ...shares],
          }
        }),
      ),
    ],
    note: 'Next to the diagonal: errors that differ by at most a tenth of the median.',
  }
}

function controlTable(sizes: readonly SizeRuns[]): Section['parts'][number] {
  return {
    kind: 'table',
    title: 'One tuned run against random search, mean test error',
    columns: [
      { name: 'Size' },
      { name: 'Tuned', unit: '%', digits: 2 },
      ...[1, 2, 4].map((k) => ({ name: `Best of ${k} random`, unit: '%', digits: 2 })),
    ],
    rows: sizes.map(({ size, runs }) => ({
      origin: 'ours',
      cells: [
        size,
        100 * mean(runs.t1t2.map(({ tuned }) => tuned)),
        ...[1, 2, 4].map((k) => 100 * bestOfRandom(runs.t1t2, k)),
      ],
    })),
    note: 'Random starts with fixed values, the best of them chosen by validation images.',
  }
}

function figureOf({ size, runs }: SizeRuns, variant: Variant): FigurePart {
  const all = runs[variant]
  return {
    kind: 'figure',
    chart: {
      title: `Test error before and after tuning, ${size}, ${title[variant]}`,
      subtitle: `${all.length} starts`,
      x: { name: 'test error with the start fixed', unit: '%', scale: 'log' },
      y: { name: 'test error with tuning', unit: '%', scale: 'log' },
      marks: [
        { kind: 'rule', name: 'no change', colour: 5, at: 'diagonal' },
        {
          kind: 'points',
          name: 'start',
          colour: 0,
          points: all.map(({ initial, tuned }) => [100 * initial, 100 * tuned] as const),
        },
      ],
    },
    caption: `Fig. 2 of the document, for the ${size} network, ${title[variant]}.`,
  }
}

function joinedSection({ alone, together: both }: Joined): Section {
  const { mean: lead, low, high } = pairedDifference(alone, both)
  return {
    title: 'Search and online tuning together',
    text: [
      `The document proposes as future work to join its algorithm with one for discrete hyperparameters. Both searches choose depth, units and activation by TPE with as many trials and epochs; search alone also chooses l2 and noise, the other tunes them online. Online tuning costs about a quarter more time a trial and gives up its T2 rows, which is not made up for.`,
      `Median test error over ${alone.length} seeds: search alone ${percent(median(alone), 2)}, with online tuning ${percent(median(both), 2)}; alone less together, seed by seed: ${signed(100 * lead)} points (95 %: ${signed(100 * low)} to ${signed(100 * high)}).`,
    ],
    parts: [
      {
        kind: 'table',
        title: 'Test error of the best by validation, by seed',
        columns: [
          { name: 'Seed' },
          { name: 'Search alone', unit: '%', digits: 2 },
          { name: 'Search and online tuning', unit: '%', digits: 2 },
        ],
        rows: alone.map((value, i) => ({
          origin: 'ours',
          cells: [i + 1, 100 * value, 100 * both[i]!],
        })),
      },
    ],
  }
}
