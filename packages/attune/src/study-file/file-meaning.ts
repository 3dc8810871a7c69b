import type { Described, JudgedMetric, SearchSpace } from '@attune/core'
import type { Command } from '../executors/command-template.ts'
import { checkDescribed } from './check-described.ts'
import type { DescribedKind } from './check-described.ts'
import { checkObjectives, checkOutcomes, checkPattern } from './check-metrics.ts'
import { checkSpace } from './check-space.ts'
import type { SpaceProblem } from './check-space.ts'
import { checkTemplate } from './check-template.ts'
import { secondsOf } from './duration.ts'
import type { Fields } from './file-fields.ts'
import type { Objective, Word } from './file-keys.ts'
import { askedMetrics, judgedMetric, reportedObjectives } from './judged-metrics.ts'
import { bytesOf } from './size.ts'
import type { StudySpec } from './study-spec.ts'

/** The space with its constraints; `undefined` when there are mistakes in its parameters. */
export function readSpace({ given, has, say }: Fields): SearchSpace | undefined {
  const { space, require = [] } = given
  // The values of a module's parameters may all be suggested while it runs.
  if (space === undefined && (has('space') || !has('module'))) return undefined
  const problems: SpaceProblem[] = []
  const built = checkSpace({ space: space ?? {}, require }, problems, true)
  for (const problem of problems) {
    if ('rule' in problem) say(['require', problem.rule], problem.message)
    else {
      const path = problem.path === '' ? 'space' : `space.${problem.path}`
      say(['space', ...spaceKeys(space, problem.path)], problem.message, path)
    }
  }
  if (built?.params.length === 0 && (has('command') || (has('judge') && !has('module')))) {
    say(['space'], 'there is nothing to tune. Example: space: { lr: { float: [1e-4, 1] } }.')
  }
  return built
}

/** Where a path of core stands in the JSON form, which has a key `variant` around its options. */
function spaceKeys(space: unknown, path: string): string[] {
  const keys: string[] = []
  let at = space
  let rest = path
  while (rest !== '' && typeof at === 'object' && at !== null) {
    const entries = at as Readonly<Record<string, unknown>>
    const names = Object.keys(entries).filter((key) => `${rest}.`.startsWith(`${key}.`))
    const longest = names.toSorted((a, b) => b.length - a.length)[0]
    if (longest === undefined && !Object.hasOwn(entries, 'variant')) break
    const key = longest ?? 'variant'
    if (longest !== undefined) rest = rest.slice(longest.length + 1)
    keys.push(key)
    at = entries[key]
  }
  return keys
}

/** The objectives as a list. */
export function readObjectives({ given, say }: Fields): StudySpec['objectives'] | undefined {
  const { objective } = given
  if (objective === undefined) return undefined
  const many = Array.isArray(objective)
  const list = (many ? objective : [objective]) as readonly Objective[]
  const names = list.map((one) => (one.minimize ?? one.maximize) as string)
  for (const { index, message } of checkObjectives(names)) {
    say(many ? ['objective', index] : ['objective'], message)
  }
  return list as StudySpec['objectives']
}

/** The command with all its words as text, checked against the parameters. */
export function readCommand(
  { given, yaml, say }: Fields,
  space: SearchSpace | undefined,
): Command | undefined {
  if (given.command === undefined) return undefined
  const textOf = (word: Word, ...keys: readonly number[]): string =>
    typeof word === 'string' ? word : yaml.textOf(['command', ...keys])
  const command =
    typeof given.command === 'string'
      ? given.command
      : given.command.map((word, i) =>
          typeof word === 'object' ? word.map((inner, j) => textOf(inner, i, j)) : textOf(word, i),
        )
  // Without the parameters every placeholder would look wrong.
  if (space === undefined) return command
  for (const { position, message } of checkTemplate(command, space)) {
    say(['command', ...position], message)
  }
  return command
}

/** What people are asked about each trial; a program may give other objectives. */
export function readJudge(
  { given, has, say }: Fields,
  objectives: StudySpec['objectives'] | undefined,
): readonly JudgedMetric[] | undefined {
  if (given.judge === undefined) return undefined
  const names = objectives?.map((one) => ('minimize' in one ? one.minimize : one.maximize)) ?? []
  const asked = askedMetrics(given.judge)
  const isAsked = (name: string): boolean => asked.some(([metric]) => metric === name)
  const hasProgram = has('command') || has('module')
  for (const name of hasProgram ? [] : names) {
    if (isAsked(name)) continue
    say(
      ['judge'],
      `nobody is asked for "${name}", which is to be optimised. Example: judge: { ${name}: number }.`,
    )
  }
  if (names[0] !== undefined && isAsked(names[0])) refuseEarly({ given, say }, names[0])
  return asked.map(([metric, form]) => {
    if (
      form === 'compare' &&
      objectives !== undefined &&
      (names.length > 1 || names[0] !== metric)
    ) {
      say(
        ['judge', metric],
        'trials are compared by the only objective of a study. Ask for another kind of answer, such as { slider: [0, 10] }.',
      )
    }
    return judgedMetric(metric, form)
  })
}

