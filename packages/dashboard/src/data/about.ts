import type { FlatParam, History } from '@attune/core'
import { describeDistribution, metricNames, paramsOf } from '@attune/core'

import type { AboutStudy, ColumnAbout } from './engine.ts'

/**
 * What a study is.
 * @param important flat names, the most important one first; others follow in the order of the space
 */
export function aboutStudy(history: History, important: readonly string[] = []): AboutStudy {
  const { config } = history
  const params = paramsOf(history)
  const byName = new Map(params.map((param) => [param.name, param]))
  const names = new Set([...important.filter((name) => byName.has(name)), ...byName.keys()])
  return {
    name: config?.name ?? '',
    objectives: config?.objectives ?? [],
    params: [...names].map((name) => columnOf(byName.get(name)!)),
    metrics: metricNames(history),
    reports: history.columns.get('steps') !== undefined,
    deterministic: config?.deterministic ?? false,
    sampler: config?.sampler.name ?? '',
    scheduler: config?.scheduler.name ?? '',
    seed: config?.seed ?? 0,
  }
}

function columnOf({ name, distribution }: FlatParam): ColumnAbout {
  return {
    column: `param:${name}`,
    name,
    kind: distribution.kind === 'choice' ? 'text' : 'number',
    about: describeDistribution(distribution),
  }
}
