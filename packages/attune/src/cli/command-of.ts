import type { History, Json, TrialRecord, Values } from '@attune/core'
import { AttuneError, recordOf, spaceOf, trialSeed } from '@attune/core'

import type { Command, TemplateSpecials } from '../executors/command-template.ts'
import { templateFor } from '../executors/command-template.ts'
import { shellQuote } from '../executors/shell-quote.ts'
import { trialEnvironment } from '../executors/trial-environment.ts'
import { trialFolder } from '../executors/trial-folder.ts'
import { defaultJournal } from '../journals/default-journal.ts'

/** How a study runs its trials, as far as it takes to repeat one by hand. */
interface Program {
  readonly command?: Command
  readonly module?: string
  readonly cwd?: string
}

/**
 * The line for a shell that runs a trial again as the study ran it. Undefined for studies that were
 * run from code, and for trials that lack a value the command needs, because the space was another
 * one then. What the program cannot find in its arguments (its seed, or parameters that the command
 * does not name) is set as in the environment of a trial.
 *
 * @param journal the file of the journal, beside which the trial's folder lies
 */
export function commandOf(
  history: History,
  trial: number,
  journal: string = defaultJournal,
): string | undefined {
  const { config } = history
  const program = readProgram(config?.program)
  if (program?.command === undefined || config === undefined) return undefined
  const record = recordOf(history, trial)
  const dir = trialFolder(journal, config.name, trial)
  const specials = { trial, seed: trialSeed(config.seed, trial), dir }
  try {
    const render = renderer(history, program.command)
    const variables = missingVariables(history, record, specials, render)
    const { cwd = process.cwd() } = program
    return [
      ...(cwd === process.cwd() ? [] : [`cd ${shellQuote(cwd)} &&`]),
      ...variables.map(([name, value]) => `${name}=${shellQuote(value)}`),
      render(record.values, specials),
    ].join(' ')
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'command/template') return undefined
    throw error
  }
}

/** How a study runs its trials, in a line: a command with its placeholders, or a module. */
export function describeProgram(history: History): string | undefined {
  const { command, module } = readProgram(history.config?.program) ?? {}
  if (command === undefined) return module
  if (typeof command === 'string') return command
  const word = (text: string): string => (/\s|^$/.test(text) ? JSON.stringify(text) : text)
  const words = command.map((one) =>
    typeof one === 'string' ? word(one) : `[${one.map(word).join(' ')}]`,
  )
  return words.join(' ')
}

type Render = (values: Values, specials: TemplateSpecials) => string

function renderer(history: History, command: Command): Render {
  const template = templateFor(command, spaceOf(history))
  return (values, specials) => template.render(values, specials).text
}

/** The variables of a trial's environment that tell what its command does not. */
function missingVariables(
  history: History,
  record: TrialRecord,
  specials: TemplateSpecials,
  render: Render,
): [string, string][] {
  const { number, epoch, values, params } = record
  const text = render(values, specials)
  const tellsSeed = render(values, { ...specials, seed: specials.seed + 1 }) !== text
  const active = spaceOf(history).params.filter((p) => values[p.name] !== undefined)
  const tellsParams = active.every((p) => render({ ...values, [p.name]: probe }, specials) !== text)
  const trial = { number, epoch, seed: specials.seed, values, params }
  const all = Object.entries(trialEnvironment(trial, history.config?.name ?? '', specials.dir))
  return all.filter(([name]) =>
    name.startsWith('ATTUNE_PARAM') ? !tellsParams : name === 'ATTUNE_SEED' && !tellsSeed,
  )
}

/** A value that no parameter has, to see where a command changes with it. */
const probe = '\u0000'

function readProgram(stored: Json | undefined): Program | undefined {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return undefined
  const { command, module, cwd } = stored as { readonly [key: string]: Json | undefined }
  return {
    ...(typeof command === 'string' || Array.isArray(command)
      ? { command: command as Command }
      : {}),
    ...(typeof module === 'string' ? { module } : {}),
    ...(typeof cwd === 'string' ? { cwd } : {}),
  }
}
