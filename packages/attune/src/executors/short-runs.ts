import type { Decision, Executor, ObjectiveSpec, Outcome, Trial } from '@attune/core'
import type { ProgramResult, ResultRule } from './program-result.ts'
import { createProgramResult } from './program-result.ts'

export interface ShortRunsOptions {
  readonly objectives: readonly ObjectiveSpec[]
  /** Which of the reports is the result. */
  readonly result: ResultRule
  /** How many reports a trial may make; default any number. */
  readonly reports?: number
}

/**
 * Lets trials run for a while only. A trial is ended after so many reports, or when its time is up,
 * and what it reported until then is its result, as if it had ended by itself. One that reported
 * nothing in its time has failed.
 */
export function shortRuns(executor: Executor, options: ShortRunsOptions): Executor {
  return {
    name: executor.name,
    slots: executor.slots,
    async run(trial) {
      const { heard, watched } = listenTo(trial, options)
      return shortened(await executor.run(watched), heard)
    },
    async [Symbol.asyncDispose]() {
      await executor[Symbol.asyncDispose]()
    },
  }
}

/** What a trial reported. */
interface Heard {
  readonly result: ProgramResult
  reports: number
  /** It was told to stop because it had reported enough. */
  enough: boolean
}

function listenTo(
  trial: Trial,
  { objectives, result, reports = Number.POSITIVE_INFINITY }: ShortRunsOptions,
): { readonly heard: Heard; readonly watched: Trial } {
  const heard: Heard = {
    result: createProgramResult(result, objectives),
    reports: 0,
    enough: false,
  }
  const report: Trial['report'] = async (values, at): Promise<Decision> => {
    const decision = await trial.report(values, at)
    if (heard.enough) return { kind: 'stop', reason: enoughReason(reports) }
    heard.result.add(typeof values === 'number' ? { [objectives[0]!.name]: values } : values)
    heard.reports++
    if (decision.kind === 'stop' || heard.reports < reports) return decision
    heard.enough = true
    return { kind: 'stop', reason: enoughReason(reports) }
  }
  const watched: Trial = {
    ...trial,
    // It is made when it is asked for, which a copy would do.
    get signal() {
      return trial.signal
    },
    report,
  }
  return { heard, watched }
}

const enoughReason = (reports: number): string =>
  `a short run ends after ${reports} report${reports === 1 ? '' : 's'}`

function shortened(outcome: Outcome, { result, reports, enough }: Heard): Outcome {
  const isOver = outcome.state === 'failed' && outcome.failure.reason === 'timeout' && reports > 0
  if (outcome.state === 'interrupted' || (!enough && !isOver)) return outcome
  const { resources } = outcome
  return { ...result.outcome(), ...(resources === undefined ? {} : { resources }) } as Outcome
}
