import { mean, median } from '@attune/core/math'
import { percent } from '../lib/wording.ts'
import type { FigurePart, Judgement, Section, Verdict } from '../lib/reproduction.ts'
import { pairedDifference } from '../lib/statistics.ts'
import { title } from './region-claim.ts'
import type { Variant } from './settings.ts'
import type { Joined, SizeRuns, Started } from './studies.ts'
import { points } from './wording.ts'

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
  work: number,
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
    verdict: { claim: 'T12-2', faithful: faithful(sizes), fair: fair(sizes, work) },
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

/** By start the test error of the best by validation among it and the k - 1 next ones, with fixed values. */
function bestsOfRandom(all: readonly Started[], k: number): number[] {
  return all.map((_, i) => {
    const block = Array.from({ length: k }, (__, j) => all[(i + j) % all.length]!)
    return block.reduce((a, b) => (b.initialValidation < a.initialValidation ? b : a)).initial
  })
}

const bestOfRandom = (all: readonly Started[], k: number): number => mean(bestsOfRandom(all, k))

/** @param work of a tuned run, in runs with fixed values */
function fair(sizes: readonly SizeRuns[], work: number): Judgement {
  const all = sizes.flatMap(({ runs }) => runs.t1t2)
  const tuned = all.map((one) => one.tuned)
  const k = Math.ceil(work)
  const control = sizes.flatMap(({ runs }) => bestsOfRandom(runs.t1t2, k))
  const gain = pairedDifference(control, tuned)
  const own = pairedDifference(
    all.map(({ initial }) => initial),
    tuned,
  )
  const rescued = sum(together(sizes, 't1t2').map((one) => one.rescued))
  const status = gain.low > 0 ? 'reproduced' : gain.high < 0 ? 'not reproduced' : 'too small to say'
  return {
    status,
    because: `Corrected T1–T2. A tuned run costs about ${work.toFixed(1)} runs with fixed values (the cost in T12-4 at this profile’s ratio; of another size of network, so about), so it is compared with the best by validation of ${k} random ones: it has ${points(gain)} less error (blocks of ${k} overlap, so the interval is too narrow). Against its own start fixed, ${points(own)} less; ${rescued} of ${all.length} starts rescued. There is no population-based training here to compare with.`,
    numbers: { work, gain: gain.mean, low: gain.low, high: gain.high, rescued, starts: all.length },
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
      ...[1, 2, 3, 4].map((k) => ({ name: `Best of ${k} random`, unit: '%', digits: 2 })),
    ],
    rows: sizes.map(({ size, runs }) => ({
      origin: 'ours',
      cells: [
        size,
        100 * mean(runs.t1t2.map(({ tuned }) => tuned)),
        ...[1, 2, 3, 4].map((k) => 100 * bestOfRandom(runs.t1t2, k)),
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

function joinedSection({ alone, together: both, fixed }: Joined): Section {
  const against = (other: readonly number[]): string => points(pairedDifference(other, both))
  return {
    title: 'Search and online tuning together',
    text: [
      'The document proposes as future work to join its algorithm with one for discrete hyperparameters. All three searches choose depth, units and activation by TPE with as many trials and epochs. Search alone also chooses l2 and noise; the second tunes them online from 1e-4 and 0.1; the third leaves them there, because a good start would look like a gain of tuning. Online tuning takes more time a trial and gives up its T2 rows, which is not made up for: steps of the weights are equal, work is not.',
      `Median test error over ${alone.length} seeds: search alone ${percent(median(alone), 2)}, with online tuning ${percent(median(both), 2)}, with both fixed at that start ${percent(median(fixed), 2)}. Less error with online tuning, seed by seed: than search alone ${against(alone)}; than the fixed start ${against(fixed)}. Only the last difference is what tuning itself adds.`,
    ],
    parts: [
      {
        kind: 'table',
        title: 'Test error of the best by validation, by seed',
        columns: [
          { name: 'Seed' },
          { name: 'Search alone', unit: '%', digits: 2 },
          { name: 'Search and online tuning', unit: '%', digits: 2 },
          { name: 'Search, l2 and noise fixed at the start', unit: '%', digits: 2 },
        ],
        rows: alone.map((value, i) => ({
          origin: 'ours',
          cells: [i + 1, 100 * value, 100 * both[i]!, 100 * fixed[i]!],
        })),
      },
    ],
  }
}