/** What looks at values on the way has none of a metric that people give at the end. */
function refuseEarly({ given, say }: Pick<Fields, 'given' | 'say'>, objective: string): void {
  const { scheduler } = given
  const name = typeof scheduler === 'object' ? Object.keys(scheduler)[0] : scheduler
  if (name === undefined || name === 'none' || (given.command ?? given.module) === undefined) return
  say(
    ['scheduler'],
    `people say how good "${objective}" is when the program has ended, so nothing can be stopped before. Remove it.`,
  )
}

/** The objectives that the program gives. */
export function reportedBy(
  { given, has, say }: Fields,
  objectives: StudySpec['objectives'] | undefined,
): StudySpec['objectives'] | undefined {
  if (given.judge === undefined || objectives === undefined) return objectives
  const judged = askedMetrics(given.judge).map(([metric]) => metric)
  const reported = reportedObjectives(objectives, judged)
  if (given.result === 'best' && reported.length === 0 && has('command')) {
    say(['result'], 'the best line is told by an objective, and the program gives none. Remove it.')
  }
  return reported
}

/** The regular expression for the output. */
export function readMetric(
  { given, say }: Fields,
  objectives: StudySpec['objectives'] | undefined,
): string | undefined {
  const { metric } = given
  if (metric === undefined) return undefined
  const names = objectives?.map((one) => ('minimize' in one ? one.minimize : one.maximize))
  const message = checkPattern(metric, names)
  if (message !== undefined) say(['metric'], message)
  return metric
}

/** The outcome constraints. */
export function readConstraints({ given, say }: Fields): readonly string[] {
  const { constraints = [] } = given
  for (const { index, message } of checkOutcomes(constraints)) say(['constraints', index], message)
  return constraints
}

/** A sampler or scheduler; what is written as `asha` or `{ asha: { factor: 4 } }`. */
export function readDescribed(fields: Fields, kind: DescribedKind): Described | undefined {
  const value = fields.given[kind]
  if (value === undefined) return undefined
  const [name, options] =
    typeof value === 'string'
      ? [value, null]
      : (Object.entries(value)[0] as [string, object | null])
  const described = { name, ...(options === null ? {} : { options: options as never }) }
  for (const { option, message } of checkDescribed(kind, described)) {
    const inner = option === undefined ? [] : [option]
    fields.say(typeof value === 'string' ? [kind] : [kind, name, ...inner], message)
  }
  return described
}

/** What becomes of configurations that were tried before. */
export function readDuplicates({ given }: Fields): StudySpec['duplicates'] {
  const { duplicates } = given
  if (typeof duplicates !== 'object') return duplicates
  const { policy, evaluations } = duplicates
  // However often something is evaluated first: it is run again in any case.
  if (policy === 'allow') return policy
  return { policy, ...(evaluations === undefined ? {} : { evaluations }) }
}

/** What the study may cost; its form says that one of two ways to count is there. */
export function readCost({ given }: Fields): StudySpec['cost'] {
  const { limit, perSecond, metric } = given.cost ?? {}
  if (limit === undefined) return undefined
  return perSecond === undefined ? { limit, metric: metric as string } : { limit, perSecond }
}

/** The files to be kept; a list of patterns alone leaves what is kept to the study. */
export function readArtifacts({ given }: Fields): StudySpec['artifacts'] {
  const { artifacts } = given
  return Array.isArray(artifacts) ? { files: artifacts } : (artifacts as StudySpec['artifacts'])
}

/** The GPUs of the study; their names are texts, also when they are numbers. */
export function readGpus({ given: { gpus } }: Fields): StudySpec['gpus'] {
  return Array.isArray(gpus) ? gpus.map(String) : (gpus as StudySpec['gpus'])
}

/** The limits and needs of a single trial. */
export function readTrial({ given }: Fields): StudySpec['trial'] {
  const { timeout, grace, memory, cpu, output, disk, ...needs } = given.trial ?? {}
  return {
    ...(timeout === undefined ? {} : { timeoutSeconds: secondsOf(timeout) as number }),
    ...(grace === undefined ? {} : { graceSeconds: secondsOf(grace) as number }),
    ...(memory === undefined ? {} : { memoryBytes: bytesOf(memory) as number }),
    ...(cpu === undefined ? {} : { cpuSeconds: secondsOf(cpu) as number }),
    ...(output === undefined ? {} : { outputBytes: bytesOf(output) as number }),
    ...(disk === undefined ? {} : { diskBytes: bytesOf(disk) as number }),
    ...needs,
  }
}
