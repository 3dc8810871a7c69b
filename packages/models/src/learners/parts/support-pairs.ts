import type { Rng } from '@attune/core'
import { stratifiedFolds } from './folds.ts'
import { fitSigmoid, plainSigmoid, type Sigmoid } from './platt.ts'
import { kernelRows } from './rbf-kernel.ts'
import type { Progress } from './progress.ts'
import { type DualProblem, type DualSolution, solveDual } from './smo.ts'

/** A machine that tells two classes apart: scores above 0 speak for the first. */
export interface PairMachine {
  /** The mean violation of the rows it learnt from. */
  readonly loss: number
  /** By row that was learnt from y α; 0 of rows that are no support vectors. */
  readonly coefficients: Float64Array
  readonly rho: number
  readonly sigmoid: Sigmoid
}

export interface PairTask {
  /** Row by row, of both classes only. */
  readonly data: Float32Array
  readonly columns: number
  /** By row 1 for the first class, −1 for the second. */
  readonly signs: Int8Array
  /** By row c times its weight. */
  readonly upper: Float64Array
  readonly gamma: number
  readonly tolerance: number
  readonly iterations: number
  readonly platt: boolean
}

/** Folds of the scores from which probabilities are learnt, as in LIBSVM. */
export const calibrationFolds = 5

/**
 * Learns a machine and, from scores of rows that were held out, how its scores become probabilities, which
 * is left out when the progress ends it.
 */
export async function fitPair(task: PairTask, progress: Progress, rng: Rng): Promise<PairMachine> {
  const { signs, upper } = task
  const kernel = kernelRows(task.data, task.columns, task.gamma, signs)
  const size = signs.length
  const problem = (bounds: Float64Array): DualProblem => ({
    size,
    signs,
    linear: new Float64Array(size).fill(-1),
    upper: bounds,
    row: (i) => kernel.row(i),
    diagonal: new Float64Array(size).fill(1),
  })
  const solved = await solveDual(problem(upper), task.tolerance, task.iterations, progress)
  const { alpha, rho } = solved
  const coefficients = alpha.map((a, i) => a * signs[i]!)
  const sigmoid = task.platt ? await calibrated(task, problem, progress, rng) : undefined
  const loss = meanOf(Float64Array.from(signs, (_, i) => violationOf(task, solved, i)))
  return { loss, coefficients, rho, sigmoid: sigmoid ?? plainSigmoid }
}

/** G = y Σ y α K − 1, so the decision is y (G + 1) − rho. */
const decisionOf = ({ signs }: PairTask, { gradient, rho }: DualSolution, i: number): number =>
  signs[i]! * (gradient[i]! + 1) - rho

const violationOf = (task: PairTask, solved: DualSolution, i: number): number =>
  Math.max(0, 1 - task.signs[i]! * decisionOf(task, solved, i))

/** Rows are held out by a bound of 0, so that all folds share the rows of the kernel. */
async function calibrated(
  task: PairTask,
  problem: (bounds: Float64Array) => DualProblem,
  progress: Progress,
  rng: Rng,
): Promise<Sigmoid | undefined> {
  const { signs, upper } = task
  const classOf = Array.from(signs, (sign) => (sign === 1 ? 0 : 1))
  const fold = stratifiedFolds(classOf, calibrationFolds, rng)
  const scores = new Float64Array(signs.length)
  for (let f = 0; f < calibrationFolds; f++) {
    const bounds = upper.map((bound, i) => (fold[i] === f ? 0 : bound))
    const first = bounds.some((bound, i) => bound > 0 && signs[i] === 1)
    const second = bounds.some((bound, i) => bound > 0 && signs[i] === -1)
    // Of one class only, nothing speaks for the other.
    const alone = first === second ? 0 : first ? 1 : -1
    const solved =
      first && second
        ? await solveDual(problem(bounds), task.tolerance, task.iterations, progress)
        : undefined
    if (await progress.breathe()) return undefined
    for (let i = 0; i < signs.length; i++) {
      if (fold[i] !== f) continue
      scores[i] = solved === undefined ? alone : decisionOf(task, solved, i)
    }
  }
  const weights = upper.map((bound) => bound / meanOf(upper))
  return fitSigmoid(
    scores,
    Array.from(signs, (sign) => sign === 1),
    weights,
  )
}

function meanOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
