/** Everything that runs in browsers too; files and folders are read by `@attune/models/node`. */

// Examples and what is said of them
export type {
  ClassPrediction,
  ClassTarget,
  Matrix,
  NumberPrediction,
  NumberTarget,
  Prediction,
  Target,
  Task,
} from './matrix.ts'

// Training
export { fitModel } from './training/fit-model.ts'
export type { FitModelRun, FittedModel } from './training/fit-model.ts'
export { learnerNamed, learnerNames, loadModel } from './training/learners.ts'
export { checkTrainingSpec } from './training/spec.ts'
export type { TrainingSpec, ValidationSpec } from './training/spec.ts'
export { loadTrainedModel } from './training/trained-model.ts'
export type { TrainedModel } from './training/trained-model.ts'

// Learners
export type { FitProgress, FitRun, Learner, Model } from './learners/learner.ts'

export { histogramBoosting } from './learners/boosting.ts'
export { extraTrees } from './learners/extra-trees.ts'
export { randomForest } from './learners/forest.ts'
export { naiveBayes } from './learners/bayes.ts'
export type { BayesOptions } from './learners/bayes.ts'
export { ridgeRegression } from './learners/linear-ridge.ts'
export type { RidgeOptions } from './learners/linear-ridge.ts'
export { softmaxRegression } from './learners/linear-softmax.ts'
export type { SoftmaxOptions } from './learners/linear-softmax.ts'
export { nearestNeighbours } from './learners/neighbours.ts'
export type { NeighboursOptions } from './learners/neighbours.ts'
export { linearSvm } from './learners/support-vectors-linear.ts'
export type { LinearSvmOptions } from './learners/support-vectors-linear.ts'
export { rbfSvm } from './learners/support-vectors-rbf.ts'
export type { RbfSvmOptions } from './learners/support-vectors-rbf.ts'

// Networks
export { network } from './network/network.ts'
export type { NetworkLearner } from './network/network.ts'
export type { EarlyStopping, NetworkOptions } from './network/options.ts'
export type { NetworkRun } from './network/train.ts'
export type { NetworkModel } from './network/model.ts'
export { fitNetworks } from './network/vectorised.ts'
export type { NetworkMember, NetworksRun } from './network/vectorised.ts'
export type { Grouping } from './network/vectorised/shared-fitting.ts'
export { vectorisedExecutor } from './network/vectorised/vectorised-executor.ts'
export type { VectorisedOptions } from './network/vectorised/vectorised-executor.ts'
export type { Activation, Initializer, Layer } from './network/layers.ts'
export { activations } from './network/layers.ts'
export * from './network/blocks.ts'
export * from './network/spaces.ts'
export { checkNetwork, networkProblems } from './network/check-network.ts'
export type { ClassWeights, LossName } from './network/targets.ts'

// Federated learning
export * from './federated/index.ts'

// Online tuning
export * from './online/index.ts'

// Metrics
export * from './metrics/index.ts'

// Tables
export * from './data/table.ts'
export { readCsv } from './data/csv.ts'
export type { CsvOptions } from './data/csv.ts'
export { missingMarkers } from './data/cells.ts'
export type { TextSource } from './data/text-decoding.ts'
export { readParquet } from './data/parquet.ts'
export type { ParquetFile, ParquetOptions } from './data/parquet.ts'
export { convertColumn, describeColumn, describeColumns } from './data/column-kinds.ts'
export type { ColumnSummary } from './data/column-kinds.ts'
export { fitPreparation, loadPreparation, prepareTraining } from './data/prepare.ts'
export type { FittedTarget, RawInput } from './data/prepare-state.ts'
export type { Preparation, Prepared } from './data/prepare.ts'
export type { ColumnOptions, PreparationOptions } from './data/prepare-options.ts'
export { foldsOf, givenSplit, groupsOf, splitRows, strataOf } from './data/splits.ts'
export type { Fold, Rows, SplitOptions } from './data/splits.ts'

// Images, sounds, series
export { gunzip } from './data/media/bytes.ts'
export * from './data/media/idx.ts'
export * from './data/media/cifar.ts'
export * from './data/media/wav.ts'
export * from './data/media/media-set.ts'
export * from './data/media/audio/resample.ts'
export * from './data/media/audio/mfcc.ts'
export * from './data/media/audio/mel.ts'
export * from './data/media/audio/pitch.ts'
export * from './data/media/audio/spectral-shape.ts'
export * from './data/media/features.ts'
export * from './data/media/speech-set.ts'
export * from './data/media/sequences.ts'
export * from './data/media/series.ts'
export * from './data/media/series/butterworth.ts'
export * from './data/media/series/series-features.ts'
export * from './data/media/image-features.ts'
export { createFft, createRealFft } from './data/media/fft.ts'

// Graphs and what runs them
export type { Graph } from './graph/ir.ts'
export { createGraphBuilder } from './graph/builder.ts'
export type { GraphBuilder, Tensor } from './graph/builder.ts'
export { gradients } from './graph/gradient.ts'
export { referenceExecutor } from './graph/interpreter.ts'
export { onnxBytes } from './graph/onnx-bytes.ts'
export type { CompiledGraph, GraphExecutor } from './engine/executor.ts'
export {
  chooseExecutor,
  nativeExecutor,
  setWasmPath,
  webExecutor,
} from './engine/choose-executor.ts'
export type { ExecutorName, ExecutorOptions } from './engine/choose-executor.ts'
export { cachingExecutor } from './engine/compile-cache.ts'
export type { OptimizerSpec } from './engine/optimizer.ts'
export type { Schedule } from './engine/schedule.ts'
