import type { Study } from '@attune/core'
import { AttuneError, createStudy, memoryJournal } from '@attune/core'
import type { Competitor } from './competitor.ts'
import type { CurveTask, PlainTask, Task } from './tasks/task.ts'
import { paramsOf } from './tasks/task.ts'

/** One run of a sampler on a task. */
export interface RunRecord {
  readonly task: string
  readonly sampler: string
  readonly seed: number
  /** Which build of the engine and of the tasks it was. */
  readonly code: string
  /** How far the run was to go, in the unit of the budgets. */
  readonly upTo: number
  /** The regret at every budget of the task up to there. */
  readonly regret: readonly number[]
  /** Trials that were asked for, and the mean CPU time of asking and telling. */
  readonly trials: number
  readonly cpuMs: number
  /** Why there is no regret: the sampler cannot do this task, or it failed. */
  readonly unsupported?: string
  readonly error?: string
}

export type RunResult = Omit<RunRecord, 'task' | 'sampler' | 'seed' | 'code'>

/** Runs a sampler on a task up to a budget; the seed decides the study and the noise. */
export async function runTask(
  task: Task,
  competitor: Competitor,
  seed: number,
  upTo: number,
): Promise<RunResult> {
  const none = { upTo, regret: [], trials: 0, cpuMs: 0 }
  try {
    await using study = await createStudy({
      name: task.name,
      space: task.space,
      objective: task.objective,
      sampler: competitor.sampler(),
      scheduler: competitor.scheduler(),
      journal: memoryJournal(),
      seed,
    })
    const meter = createMeter(study as Study)
    const regret =
      task.kind === 'plain'
        ? await runPlain(task, meter, seed, upTo)
        : await runCurves(task, meter, upTo)
    return { upTo, regret, trials: meter.trials(), cpuMs: meter.meanMs() }
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'study/capability') {
      return { ...none, unsupported: error.message }
    }
    return {
      ...none,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  }
}

/** A study whose asking and telling is timed; the evaluation is not. */
interface Meter {
  /** The next trial; undefined when the sampler has come to its end. */
  ask(): Promise<Awaited<ReturnType<Study['ask']>> | undefined>
  tell(trial: number, result: unknown): Promise<void>
  trials(): number
  meanMs(): number
}

function createMeter(study: Study): Meter {
  let used = 0
  let trials = 0
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = process.cpuUsage()
    const result = await work()
    const { user, system } = process.cpuUsage(before)
    used += (user + system) / 1000
    return result
  }
  return {
    async ask() {
      try {
        const trial = await timed(() => study.ask())
        trials++
        return trial
      } catch (error) {
        if (error instanceof AttuneError && error.code === 'study/no-trial') return undefined
        throw error
      }
    },
    tell: (trial, result) => timed(async () => void (await study.tell(trial, result))),
    trials: () => trials,
    meanMs: () => used / Math.max(1, trials),
  }
}

async function runPlain(
  task: PlainTask,
  meter: Meter,
  seed: number,
  upTo: number,
): Promise<number[]> {
  const run = task.start(seed)
  const budgets = task.budgets.filter((budget) => budget <= upTo)
  const regret: number[] = []
  for (let done = 0; regret.length < budgets.length; done++) {
    if (done === budgets[regret.length]) regret.push(run.regret())
    if (done === budgets.at(-1)) break
    const trial = await meter.ask()
    if (trial === undefined) {
      // All there is has been tried: the regret stays what it is.
      while (regret.length < budgets.length) regret.push(run.regret())
      break
    }
    const values = run.evaluate(paramsOf(trial.values))
    await meter.tell(trial.number, values.length === 1 ? values[0] : values)
  }
  return regret
}

/**
 * Every step costs one unit; what is recommended at any moment is the trial whose last report is
 * the best, the running one included.
 */
async function runCurves(task: CurveTask, meter: Meter, upTo: number): Promise<number[]> {
  const sign = task.objective === 'minimize' ? 1 : -1
  const budgets = task.budgets.filter((budget) => budget <= upTo)
  const total = (budgets.at(-1) ?? 0) * task.steps
  const last: number[] = []
  const curves: ((step: number) => number)[] = []
  const regret: number[] = []
  const note = (): void => {
    let best = 0
    last.forEach((loss, trial) => {
      if (loss < last[best]!) best = trial
    })
    regret.push(task.regretOf(curves[best]!(task.steps)))
  }
  for (let used = 0; used < total;) {
    const trial = await meter.ask()
    if (trial === undefined) break
    const curve = task.curveOf(paramsOf(trial.values))
    curves.push(curve)
    let stopped = false
    for (let step = 1; step <= task.steps && used < total && !stopped; step++) {
      const value = curve(step)
      last[trial.number] = sign * value
      const decision = await trial.report(value, { step })
      stopped = decision.kind === 'stop' && step < task.steps
      if (++used === budgets[regret.length]! * task.steps) note()
      if (step === task.steps) await meter.tell(trial.number, value)
    }
    if (stopped) await meter.tell(trial.number, 'pruned')
  }
  while (regret.length < budgets.length) note()
  return regret
}
