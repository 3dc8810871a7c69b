import type { HistoryView, LearningRateResult, Shape } from 'attune'
import { cell, choice, float, grid, int, random, stateOf } from 'attune'
import type { Context, StudyPlan } from '../lib/reproduction.ts'
import type { TrainingSettings } from './objective.ts'
import { rateOfCell } from './objective.ts'
import type { TaskScale } from './profile.ts'
import { denseCells, evaluations, range } from './profile.ts'
import type { SearchMethod } from './searches.ts'

/** What a network came to on images that nobody selected by, in shares of 1 but for the loss. */
export interface Judged {
  readonly sensitivity: number
  readonly specificity: number
  readonly accuracy: number
  readonly mcc: number
  readonly loss: number
}

export interface Run extends LearningRateResult {
  readonly judged: Judged
  readonly seconds: number
}

export interface Configuration {
  readonly rate: number
  readonly epochs: number
  readonly batch?: number
  readonly l2?: number
}

const module = new URL('./objective.ts', import.meta.url)
const objective = { minimize: 'loss' } as const

function settingsOf({ task, images, batch, filters }: TaskScale, seed: number): TrainingSettings {
  return { task, images, batch, seed, ...(filters === undefined ? {} : { filters }) }
}

/** Studies that are searched one trial after the other; several of them run side by side. */
const alone = { objective, module, lag: 1, workers: 1 } as const

const rate = { rate: float(range.low, range.high, { scale: 'log' }) }

/** The learning rate alone, or with the size of a mini-batch and the coefficient of L2. */
export const together: Shape = {
  ...rate,
  batch: int(8, 128, { scale: 'log' }),
  l2: float(1e-6, 1e-1, { scale: 'log' }),
}

/** 20 evaluations of 1 epoch. */
export async function search(
  context: Context,
  scale: TaskScale,
  seed: number,
  method: SearchMethod,
  shape: Shape = rate,
): Promise<Run[]> {
  const many = shape === rate ? '' : '-together'
  const view = await context.study({
    ...alone,
    name: `${scale.task}-${seed}${many}-${method.key}`,
    space: shape,
    trials: evaluations,
    sampler: method.make(),
    seed,
    settings: { ...settingsOf(scale, seed) },
  })
  return runsOf(view)
}

/** A grid of rates in the middles of as many cells, shared by every grid that has fewer points. */
export async function sweep(
  context: Context,
  scale: TaskScale,
  seed: number,
  count: number = scale.dense ? denseCells : evaluations,
): Promise<Run[]> {
  const cells = { count, ...range }
  const view = await context.study({
    ...alone,
    name: `${scale.task}-${seed}-grid-${count}`,
    space: { cell: int(0, count - 1) },
    trials: count,
    sampler: grid({ levelsOf: { cell: count } }),
    seed,
    settings: { ...settingsOf(scale, seed), cells },
  })
  const runs = runsOf(view, (trial) =>
    rateOfCell(Number(view.history.values.get('cell', trial)), cells),
  )
  return runs.toSorted((a, b) => a.learningRate - b.learningRate)
}

/** The points of a coarser grid: those of the sweep that lie nearest to the middles of its cells. */
export const gridOf = (sweep: readonly Run[], points: number): Run[] =>
  Array.from({ length: points }, (_, i) => sweep[Math.floor(((i + 0.5) * sweep.length) / points)]!)

/** A grid over all three parameters, of as many points as a search has evaluations. */
export async function gridTogether(
  context: Context,
  scale: TaskScale,
  seed: number,
): Promise<Run[]> {
  const view = await context.study({
    ...alone,
    name: `${scale.task}-${seed}-together-grid`,
    space: { ...rate, batch: choice([16, 64]), l2: choice([1e-5, 1e-3]) },
    trials: evaluations,
    sampler: grid({ levelsOf: { rate: 5 } }),
    seed,
    settings: { ...settingsOf(scale, seed) },
  })
  return runsOf(view)
}

/**
 * Trainings of configurations that were chosen: with the same weights at the start and the same order of
 * images, so that they differ by what was chosen alone.
 */
export async function finals(
  context: Context,
  scale: TaskScale,
  seed: number,
  chosen: readonly Configuration[],
): Promise<(configuration: Configuration) => Judged> {
  const keyOf = ({ rate, epochs }: Configuration): string => `${rate} ${epochs}`
  const all = [...new Map(chosen.map((one) => [keyOf(one), one])).values()]
  const plan: StudyPlan = {
    ...alone,
    name: `${scale.task}-${seed}-finals`,
    space: { ...rate, epochs: int(1, Math.max(2, ...scale.blocks)) },
    trials: all.length,
    sampler: random(),
    seed,
    enqueue: all.map(({ rate, epochs }) => ({ rate, epochs })),
    settings: { ...settingsOf(scale, seed), common: true },
  }
  const view = await context.study(plan)
  const found = new Map(all.map((one, trial) => [keyOf(one), judgedOf(view, trial)]))
  return (configuration) => found.get(keyOf(configuration))!
}

function runsOf(
  view: HistoryView,
  rateOf = (trial: number): number => Number(view.history.values.get('rate', trial)),
): Run[] {
  const { history } = view
  return Array.from({ length: history.length }, (_, trial): Run => {
    const isComplete = stateOf(history, trial) === 'complete'
    return {
      learningRate: rateOf(trial),
      value: isComplete ? cell(history, 'metric:loss', trial) : Number.NaN,
      judged: judgedOf(view, trial),
      seconds: cell(history, 'metric:fitSeconds', trial),
    }
  })
}

/** A network that diverged says the same of every image: that counts as chance. */
const chance: Judged = {
  sensitivity: 0.1,
  specificity: 0.9,
  accuracy: 0.1,
  mcc: 0,
  loss: Number.NaN,
}

function judgedOf({ history }: HistoryView, trial: number): Judged {
  if (stateOf(history, trial) !== 'complete') return chance
  const of = (name: string): number => cell(history, `metric:test${name}`, trial)
  return {
    sensitivity: of('Sensitivity'),
    specificity: of('Specificity'),
    accuracy: of('Accuracy'),
    mcc: of('Mcc'),
    loss: of('Loss'),
  }
}

/** The run with the least loss on the images to select by. */
export function bestOf(runs: readonly Run[]): Run {
  let best = runs[0]!
  for (const run of runs) {
    if (run.value < best.value || Number.isNaN(best.value)) best = run
  }
  return best
}

/** Runs tasks in their order, as many at a time as the context has workers. */
export async function pooled<T>(
  { workers, signal }: Context,
  tasks: readonly (() => Promise<T>)[],
): Promise<T[]> {
  const results: T[] = Array.from({ length: tasks.length })
  let next = 0
  const work = async (): Promise<void> => {
    while (next < tasks.length) {
      signal.throwIfAborted()
      const i = next++
      results[i] = await tasks[i]!()
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return results
}
