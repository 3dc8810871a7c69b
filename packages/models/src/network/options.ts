import type { OptimizerSpec } from '../engine/optimizer.ts'
import type { Schedule } from '../engine/schedule.ts'
import type { OnlineOptions } from '../online/options.ts'
import type { Activation, Layer } from './layers.ts'
import type { ClassWeights, LossName } from './targets.ts'

/** How a network is made and how it learns. */
export interface NetworkOptions {
  /**
   * The hidden layers, or all of them when the last is an `output`. Default null: layers made from
   * `depth`, `units`, `activation`, `batchNorm`, `dropout`, `noise` and `embedding`, which say nothing
   * when there are layers.
   */
  readonly layers?: readonly Layer[] | null
  /**
   * How the columns of a row are read, row by row: [features], [steps, features] or [channels, height,
   * width]. Default null: [columns].
   */
  readonly inputShape?: readonly number[] | null
  /** Hidden layers; default 2. 0 is a linear model. */
  readonly depth?: number
  /** Of every hidden layer; default 64. */
  readonly units?: number
  /** Default relu. */
  readonly activation?: Activation
  /** Default false. */
  readonly batchNorm?: boolean
  /** After every hidden layer; default 0. */
  readonly dropout?: number
  /** Standard deviation of the noise on the features; default 0. */
  readonly noise?: number
  /**
   * Numbers that are learnt for each category of columns that have categories: so many, or `auto` for
   * 1.6 · categories^0.56, at most 50 (a rule of thumb of fastai's). Default 0: their indices are taken
   * for numbers.
   */
  readonly embedding?: number | 'auto'
  /** Of the weights of layers that have none of their own, times Σ|w|; default 0. */
  readonly l1?: number
  /** Of the weights of layers that have none of their own, times Σw² / 2; default 0. */
  readonly l2?: number
  /**
   * `crossEntropy` (default) and `binary` (every label by itself; two labels share one output) of
   * classes; `squared` (default), `absolute` and `huber` of numbers.
   */
  readonly loss?: LossName
  /** In [0, 1): the share of a target's probability that is spread over all labels; default 0. */
  readonly labelSmoothing?: number
  /** Default none. */
  readonly classWeights?: ClassWeights
  /** Where Huber's loss becomes straight, in units of the coded target; default 1. */
  readonly huberDelta?: number
  /** Bring number targets to mean 0 and variance 1 for learning (with a linear output); default true. */
  readonly scaleTarget?: boolean
  /** With its learning rate; default adam, its rate 0.001 (0.01 of sgd, momentum and nesterov). */
  readonly optimizer?: OptimizerSpec & { readonly rate?: number }
  /** What becomes of the rate on the way; default constant. */
  readonly schedule?: Schedule
  /** Limits of the gradient; default null. */
  readonly clip?: { readonly norm?: number; readonly value?: number } | null
  /** Times every example is seen; default 30. */
  readonly epochs?: number
  /** Examples a step, at most; the last batch of an epoch may be smaller. Default 32. */
  readonly batch?: number
  /** Default null. */
  readonly earlyStopping?: EarlyStopping | null
  /** Tune hyperparameters while the weights train, such as `t1t2({ l2: true, noise: true })`; default null. */
  readonly online?: OnlineOptions | null
  /** Report every so many batches, and at the end of an epoch; default 0: only at the end. */
  readonly reportEvery?: number
  /** What computes; `auto` (default) takes the fastest that is there. */
  readonly executor?: 'auto' | 'onnxruntime-node' | 'onnxruntime-web' | 'reference'
}

/** Ends learning when the validation rows stop getting better. */
export interface EarlyStopping {
  /** So many epochs in a row without getting better end it; default 10. */
  readonly patience?: number
  /** `score` is the accuracy of classes and the root mean squared error of numbers; default loss. */
  readonly metric?: 'loss' | 'score'
  /** Getting better means by more than this; default 0. */
  readonly minDelta?: number
  /** The weights of the best epoch are the model; default true. */
  readonly restoreBest?: boolean
  /** Of the examples, to watch when the run gives no validation rows; in (0, 1), default 0.1. */
  readonly share?: number
}

export type CheckedOptions = Required<NetworkOptions>
