import type { History } from '../../journal/history.ts'
import type { HistoryView } from '../../journal/view.ts'
import { countValues } from '../../space/distribution.ts'
import type { FlatParam, SearchSpace } from '../../space/space.ts'
import type { KernelTrials } from './kernel-trials.ts'
import { createKernelTrials } from './kernel-trials.ts'
import type { Pool } from './pool.ts'
import { createPool } from './pool.ts'
import type { Beliefs } from './prior.ts'
import { beliefsOf } from './prior.ts'
import type { Grouping, TpeOptions } from './settings.ts'
import type { Ranking } from '../../analysis/ranking.ts'

/** What is kept for a space from one proposal to the next. */
export interface Model {
  /** The groups of parameters, parents before children. */
  readonly groups: readonly Pool[]
  readonly beliefs: Beliefs
  /** Brings the groups up to date with what is shown; gives the trials that serve as kernels. */
  sync(view: HistoryView, ranking: Ranking): KernelTrials
}

/** @throws AttuneError `sampler/options` when the prior does not fit the space */
export function createModel(
  history: History,
  space: SearchSpace,
  { grouping, prior }: Required<TpeOptions>,
): Model {
  const groups = groupsOf(history, space, grouping).map((params) => createPool(params))
  // Where every parameter was met while running, or none is known yet, others may be met.
  const open = space.params.every((p) => history.discovered.has(p.name))
  const choose = createKernelTrials()
  let pending: readonly number[] = []
  return {
    groups,
    beliefs: beliefsOf(prior, space, open),
    sync(view, ranking) {
      const kernels = choose(view, ranking)
      // A pending trial shows what it was given, a settled one also what it discovered.
      const refresh = [...pending, ...view.pending]
      for (const pool of groups) pool.sync(view, kernels.trials, refresh)
      pending = view.pending
      return kernels
    },
  }
}

function groupsOf(history: History, space: SearchSpace, grouping: Grouping): FlatParam[][] {
  const groups = new Map<string, FlatParam[]>()
  for (const param of space.params) {
    if (countValues(param.distribution) === 1) continue
    // A parameter met while running stands alone: it may be missing where others are present.
    const alone =
      grouping === 'univariate' ||
      (grouping === 'multivariate' && param.when.length > 0) ||
      history.discovered.has(param.name)
    const key = JSON.stringify([param.when, alone ? param.name : ''])
    groups.set(key, [...(groups.get(key) ?? []), param])
  }
  return [...groups.values()]
}
