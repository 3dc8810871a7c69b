import type { Rng } from '@attune/core'
import { createRng } from '@attune/core'
import type { Matrix, Target } from '../../matrix.ts'
import type { FitRun } from '../learner.ts'
import type { Ensemble } from '../trees/ensemble.ts'
import type { Progress } from '../parts/progress.ts'
import { createProgress } from '../parts/progress.ts'
import { addTrees, ensembleOf } from '../trees/ensemble.ts'
import type { Examples } from '../trees/examples.ts'
import { createImportance } from '../trees/importance.ts'
import { lossOf } from '../trees/losses.ts'
import type { TreeModel } from '../trees/tree-model.ts'
import { linked, treeModel } from '../trees/tree-model.ts'
import { binColumn, varies } from './bins.ts'
import type { BoostedTree, TreeGrower } from './grow.ts'
import { createGrower } from './grow.ts'
import type { Objective } from './objective.ts'
import { objectiveOf } from './objective.ts'
import type { BoostingOptions } from './options.ts'

/** A loss must fall by more than this to count as lower. */
const leastImprovement = 1e-7

/** Grows round after round on the derivatives of the loss at what the rounds before say. */
export async function fitBoosting(
  learner: string,
  x: Matrix,
  examples: Examples,
  options: Required<BoostingOptions>,
  run: FitRun,
): Promise<TreeModel> {
  const { columns, categories, target, weights } = examples
  const objective = objectiveOf(examples)
  const { outputs, base } = objective
  const shape = { columns: x.columns, outputs, width: 1, base, scale: 1 }
  const binned = columns.map((column, j) => binColumn(column, categories[j]!, options.bins))
  const varying = Array.from(binned.keys()).filter((j) => varies(binned[j]!))
  const grower = createGrower(binned, categories, {
    ...options,
    maxDepth: options.maxDepth === 0 ? Number.POSITIVE_INFINITY : options.maxDepth,
  })
  const raw = Float64Array.from({ length: weights.length * outputs }, (_, i) => base[i % outputs]!)
  const grow = roundGrower(grower, objective, raw, varying, options)
  const rng = createRng(run.seed ?? 0, learner)
  const watch = createWatch(run, objective, options.patience)
  const progress = createProgress(run)
  const rounds: BoostedTree[][] = []
  const importance = createImportance(x.columns)
  let stopped = false
  while (rounds.length < options.rounds && !stopped && !watch.ended()) {
    const trees = await grow(rng.fork(rounds.length), rounds.length === 0 ? undefined : progress)
    if (trees === undefined) break
    rounds.push(trees)
    const validation = watch.add(ensembleOf(trees, shape))
    stopped = await progress.after(() => ({
      step: rounds.length,
      steps: options.rounds,
      metrics: { loss: lossAt(objective, target, raw, weights), ...validation },
    }))
  }
  const kept = rounds.slice(0, watch.best() ?? rounds.length).flat()
  for (const tree of kept) importance.add(tree)
  return treeModel({
    learner,
    task: target.kind === 'classes' ? 'classification' : 'regression',
    labels: target.kind === 'classes' ? target.labels : [],
    link: objective.link,
    takes: 'missing',
    ensemble: ensembleOf(kept, shape),
    importance: importance.shares('of all gains'),
  })
}

/**
 * Makes a function that grows the trees of a round, one an output, and moves the outputs of all rows;
 * undefined when the progress ends it in the middle.
 */
function roundGrower(
  grow: TreeGrower,
  objective: Objective,
  raw: Float64Array,
  columns: readonly number[],
  { rowShare, columnShare }: Required<BoostingOptions>,
): (rng: Rng, progress?: Progress) => Promise<BoostedTree[] | undefined> {
  const { outputs } = objective
  const rows = raw.length / outputs
  const gradients = new Float64Array(rows)
  const hessians = new Float64Array(rows)
  return async (rng, progress) => {
    objective.look(raw)
    const [bag, rest] = part(rows, rowShare, rng.fork('rows'))
    const used = Array.from(
      part(columns.length, columnShare, rng.fork('columns'))[0],
      (j) => columns[j]!,
    )
    const trees: BoostedTree[] = []
    for (let output = 0; output < outputs; output++) {
      if (output > 0 && (await progress?.breathe()) === true) return undefined
      objective.derive(output, gradients, hessians)
      const move = (value: number, leaf: Int32Array): void => {
        for (let i = 0; i < leaf.length; i++) raw[leaf[i]! * outputs + output]! += value
      }
      trees.push(grow(gradients, hessians, bag.slice(), rest.slice(), used, move))
    }
    return trees
  }
}

/** A draw of a share of the numbers from 0 on without replacement, and the others; both ascending. */
function part(count: number, share: number, rng: Rng): readonly [Int32Array, Int32Array] {
  const all = Int32Array.from({ length: count }, (_, i) => i)
  const size = Math.max(1, Math.round(share * count))
  if (size === count) return [all, new Int32Array(0)]
  rng.shuffle(all)
  return [all.slice(0, size).sort(), all.slice(size).sort()]
}

function lossAt(
  { link, outputs }: Objective,
  target: Target,
  raw: Float64Array,
  weights?: Float64Array,
): number {
  return lossOf(target, linked(link, raw.slice(), outputs), weights)
}

interface Watch {
  /** The loss on the validation rows after one more round. */
  add(round: Ensemble): Readonly<Record<string, number>>
  /** Whether the loss has not fallen for too long. */
  ended(): boolean
  /** After how many rounds it was lowest; undefined when all rounds count. */
  best(): number | undefined
}

function createWatch({ validation }: FitRun, objective: Objective, patience: number): Watch {
  if (validation === undefined)
    return { add: () => ({}), ended: () => false, best: () => undefined }
  const { base, outputs } = objective
  const { x, y } = validation
  const raw = Float64Array.from({ length: x.rows * outputs }, (_, i) => base[i % outputs]!)
  let rounds = 0
  let best = 0
  let lowest = Number.POSITIVE_INFINITY
  return {
    add(round) {
      addTrees(round, x.data, raw)
      rounds++
      const loss = lossAt(objective, y, raw)
      if (loss < lowest - leastImprovement) {
        lowest = loss
        best = rounds
      }
      return { validationLoss: loss }
    },
    ended: () => patience > 0 && rounds - best >= patience,
    best: () => (patience > 0 ? Math.max(1, best) : undefined),
  }
}
