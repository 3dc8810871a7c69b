import type { History, Importance } from '@attune/core'
import { AttuneError, fanova, messageOf, metricNames, nearest, pedAnova } from '@attune/core'

import { jsonLine } from '../text/json-line.ts'
import { plain } from '../text/text.ts'
import type { Io } from './io.ts'
import { openForReading } from './open-study.ts'
import { describeImportance } from '../describe/describe-importance.ts'

const methods = ['ped-anova', 'fanova'] as const
export type ImportanceMethod = (typeof methods)[number]

export interface ImportanceOptions {
  /** Default: the only study of the journal. */
  readonly study?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** A metric, or `seconds`, `cpuSeconds`, `peakMemoryBytes`; default: the first objective. */
  readonly target?: string | undefined
  /**
   * `ped-anova` (default): what decides whether a trial is among the best; `fanova`: what explains
   * the variance over the whole space.
   */
  readonly method?: string | undefined
  /** One JSON object `{ target, method, parameters: [{ name, value, trials }] }`. */
  readonly json?: boolean | undefined
}

/**
 * `attune importance`: how much each parameter decides about a target. Exit code 1 when there are
 * too few complete trials to tell.
 */
export async function importance(options: ImportanceOptions, io: Io): Promise<number> {
  const method = checkMethod(options.method)
  await using study = await openForReading(options.journal, options.study)
  const { history } = study
  const target = checkTarget(history, options.target)
  const found = importancesOf(history, { target, method })
  if (found instanceof AttuneError) {
    io.err(`attune: ${messageOf(found)}\n`)
    return 1
  }
  if (options.json) {
    io.out(jsonLine({ target, method, parameters: found }))
  } else {
    const head = `What decides about ${target} in study ${study.name}, ${shares[method]}:`
    const lines = describeImportance(history, found).map((line) => `  ${line}`)
    io.out(`${[plain(head), ...lines].join('\n')}\n`)
  }
  return 0
}

/** What the numbers of a method are shares of. */
const shares: Readonly<Record<ImportanceMethod, string>> = {
  'ped-anova': 'as shares of 1',
  fanova: 'as shares of its variance; the rest is interaction',
}

/** The importances, most important first; the error that says why there are none. */
export function importancesOf(
  history: History,
  options: { readonly target?: string; readonly method?: ImportanceMethod } = {},
): readonly Importance[] | AttuneError {
  const { target, method = 'ped-anova' } = options
  const assess = method === 'fanova' ? fanova : pedAnova
  try {
    return assess(history, target === undefined ? {} : { target })
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'study/config') return error
    throw error
  }
}

function checkMethod(given: string = 'ped-anova'): ImportanceMethod {
  const known = methods.find((each) => each === given.toLowerCase())
  if (known !== undefined) return known
  const near = nearest(given, methods)
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`
  throw new AttuneError(
    'usage',
    `--method: there is no "${given}".${hint} There are ${methods.join(' and ')}.`,
  )
}

const resources = ['seconds', 'cpuSeconds', 'peakMemoryBytes']

function checkTarget(history: History, given: string | undefined): string {
  const known = [...metricNames(history), ...resources]
  const target = given ?? (known[0] as string)
  if (known.includes(target)) return target
  const near = nearest(target, known)
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`
  throw new AttuneError(
    'usage',
    `--target: no trial has a metric "${target}".${hint} There are ${known.slice(0, 12).join(', ')}.`,
  )
}
