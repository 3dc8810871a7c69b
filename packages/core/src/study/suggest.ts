import type { DuplicateRule, StudyConfig, TrialSuggested } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import type { HistoryView } from '../journal/view.ts'
import { laggedView, liveView } from '../journal/view.ts'
import { createRng } from '../math/rng.ts'
import type { Proposal, Sampler } from '../samplers/sampler.ts'
import { undeclaredValues } from '../space/nest.ts'
import type { SearchSpace, Values } from '../space/space.ts'
import { completeProposal } from './complete-proposal.ts'
import { searchedSpace } from './current-space.ts'
import { createDuplicates } from './duplicates.ts'
import type { Duplicates } from './duplicates.ts'

export interface SuggestParts {
  readonly history: History
  readonly config: StudyConfig
  readonly space: SearchSpace
  readonly sampler: Sampler
}

/** What a sampler or scheduler may know when it decides about a trial. */
export function viewOf(
  { history, config }: Pick<SuggestParts, 'history' | 'config'>,
  trial: number,
): HistoryView {
  return config.deterministic ? laggedView(history, trial, config.lag) : liveView(history, trial)
}

/** Whether the sampler has proposed everything and nothing is enqueued. */
export function isExhausted({ history, config, space, sampler }: SuggestParts): boolean {
  if (sampler.remaining === undefined || history.taken < history.enqueued.length) return false
  const view = viewOf({ history, config }, history.length)
  return sampler.remaining(searchedSpace(view, space), view, config.seed) <= 0
}

export type Suggestion = Pick<TrialSuggested, 'values' | 'proposed' | 'why' | 'memo'>

/** How often another configuration is asked for in the place of one that was tried before. */
const resamples = 8

/**
 * Makes the function that works out the values of an opened trial: of what the history shows, the
 * trial's number and the seed of the study alone.
 */
export function createSuggest(parts: SuggestParts): (trial: number) => Promise<Suggestion> {
  const { history, config, space, sampler } = parts
  const duplicates = createDuplicates(history, space)
  const streams = createRng(config.seed, 'suggest')
  return async (trial) => {
    const view = viewOf(parts, trial)
    const joint = searchedSpace(view, space)
    const fixed = history.details.get(trial)?.fixed
    const stream = streams.fork(trial)
    const propose = (attempt: number): Promise<Proposal> => {
      const rng = attempt === 0 ? stream : stream.fork(attempt)
      const draw = { view, trial, rng, seed: config.seed }
      return completeProposal(joint, fixed, rng, () => sampler.propose(joint, draw))
    }
    const first = await propose(0)
    const rule = config.duplicates
    const proposal =
      rule?.policy === 'resample' && fixed === undefined
        ? await another(first, { rule, duplicates, view, joint, propose, seed: config.seed })
        : first
    const [declared, proposed] = splitValues(space, proposal.values)
    return {
      values: declared,
      ...(proposed === undefined ? {} : { proposed }),
      ...(proposal.why === undefined ? {} : { why: proposal.why }),
      ...(proposal.memo === undefined ? {} : { memo: proposal.memo }),
    }
  }
}

/**
 * The first proposal that was not evaluated often enough already: what the sampler says with other
 * random numbers, then draws from the whole space. The first proposal when there seems to be no other.
 */
async function another(
  first: Proposal,
  from: {
    readonly rule: DuplicateRule
    readonly duplicates: Duplicates
    readonly view: HistoryView
    readonly joint: SearchSpace
    readonly propose: (attempt: number) => Promise<Proposal>
    readonly seed: number
  },
): Promise<Proposal> {
  const { rule, duplicates, view, joint, propose, seed } = from
  const isNew = ({ values }: Proposal): boolean =>
    duplicates.before(view, values).length < rule.evaluations
  if (isNew(first)) return first
  for (let attempt = 1; attempt <= resamples; attempt++) {
    const next = await propose(attempt)
    if (isNew(next)) return next
  }
  const rng = createRng(seed, 'resample', view.trial)
  for (let attempt = 0; attempt < 64; attempt++) {
    const drawn = await completeProposal(joint, undefined, rng.fork(attempt), () => ({
      values: {},
    }))
    const next = { ...drawn, why: 'drawn, because what the sampler proposed had been tried' }
    if (isNew(next)) return next
  }
  return first
}

/** Values of declared parameters, and those for parameters met while running, if there are any. */
function splitValues(space: SearchSpace, values: Values): [Values, Values?] {
  const met = undeclaredValues(space, values)
  if (met === undefined) return [values]
  const declared = Object.entries(values).filter(([name]) => space.index.has(name))
  return [Object.fromEntries(declared), met]
}
