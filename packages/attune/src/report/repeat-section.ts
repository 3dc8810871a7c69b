import type { Described, Json, StudyConfig } from '@attune/core'
import { recordOf } from '@attune/core'

import type { Block, Section } from './document.ts'
import { paragraph, section } from './document.ts'
import type { StudyFacts } from './study-facts.ts'
import { isBlind } from './subject-section.ts'

/** So many commands of a front are printed. */
const mostCommands = 5

/** How to run the study and its winner again. */
export function repeatSection(facts: StudyFacts): Section[] {
  return section('How to repeat it', [...winners(facts), ...study(facts)])
}

function winners({ best, commands, history, config }: StudyFacts): Block[] {
  const many = config.objectives.length > 1
  return best.slice(0, many ? mostCommands : 1).flatMap((trial, i): Block[] => {
    const command = commands[i]
    const who = many ? `trial ${trial} of the front` : `the best trial (${trial})`
    const params = JSON.stringify(recordOf(history, trial).params, undefined, many ? undefined : 2)
    return [
      ...(command === undefined
        ? []
        : [
            { kind: 'text', language: 'sh', words: `To run ${who} again:`, text: command } as const,
          ]),
      { kind: 'text', language: 'json', words: `The parameters of ${who} as JSON:`, text: params },
    ]
  })
}

function study({ config, history, call, startedBy }: StudyFacts): Block[] {
  const workers = history.runs.at(-1)?.workers
  const file = studyFileOf(config, history.length, workers)
  const look: Block = {
    kind: 'text',
    language: 'sh',
    words: 'To look at the study where its journal is:',
    text: [call('show'), call('trials')].join('\n'),
  }
  if (file === undefined) {
    return [
      paragraph(
        'The study was run from code, which the journal does not hold, so there is no command that repeats it as a whole.',
      ),
      look,
    ]
  }
  const name = `${config.name.replaceAll(/[^\w.-]+/g, '-').replace(/^[-.]+/, '') || 'study'}.json`
  const byHand =
    history.enqueued.length > 0 ? ' Configurations that were given by hand are not in it.' : ''
  const same = `${samenessOf(config)}${byHand}`
  return [
    {
      kind: 'text',
      language: 'sh',
      words: [
        'To run the whole study again, save the study file below as ',
        { code: name },
        `. ${same}`,
      ],
      text: `attune run ${name} --journal again.db`,
    },
    ...(startedBy === undefined
      ? []
      : [
          {
            ...({ kind: 'text', language: 'sh', text: startedBy } as const),
            words: 'The last run was started by:',
          },
        ]),
    {
      kind: 'text',
      language: 'json',
      words: `The study file. Limits of single trials${workers === undefined ? ', environment variables and the number of workers' : ' and environment variables'} are not in the journal: add them if there were any.`,
      text: fileText(file),
    },
    look,
  ]
}

function samenessOf(config: StudyConfig): string {
  if (config.deterministic) {
    return 'As it was deterministic, the same trials come again if the program gives the same results.'
  }
  if (isBlind(config.sampler)) return 'With the same seed the same configurations are tried.'
  return 'With the same seed the first trials are the same; later ones depend on results and on the order in which trials finish.'
}

/** JSON with a line for every key and every parameter. */
function fileText(file: object): string {
  const lines = (of: object, indent: string, more: (value: object) => string): string =>
    Object.entries(of)
      .map(([key, value]: [string, unknown]) => {
        const isNested = key === 'space' && typeof value === 'object' && value !== null
        return `${indent}${JSON.stringify(key)}: ${isNested ? more(value) : JSON.stringify(value)}`
      })
      .join(',\n')
  const nested = (value: object): string =>
    `{\n${lines(value, '    ', (inner) => JSON.stringify(inner))}\n  }`
  return `{\n${lines(file, '  ', nested)}\n}`
}

/**
 * A study file that runs a stored study again with so many trials; undefined when a program that
 * attune can start is not known, or when its constraints are functions in code.
 */
export function studyFileOf(
  config: StudyConfig,
  trials: number,
  workers?: number,
): object | undefined {
  const { command, module, cwd, result, metric, artifacts } = fields(config.program)
  if (command === undefined && module === undefined) return undefined
  const { space, require = [] } = config.space
  if (require.some((rule) => rule.startsWith('function '))) return undefined
  const goals = config.objectives.map(({ name, direction }) => ({ [direction]: name }))
  return {
    name: config.name,
    ...defined({ command, module, cwd }),
    space,
    ...(require.length > 0 ? { require } : {}),
    objective: goals.length === 1 ? goals[0] : goals,
    ...(config.constraints.length > 0 ? { constraints: config.constraints } : {}),
    ...defined({ result, metric, artifacts }),
    trials: Math.max(1, trials),
    ...defined({ workers }),
    seed: config.seed,
    sampler: named(config.sampler),
    scheduler: named(config.scheduler),
    ...(config.deterministic ? { deterministic: true, lag: config.lag } : {}),
    ...defined({ retry: config.retry, duplicates: config.duplicates }),
  }
}

function fields(program: Json | undefined): { readonly [key: string]: Json | undefined } {
  if (typeof program !== 'object' || program === null || Array.isArray(program)) return {}
  return program as { readonly [key: string]: Json | undefined }
}

const defined = (given: object): object =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))

function named({ name, options = {} }: Described): string | object {
  return Object.keys(options).length === 0 ? name : { [name]: options }
}
