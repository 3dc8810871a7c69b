import { percent } from '../lib/wording.ts'
import type { FigurePart, Judgement, Section, Verdict } from '../lib/reproduction.ts'
import type { Cell } from './studies.ts'

type How = 'fixed' | 'notebook' | 'tuned' | 'restarted'

const titles: Readonly<Record<How, string>> = {
  fixed: 'fixed',
  notebook: 'as published',
  tuned: 'logarithm and trust clip',
  restarted: 'and restarts',
}
const hows = ['fixed', 'notebook', 'tuned', 'restarted'] as const

/** A cell is good up to so many times the best test error that the same algorithm has on the map. */
const good = 1.5

/** T12-5: from which starts tuning comes to a good end. */
export function judgeBasin(cells: readonly Cell[]): { verdict: Verdict; section: Section } {
  const bestOf = (how: How): number => Math.min(...cells.map((one) => one[how]))
  const goodOf = (how: How): Cell[] => cells.filter((one) => one[how] <= good * bestOf(how))
  const share = (how: How): number => goodOf(how).length / cells.length
  const shares = Object.fromEntries(hows.map((how) => [how, share(how)])) as Record<How, number>
  return {
    verdict: {
      claim: 'T12-5',
      faithful: faithful(cells, goodOf('notebook'), shares),
      fair: fair(shares),
    },
    section: {
      title: 'From which starts it works (T12-5)',
      text: [
        `Test error by start on a reduced shallow network. A start is good when its end has at most ${good} times the best error that the same algorithm has from any start (${hows.map((how) => `${titles[how]} ${percent(bestOf(how), 2)}`).join(', ')}): the relu output of the published program costs it accuracy everywhere, which is no matter of starts. Restarts: when the loss after a fifth of the epochs is that of guessing, new weights begin with a hundredth of the l2 and half of the noise, for the epochs that are left.`,
        `Good starts: ${hows.map((how) => `${titles[how]} ${percent(shares[how], 0)}`).join(', ')}.`,
      ],
      parts: hows.map((how) => figureOf(cells, how)),
    },
  }
}

function faithful(
  cells: readonly Cell[],
  found: readonly Cell[],
  shares: Record<How, number>,
): Judgement {
  const stalls = found.length < cells.length
  return {
    status: !stalls ? 'not reproduced' : found.length === 0 ? 'partly' : 'reproduced',
    because: `The published program comes to a good end from ${found.length} of ${cells.length} starts of the map (fixed values: ${percent(shares.fixed, 0)}), so it ${stalls ? 'does stall from some starts' : 'stalls from none'}. That shallow models allow a larger interval is not judged: the map is of one size.`,
    numbers: { good: found.length, cells: cells.length },
  }
}

function fair({ notebook, tuned, restarted }: Record<How, number>): Judgement {
  const wider = Math.max(tuned, restarted) > notebook
  return {
    status: Math.max(tuned, restarted) < 1 ? 'reproduced' : 'partly',
    because: `With the logarithm of l2 and the trust clip the good starts are ${percent(tuned, 0)}, with the restart rule ${percent(restarted, 0)}, against ${percent(notebook, 0)} of the published program: the basin is ${wider ? 'larger' : 'not larger'}${Math.max(tuned, restarted) < 1 ? ', and far starts still stall' : ', and no start of the map stalls any more'}. One run a cell.`,
    numbers: { notebook, tuned, restarted },
  }
}

function figureOf(cells: readonly Cell[], how: How): FigurePart {
  const of = (name: 'l2' | 'noise'): number[] =>
    [...new Set(cells.map(({ from }) => from[name]))].sort((a, b) => a - b)
  const [l2, noise] = [of('l2'), of('noise')]
  return {
    kind: 'figure',
    chart: {
      title: `Test error by start, ${titles[how]}`,
      subtitle: `${cells.length} starts, one run each`,
      x: {
        name: 'log₁₀ of the L2 coefficient at the start',
        scale: 'categories',
        labels: l2.map(String),
      },
      y: {
        name: 'input noise at the start, standard deviation',
        scale: 'categories',
        labels: noise.map(String),
      },
      marks: [
        {
          kind: 'heat',
          name: 'test error',
          cells: cells.map(
            (one) =>
              [l2.indexOf(one.from.l2), noise.indexOf(one.from.noise), 100 * one[how]] as const,
          ),
          value: { name: 'test error', unit: '%', scale: 'log' },
        },
      ],
    },
    caption: `Map of starts: ${titles[how]}.`,
  }
}
