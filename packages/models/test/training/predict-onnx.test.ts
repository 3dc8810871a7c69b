import { plainRuntimeAgrees } from './plain-runtime.ts'

plainRuntimeAgrees([
  ['network', 'kind'],
  ['rbfSvm', 'amount'],
])
