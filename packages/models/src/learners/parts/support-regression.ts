import { kernelRows } from './rbf-kernel.ts'
import type { Progress } from './progress.ts'
import { solveDual } from './smo.ts'

export interface SupportRegressionTask {
  readonly data: Float32Array
  readonly columns: number
  readonly targets: Float64Array
  /** By row c times its weight. */
  readonly upper: Float64Array
  readonly epsilon: number
  readonly gamma: number
  readonly tolerance: number
  readonly iterations: number
}

/**
 * Epsilon-insensitive regression as a dual of twice as many variables, α for what lies above the tube
 * and α* for what lies below (V. N. Vapnik, 1995; in the form of C.-C. Chang and C.-J. Lin, "LIBSVM: a
 * library for support vector machines", 2011, section 4.1.4). The value is Σ coefficient K − rho.
 */
export async function fitSupportRegression(
  task: SupportRegressionTask,
  progress: Progress,
): Promise<{
  readonly coefficients: Float64Array
  readonly rho: number
  /** The mean violation of the rows it learnt from. */
  readonly loss: number
}> {
  const { targets, epsilon } = task
  const n = targets.length
  const kernel = kernelRows(task.data, task.columns, task.gamma)
  const signs = new Int8Array(2 * n).fill(1, 0, n).fill(-1, n)
  const linear = new Float64Array(2 * n)
  const upper = new Float64Array(2 * n)
  for (let i = 0; i < n; i++) {
    linear[i] = epsilon - targets[i]!
    linear[n + i] = epsilon + targets[i]!
    upper[i] = task.upper[i]!
    upper[n + i] = task.upper[i]!
  }
  const buffers = [new Float32Array(2 * n), new Float32Array(2 * n)]
  let turn = 0
  const row = (i: number): Float32Array => {
    const buffer = buffers[turn]!
    turn = 1 - turn
    const half = kernel.row(i % n)
    const sign = signs[i]!
    for (let t = 0; t < n; t++) {
      buffer[t] = sign * half[t]!
      buffer[n + t] = -sign * half[t]!
    }
    return buffer
  }
  const diagonal = new Float64Array(2 * n).fill(1)
  const problem = { size: 2 * n, signs, linear, upper, row, diagonal }
  const solved = await solveDual(problem, task.tolerance, task.iterations, progress)
  const { alpha, gradient, rho } = solved
  const coefficients = new Float64Array(n)
  let loss = 0
  for (let i = 0; i < n; i++) {
    coefficients[i] = alpha[i]! - alpha[n + i]!
    // Of α the gradient is Σ coefficient K + epsilon − y.
    const error = gradient[i]! - epsilon - rho
    loss += Math.max(0, Math.abs(error) - epsilon) / n
  }
  return { coefficients, rho, loss }
}
