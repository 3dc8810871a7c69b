import type { Sampler } from 'attune'
import { auto, createStudy, gp, hypervolume, nsga2, random, tpe } from 'attune'
import type { Cell } from './cells.ts'
import { gridSpace, tableOf } from './cells.ts'

/** A tenth of the grid. */
export const evaluations = 58

/** Samplers by the name that figures have. */
export type Contenders = Readonly<Record<string, () => Sampler>>

export const oneGoal: Contenders = { auto, gp, tpe, random }

export const twoGoals: Contenders = {
  auto,
  gp,
  tpe,
  nsga2,
  random,
}

/**
 * Searches for accuracy alone, every configuration at most once.
 * @returns after every evaluation the validation accuracy of the best cell so far
 */
export async function searchAccuracy(
  cells: readonly Cell[],
  sampler: Sampler,
  seed: number,
): Promise<number[]> {
  const at = tableOf(cells)
  const found: number[] = []
  const study = await createStudy({
    space: gridSpace,
    objective: { maximize: 'validation' },
    duplicates: 'resample',
    ...{ sampler, seed },
  })
  await study.optimize(
    ({ params }) => {
      const { validation } = at(params)
      found.push(Math.max(found.at(-1) ?? 0, validation))
      return validation
    },
    { trials: evaluations },
  )
  return found
}

/**
 * Searches for accuracy and time together.
 * @returns after every evaluation the share of the grid's hypervolume
 */
export async function searchBoth(
  cells: readonly Cell[],
  sampler: Sampler,
  seed: number,
): Promise<number[]> {
  const at = tableOf(cells)
  const volume = volumeOf(cells)
  const points: Cell[] = []
  const shares: number[] = []
  const study = await createStudy({
    space: gridSpace,
    objective: [{ maximize: 'validation' }, { minimize: 'seconds' }],
    duplicates: 'resample',
    ...{ sampler, seed },
  })
  await study.optimize(
    ({ params }) => {
      const cell = at(params)
      points.push(cell)
      shares.push(volume(points))
      return { validation: cell.validation, seconds: cell.seconds }
    },
    { trials: evaluations },
  )
  return shares
}

/**
 * The hypervolume of cells as a share of the whole grid's, up to the worst error and the longest time of
 * the grid, both made to run from 0 to 1.
 */
export function volumeOf(cells: readonly Cell[]): (some: readonly Cell[]) => number {
  const errors = cells.map(({ validation }) => 1 - validation)
  const times = cells.map(({ seconds }) => seconds)
  const scale = (values: readonly number[]): ((value: number) => number) => {
    const [low, high] = [Math.min(...values), Math.max(...values)]
    return (value) => (value - low) / (high - low)
  }
  const [error, time] = [scale(errors), scale(times)]
  const volume = (some: readonly Cell[]): number =>
    hypervolume(
      some.map(({ validation, seconds }) => [error(1 - validation), time(seconds)]),
      [1, 1],
    )
  const whole = volume(cells)
  return (some) => volume(some) / whole
}
