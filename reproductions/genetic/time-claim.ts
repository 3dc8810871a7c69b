import { countStates } from 'attune'
import type { HistoryView } from 'attune'
import type { Section, Verdict } from '../lib/reproduction.ts'
import { duration } from '../lib/progress.ts'
import { individualsOf } from './individuals.ts'
import type { SetStudies } from './studies.ts'
import { setTitle } from './wording.ts'

/** GA-3: a time budget is honoured to within one trial. */
export function judgeTime(
  within: HistoryView,
  budget: number,
  sets: readonly SetStudies[],
): { verdict: Verdict; section: Section } {
  const individuals = individualsOf(within)
  const began = Math.min(...individuals.map(({ startedAt }) => startedAt))
  const ended = Math.max(...individuals.map(({ finishedAt }) => finishedAt))
  const seconds = (ended - began) / 1000
  const longest = Math.max(...individuals.map((one) => one.seconds))
  const { waiting } = countStates(within.history)
  const over = seconds - budget
  const numbers = { budget, seconds, over, longest, individuals: individuals.length }
  const all = sets.map(({ set, extent, searched }) => {
    const spent = searched.genetic.flatMap(individualsOf).reduce((sum, one) => sum + one.seconds, 0)
    const each = duration(spent / searched.genetic.length)
    return `${setTitle(set)}, ${extent.populationSize * extent.generations} evaluations: ${each} of trials a search`
  })
  return {
    verdict: {
      claim: 'GA-3',
      faithful: {
        status: over <= longest ? 'reproduced' : 'not reproduced',
        because: `A budget of ${budget} s of wall-clock time: the last of ${individuals.length} individuals ended ${seconds.toFixed(1)} s after the first began; the longest took ${longest.toFixed(1)} s (required: over by one trial at most). ${waiting} were put back to be run later.`,
        numbers,
      },
      fair: {
        status: 'not applicable',
        because:
          'Seconds measured on other machines are not compared; the budget itself is what is tested.',
        numbers: {},
      },
    },
    section: {
      title: 'Time (GA-3)',
      text: [
        `The document's searches took under one hour. Ours, whatever the machine: ${all.join('; ')}.`,
      ],
      parts: [],
    },
  }
}
