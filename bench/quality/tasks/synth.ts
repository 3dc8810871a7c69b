import { hypervolume } from '@attune/core'
import type { SynthProblem } from './synth-problems.ts'
import { synthProblems } from './synth-problems.ts'
import type { TwoObjectives } from './synth-two-objectives.ts'
import { twoObjectiveProblems } from './synth-two-objectives.ts'
import type { PlainTask } from './task.ts'

/** The synthetic problems; regret is the distance to the optimum or the share of volume missed. */
export const synthTasks: readonly PlainTask[] = [
  ...synthProblems.map(single),
  ...twoObjectiveProblems.map(double),
]

function single(problem: SynthProblem): PlainTask {
  return {
    kind: 'plain',
    name: problem.name,
    suite: 'synth',
    family: 'synth',
    budgets: [10, 20, 30, 50, 75, 100, 150, 200],
    space: problem.space,
    objective: 'minimize',
    start: () => {
      let best = Number.POSITIVE_INFINITY
      return {
        evaluate(params) {
          const value = problem.value(params)
          best = Math.min(best, value)
          return [value]
        },
        regret: () => best - problem.optimum,
      }
    },
  }
}

function double(problem: TwoObjectives): PlainTask {
  return {
    kind: 'plain',
    name: problem.name,
    suite: 'synth',
    family: 'synth2',
    budgets: [50, 100, 200, 500],
    space: problem.space,
    objective: ['minimize', 'minimize'],
    start: () => {
      const seen: (readonly number[])[] = []
      return {
        evaluate(params) {
          const values = problem.values(params)
          seen.push(values)
          return values
        },
        regret: () => 1 - hypervolume(seen, problem.reference) / problem.idealHypervolume,
      }
    },
  }
}
