import type { Trial } from 'attune'
import { evaluate, network, t1t2 } from '@attune/models'
import type { Activation, ClassPrediction } from '@attune/models'
import type { ImageSizes } from '../genetic/images.ts'
import { batch, share } from './settings.ts'
import { imagesOf } from './training.ts'

export interface SearchSettings {
  readonly images: ImageSizes
  readonly epochs: number
  readonly ratio: number
  readonly online: boolean
}

interface Params {
  readonly depth: number
  readonly units: number
  readonly activation: Activation
  readonly l2?: number
  readonly noise?: number
}

const settings = JSON.parse(process.env['REPRODUCTION'] ?? '{}') as SearchSettings

/**
 * A configuration: its l2 and noise are searched, or tuned online within the trial. The T2 rows of online
 * tuning are taken from the same training rows; search alone trains on all of them.
 */
export default async function search(trial: Trial<Params>): Promise<Record<string, number>> {
  const { train, validation, test } = await imagesOf(settings.images)
  const { depth, units, activation, l2 = 1e-4, noise = 0.1 } = trial.params
  const { epochs, ratio } = settings
  const online = t1t2({ l2: { start: l2 }, noise: { start: noise }, ratio, share })
  let error = 1
  const model = await network().fit(
    train.x,
    train.y,
    {
      ...{ depth, units, activation, batch, epochs, optimizer: { kind: 'adam', rate: 1e-3 } },
      ...(settings.online ? { online } : { l2, noise }),
    },
    {
      seed: trial.seed,
      validation,
      async report({ step, metrics }): Promise<'continue'> {
        error = 1 - metrics['validationAccuracy']!
        const tuned = Object.entries(metrics).filter(([name]) => name.startsWith('online.'))
        await trial.report({ error, ...Object.fromEntries(tuned) }, { step })
        return 'continue'
      },
    },
  )
  const prediction = (await model.predict(test.x)) as ClassPrediction
  return { error, test: 1 - evaluate(test.y, prediction).accuracy! }
}
