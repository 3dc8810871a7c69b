import { plainRuntimeAgrees } from './plain-runtime.ts'

plainRuntimeAgrees([
  ['histogramBoosting', 'kind'],
  ['randomForest', 'kind'],
  ['softmaxRegression', 'kind'],
  ['rbfSvm', 'kind'],
  ['nearestNeighbours', 'kind'],
])
