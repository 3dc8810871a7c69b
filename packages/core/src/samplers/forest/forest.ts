import { lossesOf } from '../../analysis/best.ts'
import type { Feature } from '../../analysis/importance/features.ts'
import { featuresOf } from '../../analysis/importance/features.ts'
import { rankPrefix } from '../../analysis/ranking.ts'
import { AttuneError } from '../../errors.ts'
import type { History } from '../../journal/history.ts'
import { cell, valuesOf } from '../../journal/history.ts'
import type { HistoryView } from '../../journal/view.ts'
import { settledReport, settledState } from '../../journal/view.ts'
import type { Forest } from '../../math/forest.ts'
import { fitForest } from '../../math/forest.ts'
import { createRng } from '../../math/rng.ts'
import type { SearchSpace, Values } from '../../space/space.ts'
import { createAvoidance } from '../failure/avoidance.ts'
import type { FailureModel } from '../failure/failure-model.ts'
import { createFailureModels } from '../failure/failure-model.ts'
import { riskOf, safeDraw } from '../failure/risk.ts'
import { feasibleDraw } from '../feasible-draw.ts'
import { logExpectedImprovement } from '../model/improvement.ts'
import { fitWarp } from '../model/warp.ts'
import type { Draw, Proposal, Sampler } from '../sampler.ts'
import { sobol } from '../sobol.ts'
import type { Candidate } from './search.ts'
import { searchSpace } from './search.ts'

export interface ForestSamplerOptions {
  /** Trials of a scrambled Sobol' sequence before the model takes over; default 10. */
  readonly startupTrials?: number
  /** Default 10. */
  readonly trees?: number
  /** Random configurations among which the search begins; default 1000. */
  readonly candidates?: number
  /** One proposal in this many is a random draw, against a model that misleads; default 5. */
  readonly randomEvery?: number
}

/** At most this many trials are learnt from: the best quarter of them and the latest. */
const maxRows = 1500

/**
 * Sequential search with a random forest as surrogate, for conditional and mixed spaces.
 *
 * Source: F. Hutter, H. Hoos, K. Leyton-Brown, "Sequential Model-Based Optimization for General
 * Algorithm Configuration", LION 5, 2011, with the settings of SMAC3's facade for hyperparameters
 * (10 trees, logarithm of expected improvement, local search from the best, random interleaving).
 * Differences: losses are warped by half-ranks instead of their logarithm, so that they may be
 * negative; inactive parameters have a value of their own instead of their default; the first trials
 * are Sobol' points; running trials count with a middling result, failed ones with the worst, and from three of them on
 * the log probability of not failing is added (see createFailureModels);
 * trials that were stopped early count with their last report, but never better than the best
 * complete one.
 *
 * Cost for n trials (at most 1,500), d parameters: O(trees · d · n log² n) for each finished trial.
 */
export function forest(options: ForestSamplerOptions = {}): Sampler {
  const { startupTrials = 10, trees = 10, candidates = 1000, randomEvery = 5 } = options
  if (!(startupTrials >= 2 && trees >= 2 && candidates >= 1 && randomEvery >= 2)) {
    throw new AttuneError(
      'sampler/options',
      `forest: startupTrials, trees and randomEvery >= 2 and candidates >= 1 must hold, got ${startupTrials}, ${trees}, ${randomEvery}, ${candidates}.`,
    )
  }
  const start = sobol()
  const failing = createFailureModels()
  const layouts = new WeakMap<SearchSpace['params'], Feature[]>()
  const models = new WeakMap<History, { key: string; features: Feature[]; model: Model }>()

  return {
    name: 'forest',
    options: { startupTrials, trees, candidates, randomEvery },
    supports: { objectives: 'one', conditional: true, constraints: true, continuous: true },
    propose(space, draw) {
      const { view, trial, seed, rng } = draw
      let features = layouts.get(space.params)
      if (features === undefined) layouts.set(space.params, (features = featuresOf(space.params)))
      const rows = learntRows(view)
      const complete = rows.filter((row) => row.kind === 'complete').length
      const failures = failing(space, draw)
      if (features.length === 0 || complete < startupTrials) {
        const drawn = (start.propose(space, draw) as Proposal).values
        const values = safeDraw(space, failures, drawn, rng)
        return { values, why: `forest: even start, ${complete} of ${startupTrials} results are in` }
      }
      if (trial % randomEvery === randomEvery - 1) {
        const values = safeDraw(space, failures, feasibleDraw(space, rng), rng)
        return { values, why: 'forest: random, to check the model' }
      }
      const key = JSON.stringify([
        view.history.era,
        view.order,
        view.settledCount,
        view.pending,
        seed,
      ])
      let known = models.get(view.history)
      if (known === undefined || known.key !== key || known.features !== features) {
        const rngOfModel = createRng(seed, 'forest', view.settledCount, view.pending.length)
        const model = fitModel(features, rows, view, trees, rngOfModel)
        models.set(view.history, (known = { key, features, model }))
      }
      return proposeBest(space, features, known.model, draw, candidates, failures)
    },
  }
}

