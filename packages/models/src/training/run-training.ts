import { stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AttuneError, messageOf } from '@attune/core'
import { fitTarget, targetOf } from '../data/prepare-target.ts'
import { readTable } from '../data/table-file.ts'
import type { Table } from '../data/table.ts'
import type { FitProgress } from '../learners/learner.ts'
import type { Matrix, Prediction, Task } from '../matrix.ts'
import { metricsOf } from '../metrics/catalogue.ts'
import { checkpointFolder } from './checkpoint-folder.ts'
import type { FitModelRun } from './fit-model.ts'
import { fitModel } from './fit-model.ts'
import { checkTrainingSpec } from './spec.ts'
import type { TrainedModel } from './trained-model.ts'

export interface TrainingRun {
  /** What a model file says; see `TrainingSpec`. */
  readonly spec: unknown
  /** How messages call it. */
  readonly subject: string
  /** The table: CSV, TSV or Parquet, also gzipped. */
  readonly data: string
  /** A second table, which is read once, at the end. */
  readonly test?: string | undefined
  /** Where the model is kept: as JSON, as ONNX, and what it predicts of the test table as CSV. */
  readonly save?: string | undefined
  readonly onnx?: string | undefined
  readonly predictions?: string | undefined
  /** Where the inputs of the ONNX model are kept, of the test table, as CSV. */
  readonly inputs?: string | undefined
  /** Where a network keeps its state, and whether it goes on from there. */
  readonly checkpoint?: { readonly folder: string; readonly resume: boolean } | undefined
  readonly signal: AbortSignal
  /** Gets an object an epoch or round, with its `step`, and the result at the end. */
  print(line: object): void
}

/**
 * Trains what a file says and prints it as a program does that is to be tuned: reports with `step`, at
 * the end the metrics of the validation rows, of the test table as `test.<metric>`.
 *
 * @throws AttuneError as `fitModel` and the readers of tables; `usage` for a place that cannot be written
 */
export async function runTraining(run: TrainingRun): Promise<void> {
  const spec = checkTrainingSpec(run.spec, run.subject)
  await refusePlaces(run)
  const table = await readTable(run.data)
  const target = fitTarget(table, spec.target, spec.task)
  const test = run.test === undefined ? undefined : await readTable(run.test)
  // What is wrong with its labels shall not be found out after hours of training.
  const judged = test !== undefined && targetOf(target, test) !== undefined
  const checkpoint = run.checkpoint && (await kept(run.checkpoint))
  const { model, validation, costs } = await fitModel(spec, table, {
    signal: run.signal,
    cpuSeconds,
    report(progress) {
      run.print(lineOf(progress, target.task))
      return 'continue'
    },
    ...(checkpoint === undefined ? {} : { checkpoint }),
  })
  await keep(model, test, run)
  const names = metricsOf(model.task).map(({ name }) => name)
  const tested = judged ? await model.evaluate(test) : undefined
  const line: Record<string, number> = {}
  for (const name of names) if (validation !== undefined) line[name] = validation[name]!
  for (const name of names) if (tested !== undefined) line[`test.${name}`] = tested[name]!
  run.print({ ...line, ...costs })
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** @throws AttuneError `usage` for files that cannot be written when training is over */
async function refusePlaces(run: TrainingRun): Promise<void> {
  for (const key of ['predictions', 'inputs'] as const) {
    if (run[key] === undefined || run.test !== undefined) continue
    throw new AttuneError('usage', `What --${key} keeps is of a test table. Name it with --test.`)
  }
  for (const file of [run.save, run.onnx, run.predictions, run.inputs]) {
    if (file === undefined) continue
    if (!(await isFolder(dirname(file)))) {
      const text = `there is no folder ${dirname(file)}. Make it first.`
      throw new AttuneError('usage', `${file} cannot be written: ${text}`)
    }
    if (await isFolder(file)) {
      throw new AttuneError('usage', `${file} cannot be written: it is a folder. Name a file.`)
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true
}

/** A report under the names of the final metrics where it has them. */
function lineOf({ step, metrics }: FitProgress, task: Task): object {
  const line: Record<string, number> = { step }
  for (const [name, value] of Object.entries(metrics)) line[reportNames[name] ?? name] = value
  const { validationLoss } = metrics
  // Trees tell one loss of the validation rows, which is one of the metrics.
  if (validationLoss === undefined || 'accuracy' in line || 'rmse' in line) return line
  if (task === 'regression') return { ...line, rmse: Math.sqrt(validationLoss) }
  return { ...line, logLoss: validationLoss }
}

const reportNames: Readonly<Record<string, string>> = {
  validationAccuracy: 'accuracy',
  validationRmse: 'rmse',
}

async function keep(
  model: TrainedModel,
  test: Table | undefined,
  { save, onnx, predictions, inputs }: TrainingRun,
): Promise<void> {
  if (save !== undefined) await write(save, JSON.stringify(model))
  if (onnx !== undefined) await write(onnx, model.toOnnx())
  if (test === undefined) return
  if (predictions !== undefined) await write(predictions, csvOf(await model.predict(test)))
  if (inputs !== undefined) await write(inputs, csvOfInputs(model.preparation.raw(test)))
}

function csvOf(prediction: Prediction): string {
  if (prediction.kind === 'numbers') return `prediction\n${prediction.values.join('\n')}\n`
  const { labels, probabilities, codes } = prediction
  const lines = [
    ['prediction', ...labels.map((label) => `probability ${label}`)].map(quoted).join(','),
  ]
  codes.forEach((code, i) => {
    const row = probabilities.subarray(i * labels.length, (i + 1) * labels.length)
    lines.push([quoted(labels[code]!), ...row].join(','))
  })
  return `${lines.join('\n')}\n`
}

/**
 * Numbers only, under names on one line; NaN is a missing value. Digits are those of the number as a
 * double, so that nothing is lost.
 */
function csvOfInputs({ rows, columns, data, names = [] }: Matrix): string {
  const lines = [names.map((name) => quoted(name.replaceAll(/\s+/g, ' '))).join(',')]
  for (let row = 0; row < rows; row++) {
    lines.push(data.subarray(row * columns, (row + 1) * columns).join(','))
  }
  return `${lines.join('\n')}\n`
}

const quoted = (text: string): string =>
  /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** Without a pause before, learning starts at the start. */
async function kept({
  folder,
  resume,
}: NonNullable<TrainingRun['checkpoint']>): Promise<NonNullable<FitModelRun['checkpoint']>> {
  const checkpoint = await checkpointFolder(folder)
  return resume ? checkpoint : { ...checkpoint, from: null }
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(file, content)
  } catch (cause) {
    throw new AttuneError('usage', `${file} cannot be written: ${messageOf(cause)}`, { cause })
  }
}
