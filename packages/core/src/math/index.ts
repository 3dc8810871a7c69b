/** The numerics under the engine, for packages that build on it: `@attune/core/math`. */
export { symmetricEigen } from './eigen.ts'
export type { SymmetricEigen } from './eigen.ts'
export { exp, expAll, expm1, log, log1p } from './elementary.ts'
export { fitForest } from './forest.ts'
export type { Forest, ForestOptions } from './forest.ts'
export { gammaDraw } from './gamma.ts'
export { startLbfgs } from './lbfgs.ts'
export type { LbfgsOptions, Minimum } from './lbfgs.ts'
export { createFactor, dot, inverseOf, packedLength } from './linalg.ts'
export type { Factor } from './linalg.ts'
export { normalDraw } from './normal.ts'
export { erf, erfc, logSumExp, normalCdf, normalQuantile } from './special.ts'
export { argsort, mean, median, quantile, ranks, variance } from './stats.ts'
export {
  goesLeft,
  growClassTree,
  growTree,
  leafOf,
  maxLabels,
  rankedOrders,
  rowOrders,
} from './tree.ts'
export type { ClassTree, Nodes, Ranks, RowOrder, Tree, TreeOptions } from './tree.ts'
