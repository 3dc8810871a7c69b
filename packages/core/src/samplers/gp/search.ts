import { minimizeLbfgs } from '../../math/lbfgs.ts'
import { normalDraw } from '../../math/normal.ts'
import type { Rng } from '../../math/rng.ts'
import { scrambledSobol } from '../../math/sobol.ts'
import { isFeasible } from '../../space/constraint.ts'
import type { SearchSpace } from '../../space/space.ts'
import type { Acquisition } from './acquisition.ts'
import type { Layout } from './layout.ts'

/** A configuration under consideration. Codes of inactive parameters are kept for when they wake. */
export interface Candidate {
  readonly codes: Float64Array
  readonly active: Uint8Array
  readonly features: Float64Array
  value: number
}

export interface SearchInput {
  readonly space: SearchSpace
  readonly layout: Layout
  readonly acquisition: Acquisition
  readonly rng: Rng
  /** Codes of the best configurations known, best first. */
  readonly incumbents: readonly Float64Array[]
  /** Features of all configurations tried, and how far from them the search may go, L∞. */
  readonly tried: readonly Float64Array[]
  readonly radius: number
  /** Keys of configurations not to be proposed again. */
  readonly taken: ReadonlySet<string>
  /** By ordered feature, the step in which it is measured: its length scale. */
  readonly scales: Float64Array
  readonly candidates: number
  readonly starts: number
}

/** What a pool of candidates is drawn from. */
export type PoolInput = Omit<SearchInput, 'acquisition' | 'scales' | 'starts'>

const spreads = [0.2, 0.05, 0.01, 0.002] as const
const perSpread = 6
/** Gradient and discrete moves alternate at most this often. */
const rounds = 4
/** Values of a discrete parameter up to which all are tried. */
const exhaustive = 16

/**
 * The pool of candidates the search starts from: even points, and steps from the incumbents.
 * @param place given the codes of the n-th, may put others in place of them
 */
export function drawCandidates(
  input: PoolInput,
  place?: (codes: Float64Array, n: number) => void,
): Candidate[] {
  const { layout, rng } = input
  const pool: Candidate[] = []
  const spare = spareOf(layout)
  const sobol = scrambledSobol(rng.fork('sobol').uint32(), layout.free.length)
  const u = new Float64Array(layout.free.length)
  for (let i = 0; i < input.candidates; i++) {
    sobol.at(i, u)
    const candidate = spare(pool.length)
    layout.free.forEach((p, k) => (candidate.codes[p] = layout.codeAt(p, u[k]!)))
    place?.(candidate.codes, i)
    take(input, pool, candidate)
  }
  const draws = rng.fork('steps')
  let n = input.candidates
  for (const incumbent of input.incumbents) {
    for (const spread of spreads) {
      for (let k = 0; k < perSpread; k++) {
        const candidate = spare(pool.length)
        perturb(layout, incumbent, spread, draws, candidate.codes)
        place?.(candidate.codes, n++)
        take(input, pool, candidate)
      }
    }
  }
  for (let i = 0; pool.length === 0 && i < 1000; i++) {
    const candidate = spare(0)
    for (const p of layout.free) candidate.codes[p] = layout.codeAt(p, draws.next())
    take(input, pool, candidate)
  }
  return pool
}

/**
 * The candidates of the last pool of a layout, filled anew by the next: what a pool holds lives too
 * long to be cheap garbage. A pool is used up before the next one of its layout is drawn.
 */
const spares = new WeakMap<Layout, Candidate[]>()

/** Gives the n-th candidate of a layout to fill in, with all codes 0. */
function spareOf(layout: Layout): (n: number) => Candidate {
  let known = spares.get(layout)
  if (known === undefined) spares.set(layout, (known = []))
  const size = layout.dimensions.length
  return (n) => {
    const candidate = (known[n] ??= {
      codes: new Float64Array(size),
      active: new Uint8Array(size),
      features: new Float64Array(layout.features),
      value: 0,
    })
    candidate.codes.fill(0)
    return candidate
  }
}

function take(input: PoolInput, pool: Candidate[], candidate: Candidate): void {
  refresh(input.layout, candidate)
  if (input.radius < 0.5) bringNear(input, candidate)
  if (isAllowed(input, candidate)) pool.push(candidate)
}

function refresh(layout: Layout, { codes, active, features }: Candidate): void {
  layout.activate(codes, active)
  layout.featuresOf(codes, active, features)
}

