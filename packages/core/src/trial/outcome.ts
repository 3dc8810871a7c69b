import type { Artifact, Failure, ObjectiveSpec, Resources } from '../journal/event.ts'
import { AttuneError, messageOf } from '../errors.ts'

/** How the run of a trial ended. */
export type Outcome =
  | {
      readonly state: 'complete'
      readonly metrics: Readonly<Record<string, number>>
      readonly standardErrors?: Readonly<Record<string, number>>
      readonly resources?: Resources
      readonly artifacts?: readonly Artifact[]
    }
  /** The scheduler stopped it. */
  | {
      readonly state: 'pruned'
      readonly resources?: Resources
      readonly artifacts?: readonly Artifact[]
    }
  | { readonly state: 'failed'; readonly failure: Failure; readonly resources?: Resources }
  /** It has ended well; people are yet to tell the other metrics of its result. */
  | {
      readonly state: 'ran'
      readonly metrics: Readonly<Record<string, number>>
      readonly standardErrors?: Readonly<Record<string, number>>
      readonly resources?: Resources
      readonly artifacts?: readonly Artifact[]
    }
  /** Something outside ended it; it waits to be run again. */
  | { readonly state: 'interrupted' }

/** Named metrics as an objective returns them, with standard errors where they are known. */
export interface MetricsResult {
  readonly standardErrors?: Readonly<Record<string, number>>
  readonly [metric: string]: number | Readonly<Record<string, number>> | undefined
}

/**
 * Turns what an objective returned into an outcome: a number (one objective), a list in the order of
 * the objectives, or named metrics that hold every objective. A result that cannot be used is a
 * failure.
 */
export function outcomeOf(result: unknown, objectives: readonly ObjectiveSpec[]): Outcome {
  const names = objectives.map((o) => o.name)
  const metrics: Record<string, number> = {}
  let standardErrors: Readonly<Record<string, number>> | undefined
  // Whoever owes no objective may return nothing.
  if (result === undefined && names.length === 0) return { state: 'complete', metrics }
  if (typeof result === 'number' && names.length === 1) metrics[names[0] as string] = result
  else if (Array.isArray(result) && result.length === names.length) {
    names.forEach((name, i) => (metrics[name] = result[i] as number))
  } else if (typeof result === 'object' && result !== null && !Array.isArray(result)) {
    for (const [name, value] of Object.entries(result as MetricsResult)) {
      if (name === 'standardErrors') standardErrors = value as Record<string, number>
      else if (typeof value === 'number') metrics[name] = value
    }
  } else {
    return failed(
      'invalid-result',
      `Expected ${expectedOf(names)}, got ${describe(result)}.`,
      names.length === 0
        ? 'Return metrics by name, or nothing.'
        : 'Return the value of every objective.',
    )
  }
  return judgeMetrics(metrics, standardErrors, names)
}

function expectedOf(names: readonly string[]): string {
  if (names.length === 0) return 'nothing or an object of metrics'
  const numbers = names.length === 1 ? 'a number' : `${names.length} numbers`
  return `${numbers} or an object with ${names.join(', ')}`
}

/** Checks that metrics hold a usable number for every objective. */
export function judgeMetrics(
  metrics: Readonly<Record<string, number>>,
  standardErrors: Readonly<Record<string, number>> | undefined,
  objectives: readonly string[],
): Outcome {
  const wrong = objectives.filter((name) => typeof metrics[name] !== 'number')
  if (wrong.length > 0) {
    const numbers = Object.keys(metrics).filter((name) => typeof metrics[name] === 'number')
    const got = numbers.join(', ') || 'nothing'
    return failed(
      'missing-result',
      `No value for ${wrong.join(', ')}; the result holds ${got}.`,
      'Return every objective under the name the study gives it.',
    )
  }
  const nan = objectives.filter((name) => Number.isNaN(metrics[name]))
  if (nan.length > 0) {
    return failed(
      'not-a-number',
      `${nan.join(', ')} is NaN.`,
      'The training diverged, or divided by zero; often the learning rate is too high.',
    )
  }
  return {
    state: 'complete',
    metrics,
    ...(standardErrors === undefined ? {} : { standardErrors }),
  }
}

/** A failed outcome. */
export function failed(
  reason: Failure['reason'],
  message: string,
  help?: string,
  output?: readonly string[],
): Extract<Outcome, { state: 'failed' }> {
  const more = {
    ...(help === undefined ? {} : { help }),
    ...(output === undefined ? {} : { output }),
  }
  return { state: 'failed', failure: { reason, message, ...more } }
}

/**
 * The outcome of an objective that threw. Anything thrown with the code `trial/refused` says that the
 * objective will not run this configuration.
 */
export function outcomeOfError(error: unknown): Outcome {
  if (isRefusal(error)) return refused(error.message)
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(0, 12) : undefined
  const help = error instanceof AttuneError ? undefined : 'The objective threw; the study goes on.'
  return failed('error', messageOf(error), help, stack)
}

interface Refusal {
  readonly code: 'trial/refused'
  readonly message?: unknown
}

function isRefusal(error: unknown): error is Refusal {
  return typeof error === 'object' && (error as Refusal | null)?.code === 'trial/refused'
}

function refused(why: unknown): Outcome {
  const because = typeof why === 'string' && why !== '' ? `: ${why}` : '.'
  return failed(
    'refused',
    `The objective refused this configuration${because}`,
    'If it can be told from the parameters, make it a constraint of the space (require), so that such configurations are not suggested.',
  )
}

function describe(x: unknown): string {
  if (x === undefined) return 'nothing'
  return typeof x === 'object' ? (JSON.stringify(x)?.slice(0, 100) ?? 'an object') : String(x)
}
