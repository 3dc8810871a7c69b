import { messageOf } from '../errors.ts'
import type { Described, StudyConfig } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import { isFunctionSource, parseSpace } from '../space/from-json.ts'
import type { SearchSpace } from '../space/space.ts'
import { spaceToJson } from '../space/to-json.ts'
import { metValue } from '../trial/trial.ts'
import type { Check } from './checks.ts'
import type { Mismatch } from './compare.ts'
import { compareSuggestions, firstMismatch, sameJson } from './compare.ts'
import { decide, nextPromotion } from './decide.ts'
import { createSampler, createScheduler } from './registry.ts'
import type { Suggestion } from './suggest.ts'
import { createSuggest } from './suggest.ts'

/** What a journal does not hold and is made from code. */
export interface RecomputeOptions {
  /**
   * The space, for studies with constraints that are functions, which a journal cannot hold; used
   * wherever the study was stored with just this space.
   */
  readonly space?: SearchSpace
  /** Makes samplers that are not attune's own; undefined for those that are. */
  readonly createSampler?: (described: Described) => Sampler | undefined
  /** Makes schedulers that are not attune's own; undefined for those that are. */
  readonly createScheduler?: (described: Described) => Scheduler | undefined
}

/** What came of a check: nothing differs, something does, or why it cannot be told. */
export type Finding =
  | { readonly kind: 'same' }
  | { readonly kind: 'different'; readonly mismatch: Mismatch }
  | { readonly kind: 'skipped'; readonly why: string }
  /** There was nothing to check. */
  | { readonly kind: 'none' }

/** Works out again what a journal recorded, under one configuration of its study. */
export interface Recomputer {
  readonly config: StudyConfig
  /** Compares what was recorded with what follows from the history as it is now. */
  check(check: Check): Promise<Finding>
}

/** Something made from its stored form, or why that is not possible. */
type Made<T> = { readonly made: T } | { readonly why: string }

export function createRecomputer(
  history: History,
  config: StudyConfig,
  options: RecomputeOptions = {},
): Recomputer {
  const suggest = madeSuggest(history, config, options)
  const scheduler = make(() => made(config.scheduler, options.createScheduler, createScheduler))
  return {
    config,
    async check(check) {
      if (check.kind !== 'promotion' && check.trial >= history.length) {
        return { kind: 'skipped', why: 'its trial had not been opened' }
      }
      try {
        if (check.kind === 'suggestion') return await checkSuggestion(check, suggest)
        if (check.kind === 'decision') return checkDecision(check, { history, config, scheduler })
        if (check.kind === 'promotion') return checkPromotion(check, history, scheduler)
        return checkDiscovery(check, config)
      } catch (error) {
        const mismatch = { part: 'error', recorded: undefined, computed: messageOf(error) } as const
        return { kind: 'different', mismatch }
      }
    },
  }
}

function make<T>(how: () => T): Made<T> {
  try {
    return { made: how() }
  } catch (error) {
    return { why: messageOf(error) }
  }
}

/** Made by those who know more than the registry, else by the registry. */
function made<T>(
  described: Described,
  custom: ((described: Described) => T | undefined) | undefined,
  own: (described: Described) => T,
): T {
  return custom?.(described) ?? own(described)
}

function madeSuggest(
  history: History,
  config: StudyConfig,
  options: RecomputeOptions,
): Made<(trial: number) => Promise<Suggestion>> {
  const space = declaredSpace(history, config, options.space)
  if ('why' in space) return space
  const sampler = make(() => made(config.sampler, options.createSampler, createSampler))
  if ('why' in sampler) return sampler
  return { made: createSuggest({ history, config, space: space.made, sampler: sampler.made }) }
}

function declaredSpace(
  history: History,
  config: StudyConfig,
  given: SearchSpace | undefined,
): Made<SearchSpace> {
  if (given !== undefined && sameJson(spaceToJson(given), config.space)) return { made: given }
  const rule = config.space.require?.find(isFunctionSource)
  if (rule !== undefined) {
    return { why: `a constraint on its parameters is a function, which no journal holds: ${rule}` }
  }
  return { made: history.config === config ? spaceOf(history) : parseSpace(config.space, []) }
}

const found = (mismatch: Mismatch | undefined): Finding =>
  mismatch === undefined ? { kind: 'same' } : { kind: 'different', mismatch }

async function checkSuggestion(
  { event, trial }: Check & { readonly kind: 'suggestion' },
  suggest: Made<(trial: number) => Promise<Suggestion>>,
): Promise<Finding> {
  if ('why' in suggest) return { kind: 'skipped', why: suggest.why }
  return found(compareSuggestions(event, await suggest.made(trial)))
}

function checkDecision(
  { event, trial, value }: Check & { readonly kind: 'decision' },
  parts: { history: History; config: StudyConfig; scheduler: Made<Scheduler> },
): Finding {
  const { history, config, scheduler } = parts
  if ('why' in scheduler) return { kind: 'skipped', why: scheduler.why }
  if (value === undefined) return { kind: 'skipped', why: 'its report is not in the journal' }
  const report = { trial, step: event.step, value: Number(value) }
  const decided = decide({ history, config, scheduler: scheduler.made }, report)
  return found(
    firstMismatch([
      ['decision', event.decision, decided?.stored.decision],
      ['reason', event.reason, decided?.stored.reason],
    ]),
  )
}

/** Which paused trial went on; or that none was to, when another trial was opened. */
function checkPromotion(
  { event, trial }: Check & { readonly kind: 'promotion' },
  history: History,
  scheduler: Made<Scheduler>,
): Finding {
  const isPromoted = event.type === 'trial-promoted'
  if ('why' in scheduler) {
    return isPromoted ? { kind: 'skipped', why: scheduler.why } : { kind: 'none' }
  }
  if (!isPromoted && scheduler.made.next === undefined) return { kind: 'none' }
  const next = nextPromotion({ history, scheduler: scheduler.made })
  return found(
    firstMismatch([
      ['promotion', isPromoted ? trial : undefined, next?.trial],
      ['reason', isPromoted ? event.reason : undefined, next?.reason],
    ]),
  )
}

function checkDiscovery(
  { event, trial, proposed }: Check & { readonly kind: 'discovery' },
  { seed }: StudyConfig,
): Finding {
  const { name, distribution } = event.param
  const value = metValue({ number: trial, studySeed: seed, proposed }, name, distribution)
  const mismatch = firstMismatch([['discovered', event.value, value]])
  return found(mismatch === undefined ? undefined : { ...mismatch, param: name })
}
