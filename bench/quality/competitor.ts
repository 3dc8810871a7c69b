import type { Sampler, Scheduler } from '@attune/core'
import { createSampler, createScheduler } from '@attune/core'

/** A sampler of ours, and a scheduler where trials have steps, as the command line writes it. */
export interface Competitor {
  /** Such as `tpe`, `tpe:multivariate=false` or `auto+asha:minSteps=3`. */
  readonly name: string
  sampler(): Sampler
  scheduler(): Scheduler
}

type Option = string | number | boolean | null

/** Reads `name:option=value:option=value`, with `+scheduler` after it where one is wanted. */
export function parseCompetitor(name: string): Competitor {
  const [sampler = '', scheduler = 'none'] = name.split('+')
  const competitor: Competitor = {
    name,
    sampler: () => createSampler(describe(sampler)),
    scheduler: () => createScheduler(describe(scheduler)),
  }
  // A misspelt name is refused before the first run.
  competitor.sampler()
  competitor.scheduler()
  return competitor
}

function describe(text: string): { name: string; options: Record<string, Option> } {
  const [name = '', ...options] = text.split(':')
  const entries = options.map((option): [string, Option] => {
    const at = option.indexOf('=')
    return at === -1 ? [option, true] : [option.slice(0, at), valueOf(option.slice(at + 1))]
  })
  return { name, options: Object.fromEntries(entries) }
}

function valueOf(text: string): Option {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
