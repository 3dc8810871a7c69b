import type { History } from '../../journal/history.ts'
import type { HistoryView } from '../../journal/view.ts'
import { conditionHolds } from '../../space/activity.ts'
import type { Label } from '../../space/distribution.ts'
import { countValues } from '../../space/distribution.ts'
import type { Condition, SearchSpace } from '../../space/space.ts'
import type { Dimension } from '../tpe/dimension.ts'
import { cellAt, dimensionOf, positionOf } from '../tpe/dimension.ts'

/**
 * How a space looks to a Gaussian process. A point holds a code for every parameter, active or not
 * (see Dimension); its features are what the kernel compares, one squared distance each:
 *
 * ordered (the first `ordered` features)  coordinate in [0, 1]; 1/2 where the parameter is inactive
 * nominal  index of the label, compared for equality; -1 where inactive, which stands in the middle
 *          of the labels: its squared distance to each is (k - 1) / (2 k)
 * active   0 or 1 for every set of parameters that exist under the same conditions
 *
 * All three are squared Euclidean distances, so every kernel of their weighted sum is positive
 * definite, and a group of conditional parameters costs one feature more, whatever it holds.
 */
export interface Layout {
  readonly dimensions: readonly Dimension[]
  /** Parameters with more than one value, by position in the space. */
  readonly free: readonly number[]
  readonly features: number
  readonly ordered: number
  /** Squared distance of a nominal feature from none; 1 for `active` features. */
  readonly neutral: Float64Array
  /** What each feature is about: a parameter, or `active:` and the first of a group. */
  readonly names: readonly string[]
  /** The feature of a parameter, -1 for single values. */
  readonly featureOf: Int32Array
  /** The codes of a trial, NaN for parameters it lacks; undefined when it is of another space. */
  read(view: HistoryView, trial: number): Float64Array | undefined
  /** Writes which parameters exist: those whose conditions hold. */
  activate(codes: Float64Array, active: Uint8Array): void
  /** The features of codes; parameters that are inactive or NaN are neutral. */
  featuresOf(codes: Float64Array, active: Uint8Array, out: Float64Array): void
  valuesOf(codes: Float64Array, active: Uint8Array): Record<string, Label>
  /** The code nearest to a coordinate in [0, 1]. */
  codeAt(param: number, u: number): number
  /** The coordinate in [0, 1] of a code of an ordered parameter. */
  positionOf(param: number, code: number): number
  /** A text that is the same for the same values, undefined when one of them is continuous. */
  keyOf(codes: Float64Array, active: Uint8Array): string | undefined
}

/** One condition on codes. */
interface Test {
  readonly parent: number
  readonly holds: (code: number) => boolean
}

