import { cell, choice, grid, stateOf, valuesOf } from 'attune'
import type { Context } from '../lib/reproduction.ts'
import type { Cell } from './cells.ts'
import { cellsOf, leastTime, mostAccurate } from './cells.ts'
import type { TrainingSettings } from './objective.ts'
import type { RowName, Setting } from './space.ts'
import { globalEpochs, published, rowNames, trainings } from './space.ts'
import type { TaskSettings } from './task.ts'

const module = new URL('./objective.ts', import.meta.url)

/** The whole grid on one draw of the speech. */
export interface Grid {
  readonly task: TaskSettings['task']
  readonly optimizer: TrainingSettings['optimizer']
  readonly seed: number
  readonly cells: readonly Cell[]
}

/** What a setting came to on one draw of the speech. */
export interface RowRun {
  readonly row: string
  readonly seed: number
  readonly validation: number
  readonly test: number
  readonly seconds: number
  readonly cpu: number
}

export interface Runs {
  /** The first is that of the generator with adam and the first seed. */
  readonly grids: readonly Grid[]
  /** Settings of the document and of ours on draws of the speech that chose nothing. */
  readonly rows: readonly RowRun[]
  /** The rows of our Table 1: chosen by the validation rows of the first grid. */
  readonly ours: Readonly<Record<RowName, Setting>>
}

/** Draws of the generator on which settings are compared: other ones than those of the grids. */
export const rowSeedsOf = ({ profile }: Pick<Context, 'profile'>): number[] =>
  Array.from({ length: profile === 'short' ? 10 : 20 }, (_, i) => 101 + i)

/** Runs all studies, or reads what was run. */
export async function gather(context: Context): Promise<Runs> {
  const grids: Grid[] = []
  for (const plan of gridPlans(context)) grids.push(await runGrid(context, plan))
  const { cells } = grids[0]!
  const ours = {
    initial: published.initial.setting,
    accurate: mostAccurate(cells),
    quick: leastTime(cells),
  }
  return { grids, ours, rows: await runRows(context, ours) }
}

/** Which grids a profile runs. */
export function gridPlans({ profile, data }: Context): Omit<Grid, 'cells'>[] {
  const seeds = profile === 'short' ? [1] : [1, 2, 3, 4, 5]
  const generator = { task: 'generator' } as const
  const emodb = data === undefined ? [] : profile === 'short' ? [1] : [1, 2, 3]
  return [
    ...seeds.map((seed) => ({ ...generator, optimizer: 'adam' as const, seed })),
    ...seeds.map((seed) => ({ ...generator, optimizer: 'sgd' as const, seed })),
    ...emodb.map((seed) => ({ task: 'emodb' as const, optimizer: 'adam' as const, seed })),
  ]
}

async function runGrid(context: Context, plan: Omit<Grid, 'cells'>): Promise<Grid> {
  const { task, optimizer, seed } = plan
  const { data } = context
  const view = await context.study({
    name: `grid-${task}-${optimizer}-${seed}`,
    space: trainings,
    objective: { maximize: 'validation' },
    trials: 144,
    sampler: grid(),
    seed: 1,
    module,
    settings: { task, optimizer, seed, rounds: globalEpochs, ...(data && { data }) },
  })
  return { ...plan, cells: cellsOf(view) }
}

/** The document's rows and ours, each on every seed. */
async function runRows(
  context: Context,
  ours: Readonly<Record<RowName, Setting>>,
): Promise<RowRun[]> {
  const rows = Object.fromEntries(
    rowNames.flatMap((name) => [
      [`published ${name}`, published[name].setting],
      [`ours ${name}`, plainSetting(ours[name])],
    ]),
  )
  const seeds = rowSeedsOf(context)
  const { history } = await context.study({
    name: 'settings-generator-adam',
    space: { row: choice(Object.keys(rows)), seed: choice(seeds, { ordered: true }) },
    objective: { maximize: 'validation' },
    trials: Object.keys(rows).length * seeds.length,
    sampler: grid(),
    seed: 1,
    module,
    settings: { task: 'generator', optimizer: 'adam', seed: 0, rounds: [], rows },
  })
  const runs: RowRun[] = []
  for (let trial = 0; trial < history.length; trial++) {
    if (stateOf(history, trial) !== 'complete') continue
    const { row, seed } = valuesOf(history, trial)
    const metric = (name: string): number => cell(history, `metric:${name}`, trial)
    runs.push({
      row: String(row),
      seed: Number(seed),
      validation: metric('validation'),
      test: metric('test'),
      seconds: metric('seconds'),
      cpu: metric('cpu'),
    })
  }
  return runs.sort((a, b) => a.seed - b.seed)
}

/** Without what came of it, so that equal settings are equal plans. */
export const plainSetting = ({
  globalEpochs: rounds,
  localEpochs,
  learningRate,
  batchSize,
  clientDivision,
}: Setting): Setting => ({
  globalEpochs: rounds,
  localEpochs,
  learningRate,
  batchSize,
  clientDivision,
})
