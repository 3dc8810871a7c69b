import type { FigurePart, Judgement, Section, Verdict } from '../lib/reproduction.ts'
import type { Interval } from '../lib/statistics.ts'
import { pairedDifference } from '../lib/statistics.ts'
import type { SizeRuns, Started } from './studies.ts'
import { points } from './wording.ts'

const limit = 0.005

/** T12-3: training again with the tuned values is not needed. */
export function judgeRetraining(sizes: readonly SizeRuns[]): {
  verdict: Verdict
  section: Section
} {
  const printed = sizes.flatMap(({ runs }) => runs.notebook)
  const corrected = sizes.flatMap(({ runs }) => runs.t1t2)
  return {
    verdict: {
      claim: 'T12-3',
      faithful: faithful(difference(printed, 'again'), printed.length),
      fair: fair(difference(corrected, 'elsewhere'), corrected.length),
    },
    section: {
      title: 'Tuned and trained again (T12-3)',
      text: [
        'The final values of each tuned run are fixed and the network is trained anew for as many epochs. The published notebook assigns them to a model it then replaces, so that its third series repeats the start; here they are taken over.',
      ],
      parts: [
        figureOf('as published, same first weights', printed, 'again'),
        figureOf('corrected T1–T2, other first weights', corrected, 'elsewhere'),
      ],
    },
  }
}

const difference = (all: readonly Started[], which: 'again' | 'elsewhere'): Interval =>
  pairedDifference(
    all.map(({ tuned }) => tuned),
    all.map((one) => one[which]),
  )

function faithful(found: Interval, count: number): Judgement {
  return {
    status:
      Math.abs(found.mean) <= limit ? 'reproduced' : found.mean < 0 ? 'partly' : 'not reproduced',
    because: `The published program, same first weights: tuned less trained again over ${count} runs, ${points(found)}; required within half a point.`,
    numbers: { difference: found.mean, low: found.low, high: found.high },
  }
}

function fair(found: Interval, count: number): Judgement {
  const status =
    found.high <= limit ? 'reproduced' : found.low > limit ? 'not reproduced' : 'too small to say'
  return {
    status,
    because: `Corrected T1–T2, other first weights: tuned less trained again over ${count} runs, ${points(found)}; reproduced when the interval stays below half a point more error.`,
    numbers: { difference: found.mean, low: found.low, high: found.high },
  }
}

function figureOf(what: string, all: readonly Started[], which: 'again' | 'elsewhere'): FigurePart {
  return {
    kind: 'figure',
    chart: {
      title: `Test error of tuning and of training again, ${what}`,
      subtitle: `${all.length} runs of all sizes`,
      x: { name: 'test error at the end of tuning', unit: '%', scale: 'log' },
      y: { name: 'test error trained again', unit: '%', scale: 'log' },
      marks: [
        { kind: 'rule', name: 'no difference', colour: 5, at: 'diagonal' },
        {
          kind: 'points',
          name: 'run',
          colour: 0,
          points: all.map((one) => [100 * one.tuned, 100 * one[which]] as const),
        },
      ],
    },
    caption: `Fig. 3 of the document: ${what}.`,
  }
}
