/** Tuning while the weights train: `@attune/models/online`. */
export { createOnlineTuner, updateSlopes } from './online-tuner.ts'
export type {
  OnlineStep,
  OnlineTuner,
  OnlineTunerOptions,
  OwnTunable,
  UpdateAround,
} from './online-tuner.ts'
export { t1t2 } from './options.ts'
export type {
  OnlineOptions,
  ScopedTunableOptions,
  Tunable,
  TunableName,
  TunableOptions,
} from './options.ts'
