import type { History } from '@attune/core'
import {
  AttuneError,
  bestTrials,
  convergence,
  countStates,
  diagnoseSurrogate,
  estimateRegret,
  hypervolumeConvergence,
  jointSpace,
  messageOf,
  spaceOf,
} from '@attune/core'

import type { Diagnosis } from '../describe/describe-diagnosis.ts'
import { describeDiagnosis } from '../describe/describe-diagnosis.ts'
import { hasManyObjectives } from '../describe/describe-study.ts'
import { standingJson } from '../describe/record-json.ts'
import { sectionsText } from '../describe/sections.ts'
import { jsonLine } from '../text/json-line.ts'
import type { Io } from './io.ts'
import type { OpenStudy } from './open-study.ts'
import { openForReading } from './open-study.ts'

export interface DiagnoseOptions {
  /** Default: the only study of the journal. */
  readonly study?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /**
   * One JSON object `{ name, journal, trials, best, convergence, regret, surrogates }`; with several
   * objectives `front` instead of `best`. What cannot be told is null, with the reason beside it.
   */
  readonly json?: boolean | undefined
}

/**
 * `attune diagnose`: what is best and since when, how the study got there, what may be left to gain
 * and how well a surrogate predicts the results. Exit code 1 when there are too few results to tell.
 */
export async function diagnose(options: DiagnoseOptions, io: Io): Promise<number> {
  await using study = await openForReading(options.journal, options.study)
  const found = diagnosisOf(study.history)
  if (found instanceof AttuneError) {
    io.err(`attune: ${messageOf(found)}\n`)
    return 1
  }
  if (options.json) io.out(jsonLine(diagnosisJson(study, found)))
  else io.out(sectionsText(describeDiagnosis(study.history, found, io.columns), io.color))
  return 0
}

/** As many complete trials as a surrogate needs at least. */
const fewest = 4

/** What is known of how a study goes; the error says why nothing can be told. */
export function diagnosisOf(history: History): Diagnosis | AttuneError {
  const best = bestTrials(history)
  const { complete } = countStates(history)
  if (best.length === 0 || complete < fewest) {
    const feasible = complete > 0 && best.length === 0 ? ', none of them feasible' : ''
    return new AttuneError(
      'study/config',
      `A diagnosis needs at least ${fewest} complete trials, the study has ${complete}${feasible}. Run more trials.`,
    )
  }
  const space = jointSpace(history, spaceOf(history))
  const order = history.config?.deterministic ? 'number' : 'finish'
  const many = hasManyObjectives(history)
  return {
    best,
    convergence: many
      ? hypervolumeConvergence(history, { order })
      : convergence(history, { order }),
    regret: unlessUntold(() => estimateRegret(space, history)),
    surrogates: (history.config?.objectives ?? []).map((_, objective) =>
      unlessUntold(() => diagnoseSurrogate(space, history, { objective })),
    ),
  }
}

/** A result, or the error that says why it cannot be told. */
function unlessUntold<T>(tell: () => T): T | AttuneError {
  try {
    return tell()
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'study/config') return error
    throw error
  }
}

function diagnosisJson({ name, file, history }: OpenStudy, found: Diagnosis): object {
  const { regret, surrogates } = found
  return {
    name,
    journal: file,
    trials: countStates(history),
    ...standingJson(history, found.best),
    convergence: plainArrays(found.convergence),
    ...(regret instanceof AttuneError
      ? { regret: null, regretUnknown: regret.message }
      : { regret: { ...regret, hyper: undefined } }),
    surrogates: surrogates.map((one, k) => ({
      objective: history.config?.objectives[k]?.name,
      ...(one instanceof AttuneError
        ? { summary: null, unknown: one.message }
        : plainArrays({ ...one, hyper: undefined })),
    })),
  }
}

/** The same with typed arrays as lists. */
function plainArrays(data: object): object {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]: [string, unknown]) => [key, plainArray(value)]),
  )
}

function plainArray(value: unknown): unknown {
  if (value instanceof Float64Array || value instanceof Int32Array) return [...value]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return plainArrays(value)
}
