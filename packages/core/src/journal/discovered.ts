import { sameDistribution } from '../space/distribution.ts'
import type { Label } from '../space/distribution.ts'
import type { FlatParam, SearchSpace } from '../space/space.ts'
import type { Discovered } from './event.ts'
import type { History } from './history.ts'
import { cell } from './history.ts'

/** Records the parameters that a trial met while it ran. */
export function discover(
  history: History,
  trial: number,
  discovered: readonly Discovered[] | undefined,
): void {
  for (const { param, value } of discovered ?? []) {
    const ranges = history.ranges.get(param.name) ?? []
    let place = ranges.findIndex((r) => sameDistribution(r.distribution, param.distribution))
    if (place < 0) place = ranges.push(param) - 1
    history.ranges.set(param.name, ranges)
    history.discovered.set(param.name, ranges[place] as FlatParam)
    history.columns.ensure(`range:${param.name}`).data[trial] = place
    history.values.set(param.name, trial, value)
  }
}

/** Forgets what a trial met while it ran. */
export function forgetDiscovered(history: History, trial: number): void {
  for (const name of history.ranges.keys()) {
    if (Number.isNaN(cell(history, `range:${name}`, trial))) continue
    history.columns.ensure(`range:${name}`).data[trial] = Number.NaN
    history.columns.ensure(`param:${name}`).data[trial] = Number.NaN
  }
}

/** The value a parameter of a trial was given before it ran. */
export function suggestedValue(history: History, trial: number, name: string): Label | undefined {
  const proposed = history.details.get(trial)?.proposed?.[name]
  if (proposed !== undefined) return proposed
  const met = !Number.isNaN(cell(history, `range:${name}`, trial))
  return met ? undefined : history.values.get(name, trial)
}

interface Joint {
  readonly declared: SearchSpace
  readonly extra: readonly FlatParam[]
  readonly space: SearchSpace
}
const joints = new WeakMap<History, Joint>()

/**
 * The declared space joined with what objectives discovered while they ran, with the distribution
 * each parameter had last. With `settled` only what trials below that number discovered, in an
 * order that does not depend on who was first.
 */
export function jointSpace(history: History, declared: SearchSpace, settled?: number): SearchSpace {
  const found =
    settled === undefined ? [...history.discovered.values()] : discoveredBelow(history, settled)
  const extra = found.filter((param) => !declared.index.has(param.name))
  if (extra.length === 0) return declared
  const known = joints.get(history)
  // Samplers keep what they worked out for a space, so the same space is given again.
  if (known?.declared === declared && equal(known.extra, extra)) return known.space
  const params = [...declared.params, ...extra]
  const entries = extra.map(
    (p, i) => [p.name, { kind: 'param', index: declared.params.length + i }] as const,
  )
  const own = declared.root.kind === 'shape' ? declared.root.entries : []
  const space: SearchSpace = {
    params,
    constraints: declared.constraints,
    root: { kind: 'shape', entries: [...own, ...entries] },
    index: new Map(params.map((p, i) => [p.name, i])),
  }
  joints.set(history, { declared, extra, space })
  return space
}

const equal = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i])

function discoveredBelow(history: History, settled: number): FlatParam[] {
  const found: { readonly first: number; readonly param: FlatParam }[] = []
  for (const [name, ranges] of history.ranges) {
    const column = history.columns.get(`range:${name}`)?.data.subarray(0, settled)
    const first = column?.findIndex((place) => !Number.isNaN(place)) ?? -1
    const last = column?.findLast((place) => !Number.isNaN(place))
    if (last !== undefined) found.push({ first, param: ranges[last] as FlatParam })
  }
  found.sort((a, b) => a.first - b.first || (a.param.name < b.param.name ? -1 : 1))
  return found.map(({ param }) => param)
}
