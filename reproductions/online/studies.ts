import { cell, choice, float, grid, int, stateOf, tpe } from 'attune'
import type { HistoryView, Shape } from 'attune'
import type { Context } from '../lib/reproduction.ts'
import type { SearchSettings } from './search.ts'
import type { Plan, SizeExtent, SizeName, Variant } from './settings.ts'
import { rateFor, tuningSteps } from './settings.ts'
import type { Point, Task } from './training.ts'

/** What came of one start; errors are shares of test images unless they say otherwise. */
export interface Started {
  readonly from: Point
  readonly to: Point
  readonly initial: number
  readonly initialValidation: number
  readonly tuned: number
  readonly tunedValidation: number
  /** Trained again with the tuned values: the published program with the same first weights, T1–T2 with others. */
  readonly again: number
  readonly elsewhere: number
  /** From before the first epoch on. */
  readonly course: readonly Point[]
}

/** All starts of a size by variant, in the same order. */
export interface SizeRuns {
  readonly size: SizeName
  readonly extent: SizeExtent
  readonly runs: Readonly<Record<Variant, readonly Started[]>>
}

export interface Cell {
  readonly from: Point
  readonly fixedValidation: number
  readonly fixed: number
  readonly notebook: number
  readonly tuned: number
  readonly restarted: number
}

/** Test errors of the best by validation, by seed. */
export interface Joined {
  readonly alone: readonly number[]
  readonly together: readonly number[]
  /** Search with l2 and noise fixed where online tuning starts: what the start itself is worth. */
  readonly fixed: readonly number[]
}

/** CPU milliseconds a step, by turn. */
export type Costs = Readonly<Record<'without' | 'exact' | 'cheap' | 'notebook', readonly number[]>>

const moduleAt = (file: string): URL => new URL(file, import.meta.url)

const taskOf = ({ epochs, ratio }: Plan, extent: SizeExtent, variant: Variant): Task => ({
  ...{ units: extent.units, images: extent.images, epochs, ratio, variant },
  rate: rateFor(tuningSteps(extent, epochs, ratio)),
})

const complete = ({ history }: HistoryView): number[] =>
  Array.from({ length: history.length }, (_, trial) => trial).filter(
    (trial) => stateOf(history, trial) === 'complete',
  )

const metric = ({ history }: HistoryView, name: string, trial: number): number =>
  cell(history, `metric:${name}`, trial)

export async function runSize(context: Context, plan: Plan, size: SizeName): Promise<SizeRuns> {
  const extent = plan.sizes[size]
  const run = async (variant: Variant): Promise<Started[]> => {
    const name = `${size}-${variant}`
    const view = await context.study({
      ...{ name, space: { start: int(0, extent.starts - 1) }, sampler: grid(), seed: 1 },
      ...{ trials: extent.starts, objective: { minimize: 'error' }, module: moduleAt('start.ts') },
      settings: { ...taskOf(plan, extent, variant) },
    })
    const courses = new Map((await context.reports(name)).map((one) => [one.trial, one.reports]))
    const started = complete(view).map((trial) => {
      const value = (of: string): number => metric(view, of, trial)
      const course = (courses.get(trial) ?? []).map(({ values }) => ({
        ...{ l2: values['l2']!, noise: values['noise']! },
      }))
      const index = Number(view.history.values.get('start', trial))
      return [index, startedOf(value, course)] as const
    })
    return started.sort(([a], [b]) => a - b).map(([, one]) => one)
  }
  return { size, extent, runs: { notebook: await run('notebook'), t1t2: await run('t1t2') } }
}

function startedOf(value: (name: string) => number, course: readonly Point[]): Started {
  return {
    from: { l2: value('fromL2'), noise: value('fromNoise') },
    to: { l2: value('l2'), noise: value('noise') },
    ...{ initial: value('initialTest'), initialValidation: value('initialValidation') },
    ...{ tuned: value('tunedTest'), tunedValidation: value('error') },
    ...{ again: value('againTest'), elsewhere: value('elsewhereTest'), course },
  }
}

export async function runCells(context: Context, plan: Plan): Promise<Cell[]> {
  const { basin, reduced } = plan
  const task = taskOf(plan, reduced, 't1t2')
  const view = await context.study({
    name: 'map-of-starts',
    space: { l2: int(0, basin.l2.length - 1), noise: int(0, basin.noise.length - 1) },
    ...{ sampler: grid(), seed: 1, trials: basin.l2.length * basin.noise.length },
    ...{ objective: { minimize: 'error' }, module: moduleAt('cell.ts') },
    settings: { ...task, cells: basin, notebookRate: task.rate },
  })
  return complete(view).map((trial) => ({
    from: {
      l2: basin.l2[Number(view.history.values.get('l2', trial))]!,
      noise: basin.noise[Number(view.history.values.get('noise', trial))]!,
    },
    fixedValidation: metric(view, 'error', trial),
    fixed: metric(view, 'fixedTest', trial),
    notebook: metric(view, 'notebookTest', trial),
    tuned: metric(view, 'tunedTest', trial),
    restarted: metric(view, 'restartedTest', trial),
  }))
}

const armNames: Readonly<Record<keyof Joined, string>> = {
  alone: 'search-alone',
  together: 'search-and-online',
  fixed: 'search-fixed',
}

export async function runJoined(context: Context, plan: Plan): Promise<Joined> {
  const { joined, reduced, ratio } = plan
  const discrete: Shape = {
    depth: int(1, 3),
    units: int(25, 200, { scale: 'log' }),
    activation: choice(['relu', 'tanh', 'swish']),
  }
  const continuous: Shape = {
    l2: float(1e-5, 1e-1, { scale: 'log' }),
    noise: float(0, 0.9),
  }
  const best = async (arm: keyof Joined, seed: number): Promise<number> => {
    const online = arm === 'together'
    const settings: SearchSettings = {
      images: reduced.images,
      epochs: joined.epochs,
      ratio,
      online,
    }
    const view = await context.study({
      name: `${armNames[arm]}-${seed}`,
      space: arm === 'alone' ? { ...discrete, ...continuous } : discrete,
      ...{ sampler: tpe(), seed, trials: joined.trials, objective: { minimize: 'error' } },
      ...{ module: moduleAt('search.ts'), settings: { ...settings } },
    })
    const trials = complete(view)
    const winner = trials.reduce((a, b) =>
      metric(view, 'error', b) < metric(view, 'error', a) ? b : a,
    )
    return metric(view, 'test', winner)
  }
  const [alone, together, fixed]: [number[], number[], number[]] = [[], [], []]
  for (const seed of joined.seeds) {
    alone.push(await best('alone', seed))
    together.push(await best('together', seed))
    fixed.push(await best('fixed', seed))
  }
  return { alone, together, fixed }
}

export async function runCosts(context: Context, { turns }: Plan): Promise<Costs> {
  const view = await context.study({
    ...{ name: 'overhead', space: { turn: int(0, turns - 1) }, sampler: grid(), seed: 1 },
    ...{
      trials: turns,
      objective: { minimize: 'error' },
      module: moduleAt('overhead.ts'),
      workers: 1,
    },
  })
  const by = (name: string): number[] => complete(view).map((trial) => metric(view, name, trial))
  return {
    without: by('without'),
    exact: by('exact'),
    cheap: by('cheap'),
    notebook: by('notebook'),
  }
}
