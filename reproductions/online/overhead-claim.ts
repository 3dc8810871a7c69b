import type { Section, Verdict } from '../lib/reproduction.ts'
import type { Costs } from './studies.ts'
import { median, percent } from './wording.ts'

const limit = 0.35
const names = ['exact', 'cheap', 'notebook'] as const

/** T12-4: what tuning costs. */
export function judgeOverhead(costs: Costs): { verdict: Verdict; section: Section } {
  const overhead = (name: (typeof names)[number]): number =>
    median(costs[name].map((cost, i) => cost / costs.without[i]! - 1))
  const [exact, cheap, notebook] = names.map(overhead) as [number, number, number]
  const met = exact <= limit && cheap <= limit
  const verdict: Verdict = {
    claim: 'T12-4',
    faithful: {
      status: notebook <= limit ? 'reproduced' : 'not reproduced',
      because: `The published program costs ${percent(notebook)} more processor time a step here (published 12.2 %; required below 35 %, because one T2 gradient to ten T1 steps is at least 10 %).`,
      numbers: { notebook },
    },
    fair: {
      status: met ? 'reproduced' : exact <= limit || cheap <= limit ? 'partly' : 'not reproduced',
      because: `Corrected T1–T2 with second derivatives costs ${percent(exact)}, with a difference of gradients ${percent(cheap)} (required below 35 %; Luketina and others report about 30 %). Medians of ${costs.without.length} turns on the document’s shallow network.`,
      numbers: { exact, cheap },
    },
  }
  const labels = ['without', 'as published', 'exact', 'cheap']
  const values = [costs.without, costs.notebook, costs.exact, costs.cheap].map(median)
  return {
    verdict,
    section: {
      title: 'What tuning costs (T12-4)',
      text: [
        'Processor time of a step of the shallow network 784-1000-1000-1000-10, batches of 100, L2 and noise tuned every ten steps. Turns without and with tuning alternate, and seconds of the document’s machine are not compared.',
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
