/** Everything that runs in browsers too; files and folders are read by `@attune/models/node`. */
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
export type { FitProgress, FitRun, Learner, Model } from './learners/learner.ts'
export type { Graph } from './graph/ir.ts'
export type { CompiledGraph, GraphExecutor } from './engine/executor.ts'
