import { AttuneError, bestTrials, cell, rankTrials, recordOf } from '@attune/core'

import { formatNumber } from '../text/format.ts'
import { jsonLine } from '../text/json-line.ts'
import { plain } from '../text/text.ts'
import { commandOf, describeProgram } from './command-of.ts'
import { describeResult, describeValues, hasManyObjectives } from '../describe/describe-study.ts'
import { fetchTrials } from './fetch-trials.ts'
import type { Io } from './io.ts'
import type { OpenStudy } from './open-study.ts'
import { openForReading } from './open-study.ts'
import { bestJson, standingJson } from '../describe/record-json.ts'
import { trialTable } from '../describe/trial-table.ts'

export interface BestOptions {
  /** Default: the only study of the journal. */
  readonly study?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** Only the line for a shell that runs it again. */
  readonly command?: boolean | undefined
  /** Only its parameters, nested, as JSON. */
  readonly params?: boolean | undefined
  /**
   * One JSON object `{ number, objectives, params, values, metrics, violation }`; with several
   * objectives `{ front: [...] }`.
   */
  readonly json?: boolean | undefined
  /**
   * A folder to copy the files into that it left; with several objectives those of each trial into a
   * folder with its number.
   */
  readonly artifacts?: string | undefined
}

/**
 * `attune best`: the best trial of a study, with several objectives those of the Pareto front. With
 * `command` or `params` a line for each of them. Exit code 1 when there is no best trial yet.
 */
export async function best(options: BestOptions, io: Io): Promise<number> {
  const chosen = (['command', 'params', 'json'] as const).filter((flag) => options[flag])
  if (chosen.length > 1) {
    const flags = chosen.map((flag) => `--${flag}`).join(' and ')
    throw new AttuneError('usage', `${flags} print different things. Choose one of them.`)
  }
  await using study = await openForReading(options.journal, options.study)
  const { history } = study
  const found = bestTrials(history)
  if (found.length === 0) {
    io.err(`attune: ${noBest(study)}\n`)
    return 1
  }
  const [first] = found as [number, ...number[]]
  if (options.command) {
    for (const trial of found) io.out(`${requireCommand(study, trial)}\n`)
  } else if (options.params) {
    for (const trial of found) io.out(jsonLine(recordOf(history, trial).params))
  } else if (options.json) {
    const json = hasManyObjectives(history)
      ? standingJson(history, found)
      : bestJson(history, first)
    io.out(jsonLine(json))
  } else if (!hasManyObjectives(history)) {
    io.out(`${describeBest(study, first).join('\n')}\n`)
  } else {
    const front = trialTable(history, found, io.columns)
    const head = `The Pareto front of study ${plain(study.name)}, ${found.length} of ${history.length} trials:`
    io.out(`${[head, ...front].join('\n')}\n`)
  }
  if (options.artifacts === undefined) return 0
  const lines = await fetchTrials(study, found, options.artifacts, hasManyObjectives(history))
  if (chosen.length === 0) io.out(`${lines.join('\n')}\n`)
  return 0
}

function noBest({ name, history }: OpenStudy): string {
  const study = `Study "${plain(name)}"`
  const [nearest] = rankTrials(history)
  if (nearest === undefined) {
    return `${study} has no complete trial yet, so none is the best. Run more trials, or see what failed: attune show.`
  }
  const violation = formatNumber(cell(history, 'violation', nearest))
  return `${study} has no trial that satisfies its outcome constraints. Trial ${nearest} comes nearest (violation ${violation}). Run more trials, or relax the constraints.`
}

function requireCommand({ name, file, history }: OpenStudy, trial: number): string {
  const command = commandOf(history, trial, file)
  if (command !== undefined) return command
  const why =
    describeProgram(history) === undefined
      ? `Study "${name}" was run from code, so there is no command to repeat`
      : `Study "${name}" has no command that repeats trial ${trial}: its space or program was another one then`
  throw new AttuneError('usage', `${why}. Use --params or --json.`)
}

function describeBest({ name, file, history }: OpenStudy, trial: number): string[] {
  const command = commandOf(history, trial, file)
  return [
    `Trial ${trial} of study ${plain(name)}: ${plain(describeResult(history, trial))}`,
    ...describeValues(history, trial).map((line) => `  ${line}`),
    ...(command === undefined ? [] : ['To run it again:', `  ${plain(command)}`]),
  ]
}
