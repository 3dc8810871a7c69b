import type { ValueProblem } from './file-issues.ts'
import { problemsOf } from './file-issues.ts'
import type { StudyFile } from './file-keys.ts'
import { fileKeys, innerKeys } from './file-keys.ts'
import { formatPath, hint } from './wording.ts'
import type { FileProblem, Keys, YamlFile } from './yaml-file.ts'

/** The keys of a study file whose values have the right form; what they mean is not judged yet. */
export interface Fields {
  readonly yaml: YamlFile
  readonly given: Partial<StudyFile>
  /** Whether a key is there, with a value of whatever form. */
  has(key: keyof StudyFile): boolean
  /** Adds a mistake at the line of `keys`; `path` is how the message calls the place. */
  say(keys: Keys, message: string, path?: string): void
}

/** Keys that no study can do without, each as an example. */
const required = {
  name: 'name: digits',
  objective: 'objective: { maximize: accuracy }',
} as const

/** Checks the keys of a file and the form of their values, adding every mistake to `problems`. */
export function readFields(yaml: YamlFile, problems: FileProblem[]): Fields {
  const given: Record<string, unknown> = {}
  const say: Fields['say'] = (keys, message, path = formatPath(keys)) => {
    problems.push({ line: yaml.lineOf(keys), path, message })
  }
  const fields: Fields = { yaml, given, has: (key) => Object.hasOwn(yaml.value, key), say }
  for (const [key, value] of Object.entries(yaml.value)) {
    if (!Object.hasOwn(fileKeys, key)) {
      sayUnknown(fields, [], key, Object.keys(fileKeys))
      continue
    }
    const found = problemsOf(fileKeys[key as keyof StudyFile], value)
    if (found.length === 0) given[key] = value
    for (const problem of found) sayValue(fields, key, problem)
  }
  for (const [key, example] of Object.entries(required)) {
    if (!fields.has(key as keyof StudyFile)) sayMissing(fields, key, example)
  }
  checkProgram(fields)
  return fields
}

function sayValue(fields: Fields, key: string, problem: ValueProblem): void {
  const keys = [key, ...problem.keys]
  if ('message' in problem) fields.say(keys, problem.message)
  else sayUnknown(fields, keys, problem.unknownKey, innerKeys[key] ?? [])
}

function sayUnknown(fields: Fields, outer: Keys, key: string, known: readonly string[]): void {
  const names = known.filter((name) => name !== '$schema')
  fields.say([...outer, key], `unknown key "${key}". ${hint(key, names)}`, formatPath(outer))
}

function sayMissing({ say }: Fields, key: string, example: string): void {
  say([], `"${key}" is missing. Example: ${example}.`)
}

/** What the program is, and which keys go with it. */
function checkProgram(fields: Fields): void {
  const { has, say } = fields
  if (has('command') && has('module')) {
    say(['module'], 'a study has either a command or a module. Remove one.')
  } else if (has('judge') && !has('command') && !has('module')) checkJudged(fields)
  else if (has('module')) {
    for (const key of ['metric', 'result'] as const) {
      if (has(key))
        say([key], 'this is for the output of a command; a module returns its result. Remove it.')
    }
  } else {
    if (!has('command')) {
      sayMissing(fields, 'command', 'command: [python3, train.py, --lr, "{lr}"]')
    }
    if (!has('space'))
      sayMissing(fields, 'space', 'space: { lr: { float: [1e-4, 1], scale: log } }')
  }
}

/** Keys that say how a program is run, or for how long. */
const programKeys = [
  ...['cwd', 'env', 'metric', 'result', 'workers', 'gpus', 'trial', 'retry', 'artifacts'],
  ...[
    'scheduler',
    'trials',
    'time',
    'target',
    'patience',
    'cost',
    'regret',
    'cpuLimit',
    'failures',
  ],
] as readonly (keyof StudyFile)[]

/** Which keys go with people who judge without any program. */
function checkJudged(fields: Fields): void {
  const { given, has, say } = fields
  if (given.judge?.waiting !== undefined) {
    say(
      ['judge', 'waiting'],
      'this is for trials that a program runs, and there is none. Remove it.',
    )
  }
  for (const key of programKeys) {
    if (has(key)) {
      say(
        [key],
        'this is for programs; here people judge the trials, for as long as they like. Remove it, or add a command.',
      )
    }
  }
  if (!has('space')) sayMissing(fields, 'space', 'space: { sugar: { float: [0, 20] } }')
}
