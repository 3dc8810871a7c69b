import type { RunEnded, RunLimits, RunStarted } from '../journal/event.ts'
import type { OptimizeLimits, Summary } from './optimize.ts'
import type { StudyCore } from './study-core.ts'

/** What a process says of itself when it begins to run trials; see RunStarted. */
export type RunOrigin = Pick<RunStarted, 'attune' | 'runtime' | 'machine' | 'command'>

/**
 * Runs trials between two events, of its beginning and of its end. That the end cannot be written any more,
 * as when the journal is gone, is not what ended the run.
 */
export async function withNotedRun(
  { log, parts }: StudyCore,
  origin: RunOrigin,
  limits: OptimizeLimits,
  workers: number,
  run: () => Promise<Summary>,
): Promise<Summary> {
  const { clock, worker } = parts
  const started: RunStarted = {
    ...{ type: 'run-started', at: clock.now(), worker, ...origin, workers },
    limits: storedLimits(limits),
  }
  const ended = (why: string): RunEnded => ({ type: 'run-ended', at: clock.now(), worker, why })
  await log.commit([started])
  try {
    const summary = await run()
    await log.commit([ended(summary.reason)])
    return summary
  } catch (error) {
    await log.commit([ended('error')]).catch(() => undefined)
    throw error
  }
}

/** No limit is told by nothing, as JSON has no word for infinity. */
function storedLimits(limits: OptimizeLimits): RunLimits {
  const { trials, seconds, target, patience, cost, cpuSeconds, failures, regret } = limits
  const given = { trials, seconds, target, patience, cost, cpuSeconds, failures, regret }
  return Object.fromEntries(
    Object.entries(given).filter(
      ([, limit]) => limit !== undefined && limit !== Number.POSITIVE_INFINITY,
    ),
  )
}
