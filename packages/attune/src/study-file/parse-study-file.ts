import { dirname, resolve } from 'node:path'
import { fileError } from './file-error.ts'
import { readFields } from './file-fields.ts'
import {
  readArtifacts,
  readCommand,
  readConstraints,
  readCost,
  readDescribed,
  readDuplicates,
  readGpus,
  readJudge,
  readMetric,
  readObjectives,
  readSpace,
  readTrial,
  reportedBy,
} from './file-meaning.ts'
import { secondsOf } from './duration.ts'
import type { StudySpec } from './study-spec.ts'
import type { FileProblem } from './yaml-file.ts'
import { readYaml } from './yaml-file.ts'

/**
 * Reads a study file: YAML 1.2, or JSON. `file` is its path as the user gave it, for messages;
 * paths in the file are relative to its folder.
 *
 * @throws AttuneError `file/problems` with every mistake, each with its line; `details` lists them as
 *   `{ line, path, message }`.
 */
export function parseStudyFile(text: string, file: string): StudySpec {
  const problems: FileProblem[] = []
  const spec = readStudy(text, dirname(resolve(file)), problems)
  if (spec === undefined || problems.length > 0) throw fileError(file, problems)
  return spec
}

function readStudy(text: string, folder: string, problems: FileProblem[]): StudySpec | undefined {
  const yaml = readYaml(text, problems)
  if (yaml === undefined) return undefined
  const fields = readFields(yaml, problems)
  const { given } = fields
  const space = readSpace(fields)
  const objectives = readObjectives(fields)
  const command = readCommand(fields, space)
  const judge = readJudge(fields, objectives)
  const metric = readMetric(fields, reportedBy(fields, objectives))
  const constraints = readConstraints(fields)
  const cost = readCost(fields)
  const duplicates = readDuplicates(fields)
  const gpus = readGpus(fields)
  const artifacts = readArtifacts(fields)
  const sampler = readDescribed(fields, 'sampler')
  const scheduler = readDescribed(fields, 'scheduler')
  if (given.name === undefined || space === undefined || objectives === undefined) return undefined
  const { module, env, journal, time, cpuLimit } = given
  return {
    name: given.name,
    ...(command === undefined ? {} : { command }),
    ...(module === undefined ? {} : { module: resolve(folder, module) }),
    ...(judge === undefined ? {} : { judge }),
    ...(given.judge?.waiting === undefined ? {} : { waiting: given.judge.waiting }),
    cwd: resolve(folder, given.cwd ?? '.'),
    ...(env === undefined ? {} : { env: textsOf(env, (name) => yaml.textOf(['env', name])) }),
    space,
    objectives,
    constraints,
    result: given.result ?? 'last',
    ...(metric === undefined ? {} : { metric }),
    ...(given.trials === undefined ? {} : { trials: given.trials }),
    ...(time === undefined ? {} : { seconds: secondsOf(time) as number }),
    ...(given.target === undefined ? {} : { target: given.target }),
    ...(given.patience === undefined ? {} : { patience: given.patience }),
    ...(cost === undefined ? {} : { cost }),
    ...(given.regret === undefined ? {} : { regret: given.regret }),
    ...(cpuLimit === undefined ? {} : { cpuSeconds: secondsOf(cpuLimit) as number }),
    ...(given.failures === undefined ? {} : { failures: given.failures }),
    ...(given.workers === undefined ? {} : { workers: given.workers }),
    ...(gpus === undefined ? {} : { gpus }),
    ...(sampler === undefined ? {} : { sampler }),
    ...(scheduler === undefined ? {} : { scheduler }),
    trial: readTrial(fields),
    ...(given.retry === undefined ? {} : { retry: given.retry }),
    ...(duplicates === undefined ? {} : { duplicates }),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(given.seed === undefined ? {} : { seed: given.seed }),
    ...(given.deterministic === undefined ? {} : { deterministic: given.deterministic }),
    ...(given.lag === undefined ? {} : { lag: given.lag }),
    ...(journal === undefined ? {} : { journal: resolve(folder, journal) }),
  }
}

function textsOf(
  env: Readonly<Record<string, unknown>>,
  textOf: (name: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.keys(env).map((name) => [name, textOf(name)]))
}
