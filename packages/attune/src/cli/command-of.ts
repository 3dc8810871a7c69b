import { createRng, recordOf } from '@attune/core'
import type { History, Json, Trial, TrialRecord } from '@attune/core'

import type { Command, TemplateSpecials } from '../executors/command-template.ts'
import { compileTemplate } from '../executors/command-template.ts'
import { shellQuote } from '../executors/shell-quote.ts'
import { trialEnvironment } from '../executors/trial-environment.ts'
import { trialFolder } from '../executors/trial-folder.ts'
import { defaultJournal } from './open-study.ts'

/** How a study runs its trials, as far as it takes to repeat one by hand. */
interface Program {
  readonly command: Command
  readonly cwd?: string
}

/**
 * The line for a shell that runs a trial again as the study ran it; undefined for studies that were
 * run from code, not by a command. What the program cannot find in its arguments (its seed, or
 * parameters that the command does not name) is set as in the environment of a trial.
 *
 * @param journal the file of the journal, beside which the trial's folder lies
 * @throws AttuneError `command/template` when the trial lacks a value that the command needs,
 *   because the space was another one then.
 */
export function commandOf(
  history: History,
  trial: number,
  journal: string = defaultJournal,
): string | undefined {
  const { config, space } = history
  const program = readProgram(config?.program)
  if (program === undefined || config === undefined) return undefined
  const record = recordOf(history, trial)
  const dir = trialFolder(journal, config.name, trial)
  const specials = { trial, seed: trialSeed(config.seed, trial), dir }
  const template = compileTemplate(
    program.command,
    space.params.map((p) => ({ name: p.name, conditional: p.when.length > 0 })),
  )
  const { text } = template.render(record.values, specials)
  const names = (change: object): boolean => {
    const changed = { values: record.values, specials, ...change }
    return template.render(changed.values, changed.specials).text !== text
  }
  const params = space.params.filter((p) => record.values[p.name] !== undefined)
  const named = params.every((p) => names({ values: { ...record.values, [p.name]: probe } }))
  const seeded = names({ specials: { ...specials, seed: specials.seed + 1 } })
  const environment = trialVariables(record, specials, config.name).filter(([name]) =>
    name.startsWith('ATTUNE_PARAM') ? !named : name === 'ATTUNE_SEED' && !seeded,
  )
  const folder = program.cwd === undefined || program.cwd === process.cwd() ? [] : [program.cwd]
  return [
    ...folder.map((path) => `cd ${shellQuote(path)} &&`),
    ...environment.map(([name, value]) => `${name}=${shellQuote(value)}`),
    text,
  ].join(' ')
}

/** A value that no parameter has, to see where a command changes with it. */
const probe = '\u0000'

/** As the study draws the seeds of its trials. */
function trialSeed(studySeed: number, trial: number): number {
  return createRng(studySeed, 'objective', trial).uint32() >>> 1
}

function trialVariables(
  { number, epoch, values, params }: TrialRecord,
  { seed, dir }: TemplateSpecials,
  study: string,
): [string, string][] {
  const trial: Pick<Trial, 'number' | 'epoch' | 'seed' | 'values' | 'params'> = { number, epoch, seed, values, params }
  return Object.entries(trialEnvironment(trial, study, dir))
}

function readProgram(stored: Json | undefined): Program | undefined {
  if (typeof stored !== 'object' || stored === null || !('command' in stored)) return undefined
  const { command, cwd } = stored
  if (typeof command !== 'string' && !Array.isArray(command)) return undefined
  return { command: command as Command, ...(typeof cwd === 'string' ? { cwd } : {}) }
}