function isAllowed({ layout, space, taken }: PoolInput, { codes, active }: Candidate): boolean {
  if (space.constraints.length > 0 && !isFeasible(space, layout.valuesOf(codes, active)))
    return false
  if (taken.size === 0) return true
  const key = layout.keyOf(codes, active)
  return key === undefined || !taken.has(key)
}

/** The tried point that is nearest in the largest difference of an ordered feature. */
function nearestTried({ tried, layout }: PoolInput, x: Float64Array): [Float64Array, number] {
  let nearest = x
  let least = Number.POSITIVE_INFINITY
  for (const row of tried) {
    let distance = 0
    for (let f = 0; f < layout.ordered && distance < least; f++) {
      distance = Math.max(distance, Math.abs(row[f]! - x[f]!))
    }
    if (distance < least) {
      least = distance
      nearest = row
    }
  }
  return [nearest, least]
}

/** Moves a candidate towards the nearest point tried until it is within the trust region. */
function bringNear(input: PoolInput, candidate: Candidate): void {
  const { layout, radius } = input
  const [nearest, distance] = nearestTried(input, candidate.features)
  if (distance <= radius) return
  for (const p of layout.free) {
    const f = layout.featureOf[p]!
    if (f >= layout.ordered || candidate.active[p] === 0) continue
    const to = nearest[f]! + ((candidate.features[f]! - nearest[f]!) * radius) / distance
    candidate.codes[p] = layout.codeAt(p, to)
  }
  refresh(layout, candidate)
}

/** Writes codes with one or a few changed: ordered ones by normal steps, labels redrawn. */
function perturb(
  layout: Layout,
  codes: Float64Array,
  spread: number,
  rng: Rng,
  out: Float64Array,
): void {
  out.set(codes)
  for (const p of layout.free) if (Number.isNaN(out[p]!)) out[p] = layout.codeAt(p, rng.next())
  const { free } = layout
  const share = rng.next() < 0.5 ? 1.5 / free.length : rng.next()
  const sure = free[rng.int(free.length)]!
  for (const p of free) {
    const chosen = rng.next() < share
    if (!chosen && p !== sure) continue
    const dimension = layout.dimensions[p]!
    if (dimension.kind === 'choice') {
      if (spread >= 0.05 || p === sure) out[p] = rng.int(dimension.count)
      continue
    }
    const old = out[p]!
    const step = spread * normalDraw(rng)
    const to = reflect(layout.positionOf(p, old) + step)
    let code = layout.codeAt(p, to)
    if (code === old && dimension.kind === 'grid') {
      code = Math.min(dimension.count - 1, Math.max(0, old + (step < 0 ? -1 : 1)))
    }
    out[p] = code
  }
}

const reflect = (u: number): number => {
  const v = u < 0 ? -u : u > 1 ? 2 - u : u
  return Math.min(1, Math.max(0, v))
}

/** The best configuration found; undefined when none is allowed. */
export function searchAcquisition(input: SearchInput): Candidate | undefined {
  const { acquisition, layout, rng } = input
  if (layout.free.length === 0) return undefined
  const pool = drawCandidates(input)
  for (const candidate of pool) candidate.value = acquisition.value(candidate.features)
  const order = pool
    .map((_, i) => i)
    .sort((a, b) => descending(pool[a]!.value, pool[b]!.value) || a - b)
  const starts = distinctStarts(
    input,
    order.map((i) => pool[i]!),
  )
  starts.forEach((start, i) => improve(input, start, rng.fork(`start ${i}`), 1))
  starts.sort((a, b) => descending(a.value, b.value))
  const few = starts.slice(0, 3)
  few.forEach((start, i) => improve(input, start, rng.fork(`again ${i}`), rounds - 1))
  few.sort((a, b) => descending(a.value, b.value))
  return few[0]
}

const descending = (a: number, b: number): number => (a > b ? -1 : a < b ? 1 : 0)

/** The best candidates that do not lie close to a better one. */
function distinctStarts(
  { layout, scales, starts }: SearchInput,
  sorted: readonly Candidate[],
): Candidate[] {
  const chosen: Candidate[] = []
  for (const candidate of sorted) {
    if (chosen.length >= starts) break
    const close = chosen.some(({ features }) => {
      let sum = 0
      for (let f = 0; f < layout.features; f++) {
        const d = candidate.features[f]! - features[f]!
        sum += f < layout.ordered ? (d / scales[f]!) ** 2 : d === 0 ? 0 : 1
      }
      return sum < 0.01
    })
    if (!close) chosen.push(candidate)
  }
  return chosen
}

