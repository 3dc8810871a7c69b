import { readFileSync } from 'node:fs'
import { AttuneError, messageOf } from '@attune/core'
import { parse } from 'yaml'
import { fileError } from '../study-file/file-error.ts'
import type { FileProblem } from '../study-file/yaml-file.ts'
import { readYaml } from '../study-file/yaml-file.ts'
import { jsonLine } from '../text/json-line.ts'
import { watchInterrupts } from './interrupt.ts'
import type { Io } from './io.ts'

export interface TrainFlags {
  /** `name=value` or `options.name=value`, over what the file says. */
  readonly set: readonly string[]
  readonly target?: string
  /** A second table, on which the model is judged once, at the end. */
  readonly test?: string
  readonly save?: string
  readonly onnx?: string
  readonly predictions?: string
  readonly inputs?: string
  readonly seed?: string
}

/** What `@attune/models` offers to this command. */
interface ModelsRoom {
  runTraining(run: {
    readonly spec: unknown
    readonly subject: string
    readonly data: string
    readonly test?: string | undefined
    readonly save?: string | undefined
    readonly onnx?: string | undefined
    readonly predictions?: string | undefined
    readonly inputs?: string | undefined
    readonly checkpoint?: { readonly folder: string; readonly resume: boolean } | undefined
    readonly signal: AbortSignal
    print(line: object): void
  }): Promise<void>
}

/**
 * `attune train`: trains a model of a file on a table and prints what `attune run` reads, so that a
 * study can tune it like any other program.
 */
export async function train(
  modelFile: string,
  data: string,
  flags: TrainFlags,
  io: Io,
): Promise<number> {
  const spec = overridden(readModelFile(modelFile), flags)
  const models = await findModels()
  const interrupt = watchInterrupts()
  try {
    await models.runTraining({
      spec,
      subject: modelFile,
      data,
      test: flags.test,
      save: flags.save,
      onnx: flags.onnx,
      predictions: flags.predictions,
      inputs: flags.inputs,
      checkpoint: checkpointOf(process.env),
      signal: interrupt.signal,
      print: (line) => io.out(jsonLine(line)),
    })
  } finally {
    interrupt.restore()
  }
  return interrupt.exitCode ?? 0
}

function readModelFile(file: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AttuneError('usage', `${file} cannot be read: ${messageOf(cause)}`, { cause })
  }
  const problems: FileProblem[] = []
  const yaml = readYaml(text, problems)
  if (yaml === undefined || problems.length > 0) throw fileError(file, problems)
  return { ...yaml.value }
}

/** The file with what the flags say in its place; a name without a dot is one of the options. */
function overridden(
  spec: Record<string, unknown>,
  { set, target, seed }: TrainFlags,
): Record<string, unknown> {
  const result = structuredClone(spec)
  if (target !== undefined) result['target'] = target
  if (seed !== undefined) result['seed'] = valueOf('--seed', seed)
  for (const word of set) {
    const [, path, text] = /^([^=]+)=(.*)$/s.exec(word) ?? []
    if (path === undefined || text === undefined) {
      throw new AttuneError('usage', `--set takes NAME=VALUE, got "${word}". Example: rate=0.01`)
    }
    const keys = path.includes('.') ? path.split('.') : ['options', path]
    const last = keys.pop() as string
    let place = result
    for (const key of keys) place = place[key] = { ...(place[key] as object | undefined) } as never
    place[last] = valueOf(`--set ${path}`, text)
  }
  return result
}

/** A value as it would stand in the file. */
function valueOf(flag: string, text: string): unknown {
  try {
    return parse(text, { schema: 'core' })
  } catch (cause) {
    throw new AttuneError('usage', `${flag} is no value: ${messageOf(cause)}`, { cause })
  }
}

/** A trial of a study keeps its checkpoint in its folder, and may be told to go on from there. */
function checkpointOf(
  env: NodeJS.ProcessEnv,
): { readonly folder: string; readonly resume: boolean } | undefined {
  const folder = env['ATTUNE_DIR']
  if (folder === undefined) return undefined
  return { folder, resume: env['ATTUNE_RESUME'] !== undefined }
}

/** Found when it is needed: attune itself does not depend on it. */
async function findModels(): Promise<ModelsRoom> {
  const room = '@attune/models/node'
  try {
    return (await import(room)) as ModelsRoom
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new AttuneError(
      'usage',
      'attune train needs the package @attune/models. Install it beside attune: npm install @attune/models',
      { cause },
    )
  }
}
