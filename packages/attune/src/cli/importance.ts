import type { History, Importance } from '@attune/core'
import { AttuneError, messageOf, nearest, pedAnova } from '@attune/core'

import { bar } from '../progress/format.ts'
import { jsonLine } from '../progress/json-lines.ts'
import { table } from '../progress/table.ts'
import { plain } from '../progress/text.ts'
import type { Io } from './io.ts'
import { openForReading } from './open-study.ts'
import { shortName } from './param-names.ts'
import { metricNames } from './trial-scope.ts'

export interface ImportanceOptions {
  /** Default: the only study of the journal. */
  readonly study?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** A metric, or `seconds`, `cpuSeconds`, `peakMemoryBytes`; default: the first objective. */
  readonly target?: string | undefined
  /** One JSON object `{ target, parameters: [{ name, value, trials }] }`. */
  readonly json?: boolean | undefined
}

/**
 * `attune importance`: how much each parameter decides about a target. Exit code 1 when there are
 * too few complete trials to tell.
 */
export async function importance(options: ImportanceOptions, io: Io): Promise<number> {
  await using study = await openForReading(options.journal, options.study)
  const { history } = study
  const target = checkTarget(history, options.target)
  const found = importancesOf(history, target)
  if (found instanceof AttuneError) {
    io.err(`attune: ${messageOf(found)}\n`)
    return 1
  }
  if (options.json) {
    io.out(jsonLine({ target, parameters: found }))
  } else {
    const head = `What decides about ${target} in study ${study.name}, as shares of 1:`
    const lines = describeImportance(history, found).map((line) => `  ${line}`)
    io.out(`${[plain(head), ...lines].join('\n')}\n`)
  }
  return 0
}

/** The importances, most important first; the error that says why there are none. */
export function importancesOf(
  history: History,
  target?: string,
): readonly Importance[] | AttuneError {
  try {
    return pedAnova(history, target === undefined ? {} : { target })
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'study/config') return error
    throw error
  }
}

const barWidth = 24

/** Importances as lines with bars; parameters that were not always active say how often. */
export function describeImportance(history: History, importances: readonly Importance[]): string[] {
  const most = Math.max(...importances.map((one) => one.trials))
  const rows = importances.map(({ name, value, trials }) => [
    shortName(history, name),
    value.toFixed(2),
    bar(value, barWidth).filled,
    trials < most ? `active in ${trials} of ${most} trials` : '',
  ])
  return table(rows, { align: ['left', 'right'] })
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
