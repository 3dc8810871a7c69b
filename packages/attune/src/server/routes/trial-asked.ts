import type { History } from '@attune/core'

import type { Library } from '../library.ts'
import { Refusal } from '../refusal.ts'
import type { StudyFeed } from '../study-feed.ts'
import type { UiRequest } from './entry.ts'

/**
 * The trial that an address names, with its study as it is now.
 * @throws Refusal when there is no such trial
 */
export async function trialAsked(
  c: UiRequest,
  library: Library,
): Promise<[StudyFeed, History, number]> {
  const feed = await library.feed(c.req.param('id') as string)
  const history = await feed.history()
  const text = c.req.param('trial') as string
  const trial = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (trial < history.length) return [feed, history, trial]
  throw new Refusal(404, 'not-found', `Study "${feed.name}" has no trial ${text}.`)
}