interface Row {
  readonly trial: number
  readonly kind: 'complete' | 'pruned' | 'failed' | 'pending'
  readonly loss: number
}

interface Model {
  readonly forest: Forest
  /** Target to improve on. */
  readonly best: number
  /** The best complete trials, from which the local search starts. */
  readonly starts: readonly number[]
}

const maxStarts = 10

/** The trials that are learnt from, with their losses; NaN where there is none. */
function learntRows(view: HistoryView): Row[] {
  const { history } = view
  const rows: Row[] = []
  for (let i = 0; i < view.settledCount; i++) {
    const trial = view.settledAt(i)
    if (history.details.get(trial)?.suggested !== true) continue
    rows.push({ trial, ...resultOf(history, trial) })
  }
  if (rows.length > maxRows) return thinned(rows, view)
  for (const trial of view.pending) {
    if (history.details.get(trial)?.suggested !== true) continue
    rows.push({ trial, kind: 'pending', loss: Number.NaN })
  }
  return rows
}

function thinned(rows: readonly Row[], view: HistoryView): Row[] {
  const best = new Set(rankPrefix(view, view.settledCount).slice(0, maxRows / 4))
  const latest = rows.length - (maxRows - best.size)
  return rows.filter((row, i) => i >= latest || best.has(row.trial))
}

function resultOf(history: History, trial: number): Pick<Row, 'kind' | 'loss'> {
  const state = settledState(history, trial)
  const [loss = Number.NaN] = lossesOf(history, trial)
  const feasible = !(cell(history, 'violation', trial) > 0)
  if (state === 'complete' && feasible && !Number.isNaN(loss)) {
    return { kind: 'complete', loss }
  }
  const objective = history.config?.objectives[0]
  const last = settledReport(history, trial, objective?.name ?? '')
  if (state === 'pruned' && !Number.isNaN(last)) {
    return { kind: 'pruned', loss: objective?.direction === 'maximize' ? -last : last }
  }
  return { kind: 'failed', loss: Number.NaN }
}

function fitModel(
  features: readonly Feature[],
  rows: readonly Row[],
  { history }: HistoryView,
  trees: number,
  rng: ReturnType<typeof createRng>,
): Model {
  const complete = rows.filter((row) => row.kind === 'complete')
  const warp = fitWarp(complete.map((row) => row.loss))
  const target = ({ kind, loss }: Row): number => {
    if (kind === 'failed') return warp.worst
    return kind === 'pending' ? 0 : warp.apply(loss)
  }
  const columns = features.map((f) =>
    Float64Array.from(rows, (row) => f.codeOf(history, row.trial)),
  )
  const y = Float64Array.from(rows, target)
  const counts = features.map((f) => f.count)
  // Few rows make small leaves worthless: SMAC splits from 3 rows on.
  const settings = { trees, minSplit: 3, minLeaf: 1, features: 5 / 6 }
  const order = [...complete].sort((a, b) =>
    a.loss < b.loss ? -1 : a.loss > b.loss ? 1 : a.trial - b.trial,
  )
  return {
    forest: fitForest(columns, counts, y, settings, rng),
    best: warp.best,
    starts: order.slice(0, maxStarts).map((row) => row.trial),
  }
}

/** Below this the forest is surer than it can be. */
const minDeviation = 1e-3

function proposeBest(
  space: SearchSpace,
  features: readonly Feature[],
  model: Model,
  { view, rng }: Draw,
  candidates: number,
  failures: FailureModel | undefined,
): Proposal {
  const { history } = view
  const avoidance = createAvoidance(failures)
  const score = (codes: Float64Array): number => {
    const { mean, variance } = model.forest.predict(codes)
    const deviation = Math.max(minDeviation, Math.sqrt(variance))
    const worth = logExpectedImprovement(mean, deviation, model.best)
    return avoidance.weigh(worth, failures?.probability(codes) ?? 0)
  }
  const starts = model.starts.map((trial): Values => valuesOf(history, trial))
  const taken = new Set<string>()
  const remember = (trial: number): void => void taken.add(keyOf(space, valuesOf(history, trial)))
  for (let i = 0; i < view.settledCount; i++) remember(view.settledAt(i))
  for (const trial of view.pending) remember(trial)
  const found = searchSpace(space, features, { score, starts, candidates, rng })
  const fresh = found.find((one) => !taken.has(keyOf(space, one.values))) ?? found[0]
  if (fresh === undefined) return { values: feasibleDraw(space, rng) }
  const avoided = failures ? avoidance.explain(riskOf(failures, fresh.values)) : ''
  return { values: fresh.values, why: `${explain(fresh, model)}${avoided}` }
}

function keyOf(space: SearchSpace, values: Values): string {
  return JSON.stringify(space.params.map(({ name }) => values[name] ?? null))
}

function explain(found: Candidate, model: Model): string {
  const origin =
    found.start === undefined
      ? 'found from a random start'
      : `a variation of trial ${model.starts[found.start]}`
  return `forest: log expected improvement ${found.score.toFixed(2)}, ${origin}`
}
