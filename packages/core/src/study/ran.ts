import type { Ran, TrialRan } from '../journal/event.ts'
import { numbersOf, storeNumbers } from '../journal/event.ts'
import type { TrialDetails } from '../journal/history.ts'
import type { MetricsResult, Outcome } from '../trial/outcome.ts'

type Ended = Exclude<Outcome, { state: 'interrupted' | 'ran' }>

/** What is stored of a program that has ended well, when people are to judge what it made. */
export function ranOf(
  { metrics, standardErrors, resources, artifacts = [] }: Extract<Outcome, { state: 'ran' }>,
  seconds: number,
): Pick<TrialRan, keyof Ran | 'artifacts'> {
  return {
    metrics: storeNumbers(metrics),
    ...(standardErrors === undefined ? {} : { standardErrors: storeNumbers(standardErrors) }),
    resources: { ...(Number.isNaN(seconds) ? {} : { seconds }), ...resources },
    ...(artifacts.length === 0 ? {} : { artifacts }),
  }
}

/** What people tell of a trial as they give it, with what its program gave where they say nothing. */
export function resultWith(details: TrialDetails | undefined, told: unknown): unknown {
  const { ran } = details ?? {}
  if (ran === undefined || typeof told !== 'object' || told === null || Array.isArray(told)) {
    return told
  }
  if (told instanceof Error) return told
  return { ...numbersOf(ran.metrics), ...(told as MetricsResult) }
}

/** How a trial ends whose program has ended before: with all it gave, used and left. */
export function endedWith(details: TrialDetails | undefined, outcome: Ended): Ended {
  const { ran, artifacts = [] } = details ?? {}
  if (ran === undefined) return outcome
  const used = { ...outcome, resources: { ...ran.resources, ...outcome.resources } }
  if (used.state === 'failed') return used
  const whole = artifacts.length === 0 ? used : { ...used, artifacts }
  if (whole.state === 'pruned') return whole
  const standardErrors = { ...numbersOf(ran.standardErrors ?? {}), ...whole.standardErrors }
  return {
    ...whole,
    metrics: { ...numbersOf(ran.metrics), ...whole.metrics },
    ...(Object.keys(standardErrors).length === 0 ? {} : { standardErrors }),
  }
}
