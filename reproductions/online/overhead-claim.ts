import { median } from '@attune/core/math'
import { percent } from '../lib/wording.ts'
import type { Judgement, Section, Verdict } from '../lib/reproduction.ts'
import type { Interval } from '../lib/statistics.ts'
import { meanInterval } from '../lib/statistics.ts'
import type { Costs } from './studies.ts'

const limit = 0.35

/** How much more a step costs, over turns in which both were measured one after the other. */
export function overheadOf(costs: Costs, name: 'exact' | 'cheap' | 'notebook'): Interval {
  return meanInterval(costs[name].map((cost, i) => cost / costs.without[i]! - 1))
}

/** T12-4: what tuning costs. */
export function judgeOverhead(costs: Costs): { verdict: Verdict; section: Section } {
  const [exact, cheap] = [overheadOf(costs, 'exact'), overheadOf(costs, 'cheap')]
  const notebook = overheadOf(costs, 'notebook')
  const verdict: Verdict = {
    claim: 'T12-4',
    faithful: {
      status: statusOf([notebook]),
      because: `The published program costs ${shown(notebook)} more processor time a step here (published 12.2 %; required below 35 %, because one T2 gradient to ten T1 steps is at least 10 %).`,
      numbers: { notebook: notebook.mean, low: notebook.low, high: notebook.high },
    },
    fair: {
      status: statusOf([exact, cheap]),
      because: `Corrected T1–T2 costs ${shown(exact)} with second derivatives and ${shown(cheap)} with a difference of gradients (required: both intervals below 35 %; Luketina and others report about 30 %). Means of ${costs.without.length} turns on the document’s shallow network.`,
      numbers: {
        exact: exact.mean,
        exactHigh: exact.high,
        cheap: cheap.mean,
        cheapHigh: cheap.high,
      },
    },
  }
  const labels = ['without', 'as published', 'exact', 'cheap']
  const values = [costs.without, costs.notebook, costs.exact, costs.cheap].map(median)
  return {
    verdict,
    section: {
      title: 'What tuning costs (T12-4)',
      text: [
        'Processor time of a step of the shallow network 784-1000-1000-1000-10, batches of 100, L2 and noise tuned every ten steps. Each turn measures without tuning and then its three forms; seconds of the document’s machine are not compared. Work of other programs on the machine moves these figures by several points, also against each other.',
      ],
      parts: [
        {
          kind: 'figure',
          chart: {
            title: 'Processor time of a training step',
            subtitle: `medians of ${costs.without.length} turns`,
            x: { name: 'tuning', scale: 'categories', labels },
            y: { name: 'processor time a step', unit: 'ms', min: 0 },
            marks: [{ kind: 'bars', name: 'a step', values }],
          },
          caption: 'Fig. 4 of the document, by step in place of by epoch.',
        },
      ],
    },
  }
}

const shown = ({ mean, low, high }: Interval): string =>
  `${percent(mean)} (95 %: ${percent(low)} to ${percent(high)})`

function statusOf(found: readonly Interval[]): Judgement['status'] {
  if (found.every(({ high }) => high <= limit)) return 'reproduced'
  return found.some(({ low }) => low > limit) ? 'not reproduced' : 'too small to say'
}
