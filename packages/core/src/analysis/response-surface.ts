import { AttuneError } from '../errors.ts'
import type { History } from '../journal/history.ts'
import { createRng } from '../math/rng.ts'
import { createSurrogate } from '../samplers/gp/surrogate.ts'
import { countValues } from '../space/distribution.ts'
import type { SearchSpace } from '../space/space.ts'
import { bestTrials } from './best.ts'
import { pointAt } from './effects.ts'
import type { ResultModelOptions } from './result-model.ts'
import { fitResultModel } from './result-model.ts'

/**
 * What the surrogate predicts over two parameters. Cells are of the same size on the scales of the
 * parameters, or one a value where these are few; `rows[j][i]` is the cell i of x and j of y.
 */
export interface ResponseSurface {
  /** The median result, in units of the objective. */
  readonly rows: readonly (readonly number[])[]
  /** Half the width of the central 68 % of what the function may be there, in the same units. */
  readonly deviations: readonly (readonly number[])[]
  /** The trial whose values the other parameters have. */
  readonly trial: number
  /** Results behind it. */
  readonly results: number
}

export interface ResponseSurfaceOptions extends Omit<ResultModelOptions, 'hyper'> {
  /** Cells of a range with many values; default 32. */
  readonly cells?: number
  /** The trial whose values the other parameters have; default: the best one the model knows. */
  readonly trial?: number
}

/** Parameters with no more values than this have a cell for each. */
export const fewValues = 12

/** How many cells of a surface a parameter has. */
export function surfaceCells(space: SearchSpace, name: string, cells = 32): number {
  const count = countValues(paramOf(space, name).param.distribution)
  return paramOf(space, name).param.distribution.kind === 'choice' || count <= fewValues
    ? count
    : cells
}

/**
 * The surrogate (see ResultModel) over two parameters, with all others as in one trial.
 *
 * @throws AttuneError `study/config` when there are fewer than 4 complete trials with values of this
 *   space, or when their results are all the same; `usage` when there is no such objective or parameter
 */
export function responseSurface(
  space: SearchSpace,
  history: History,
  [x, y]: readonly [x: string, y: string],
  options: ResponseSurfaceOptions = {},
): ResponseSurface {
  const { objective = 0, seed = 0 } = options
  const across = paramOf(space, x).index
  const up = paramOf(space, y).index
  const rng = createRng(seed, 'surface')
  const model = fitResultModel(space, history, rng.fork('fit'), options)
  const { layout, rows, losses, scale, base, whitened } = model
  const wanted = options.trial ?? bestTrials(history)[0]
  const place = rows.findIndex((row) => row.trial === wanted)
  const best = place >= 0 ? place : losses.indexOf(losses.reduce((a, b) => Math.min(a, b)))
  const own = rows[best]!
  const donors = rows.map(({ codes }) => codes)
  const surrogate = createSurrogate(base, layout, [whitened])
  const sign = history.config?.objectives[objective]?.direction === 'maximize' ? -1 : 1
  const columns = surfaceCells(space, x, options.cells)
  const heights = surfaceCells(space, y, options.cells)
  const middle: number[][] = []
  const deviations: number[][] = []
  for (let j = 0; j < heights; j++) {
    const found = Array.from({ length: columns }, (_, i) => {
      const moved = own.codes.slice()
      moved[across] = layout.codeAt(across, (i + 0.5) / columns)
      surrogate.predict(pointAt(layout, moved, up, (j + 0.5) / heights, donors, 0))
      return { mean: surrogate.means[0]!, deviation: Math.sqrt(surrogate.variance) }
    })
    middle.push(found.map(({ mean }) => sign * scale.lossOf(mean)))
    deviations.push(
      found.map(({ mean, deviation: d }) => (scale.lossOf(mean + d) - scale.lossOf(mean - d)) / 2),
    )
  }
  return { rows: middle, deviations, trial: own.trial, results: rows.length }
}

function paramOf(
  space: SearchSpace,
  name: string,
): { readonly param: SearchSpace['params'][number]; readonly index: number } {
  const index = space.params.findIndex((param) => param.name === name)
  const param = space.params[index]
  if (param !== undefined) return { param, index }
  throw new AttuneError('usage', `The study has no parameter "${name}" of its own.`)
}
