import type { Rng, Shape } from '@attune/core'
import { choice, createRng, flag, float, int } from '@attune/core'
import type { Nodes, RowOrder, TreeOptions } from '@attune/core/math'
import { growClassTree, growTree, mean, rankedOrders } from '@attune/core/math'
import type { Matrix, Target, Task } from '../../matrix.ts'
import type { FitRun } from '../learner.ts'
import type { ClassWeights } from '../parts/examples.ts'
import { classWeightNames } from '../parts/examples.ts'
import { createProgress } from '../parts/progress.ts'
import type { OptionRule } from '../../options.ts'
import { checkedOptions, either, oneOf, trueOrFalse, wholeNumber } from '../../options.ts'
import type { GrowerColumns } from './categories.ts'
import { growerColumns } from './categories.ts'
import type { Ensemble, GrownTree } from './ensemble.ts'
import { addTrees, ensembleOf, grownTree } from './ensemble.ts'
import type { Examples } from './examples.ts'
import { examplesOf, treeTasks } from './examples.ts'
import { createImportance } from './importance.ts'
import { lossOf } from './losses.ts'
import { aboveUpTo } from './share.ts'
import type { TreeLearner, TreeModel } from './tree-model.ts'
import { loadTreeModel, treeModel } from './tree-model.ts'

/** Options of forests; the defaults are those of scikit-learn 1.2. */
export interface ForestOptions {
  /** Default 100. */
  readonly trees?: number
  /** 0 (default): no limit. */
  readonly maxDepth?: number
  /** Fewest rows of a leaf; default 1. */
  readonly minLeaf?: number
  /** Fewest rows of a node that is split; default 2. */
  readonly minSplit?: number
  /**
   * Share of the columns, drawn anew for each split, among which it is chosen. `sqrt` is the square
   * root of their number (default of classification), `log2` its logarithm; default of regression 1.
   */
  readonly features?: number | 'sqrt' | 'log2'
  /**
   * Whether every tree sees its own draw of the rows with replacement; default true for random
   * forests, false for extra trees.
   */
  readonly bootstrap?: boolean
  /** With bootstrap, how many rows are drawn for a tree as a share of all; default 1. */
  readonly rowShare?: number
  /** `balanced` gives every class the same weight; default `none`. Of no effect in regression. */
  readonly classWeights?: ClassWeights
}

/** What sets the kinds of forests apart. */
export interface ForestKind {
  readonly name: string
  readonly bootstrap: boolean
  readonly cuts: 'best' | 'random'
}

const rules: { readonly [K in keyof Required<ForestOptions>]: OptionRule } = {
  trees: wholeNumber(1),
  maxDepth: wholeNumber(0),
  minLeaf: wholeNumber(1),
  minSplit: wholeNumber(2),
  features: either(oneOf('sqrt', 'log2'), aboveUpTo(0, 1)),
  bootstrap: trueOrFalse,
  rowShare: aboveUpTo(0, 1),
  classWeights: oneOf(...classWeightNames),
}

/** Trees between two reports. */
const batch = 10

export function forestLearner(kind: ForestKind): TreeLearner<ForestOptions> {
  const defaults = (task: Task): Required<ForestOptions> => ({
    trees: 100,
    maxDepth: 0,
    minLeaf: 1,
    minSplit: 2,
    features: task === 'classification' ? 'sqrt' : 1,
    bootstrap: kind.bootstrap,
    rowShare: 1,
    classWeights: 'none',
  })
  return {
    name: kind.name,
    tasks: treeTasks,
    takesMissing: false,
    defaults,
    space: (task, data) => forestSpace(kind, task, data),
    async fit(x, y, options, run = {}) {
      const task = y.kind === 'classes' ? 'classification' : 'regression'
      const settings = checkedOptions(kind.name, defaults(task), options, rules)
      const examples = examplesOf(kind.name, x, y, run, 'no missing', settings.classWeights)
      return fitForest(kind, x, y, examples, settings, run)
    },
    load: (stored) => loadTreeModel(kind.name, stored),
  }
}

/**
 * Depth is not searched: `minLeaf` and `minSplit` bound it where it matters. The default share of the
 * columns is that of the task, as a number.
 */
