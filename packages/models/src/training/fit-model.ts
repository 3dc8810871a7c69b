import { AttuneError } from '@attune/core'
import { fitTarget, targetOf } from '../data/prepare-target.ts'
import type { PreparationOptions } from '../data/prepare-options.ts'
import type { FittedTarget } from '../data/prepare-state.ts'
import { prepareTraining } from '../data/prepare.ts'
import type { SplitOptions } from '../data/splits.ts'
import { foldsOf, groupsOf, splitRows, strataOf } from '../data/splits.ts'
import type { Column, Table } from '../data/table.ts'
import { columnNamed, selectRows, withoutColumns } from '../data/table.ts'
import type { ColumnClients } from '../federated/clients.ts'
import type { FederatedRun } from '../federated/fit-federated.ts'
import { costMetrics, fitFederated } from '../federated/fit-federated.ts'
import type { FederatedSpec } from '../federated/spec.ts'
import { clientsOf } from '../federated/spec.ts'
import type { FitProgress, Model } from '../learners/learner.ts'
import type { Matrix, Target } from '../matrix.ts'
import { evaluate } from '../metrics/evaluate.ts'
import type { NetworkRun } from '../network/train.ts'
import { learnerNamed } from './learners.ts'
import type { TrainingSpec } from './spec.ts'
import { checkTrainingSpec } from './spec.ts'
import type { TrainedModel } from './trained-model.ts'
import { trainedModel } from './trained-model.ts'
import { usualPreparation } from './usual-preparation.ts'

/** How training goes on beside what is trained. */
export interface FitModelRun {
  /** Ends training early; the model of what was learnt by then is given. */
  readonly signal?: AbortSignal
  /** After every epoch, round or batch of trees; learning ends when it says `stop`. */
  report?(progress: FitProgress): 'continue' | 'stop' | Promise<'continue' | 'stop'>
  /** Of networks: where learning goes on from, and what keeps its state. */
  readonly checkpoint?: NetworkRun['checkpoint']
  /** Of federated training: seconds of processor time so far, to be reported as `cpuSeconds`. */
  cpuSeconds?(): number
}

export interface FittedModel {
  readonly model: TrainedModel
  /**
   * By rows that were held out; with folds the mean over them. Undefined when none were, and when the
   * signal came before all folds had been judged.
   */
  readonly validation?: Readonly<Record<string, number>>
  /** Of federated training, in all: `rounds`, `seconds`, `bytes` and `multiplyAdds`. */
  readonly costs?: Readonly<Record<string, number>>
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
  if (table.rows < 2) {
    const text = `The table has ${table.rows} ${table.rows === 1 ? 'row' : 'rows'}, but learning needs at least two.`
    throw new AttuneError('models/data', text)
  }
  // Task and labels are those of all rows: a part of them may look otherwise, or lack a label.
  const target = fitTarget(table, checked.target, checked.task)
  refuseTask(checked, target)
  const task: TrainingTask = { spec: checked, target, run }
  const { validation = {} } = checked
  const parting = partingOf(task, table)
  if (validation.folds !== undefined) return crossValidated(task, table, parting)
  const { share = 0.2 } = validation
  if (share === 0) return { model: (await fitPart(task, table, undefined)).model }
  const rows = splitRows(table.rows, { train: 1 - share, test: share }, parting)
  return fitPart(task, selectRows(table, rows.train), selectRows(table, rows.test))
}

interface TrainingTask {
  readonly spec: TrainingSpec
  readonly target: FittedTarget
  readonly run: FitModelRun
}

/** A learner would say so itself, but only when everything is prepared. */
function refuseTask({ learner }: TrainingSpec, { task, column }: FittedTarget): void {
  const { tasks } = learnerNamed(learner)
  if (tasks.includes(task)) return
  throw new AttuneError(
    'models/options',
    `${learner} learns ${tasks.join(' and ')}, but "${column}" is a target of ${task}: choose another learner, another target, or say which task is meant.`,
  )
}

