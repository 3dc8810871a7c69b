import { writeFile } from 'node:fs/promises'
import { AttuneError, messageOf } from '@attune/core'
import { readTable } from '../data/table-file.ts'
import type { Table } from '../data/table.ts'
import type { FitProgress } from '../learners/learner.ts'
import type { Prediction } from '../matrix.ts'
import { metricsOf } from '../metrics/catalogue.ts'
import { checkpointFolder } from './checkpoint-folder.ts'
import type { FitModelRun, FittedModel } from './fit-model.ts'
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
  if (run.predictions !== undefined && run.test === undefined) {
    throw new AttuneError('usage', 'Predictions are of a test table. Name it with --test.')
  }
  const table = await readTable(run.data)
  const test = run.test === undefined ? undefined : await readTable(run.test)
  const checkpoint = run.checkpoint && (await kept(run.checkpoint))
  const fitted = await fitModel(spec, table, {
    signal: run.signal,
    report(progress) {
      run.print(lineOf(progress))
      return 'continue'
    },
    ...(checkpoint === undefined ? {} : { checkpoint }),
  })
  await keep(fitted.model, run)
  run.print(await resultOf(fitted, test, run))
}

/** A report under the names of the final metrics where it has them. */
function lineOf({ step, metrics }: FitProgress): object {
  const line: Record<string, number> = { step }
  for (const [name, value] of Object.entries(metrics)) line[reportNames[name] ?? name] = value
  return line
}

const reportNames: Readonly<Record<string, string>> = {
  validationAccuracy: 'accuracy',
  validationRmse: 'rmse',
}

async function resultOf(
  { model, validation }: FittedModel,
  test: Table | undefined,
  { predictions }: TrainingRun,
): Promise<object> {
  const shown = metricsOf(model.task)
  const line: Record<string, number> = {}
  for (const { name } of shown) if (validation !== undefined) line[name] = validation[name]!
  if (test === undefined) return line
  if (predictions !== undefined) {
    await write(predictions, csvOf(await model.predict(test)))
  }
  const known = test.columns.some(({ name }) => name === model.target)
  if (!known) return line
  const metrics = await model.evaluate(test)
  for (const { name } of shown) line[`test.${name}`] = metrics[name]!
  return line
}

async function keep(model: TrainedModel, { save, onnx }: TrainingRun): Promise<void> {
  if (save !== undefined) await write(save, JSON.stringify(model))
  if (onnx !== undefined) await write(onnx, model.toOnnx())
}

function csvOf(prediction: Prediction): string {
  if (prediction.kind === 'numbers') return `prediction\n${prediction.values.join('\n')}\n`
  const { labels, probabilities, codes } = prediction
  const quoted = (text: string): string =>
    /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  const lines = [
    ['prediction', ...labels.map((label) => `probability ${label}`)].map(quoted).join(','),
  ]
  codes.forEach((code, i) => {
    const row = probabilities.subarray(i * labels.length, (i + 1) * labels.length)
    lines.push([quoted(labels[code]!), ...row].join(','))
  })
  return `${lines.join('\n')}\n`
}

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
