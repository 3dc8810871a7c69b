import { AttuneError } from '../../errors.ts'
import type { History } from '../../journal/history.ts'
import { cell, stateCode } from '../../journal/history.ts'
import { jointSpace } from '../../journal/discovered.ts'
import { spaceOf } from '../../journal/stored-space.ts'
import { fitForest } from '../../math/forest.ts'
import type { Rng } from '../../math/rng.ts'
import { createRng } from '../../math/rng.ts'
import type { Tree } from '../../math/tree.ts'
import type { Feature } from './features.ts'
import { featuresOf } from './features.ts'
import type { Importance } from './ped-anova.ts'

export interface FanovaOptions {
  /** A metric by name, or `seconds`, `cpuSeconds`, `peakMemoryBytes`; default: the first objective. */
  readonly target?: string
  /** Default 32. */
  readonly trees?: number
  /** Default 0. */
  readonly seed?: number
}

const fewest = 4

/**
 * The share of the outcome's variance over the whole space that each parameter explains on its own,
 * by a random forest.
 *
 * Source: F. Hutter, H. Hoos, K. Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter
 * Importance", ICML 2014, equations 5 to 9. The values do not add up to 1: the rest is interaction.
 * Difference: where a parameter is inactive its value is drawn evenly, so that it weighs by how often
 * it is active.
 * Cost: O(trees · d · n log² n) for n trials and d parameters.
 *
 * @throws AttuneError `study/config` with fewer than 4 complete trials.
 */
export function fanova(history: History, options: FanovaOptions = {}): Importance[] {
  const { trees = 32, seed = 0 } = options
  const target = options.target ?? history.config?.objectives[0]?.name ?? ''
  const column = history.columns.get(`metric:${target}`) ?? history.columns.get(target)
  const trials: number[] = []
  for (let t = 0; t < history.length; t++) {
    if (history.excluded.has(t)) continue
    if (cell(history, 'state', t) === stateCode.complete && Number.isFinite(column?.data[t])) {
      trials.push(t)
    }
  }
  if (trials.length < fewest) {
    throw new AttuneError(
      'study/config',
      `Importance needs at least ${fewest} complete trials with a value for "${target}", the study has ${trials.length}. Run more trials.`,
    )
  }
  const features = featuresOf(jointSpace(history, spaceOf(history)).params)
  const rng = createRng(seed, 'fanova')
  const columns = features.map((f, j) => spreadColumn(f, history, trials, rng.fork(j)))
  const y = Float64Array.from(trials, (t) => column?.data[t] as number)
  const counts = features.map((f) => Math.max(0, f.count - 1))
  const settings = { trees, minSplit: 2, minLeaf: 1, features: 5 / 6 }
  const forest = fitForest(columns, counts, y, settings, rng.fork('forest'))
  const shares = features.map(() => 0)
  let used = 0
  for (const tree of forest.trees) {
    const found = varianceShares(tree, counts)
    if (found === undefined) continue
    used++
    found.forEach((share, j) => (shares[j] = (shares[j] as number) + share))
  }
  return features
    .map((feature, j) => ({
      name: feature.param.name,
      value: used === 0 ? 0 : (shares[j] as number) / used,
      trials: trials.filter((t) => feature.codeOf(history, t) !== feature.inactive).length,
    }))
    .sort((a, b) => b.value - a.value)
}

/**
 * The codes of a parameter. Where it is inactive the outcome cannot depend on it, so that any value
 * is right there; they are drawn evenly, which tells the trees nothing.
 */
function spreadColumn(
  feature: Feature,
  history: History,
  trials: readonly number[],
  rng: Rng,
): Float64Array {
  return Float64Array.from(trials, (trial) => {
    const code = feature.codeOf(history, trial)
    if (code !== feature.inactive) return code
    return feature.count > 0 ? rng.int(feature.count - 1) : rng.next()
  })
}

/** The part of a parameter's values that a node holds. */
interface Box {
  /** Numbers: the part [low, high) of [0, 1]. */
  readonly low: number
  readonly high: number
  /** Categories: the labels, as bits. */
  readonly labels: number
}

