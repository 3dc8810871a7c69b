import { genetic, grid, random, tpe } from 'attune'
import type { HistoryView, Sampler } from 'attune'
import type { Context, StudyPlan } from '../lib/reproduction.ts'
import type { SetName } from './images.ts'
import type { IndividualSettings } from './individual.ts'
import type { Extent, Plan } from './settings.ts'
import { batches, batchGrid, genes, layerProbability, repeats } from './space.ts'

export const searches = ['genetic', 'random', 'tpe'] as const
export type SearchName = (typeof searches)[number]

/** Everything that is run on a set. */
export interface SetStudies {
  readonly set: SetName
  readonly extent: Extent
  /** By search and seed. */
  readonly searched: Readonly<Record<SearchName, readonly HistoryView[]>>
  readonly linear: HistoryView
  readonly convolution: HistoryView
}

/**
 * The document's algorithm: every individual of every generation is evaluated, also one that goes over
 * unchanged. What it leaves open is ours: 5 of 25 are selected, mutation 0.2, crossover 0.5, 8 elites.
 */
export const asPrinted = ({ populationSize }: Extent): Sampler =>
  genetic({ populationSize, layerProbability, cache: false })

export async function runSet(context: Context, set: SetName, extent: Extent): Promise<SetStudies> {
  const samplers = { genetic: asPrinted(extent), random: random(), tpe: tpe() }
  const searched: Record<SearchName, HistoryView[]> = { genetic: [], random: [], tpe: [] }
  for (const seed of extent.seeds) {
    for (const search of searches) {
      const view = await context.study({
        ...planOf(set, extent, `${set}-${search}-${seed}`),
        ...{ space: genes, sampler: samplers[search], seed },
        trials: extent.populationSize * extent.generations,
      })
      searched[search].push(view)
    }
  }
  const baseline = (layers: 'none' | 'convolution'): Promise<HistoryView> =>
    context.study({
      ...planOf(set, extent, `${set}-${layers}`, { layers }),
      ...{ space: repeats(extent.seeds.length), sampler: grid(), seed: 1 },
      trials: batches.length * extent.seeds.length,
    })
  return {
    ...{ set, extent, searched },
    linear: await baseline('none'),
    convolution: await baseline('convolution'),
  }
}

/** Every batch size on the same architectures, with fixed epochs and with fixed updates. */
export async function runBatches(
  context: Context,
  { sets, architectures }: Plan,
): Promise<Readonly<Record<'epochs' | 'updates', HistoryView>>> {
  const extent = sets.mnist
  const run = (fixed: 'epochs' | 'updates'): Promise<HistoryView> =>
    context.study({
      ...planOf('mnist', extent, `batches-fixed-${fixed}`, { fixed }),
      ...{ space: batchGrid(architectures), sampler: grid(), seed: 1 },
      trials: batches.length * architectures,
    })
  return { epochs: await run('epochs'), updates: await run('updates') }
}

/** The search with a time budget, which would otherwise go on for its 25 generations. */
export function runWithin(context: Context, { sets, seconds }: Plan): Promise<HistoryView> {
  const extent = sets.mnist
  return context.study({
    ...planOf('mnist', extent, 'within-a-time'),
    ...{ space: genes, sampler: asPrinted(extent), seed: 7, seconds },
    // A machine that is fast enough ends before its time.
    trials: extent.populationSize * 1000,
  })
}

function planOf(
  set: SetName,
  { sizes, epochs }: Extent,
  name: string,
  more: Partial<IndividualSettings> = {},
): Pick<StudyPlan, 'name' | 'objective' | 'module' | 'settings'> {
  return {
    name,
    objective: { maximize: 'accuracy' },
    module: new URL('individual.ts', import.meta.url),
    settings: { set, sizes, epochs, ...more },
  }
}
