import type { Feature } from '../../analysis/importance/features.ts'
import { featuresOf } from '../../analysis/importance/features.ts'
import type { History } from '../../journal/history.ts'
import type { HistoryView } from '../../journal/view.ts'
import { createRng } from '../../math/rng.ts'
import type { SearchSpace } from '../../space/space.ts'
import type { Draw } from '../sampler.ts'
import type { FailureForest } from './failure-forest.ts'
import { fitFailureForest } from './failure-forest.ts'
import type { FailureRows } from './failure-record.ts'
import { createFailureRecord } from './failure-record.ts'

/** Where trials of a space fail. */
export interface FailureModel extends FailureForest {
  /** What the forest goes by; those of `analysis`, so that the forest sampler's codes suit it. */
  readonly features: readonly Feature[]
}

interface Kept {
  readonly features: readonly Feature[]
  readonly rows: FailureRows
  readonly seed: number
  readonly model: FailureModel | undefined
}

/**
 * Makes a function that gives a model of where trials fail: undefined with fewer than three failures,
 * and while their places say nothing. See fitFailureForest for the model, createFailureRecord for the
 * trials it learns from and when it learns anew. One model a history is kept.
 */
export function createFailureModels(): (
  space: SearchSpace,
  draw: Draw,
) => FailureModel | undefined {
  const record = createFailureRecord()
  const layouts = new WeakMap<SearchSpace['params'], readonly Feature[]>()
  const models = new WeakMap<History, Kept>()
  return ({ params }, { view, seed }) => {
    const rows = record(view)
    if (rows === undefined) return undefined
    let features = layouts.get(params)
    if (features === undefined) layouts.set(params, (features = featuresOf(params)))
    let kept = models.get(view.history)
    if (kept?.features !== features || kept.rows !== rows || kept.seed !== seed) {
      kept = { features, rows, seed, model: fitModel(view, features, rows, seed) }
      models.set(view.history, kept)
    }
    return kept.model
  }
}

function fitModel(
  { history }: HistoryView,
  features: readonly Feature[],
  { trials, failed, settled }: FailureRows,
  seed: number,
): FailureModel | undefined {
  const codes = features.map((f) => Float64Array.from(trials, (trial) => f.codeOf(history, trial)))
  // A trial without any value of this space tells nothing of it.
  const rows = Array.from(trials, (_, i) => i).filter((i) =>
    features.some(({ inactive }, j) => codes[j]![i] !== inactive),
  )
  if (rows.length === 0) return undefined
  const columns = codes.map((column) => Float64Array.from(rows, (i) => column[i]!))
  const counts = features.map(({ count }) => count)
  const y = Float64Array.from(rows, (i) => failed[i]!)
  const forest = fitFailureForest(columns, counts, y, createRng(seed, 'failures', settled))
  return forest === undefined ? undefined : { ...forest, features }
}
