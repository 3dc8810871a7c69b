import type { History, HistoryView, SearchSpace } from 'attune'
import { cell, createStudy, grid, space, stateOf, valuesOf } from 'attune'
import type { Setting } from './space.ts'
import { configurations, globalEpochs } from './space.ts'

/** A configuration of the grid with what came of it. */
export interface Cell extends Setting {
  /** Accuracies. */
  readonly validation: number
  readonly test: number
  /** Of the cost model fitted to the document's table. */
  readonly seconds: number
  /** Seconds of processor time that this machine took. */
  readonly cpu: number
  readonly bytes: number
  readonly multiplyAdds: number
}

/** The grid from its trainings: each gives a cell for every number of rounds. In the order of settings. */
export function cellsOf({ history }: HistoryView): Cell[] {
  const cells: Cell[] = []
  for (let trial = 0; trial < history.length; trial++) {
    if (stateOf(history, trial) !== 'complete') continue
    const values = valuesOf(history, trial)
    for (const rounds of globalEpochs) {
      const metric = (name: string): number => cell(history, `metric:${name}${rounds}`, trial)
      cells.push({
        globalEpochs: rounds,
        localEpochs: Number(values['localEpochs']),
        learningRate: Number(values['learningRate']),
        batchSize: Number(values['batchSize']),
        clientDivision: Number(values['clientDivision']),
        validation: metric('validation'),
        test: metric('test'),
        seconds: metric('seconds'),
        cpu: metric('cpu'),
        bytes: metric('bytes'),
        multiplyAdds: metric('multiplyAdds'),
      })
    }
  }
  return cells.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** Names a configuration. */
export const keyOf = (of: Setting): string =>
  [of.learningRate, of.localEpochs, of.globalEpochs, of.batchSize, of.clientDivision].join(' ')

/** Looks cells up by their configuration. */
export function tableOf(cells: readonly Cell[]): (setting: Setting) => Cell {
  const byKey = new Map(cells.map((one) => [keyOf(one), one]))
  return (setting) => {
    const found = byKey.get(keyOf(setting))
    if (found === undefined) throw new Error(`The grid has no cell ${keyOf(setting)}.`)
    return found
  }
}

export const gridSpace: SearchSpace<Setting> = space(configurations)

/** A study of all cells: brute force, as the document's, with the table in place of trainings. */
export async function bruteForce(cells: readonly Cell[]): Promise<History> {
  const at = tableOf(cells)
  const study = await createStudy({
    space: gridSpace,
    objective: [{ maximize: 'validation' }, { minimize: 'seconds' }],
    sampler: grid(),
  })
  await study.optimize(
    ({ params }) => {
      const { validation, seconds, cpu, multiplyAdds } = at(params)
      return { validation, seconds, cpu, multiplyAdds, logCpu: Math.log(cpu) }
    },
    { trials: cells.length },
  )
  return study.history
}

/** The most accurate cell by validation; of equals the one of least time. */
export const mostAccurate = (cells: readonly Cell[]): Cell =>
  cells.reduce((best, one) =>
    one.validation > best.validation ||
    (one.validation === best.validation && one.seconds < best.seconds)
      ? one
      : best,
  )

/** The cell of least time; of equals, such as other learning rates, the most accurate by validation. */
export const leastTime = (cells: readonly Cell[]): Cell =>
  cells.reduce((best, one) =>
    one.seconds < best.seconds || (one.seconds === best.seconds && one.validation > best.validation)
      ? one
      : best,
  )