/** Climbs: along the gradient on continuous parameters, then by discrete moves, in turns. */
function improve(input: SearchInput, candidate: Candidate, rng: Rng, times: number): void {
  for (let round = 0; round < times; round++) {
    const before = candidate.value
    climb(input, candidate)
    const moved = moveDiscrete(input, candidate, rng.fork(round))
    if (!moved || candidate.value - before < 1e-4) return
  }
}

function climb(input: SearchInput, candidate: Candidate): void {
  const { layout, acquisition, scales, radius } = input
  const { features, active } = candidate
  const moving = layout.free.filter(
    (p) => layout.dimensions[p]!.kind === 'continuous' && active[p] === 1,
  )
  const d = moving.length
  if (d === 0) return
  const places = moving.map((p) => layout.featureOf[p]!)
  const step = Float64Array.from(places, (f) => Math.min(1, scales[f]!))
  const x = features.slice()
  const slope = new Float64Array(layout.features)
  const lower = new Float64Array(d)
  const upper = Float64Array.from(step, (s) => 1 / s)
  if (radius < 0.5) {
    const [nearest] = nearestTried(input, features)
    places.forEach((f, k) => {
      lower[k] = Math.max(0, Math.min(features[f]!, nearest[f]! - radius)) / step[k]!
      upper[k] = Math.min(1, Math.max(features[f]!, nearest[f]! + radius)) / step[k]!
    })
  }
  const start = Float64Array.from(places, (f, k) => features[f]! / step[k]!)
  const found = minimizeLbfgs(
    (z, gradient) => {
      places.forEach((f, k) => (x[f] = Math.min(1, z[k]! * step[k]!)))
      const value = acquisition.value(x)
      acquisition.gradient(slope)
      places.forEach((f, k) => (gradient[k] = -slope[f]! * step[k]!))
      return -value
    },
    start,
    { lower, upper, iterations: 30, gradientTolerance: 1e-4, valueTolerance: 1e-6 },
  )
  // A step that a constraint forbids is taken in part.
  for (let share = 1; share > 0.05; share /= 2) {
    const next = copyOf(candidate)
    moving.forEach((p, k) => {
      const to = (start[k]! + share * (found.x[k]! - start[k]!)) * step[k]!
      next.codes[p] = layout.codeAt(p, to)
    })
    if (accept(input, candidate, next)) return
    if (input.space.constraints.length === 0) return
  }
}

/** Takes over `next` if it is allowed and better. */
function accept(input: SearchInput, candidate: Candidate, next: Candidate): boolean {
  refresh(input.layout, next)
  next.value = input.acquisition.value(next.features)
  if (!(next.value > candidate.value) || !isAllowed(input, next)) return false
  candidate.codes.set(next.codes)
  candidate.active.set(next.active)
  candidate.features.set(next.features)
  candidate.value = next.value
  return true
}

function copyOf({ codes, active, features, value }: Candidate): Candidate {
  return { codes: codes.slice(), active: active.slice(), features: features.slice(), value }
}

/** Tries other values of every discrete parameter; whether one was better. */
function moveDiscrete(input: SearchInput, candidate: Candidate, rng: Rng): boolean {
  const { layout } = input
  const discrete = layout.free.filter((p) => layout.dimensions[p]!.kind !== 'continuous')
  rng.shuffle(discrete)
  let moved = false
  for (const p of discrete) {
    if (candidate.active[p] === 0) continue
    const dimension = layout.dimensions[p]!
    const tries =
      dimension.kind === 'choice' || dimension.count <= exhaustive
        ? Array.from({ length: dimension.count }, (_, code) => code)
        : steps(candidate.codes[p]!, dimension.count)
    for (const code of tries) {
      if (code === candidate.codes[p]) continue
      const next = copyOf(candidate)
      next.codes[p] = code
      if (accept(input, candidate, next)) {
        moved = true
        continue
      }
      // What a branch holds is drawn anew: what it last held need not suit it.
      if (!wakes(next, candidate)) continue
      for (const q of layout.free) {
        if (next.active[q] === 1 && candidate.active[q] === 0)
          next.codes[q] = layout.codeAt(q, rng.next())
      }
      if (accept(input, candidate, next)) moved = true
    }
  }
  return moved
}

function wakes(next: Candidate, before: Candidate): boolean {
  for (let i = 0; i < next.active.length; i++) {
    if (next.active[i] === 1 && before.active[i] === 0) return true
  }
  return false
}

/** Neighbours at distances 1, 2, 4, … on both sides. */
function steps(code: number, count: number): number[] {
  const out: number[] = []
  for (let d = 1; d < count; d *= 2) {
    if (code - d >= 0) out.push(code - d)
    if (code + d < count) out.push(code + d)
  }
  return out
}