/** The folds judge, and the model is learnt from all rows; only its own learning is reported. */
async function crossValidated(
  task: TrainingTask,
  table: Table,
  parting: SplitOptions,
): Promise<FittedModel> {
  const { spec, run } = task
  const folds = foldsOf(table.rows, { ...parting, folds: spec.validation?.folds ?? 5 })
  const sums: Record<string, number> = {}
  const quiet = { ...task, run: run.signal === undefined ? {} : { signal: run.signal } }
  for (const { train, test } of folds) {
    if (run.signal?.aborted === true) break
    const { validation } = await fitPart(quiet, selectRows(table, train), selectRows(table, test))
    for (const [name, value] of Object.entries(validation ?? {})) {
      sums[name] = (sums[name] ?? 0) + value / folds.length
    }
  }
  const judged = run.signal?.aborted !== true
  const fitted = await fitPart(task, table, undefined)
  return judged ? { ...fitted, validation: sums } : fitted
}

async function fitPart(
  { spec, target, run }: TrainingTask,
  training: Table,
  judging: Table | undefined,
): Promise<FittedModel> {
  const learner = learnerNamed(spec.learner)
  const { preparation, x } = prepareTraining(training, preparationOf(spec, target))
  const validation =
    judging === undefined
      ? undefined
      : {
          x: preparation.apply(withoutColumns(judging, [target.column])).x,
          y: targetOf(target, judging)!,
        }
  const { signal, report, checkpoint, cpuSeconds } = run
  const fitRun = {
    seed: spec.seed ?? 0,
    ...(validation === undefined ? {} : { validation }),
    ...(signal === undefined ? {} : { signal }),
    ...(report === undefined ? {} : { report }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
  }
  const y = targetOf(target, training)!
  const { federated, options = {} } = spec
  const { model, ...rest } =
    federated === undefined
      ? { model: await learner.fit(x, y, options, fitRun satisfies NetworkRun) }
      : await fitByClients(federated, training, { x, y, network: options }, fitRun)
  const fitted = { model: trainedModel(preparation, model), ...rest }
  if (validation === undefined) return fitted
  return { ...fitted, validation: evaluate(validation.y, await model.predict(validation.x)) }
}

async function fitByClients(
  federated: FederatedSpec,
  table: Table,
  { x, y, network }: { readonly x: Matrix; readonly y: Target; readonly network: object },
  run: FederatedRun & { readonly seed: number },
): Promise<{ readonly model: Model; readonly costs: Readonly<Record<string, number>> }> {
  const { clients: _, ...options } = federated
  const shared = clientsOf(federated, table, y, run.seed)
  const { model, rounds, costs } = await fitFederated(x, y, shared, { network, ...options }, run)
  return { model, costs: { rounds: rounds.length, ...costMetrics(costs) } }
}

/** What suits a learner, and over it what was asked for. */
function preparationOf(spec: TrainingSpec, { column, task }: FittedTarget): PreparationOptions {
  const { preparation, validation, federated, seed } = spec
  const group = validation?.group === undefined ? [] : [validation.group]
  // Whose a row is may not be known of later ones.
  const clients = federated !== undefined && 'column' in federated.clients
  const owner = clients ? [(federated.clients as ColumnClients).column] : []
  return {
    ...usualPreparation(spec),
    seed: seed ?? 0,
    ...preparation,
    drop: [...new Set([...(preparation?.drop ?? []), ...group, ...owner])],
    target: column,
    task,
  }
}

function partingOf({ spec, target }: TrainingTask, table: Table): SplitOptions {
  const { validation = {}, seed = 0 } = spec
  const { group, time, stratify = true } = validation
  if (time !== undefined) return { order: timesOf(columnNamed(table, time)), seed }
  return {
    seed,
    ...(stratify ? { stratify: strataOf(targetOf(target, table)!) } : {}),
    ...(group === undefined ? {} : { groups: groupsOf(columnNamed(table, group)) }),
  }
}

function timesOf(column: Column): ArrayLike<number> {
  const { name, kind } = column
  if (kind !== 'number' && kind !== 'date') {
    throw new AttuneError(
      'models/options',
      `validation.time is the column "${name}" of kind ${kind}, but rows are put in order by numbers or dates. Name another column, or write its times as 2024-12-31 or as numbers.`,
    )
  }
  const row = column.values.findIndex((value) => Number.isNaN(value))
  if (row === -1) return column.values
  throw new AttuneError(
    'models/data',
    `validation.time is the column "${name}", which has no value in row ${row} (counted from 0). Leave such rows out.`,
  )
}