/** The share of the values that lie in a box; `count` is the number of labels, 0 for numbers. */
function mass(count: number, box: Box): number {
  if (count === 0) return Math.max(0, Math.min(1, box.high) - Math.max(0, box.low))
  let labels = 0
  for (let label = 0; label < count; label++) labels += (box.labels >>> label) & 1
  return labels / count
}

/** Each parameter's share of the variance of one tree; undefined for a tree that is constant. */
function varianceShares(tree: Tree, counts: readonly number[]): number[] | undefined {
  const leaves: { readonly value: number; readonly boxes: Box[]; readonly masses: number[] }[] = []
  const whole = counts.map((count): Box => ({
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
    labels: 2 ** count - 1,
  }))
  const visit = (node: number, boxes: Box[]): void => {
    const feature = tree.feature[node] as number
    if (feature < 0) {
      const masses = boxes.map((box, j) => mass(counts[j] as number, box))
      leaves.push({ value: tree.mean[node] as number, boxes, masses })
      return
    }
    const [left, right] = cut(boxes[feature] as Box, tree, node)
    visit(tree.left[node] as number, boxes.with(feature, left))
    visit(tree.right[node] as number, boxes.with(feature, right))
  }
  visit(0, whole)
  let mean = 0
  let squares = 0
  const volumes = leaves.map(({ masses }) => masses.reduce((a, b) => a * b, 1))
  leaves.forEach(({ value }, i) => {
    mean += value * (volumes[i] as number)
    squares += value * value * (volumes[i] as number)
  })
  const variance = squares - mean * mean
  if (!(variance > 0)) return undefined
  return counts.map((count, j) => {
    // A leaf's weight in the marginal of j is its volume in all other dimensions.
    const parts = leaves.map(({ value, boxes, masses }, i) => ({
      box: boxes[j] as Box,
      value: value * othersVolume(masses, j, volumes[i] as number),
    }))
    const marginal = count === 0 ? numberMarginal(parts) : labelMarginal(parts, count)
    return Math.max(0, marginal) / variance
  })
}

function othersVolume(masses: readonly number[], j: number, volume: number): number {
  const own = masses[j] as number
  if (own > 0) return volume / own
  return masses.reduce((product, m, k) => (k === j ? product : product * m), 1)
}

function cut(box: Box, tree: Tree, node: number): [Box, Box] {
  const labels = tree.labels[node] as number
  if (labels !== 0) {
    return [
      { ...box, labels: (box.labels & labels) >>> 0 },
      { ...box, labels: (box.labels & ~labels) >>> 0 },
    ]
  }
  const threshold = tree.threshold[node] as number
  return [
    { ...box, high: Math.min(box.high, threshold) },
    { ...box, low: Math.max(box.low, threshold) },
  ]
}

interface Part {
  readonly box: Box
  readonly value: number
}

/** The variance over [0, 1] of a sum of steps. */
function numberMarginal(parts: readonly Part[]): number {
  const changes = new Map<number, number>()
  const add = (at: number, change: number): void =>
    void changes.set(at, (changes.get(at) ?? 0) + change)
  for (const { box, value } of parts) {
    const low = Math.max(0, box.low)
    const high = Math.min(1, box.high)
    if (!(low < high)) continue
    add(low, value)
    add(high, -value)
  }
  let level = 0
  let before = 0
  let mean = 0
  let squares = 0
  for (const [at, change] of [...changes].sort((a, b) => a[0] - b[0])) {
    mean += level * (at - before)
    squares += level * level * (at - before)
    level += change
    before = at
  }
  return squares - mean * mean
}

/** The variance over the labels. */
function labelMarginal(parts: readonly Part[], count: number): number {
  let mean = 0
  let squares = 0
  for (let label = 0; label < count; label++) {
    let level = 0
    for (const { box, value } of parts) if (((box.labels >>> label) & 1) === 1) level += value
    mean += level / count
    squares += (level * level) / count
  }
  return squares - mean * mean
}
