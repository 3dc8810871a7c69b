import type { History } from 'attune'
import { createRng, fanova, pedAnova } from 'attune'
import { quantile } from '@attune/core/math'
import type { Cell } from './cells.ts'
import { bruteForce } from './cells.ts'
import type { Setting } from './space.ts'

export const parameters = [
  'learningRate',
  'clientDivision',
  'globalEpochs',
  'localEpochs',
  'batchSize',
] as const satisfies readonly (keyof Setting)[]

export type ParameterName = (typeof parameters)[number]

export const parameterTitles: Readonly<Record<ParameterName, string>> = {
  learningRate: 'learning rate',
  clientDivision: 'client division',
  globalEpochs: 'global epochs',
  localEpochs: 'local epochs',
  batchSize: 'batch size',
}

export type Shares = Readonly<Record<ParameterName, number>>

/** How much every parameter decides about accuracy and about time, by two methods. */
export interface Importances {
  readonly accuracy: { readonly fanova: Shares; readonly pedAnova: Shares }
  /** Of seconds of processor time as this machine took them, of the cost model, and of multiply-adds. */
  readonly time: {
    readonly fanova: Shares
    readonly pedAnova: Shares
    readonly model: Shares
    readonly multiplyAdds: Shares
    /** Of the logarithm of processor time, where factors count by how often they multiply it. */
    readonly logarithm: Shares
  }
}

export async function importancesOf(cells: readonly Cell[]): Promise<Importances> {
  const history = await bruteForce(cells)
  return {
    accuracy: {
      fanova: byFanova(history, 'validation'),
      pedAnova: sharesOf(pedAnova(history, { target: 'validation' })),
    },
    time: {
      fanova: byFanova(history, 'cpu'),
      pedAnova: sharesOf(pedAnova(history, { target: 'seconds' })),
      model: byFanova(history, 'seconds'),
      multiplyAdds: byFanova(history, 'multiplyAdds'),
      logarithm: byFanova(history, 'logCpu'),
    },
  }
}

const byFanova = (history: History, target: string): Shares => sharesOf(fanova(history, { target }))

const sharesOf = (found: readonly { readonly name: string; readonly value: number }[]): Shares =>
  Object.fromEntries(
    parameters.map((name) => [name, found.find((one) => one.name === name)?.value ?? 0]),
  ) as Shares

/** Names from the most important on. */
export const rankedNames = (shares: Shares): ParameterName[] =>
  [...parameters].sort((a, b) => shares[b] - shares[a])

/**
 * The share of the variance of accuracy over the grid that means by the values of a parameter explain, with
 * its interval of 95 % over 1000 bootstrap draws of the cells.
 */
export function explained(
  cells: readonly Cell[],
  parameter: ParameterName,
): { readonly share: number; readonly low: number; readonly high: number } {
  const rng = createRng('rise bootstrap', parameter)
  const draws = Array.from({ length: 1000 }, () =>
    shareExplained(
      cells.map(() => cells[rng.int(cells.length)]!),
      parameter,
    ),
  ).sort((a, b) => a - b)
  const share = shareExplained(cells, parameter)
  return { share, low: quantile(draws, 0.025), high: quantile(draws, 0.975) }
}

function shareExplained(cells: readonly Cell[], parameter: ParameterName): number {
  const groups = new Map<number, { sum: number; count: number }>()
  let [sum, squares] = [0, 0]
  for (const one of cells) {
    const group = groups.get(one[parameter]) ?? { sum: 0, count: 0 }
    groups.set(one[parameter], group)
    group.sum += one.validation
    group.count++
    sum += one.validation
    squares += one.validation ** 2
  }
  const mean = sum / cells.length
  const between = [...groups.values()].reduce(
    (all, group) => all + group.count * (group.sum / group.count - mean) ** 2,
    0,
  )
  return between / (squares - cells.length * mean ** 2)
}

/** The mean validation accuracy by the values of a parameter. */
export function meansBy(cells: readonly Cell[], parameter: ParameterName): Map<number, number> {
  const values = [...new Set(cells.map((one) => one[parameter]))].sort((a, b) => a - b)
  return new Map(
    values.map((value) => {
      const own = cells.filter((one) => one[parameter] === value)
      return [value, own.reduce((sum, { validation }) => sum + validation, 0) / own.length]
    }),
  )
}
