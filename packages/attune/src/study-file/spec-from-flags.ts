import type { ObjectiveSpec, Problem, SearchSpace } from '@attune/core'
import { refuseProblems } from '@attune/core'
import type { Command } from '../executors/command-template.ts'
import { readArtifactFlags } from './artifact-flags.ts'
import { checkObjectives, checkPattern } from './check-metrics.ts'
import { checkSpace } from './check-space.ts'
import type { SpaceProblem } from './check-space.ts'
import { checkTemplate } from './check-template.ts'
import { parseParamFlag } from './param-flag.ts'
import type { ParamFlag } from './param-flag.ts'
import { resultRules, studyNameExpected, studyNamePattern } from './rules.ts'
import type { StudyFlags, StudySettings } from './study-flags.ts'
import { readStudyFlags } from './study-flags.ts'
import type { StudySpec } from './study-spec.ts'
import { show } from './wording.ts'

/** The options of the command line that make up a study without a file. */
export interface SpecFlags extends StudyFlags {
  readonly name?: string
  /** What each `--param` was given. */
  readonly param: readonly string[]
  readonly require: readonly string[]
  /** What each `--minimize` and `--maximize` was given, in their order. */
  readonly goals: readonly ObjectiveSpec[]
  readonly metric?: string
  readonly result?: string
  /** The command after `--`, groups of words made lists. */
  readonly words: Exclude<Command, string>
}

type Say = (path: string, message: string) => void

/**
 * A study from the options of the command line alone; the current folder is that of its trials.
 *
 * @throws AttuneError `usage` with every mistake, each with its option and an example.
 */
export function specFromFlags(flags: SpecFlags): StudySpec {
  const problems: Problem[] = []
  const say: Say = (path, message) => void problems.push({ path, message })
  const settings = { ...readStudyFlags(flags, problems), ...readArtifactFlags(flags, problems) }
  checkName(flags.name, say)
  checkGoals(flags.goals, say)
  const space = readSpace(flags, say)
  if (flags.words.length === 0) {
    say('', 'there is no command. Example: -- python3 train.py --lr {lr}')
  } else if (space !== undefined) {
    for (const { position, message } of checkTemplate(flags.words, space)) {
      say(`word ${(position[0] ?? 0) + 1} after --`, message)
    }
  }
  const { metric, result = 'last' } = flags
  const known = resultRules.find((rule) => rule === result)
  if (known === undefined) {
    const expected = `expected ${resultRules.join(', ')}`
    say('--result', `${expected}, got ${show(result)}. Example: --result best`)
  }
  const pattern =
    metric === undefined
      ? undefined
      : checkPattern(
          metric,
          flags.goals.map((goal) => goal.name),
        )
  if (pattern !== undefined) say('--metric', pattern)
  refuseProblems('usage', 'Options', problems)
  const spec: StudySpec = {
    name: flags.name as string,
    command: flags.words,
    cwd: process.cwd(),
    space: space as SearchSpace,
    objectives: flags.goals.map(({ direction, name }) =>
      direction === 'minimize' ? { minimize: name } : { maximize: name },
    ),
    constraints: [],
    result: known as StudySpec['result'],
    ...(metric === undefined ? {} : { metric }),
    trial: {},
  }
  return merge(spec, settings)
}

/**
 * A study with the settings that the command line overrides.
 *
 * @throws AttuneError `usage` with every mistake, each with its option and an example.
 */
export function mergeFlags(spec: StudySpec, flags: StudyFlags): StudySpec {
  const problems: Problem[] = []
  const settings = {
    ...readStudyFlags(flags, problems, spec.cost),
    ...readArtifactFlags(flags, problems, spec.artifacts),
  }
  refuseProblems('usage', 'Options', problems)
  return merge(spec, settings)
}

function merge(spec: StudySpec, settings: StudySettings): StudySpec {
  return { ...spec, ...settings, trial: { ...spec.trial, ...settings.trial } }
}

function checkName(name: string | undefined, say: Say): void {
  if (name !== undefined && studyNamePattern.test(name)) return
  say('--name', `expected ${studyNameExpected}, got ${show(name)}. Example: --name digits`)
}

function checkGoals(goals: readonly ObjectiveSpec[], say: Say): void {
  if (goals.length === 0) say('', 'there is no objective. Example: --maximize accuracy')
  for (const { index, message } of checkObjectives(goals.map((goal) => goal.name))) {
    say(`--${(goals[index] as ObjectiveSpec).direction}`, `${message} Example: --maximize accuracy`)
  }
}

function readSpace({ param, require }: SpecFlags, say: Say): SearchSpace | undefined {
  const texts = new Map<string, string>()
  const entries: [string, ParamFlag['json']][] = []
  for (const text of param) {
    const parsed = parseParamFlag(text)
    if (typeof parsed === 'string') say(flagOf(text), parsed)
    else if (texts.has(parsed.name)) {
      say(flagOf(text), `"${parsed.name}" stands twice. Remove one.`)
    } else {
      texts.set(parsed.name, text)
      entries.push([parsed.name, parsed.json])
    }
  }
  if (param.length === 0) say('', 'there is nothing to tune. Example: --param lr=log:1e-5..1e-1')
  const problems: SpaceProblem[] = []
  const complete = entries.length === param.length
  const space = checkSpace({ space: Object.fromEntries(entries), require }, problems, complete)
  for (const problem of problems) {
    if ('rule' in problem) say(`--require ${show(require[problem.rule])}`, problem.message)
    else {
      const name = problem.path.replace(/\.default$/, '')
      const text = texts.get(name) ?? texts.get(problem.path)
      say(text === undefined ? '--param' : flagOf(text), problem.message)
    }
  }
  return space
}

function flagOf(text: string): string {
  return `--param ${text.length <= 60 ? text : `${text.slice(0, 57)}…`}`
}
