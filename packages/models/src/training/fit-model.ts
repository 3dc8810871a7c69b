import { fitTarget, targetOf } from '../data/prepare-target.ts'
import type { PreparationOptions } from '../data/prepare-options.ts'
import { prepareTraining } from '../data/prepare.ts'
import type { SplitOptions } from '../data/splits.ts'
import { foldsOf, groupsOf, splitRows, strataOf } from '../data/splits.ts'
import type { Table } from '../data/table.ts'
import { columnNamed, selectRows } from '../data/table.ts'
import type { FitProgress } from '../learners/learner.ts'
import type { Target } from '../matrix.ts'
import { evaluate } from '../metrics/evaluate.ts'
import type { NetworkRun } from '../network/train.ts'
import { learnerNamed } from './learners.ts'
import type { TrainingSpec, ValidationSpec } from './spec.ts'
import { checkTrainingSpec } from './spec.ts'
import type { TrainedModel } from './trained-model.ts'
import { trainedModel } from './trained-model.ts'

/** How training goes on beside what is trained. */
export interface FitModelRun {
  /** Ends training early; the model of what was learnt by then is given. */
  readonly signal?: AbortSignal
  /** After every epoch, round or batch of trees; learning ends when it says `stop`. */
  report?(progress: FitProgress): 'continue' | 'stop' | Promise<'continue' | 'stop'>
  /** Of networks: where learning goes on from, and what keeps its state. */
  readonly checkpoint?: NetworkRun['checkpoint']
}

export interface FittedModel {
  readonly model: TrainedModel
  /** By rows that were held out; with folds the mean over them. Undefined when none were. */
  readonly validation?: Readonly<Record<string, number>>
}

/**
 * Trains a model on a table: prepares its columns, learns, and judges by rows that were held out.
 * Everything learnt from the data, the preparation too, is learnt from the training rows alone.
 *
 * @throws AttuneError `models/options` for what is asked, `models/data` and `data/format` for what the
 *   table holds, `models/impossible` for a network that cannot be
 */
export async function fitModel(
  spec: TrainingSpec,
  table: Table,
  run: FitModelRun = {},
): Promise<FittedModel> {
  const checked = checkTrainingSpec(spec)
  const { validation = {} } = checked
  const parting = partingOf(checked, table)
  if (validation.folds !== undefined) return crossValidated(checked, table, run, parting)
  const { share = 0.2 } = validation
  if (share === 0) return { model: (await fitPart(checked, table, undefined, run)).model }
  const rows = splitRows(table.rows, { train: 1 - share, test: share }, parting)
  return fitPart(checked, selectRows(table, rows.train), selectRows(table, rows.test), run)
}

/** The folds judge, and the model is learnt from all rows; only its own learning is reported. */
async function crossValidated(
  spec: TrainingSpec,
  table: Table,
  run: FitModelRun,
  parting: SplitOptions,
): Promise<FittedModel> {
  const folds = foldsOf(table.rows, { ...parting, folds: spec.validation?.folds ?? 5 })
  const sums: Record<string, number> = {}
  const signal = run.signal === undefined ? {} : { signal: run.signal }
  for (const { train, test } of folds) {
    const { validation } = await fitPart(
      spec,
      selectRows(table, train),
      selectRows(table, test),
      signal,
    )
    for (const [name, value] of Object.entries(validation ?? {})) {
      sums[name] = (sums[name] ?? 0) + value / folds.length
    }
  }
  const { model } = await fitPart(spec, table, undefined, run)
  return { model, validation: sums }
}

async function fitPart(
  spec: TrainingSpec,
  training: Table,
  judging: Table | undefined,
  run: FitModelRun,
): Promise<FittedModel> {
  const learner = learnerNamed(spec.learner)
  const { preparation, x, y } = prepareTraining(training, preparationOf(spec))
  const judged = judging === undefined ? undefined : preparation.apply(judging)
  const validation = judged?.y === undefined ? undefined : { x: judged.x, y: judged.y as Target }
  const { signal, report, checkpoint } = run
  const fitRun: NetworkRun = {
    seed: spec.seed ?? 0,
    ...(validation === undefined ? {} : { validation }),
    ...(signal === undefined ? {} : { signal }),
    ...(report === undefined ? {} : { report }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  }
  const model = await learner.fit(x, y as Target, spec.options ?? {}, fitRun)
  const fitted = { model: trainedModel(preparation, model) }
  if (validation === undefined) return fitted
  return { ...fitted, validation: evaluate(validation.y, await model.predict(validation.x)) }
}

/** What suits a learner, and over it what was asked for. */
function preparationOf({ learner, target, task, preparation, validation, seed }: TrainingSpec) {
  const drop = [...(preparation?.drop ?? []), ...groupColumn(validation)]
  return {
    ...usualPreparation(learner),
    seed: seed ?? 0,
    ...preparation,
    drop,
    target,
    ...(task === undefined ? {} : { task }),
  } satisfies PreparationOptions
}

const groupColumn = (validation: ValidationSpec | undefined): readonly string[] =>
  validation?.group === undefined ? [] : [validation.group]

/** Trees cut numbers and sets of labels where they are; others measure distances. */
function usualPreparation(learner: string): PreparationOptions {
  const trees = { scaling: 'none', categories: 'ordinal', maxCategories: 255 } as const
  if (learner === 'histogramBoosting') {
    return { ...trees, imputation: 'keep', missingCategories: 'keep', indicators: false }
  }
  return learner === 'randomForest' || learner === 'extraTrees' ? trees : {}
}

function partingOf(
  { target, task, validation = {}, seed = 0 }: TrainingSpec,
  table: Table,
): SplitOptions {
  const { group, time, stratify = true } = validation
  if (time !== undefined) return { order: timesOf(table, time), seed }
  const fitted = fitTarget(table, target, task)
  const y = targetOf(fitted, table)
  return {
    seed,
    ...(stratify && y !== undefined ? { stratify: strataOf(y) } : {}),
    ...(group === undefined ? {} : { groups: groupsOf(columnNamed(table, group)) }),
  }
}

function timesOf(table: Table, name: string): ArrayLike<number> {
  const column = columnNamed(table, name)
  return column.kind === 'number' || column.kind === 'date' ? column.values : groupsOf(column)
}