function forestSpace(
  kind: ForestKind,
  task: Task,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Shape {
  const share = task === 'classification' ? shareOf('sqrt', columns) : 1
  const most = Math.max(2, Math.min(50, Math.floor(rows / 10)))
  return {
    trees: int(50, 500, { scale: 'log', default: 100 }),
    features: float(Math.min(0.1, share), 1, { default: share }),
    minLeaf: int(1, most, { scale: 'log', default: 1 }),
    minSplit: int(2, Math.max(3, most), { scale: 'log', default: 2 }),
    ...(kind.bootstrap
      ? { rowShare: float(0.3, 1, { default: 1 }) }
      : { bootstrap: flag({ default: false }) }),
    ...(task === 'classification'
      ? { classWeights: choice(['none', 'balanced'], { default: 'none' }) }
      : {}),
  }
}

/** The share of the columns that are tried for a split; sqrt and log2 are rounded down. */
function shareOf(features: number | 'sqrt' | 'log2', columns: number): number {
  if (typeof features === 'number') return features
  const tried = features === 'sqrt' ? Math.floor(Math.sqrt(columns)) : 31 - Math.clz32(columns)
  return Math.max(1, tried) / columns
}

/** How trees of a task are grown. */
interface Growing {
  readonly outputs: number
  readonly base: Float64Array
  grow(rows: Int32Array, options: TreeOptions, rng: Rng): { nodes: Nodes; values: Float64Array }
}

async function fitForest(
  kind: ForestKind,
  x: Matrix,
  y: Target,
  examples: Examples,
  settings: Required<ForestOptions>,
  run: FitRun,
): Promise<TreeModel> {
  const { target, weights } = examples
  const grower = growerColumns(examples)
  const { outputs, base, grow } = growingOf(grower, rankedOrders(grower.columns), target)
  const shape = { columns: x.columns, outputs, width: outputs, base }
  const options = growerOptions(kind, settings, x.columns)
  const importance = createImportance(x.columns)
  const progress = createProgress(run)
  const watch = createWatch(run, x, y)
  const rng = createRng(run.seed ?? 0, kind.name)
  const trees: GrownTree[] = []
  let stopped = false
  for (let t = 0; t < settings.trees && !stopped; t++) {
    const own = rng.fork(t)
    const bag = settings.bootstrap ? drawBag(weights, settings.rowShare, own) : wholeBag(weights)
    const { nodes, values } = grow(bag.rows, { ...options, weights: bag.weights }, own)
    importance.add(nodes)
    trees.push(grownTree(nodes, grower.setOf, values))
    stopped = await progress.breathe()
    if (stopped || (trees.length % batch !== 0 && t < settings.trees - 1)) continue
    const fresh = trees.slice(Math.floor(t / batch) * batch)
    stopped = await progress.after(() => ({
      step: trees.length,
      steps: settings.trees,
      metrics: watch(ensembleOf(fresh, { ...shape, scale: 1 })),
    }))
  }
  return treeModel({
    learner: kind.name,
    task: target.kind === 'classes' ? 'classification' : 'regression',
    labels: target.kind === 'classes' ? target.labels : [],
    link: target.kind === 'classes' ? 'shares' : 'values',
    takes: 'no missing',
    ensemble: ensembleOf(trees, { ...shape, scale: 1 / trees.length }),
    importance: importance.shares('mean by tree'),
  })
}

function growerOptions(
  { cuts }: ForestKind,
  { minLeaf, minSplit, maxDepth, features }: Required<ForestOptions>,
  columns: number,
): TreeOptions {
  return {
    minLeaf,
    minSplit,
    maxDepth: maxDepth === 0 ? Number.POSITIVE_INFINITY : maxDepth,
    features: shareOf(features, columns),
    cuts,
    absent: 'larger',
  }
}

function growingOf(
  { columns, counts }: GrowerColumns,
  orders: readonly RowOrder[],
  target: Target,
): Growing {
  if (target.kind === 'classes') {
    const classes = target.labels.length
    return {
      outputs: classes,
      base: new Float64Array(classes),
      grow(rows, options, rng) {
        const { codes } = target
        const tree = growClassTree(columns, counts, codes, classes, rows, options, rng, orders)
        return { nodes: tree, values: leafValues(tree, tree.shares, classes) }
      },
    }
  }
  // Sums of squares of numbers far from 0 would lose their digits.
  const centre = mean(target.values)
  const y = target.values.map((value) => value - centre)
  return {
    outputs: 1,
    base: Float64Array.of(centre),
    grow(rows, options, rng) {
      const tree = growTree(columns, counts, y, rows, options, rng, orders)
      return { nodes: tree, values: leafValues(tree, tree.mean, 1) }
    },
  }
}

/** What the leaves hold, of what all nodes do. */
function leafValues(nodes: Nodes, values: Float64Array, width: number): Float64Array {
  const kept: number[] = []
  nodes.feature.forEach((feature, node) => {
    if (feature >= 0) return
    for (let k = 0; k < width; k++) kept.push(values[node * width + k]!)
  })
  return Float64Array.from(kept)
}

interface Bag {
  readonly rows: Int32Array
  /** By row of all, its weight as often as it was drawn. */
  readonly weights: Float64Array
}

function wholeBag(weights: Float64Array): Bag {
  return { rows: Int32Array.from(weights, (_, row) => row), weights }
}

/** A draw with replacement, each row once with the weight of how often it was drawn. */
function drawBag(weights: Float64Array, share: number, rng: Rng): Bag {
  const n = weights.length
  const times = new Int32Array(n)
  for (let draws = Math.max(1, Math.round(share * n)); draws > 0; draws--) times[rng.int(n)]!++
  const rows: number[] = []
  for (let row = 0; row < n; row++) if (times[row]! > 0) rows.push(row)
  return { rows: Int32Array.from(rows), weights: weights.map((w, row) => w * times[row]!) }
}

/** The losses of a forest that grows, on the examples and on the rows that are watched. */
function createWatch(
  run: FitRun,
  x: Matrix,
  y: Target,
): (fresh: Ensemble) => Readonly<Record<string, number>> {
  let trees = 0
  const sets = [
    { name: 'loss', x, y, weights: run.weights },
    ...(run.validation === undefined
      ? []
      : [{ name: 'validationLoss', ...run.validation, weights: undefined }]),
  ].map((set) => ({ ...set, sums: new Float64Array(0) }))
  return (fresh) => {
    trees += fresh.roots.length
    const metrics: Record<string, number> = {}
    for (const set of sets) {
      if (set.sums.length === 0) set.sums = new Float64Array(set.x.rows * fresh.outputs)
      addTrees(fresh, set.x.data, set.sums)
      const outputs = set.sums.map((sum, i) => fresh.base[i % fresh.outputs]! + sum / trees)
      metrics[set.name] = lossOf(set.y, outputs, set.weights)
    }
    return metrics
  }
}
