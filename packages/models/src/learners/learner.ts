import type { Json, Shape } from '@attune/core'
import type { Graph } from '../graph/ir.ts'
import type { Matrix, Prediction, Target, Task } from '../matrix.ts'

/** Something that learns from examples. */
export interface Learner<O extends object = object> {
  readonly name: string
  readonly tasks: readonly Task[]
  /** Missing values may stay in the matrix. */
  readonly takesMissing: boolean
  /** All options with their defaults, for a task. */
  defaults(task: Task): Required<O>
  /**
   * The space in which its options are usually searched, complete: every option that matters is in it.
   * A configuration of the space is a part of the options.
   */
  space(task: Task, data: { readonly rows: number; readonly columns: number }): Shape
  /**
   * Learns.
   *
   * @throws AttuneError `models/data` when nothing can be learnt from these examples, and
   *   `models/options` with every option that is out of range
   */
  fit(x: Matrix, y: Target, options: Partial<O>, run?: FitRun): Promise<Model>
  /**
   * The model that `toJSON` of one of its models stored.
   *
   * @throws AttuneError `data/format` for data that is not of a model of this learner
   */
  load(data: Json): Model
}

/** How learning goes on beside its options. */
export interface FitRun {
  /** Default 0. The same seed gives the same model, bit for bit, on the same executor. */
  readonly seed?: number
  /** Shares of attention by row; default 1 each. */
  readonly weights?: Float64Array
  /** Rows to watch progress on, which are not learnt from. */
  readonly validation?: { readonly x: Matrix; readonly y: Target }
  /** Ends learning early; the model of what was learnt by then is given. */
  readonly signal?: AbortSignal
  /** After every epoch, round or tree batch; learning ends when it says `stop`. */
  report?(progress: FitProgress): 'continue' | 'stop' | Promise<'continue' | 'stop'>
}

export interface FitProgress {
  /** 1 after the first epoch, round or tree. */
  readonly step: number
  readonly steps: number
  /** Loss on the examples, and what is known of the validation rows. */
  readonly metrics: Readonly<Record<string, number>>
}

/** What was learnt. */
export interface Model {
  readonly learner: string
  readonly task: Task
  /** The labels of a classification. */
  readonly labels: readonly string[]
  /** The number of features it was given. */
  readonly columns: number
  predict(x: Matrix): Promise<Prediction>
  /**
   * The prediction as a graph: input `x` (float, ['rows', columns]); output `probabilities` (float,
   * ['rows', labels]) or `values` (float, ['rows', 1]).
   */
  graph(): Graph
  /** Plain data of which its learner's `load` makes the same model again. */
  toJSON(): Json
}
