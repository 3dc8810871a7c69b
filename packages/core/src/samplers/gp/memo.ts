import type { Json } from '../../errors.ts'
import type { HistoryView } from '../../journal/view.ts'
import type { Layout } from './layout.ts'
import type { Hyper } from './surrogate.ts'

/** Parameters of a kernel and how many observations there were when they were fitted. */
export interface Fitted {
  readonly count: number
  readonly hyper: Hyper
}

/** Parameters by what they model: an objective or an outcome constraint. */
export type Fits = ReadonlyMap<string, Fitted>

interface Stored {
  readonly count: number
  readonly lengths: Readonly<Record<string, number>>
  readonly signal: number
  readonly noise: number
}

/** How many of the latest settled trials are asked for what they remember. */
const reach = 32

/** What a proposal remembers. */
export function memoOf(fits: Fits, layout: Layout): Json {
  const stored: Record<string, Json> = {}
  for (const [key, { count, hyper }] of fits) {
    const lengths = Object.fromEntries(layout.names.map((name, f) => [name, hyper.lengths[f]!]))
    stored[key] = { count, lengths, signal: hyper.signal, noise: hyper.noise }
  }
  return { gp: stored }
}

/**
 * The parameters fitted to the most observations among those the latest settled trials remember;
 * trials of other samplers and of spaces with other parameters are passed over.
 */
export function latestFits(view: HistoryView, layout: Layout): Fits {
  const fits = new Map<string, Fitted>()
  const last = Math.max(0, view.settledCount - reach)
  for (let i = view.settledCount - 1; i >= last; i--) {
    const memo = view.history.details.get(view.settledAt(i))?.memo
    for (const [key, stored] of Object.entries(storedIn(memo))) {
      const known = fits.get(key)
      if (known !== undefined && stored.count <= known.count) continue
      const hyper = hyperOf(stored, layout)
      if (hyper !== undefined) fits.set(key, { count: stored.count, hyper })
    }
  }
  return fits
}

function storedIn(memo: Json | undefined): Readonly<Record<string, Stored>> {
  if (typeof memo !== 'object' || memo === null || !('gp' in memo)) return {}
  return memo['gp'] as unknown as Readonly<Record<string, Stored>>
}

function hyperOf({ lengths, signal, noise }: Stored, layout: Layout): Hyper | undefined {
  const known = layout.names.map((name) => lengths[name])
  if (known.includes(undefined)) return undefined
  return { lengths: Float64Array.from(known as number[]), signal, noise }
}