/** @param discovered parameters that a trial may lack though their conditions hold */
export function createLayout(space: SearchSpace, discovered: ReadonlySet<string>): Layout {
  const { params } = space
  const dimensions = params.map((p) => dimensionOf(p.distribution))
  const finite = params.map((p) => Number.isFinite(countValues(p.distribution)))
  const free = params.flatMap((p, i) => (countValues(p.distribution) > 1 ? [i] : []))
  const tests = params.map((p) => p.when.map((c) => testOf(space, dimensions, c)))
  const isNominal = (i: number): boolean => dimensions[i]!.kind === 'choice'
  const groups = new Map<string, number[]>()
  for (const i of free) {
    const { when, name } = params[i]!
    const alone = discovered.has(name) ? name : ''
    if (when.length === 0 && alone === '') continue
    const key = JSON.stringify([when, alone])
    groups.set(key, [...(groups.get(key) ?? []), i])
  }
  const inOrder = [...free.filter((i) => !isNominal(i)), ...free.filter(isNominal)]
  const members = [...groups.values()]
  const features = inOrder.length + members.length
  const ordered = inOrder.filter((i) => !isNominal(i)).length
  const featureOf = new Int32Array(params.length).fill(-1)
  inOrder.forEach((i, f) => (featureOf[i] = f))
  const neutral = new Float64Array(features).fill(1)
  for (const i of inOrder.slice(ordered)) {
    const { count } = dimensions[i]!
    neutral[featureOf[i]!] = (count - 1) / (2 * count)
  }
  return {
    dimensions,
    free,
    features,
    ordered,
    neutral,
    names: [
      ...inOrder.map((i) => params[i]!.name),
      ...members.map(([first]) => `active:${params[first!]!.name}`),
    ],
    featureOf,
    read(view, trial) {
      const codes = new Float64Array(params.length)
      let known = params.length === 0
      for (let i = 0; i < params.length; i++) {
        const value = view.valueOf(trial, params[i]!.name)
        codes[i] = dimensions[i]!.codeOf(value)
        if (value === undefined) {
          // A single value is what it will be when its conditions hold again.
          if (dimensions[i]!.count === 1) codes[i] = 0
          continue
        }
        if (Number.isNaN(codes[i]!)) return undefined
        known = true
      }
      return known ? codes : undefined
    },
    activate(codes, active) {
      for (let i = 0; i < params.length; i++) {
        active[i] = 1
        for (const { parent, holds } of tests[i]!) {
          if (active[parent] === 1 && holds(codes[parent]!)) continue
          active[i] = 0
          break
        }
      }
    },
    featuresOf(codes, active, out) {
      for (let f = 0; f < inOrder.length; f++) {
        const i = inOrder[f]!
        const code = codes[i]!
        if (active[i] === 1 && code === code) {
          out[f] = f < ordered ? positionOf(dimensions[i]!, code) : code
        } else out[f] = f < ordered ? 0.5 : -1
      }
      for (let g = 0; g < members.length; g++) {
        const lacks = members[g]!.every((i) => active[i] === 0 || Number.isNaN(codes[i]!))
        out[inOrder.length + g] = lacks ? 0 : 1
      }
    },
    valuesOf(codes, active) {
      const values: Record<string, Label> = {}
      for (let i = 0; i < params.length; i++) {
        if (active[i] === 1) values[params[i]!.name] = dimensions[i]!.valueOf(codes[i]!)
      }
      return values
    },
    codeAt(i, u) {
      const dimension = dimensions[i]!
      if (dimension.kind === 'grid') return cellAt(dimension, u)
      if (dimension.kind === 'choice') {
        return Math.min(dimension.count - 1, Math.floor(u * dimension.count))
      }
      // Many values in steps: the coordinate of the nearest.
      return finite[i]! ? dimension.codeOf(dimension.valueOf(u)) : Math.min(1, Math.max(0, u))
    },
    positionOf: (i, code) => positionOf(dimensions[i]!, code),
    keyOf(codes, active) {
      let key = ''
      for (const i of free) {
        if (active[i] === 0) key += ','
        else if (!finite[i]!) return undefined
        else {
          const { kind, valueOf } = dimensions[i]!
          key += `${String(kind === 'continuous' ? valueOf(codes[i]!) : codes[i])},`
        }
      }
      return key
    },
  }
}

/** Makes a function that gives the layout of a space in a history, made once for as long as it stays. */
export function createLayouts(): (space: SearchSpace, history: History) => Layout {
  const layouts = new WeakMap<History, { params: SearchSpace['params']; layout: Layout }>()
  return (space, history) => {
    let known = layouts.get(history)
    if (known?.params !== space.params) {
      const layout = createLayout(space, new Set(history.discovered.keys()))
      known = { params: space.params, layout }
      layouts.set(history, known)
    }
    return known.layout
  }
}

function testOf(space: SearchSpace, dimensions: readonly Dimension[], condition: Condition): Test {
  const parent = space.index.get(condition.parent)!
  const dimension = dimensions[parent]!
  const holds = (code: number): boolean =>
    conditionHolds(condition, { [condition.parent]: dimension.valueOf(code) })
  if (dimension.kind === 'continuous') return { parent, holds: (c) => c === c && holds(c) }
  const table = Array.from({ length: dimension.count }, (_, code) => holds(code))
  return { parent, holds: (code) => table[code] === true }
}
