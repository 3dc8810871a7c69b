/** What needs files: tables, images and data sets from folders, and the training of model files. */
export * from './index.ts'
export { readTable } from './data/table-file.ts'
export type { TableFileOptions } from './data/table-file.ts'
export {
  datasets,
  loadBonnEeg,
  loadBusi,
  loadCifar10,
  loadEmoDb,
  loadFashionMnist,
  loadMnist,
} from './data/media/datasets.ts'
export type { DatasetName, DatasetOptions, PartOptions } from './data/media/datasets.ts'
export { decodeImage, readImageFolder } from './data/media/images.ts'
export type { ImageFolderOptions, ImageOptions } from './data/media/images.ts'
export { checkpointFolder } from './training/checkpoint-folder.ts'
export { runTraining } from './training/run-training.ts'
export type { TrainingRun } from './training/run-training.ts'
