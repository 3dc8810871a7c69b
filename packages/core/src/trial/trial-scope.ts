import type { NameType, Scope, Value } from '../expression/index.ts'
import type { History } from '../journal/history.ts'
import { stateOf, trialStates, valuesOf } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import type { Label } from '../space/distribution.ts'
import { readerOf, scopeOf } from '../space/names.ts'
import { paramNames, resolveParam } from './param-names.ts'

interface Meaning extends NameType {
  readonly get: (trial: number) => Value | undefined
}

/** What expressions about the trials of a study may speak of, and how it is read. */
export interface TrialScope {
  readonly scope: Scope
  /** For the given names, a function from trials to readers of names; it reads the trials of now. */
  reader(names: readonly string[]): (trial: number) => (name: string) => Value | undefined
}

/**
 * Names of trials, as filters use them. A name is looked for among
 * - the parameters, by all the names that constraints know (`momentum`, `layers.length`);
 * - what every trial has: `number`, `state`, `reason` (of failing or being stopped), `step` (of its
 *   last report), `seconds`, `epoch` (how often it was re-queued or promoted), `excluded`, and `tags`
 *   (`"look" in tags`);
 * - metrics: the value of the result, or of the last report where there is no result.
 *
 * `param.NAME`, `trial.NAME` and `metric.NAME` mean the same in one of the three alone.
 */
export function trialScope(history: History): TrialScope {
  const space = scopeOf(spaceOf(history))
  const fields = trialFields(history)
  const metrics = new Set(metricNames(history))
  const kinds = new Map<string, (name: string) => Meaning | undefined>([
    ['param', (name) => paramMeaning(history, space, name)],
    ['trial', (name) => fields.get(name)],
    ['metric', (name) => (metrics.has(name) ? metricMeaning(history, name) : undefined)],
  ])
  const meaningOf = (name: string): Meaning | undefined => {
    const dot = name.indexOf('.')
    const own = kinds.get(name.slice(0, Math.max(0, dot)))?.(name.slice(dot + 1))
    if (own !== undefined) return own
    for (const lookup of kinds.values()) {
      const meaning = lookup(name)
      if (meaning !== undefined) return meaning
    }
    return undefined
  }
  const names = new Set([...paramNames(history), ...space.names, ...fields.keys(), ...metrics])
  return {
    scope: { names: [...names], lookup: meaningOf, expect: 'boolean' },
    reader(used) {
      const meanings = new Map(used.map((name) => [name, meaningOf(name)]))
      return (trial) => (name) => meanings.get(name)?.get(trial)
    },
  }
}

/** The names of all metrics that results or reports hold, objectives first. */
export function metricNames(history: History): readonly string[] {
  const found = history.columns.names().flatMap((column) => {
    const [, name] = /^(?:metric|last):(.*)$/s.exec(column) ?? []
    return name === undefined ? [] : [name]
  })
  return [...new Set([...(history.config?.objectives ?? []).map((o) => o.name), ...found])]
}

function paramMeaning(history: History, space: Scope, name: string): Meaning | undefined {
  const flat = resolveParam(history, name)
  if (flat === undefined) {
    const type = space.lookup(name)
    if (type === undefined) return undefined
    const read = readerOf(spaceOf(history), [name])
    return { ...type, get: (trial) => read(valuesOf(history, trial))(name) }
  }
  const get = labelReader(history, flat)
  const declared = space.lookup(flat)
  if (declared?.labels === undefined) return { type: declared?.type ?? 'any', get }
  // Trials may hold labels that the space had earlier.
  const { labels } = declared
  const others = (history.values.labels.get(flat) ?? []).filter((each) => !labels.includes(each))
  if (others.length === 0) return { ...declared, get }
  return { type: 'any', labels: [...labels, ...others], get }
}

/** Reads a parameter; its column is looked for once, as filters read it for every trial. */
function labelReader(history: History, name: string): (trial: number) => Label | undefined {
  const data = history.columns.get(`param:${name}`)?.data
  const labels = history.values.labels.get(name)
  if (data === undefined) return () => undefined
  return (trial) => {
    const x = data[trial]!
    if (Number.isNaN(x)) return undefined
    return labels === undefined ? x : labels[x]
  }
}

function numberReader(history: History, column: string): (trial: number) => number | undefined {
  const data = history.columns.get(column)?.data
  if (data === undefined) return () => undefined
  return (trial) => {
    const x = data[trial]!
    return Number.isNaN(x) ? undefined : x
  }
}

function metricMeaning(history: History, name: string): Meaning {
  const final = numberReader(history, `metric:${name}`)
  const last = numberReader(history, `last:${name}`)
  return { type: 'number', get: (trial) => final(trial) ?? last(trial) }
}

/** Why a trial failed (a word) or was stopped (a sentence). */
export function reasonOf(history: History, trial: number): string | undefined {
  const details = history.details.get(trial)
  return details?.failure?.reason ?? details?.stopped
}

function trialFields(history: History): ReadonlyMap<string, Meaning> {
  const number = (column: string): Meaning => ({
    type: 'number',
    get: numberReader(history, column),
  })
  return new Map<string, Meaning>([
    ['number', { type: 'number', get: (trial) => trial }],
    ['state', { type: 'string', labels: trialStates, get: (trial) => stateOf(history, trial) }],
    ['reason', { type: 'string', get: (trial) => reasonOf(history, trial) }],
    ['excluded', { type: 'boolean', get: (trial) => history.excluded.has(trial) }],
    ['tags', { type: 'list', get: (trial) => history.details.get(trial)?.tags ?? [] }],
    ['step', number('step')],
    ['seconds', number('seconds')],
    ['epoch', number('epoch')],
  ])
}
