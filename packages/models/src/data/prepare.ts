import { AttuneError, type Json } from '@attune/core'
import type { Graph } from '../graph/ir.ts'
import type { Matrix, Target } from '../matrix.ts'
import { applyState, rawMatrix, replaceBlock } from './prepare-apply.ts'
import { fitState } from './prepare-fit.ts'
import { preparationGraph } from './prepare-graph.ts'
import { checkPreparationOptions, type PreparationOptions } from './prepare-options.ts'
import type { FittedTarget, PreparationState, RawInput } from './prepare-state.ts'
import { targetOf } from './prepare-target.ts'
import { selectRows, type Table } from './table.ts'

/** How tables become features, learnt from training rows; it keeps no data. */
export interface Preparation {
  /** The columns of numbers that features are made of: what `raw` gives and the graph takes. */
  readonly inputs: readonly RawInput[]
  /** The names of the features. */
  readonly features: readonly string[]
  /** The column that is learnt, with its task and labels. */
  readonly target: FittedTarget | null
  /** The columns that are not used, and why. */
  readonly dropped: PreparationState['dropped']
  /**
   * Features, and the target when the table has its column.
   *
   * @param rows indices of rows; default: all
   * @throws AttuneError `data/format` for columns that are not there or of another kind, `models/data`
   *   for infinite numbers, and targets that are missing or new
   */
  apply(table: Table, rows?: ArrayLike<number>): Prepared
  /** The inputs of the graph; categories are indices, NaN is a missing value. */
  raw(table: Table, rows?: ArrayLike<number>): Matrix
  /** Input `columns` (float, ['rows', inputs]), output `x` (float, ['rows', features]). */
  graph(): Graph
  /** Plain data of which `loadPreparation` makes the same again. */
  toJSON(): Json
}

export interface Prepared {
  readonly x: Matrix
  readonly y?: Target
}

/**
 * Learns a preparation from rows of a table, the training rows.
 *
 * @param rows their indices; default: all
 * @throws AttuneError `models/options` with all options that break a rule; `data/format` for columns
 *   that are not there; `models/data` when the target has missing values or one class only, when there
 *   are fewer than two rows, and when no column tells anything
 */
export function fitPreparation(
  table: Table,
  options: PreparationOptions = {},
  rows?: ArrayLike<number>,
): Preparation {
  return prepareTraining(table, options, rows).preparation
}

/**
 * Learns a preparation and applies it to the rows it was learnt from. That is not the same as `apply`
 * on them where categories are encoded by the target: a training row is encoded by the rows of other
 * folds, for else its features would tell its own target.
 */
export function prepareTraining(
  table: Table,
  options: PreparationOptions = {},
  rows?: ArrayLike<number>,
): Prepared & { readonly preparation: Preparation } {
  const checked = checkPreparationOptions(options)
  const training = rows === undefined ? table : selectRows(table, rows)
  const { state, y, crossFitted } = fitState(training, checked)
  const x = applyState(state, training)
  for (const [index, values] of crossFitted) replaceBlock(state, x, index, values)
  return { preparation: preparationOf(state), x, ...(y === undefined ? {} : { y }) }
}

/** @throws AttuneError `data/format` for what `toJSON` of a preparation did not give */
export function loadPreparation(data: Json): Preparation {
  const state = data as Partial<PreparationState> | null
  const fits =
    typeof state === 'object' &&
    state?.kind === 'preparation' &&
    state.version === 1 &&
    Array.isArray(state.inputs) &&
    Array.isArray(state.blocks) &&
    state.inputs.length === state.blocks.length &&
    Array.isArray(state.dropped)
  if (fits) return preparationOf(state as PreparationState)
  throw new AttuneError('data/format', 'This is not a stored preparation of version 1.')
}

function preparationOf(state: PreparationState): Preparation {
  const { inputs, blocks, target, dropped } = state
  return {
    inputs,
    features: blocks.flatMap((block) => block.names),
    target,
    dropped,
    apply(table, rows) {
      const x = applyState(state, table, rows)
      const y = target === null ? undefined : targetOf(target, table, rows)
      return y === undefined ? { x } : { x, y }
    },
    raw: (table, rows) => rawMatrix(state, table, rows),
    graph: () => preparationGraph(state),
    toJSON: () => state as unknown as Json,
  }
}
