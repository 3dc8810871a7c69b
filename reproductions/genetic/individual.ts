import type { Trial } from 'attune'
import { evaluate, network } from '@attune/models'
import type { Layer, NetworkOptions } from '@attune/models'
import type { Examples, Images, ImageSizes, SetName } from './images.ts'
import { loadImages } from './images.ts'
import type { Gene } from './space.ts'
import { drawArchitecture, layersOf, smallConvolution } from './space.ts'

export interface IndividualSettings {
  readonly set: SetName
  readonly sizes: ImageSizes
  readonly epochs: number
  /** Learn for the epochs, or for as many updates as a batch of 100 makes in them. Default epochs. */
  readonly fixed?: 'epochs' | 'updates'
  /** Default: what the genes say. */
  readonly layers?: 'none' | 'convolution'
}

interface Genes {
  readonly batch: number
  readonly layers?: readonly Gene[]
  readonly architecture?: number
}

const settings = JSON.parse(process.env['REPRODUCTION'] ?? '{}') as IndividualSettings
let images: Promise<Images> | undefined

/** The fitness of an individual: its accuracy on validation images after learning with Adam. */
export default async function individual(trial: Trial<Genes>): Promise<Record<string, number>> {
  const { shape, train, validation, test } = await (images ??= loadImages(
    settings.set,
    settings.sizes,
  ))
  const options: Partial<NetworkOptions> = {
    layers: layersFor(trial.params),
    ...(settings.layers === 'convolution' ? { inputShape: shape } : {}),
    ...{ batch: trial.params.batch, optimizer: { kind: 'adam' } },
    ...course(trial.params.batch),
  }
  const { report, updates } = counter(trial.params.batch)
  const run = { seed: trial.seed, report }
  const model = await network().fit(train.x, train.y, options, run)
  const share = async ({ x, y }: Examples): Promise<number> =>
    evaluate(y, await model.predict(x)).accuracy!
  return {
    accuracy: await share(validation),
    testAccuracy: await share(test),
    updates: updates(),
  }
}

function layersFor({ layers = [], architecture }: Genes): readonly Layer[] {
  if (settings.layers === 'none') return []
  if (settings.layers === 'convolution') return smallConvolution
  return layersOf(architecture === undefined ? layers : drawArchitecture(architecture))
}

/** Updates in an epoch, and of the whole course when updates are fixed. */
function updatesOf(batch: number): { readonly epoch: number; readonly most: number } {
  const { sizes, epochs, fixed } = settings
  const most = fixed === 'updates' ? Math.round((sizes.train / 100) * epochs) : Infinity
  return { epoch: Math.ceil(sizes.train / batch), most }
}

function course(batch: number): { readonly epochs: number; readonly reportEvery: number } {
  const { epoch, most } = updatesOf(batch)
  if (most === Infinity) return { epochs: settings.epochs, reportEvery: 0 }
  return { epochs: Math.ceil(most / epoch), reportEvery: commonDivisor(epoch, most) }
}

/** Counts updates and ends learning when there were enough. */
function counter(batch: number): {
  readonly report: () => 'continue' | 'stop'
  readonly updates: () => number
} {
  const { epoch, most } = updatesOf(batch)
  const { reportEvery } = course(batch)
  let done = 0
  return {
    report() {
      done += reportEvery === 0 ? epoch : reportEvery
      return done >= most ? 'stop' : 'continue'
    },
    updates: () => done,
  }
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b))
