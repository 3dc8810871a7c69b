import { evaluate, network, t1t2 } from '@attune/models'
import type { ClassPrediction, NetworkOptions, OnlineOptions } from '@attune/models'
import type { Examples, Images, ImageSizes } from '../genetic/images.ts'
import { loadImages } from '../genetic/images.ts'
import { batch, share } from './settings.ts'
import type { Variant } from './settings.ts'

/** The two hyperparameters of the document. */
export interface Point {
  /** log₁₀ of the coefficient. */
  readonly l2: number
  readonly noise: number
}

export interface Task {
  readonly units: readonly number[]
  readonly images: ImageSizes
  readonly epochs: number
  readonly ratio: number
  readonly variant: Variant
  /** Of the notebook's hyperparameters. */
  readonly rate: number
}

export interface Outcome extends Point {
  readonly validation: number
  readonly test: number
  /** The mean loss of the last epoch on its training rows. */
  readonly loss: number
  readonly epochs: number
}

export type Told = (
  epoch: number,
  point: Point & { readonly error: number; loss: number },
) => boolean

/** What a diverged network counts: one of ten classes is guessed. */
const guessing = 0.9
const loaded = new Map<string, Promise<Images>>()

/** The images of a process are read once. */
export function imagesOf(sizes: ImageSizes): Promise<Images> {
  const key = JSON.stringify(sizes)
  const found = loaded.get(key) ?? loadImages('mnist', sizes)
  loaded.set(key, found)
  return found
}

/** The options of online tuning from a point; a fixed run is one whose step never comes. */
export function onlineFrom(
  task: Pick<Task, 'ratio' | 'variant' | 'rate'>,
  from: Point,
  fixed: boolean,
): OnlineOptions {
  const ratio = fixed ? 1e9 : task.ratio
  const l2 = { start: 10 ** from.l2, min: 1e-8, max: 1 }
  const noise = { start: from.noise, min: 0, max: 1 }
  if (task.variant === 't1t2') return t1t2({ l2, noise, ratio, share })
  const { rate } = task
  return t1t2({
    variant: 'fioravanti-notebook',
    l2: { ...l2, rate },
    noise: { ...noise, rate },
    ratio,
    share,
  })
}

/**
 * Trains from a point, tuning or not; both on the same rows, with the same network.
 * @param tell after every epoch; learning ends when it says false
 */
export async function learn(
  task: Task,
  from: Point,
  how: {
    readonly fixed: boolean
    readonly seed: number
    readonly epochs?: number
    readonly tell?: Told
  },
): Promise<Outcome> {
  const { train, validation, test } = await imagesOf(task.images)
  const options: Partial<NetworkOptions> = {
    layers: task.units.map((units) => ({
      kind: 'dense',
      units,
      activation: 'relu',
      init: 'glorotUniform',
    })),
    ...{ batch, epochs: how.epochs ?? task.epochs, optimizer: { kind: 'adam', rate: 1e-3 } },
    online: onlineFrom(task, from, how.fixed),
  }
  let end = { ...from, error: guessing, loss: Number.NaN }
  const model = await network().fit(train.x, train.y, options, {
    seed: how.seed,
    validation,
    report({ step, metrics }) {
      const error = 1 - metrics['validationAccuracy']!
      end = {
        l2: Math.log10(metrics['online.l2']!),
        noise: metrics['online.noise']!,
        error: Number.isFinite(metrics['validationLoss']) ? error : guessing,
        loss: metrics['loss']!,
      }
      return how.tell?.(step, end) === false ? 'stop' : 'continue'
    },
  })
  const judged = await model.predict(test.x)
  return {
    ...end,
    validation: end.error,
    test: errorOf(test, judged as ClassPrediction),
    epochs: model.epochs,
  }
}

function errorOf({ y }: Examples, prediction: ClassPrediction): number {
  if (!prediction.probabilities.every(Number.isFinite)) return guessing
  return 1 - evaluate(y, prediction).accuracy!
}

/** A loss that guessing would do as well: all weights are 0. */
export const stalled = (loss: number): boolean => !(loss < 0.95 * Math.log(10))

/**
 * Tunes with a rule of restarts: when the loss after a fifth of the epochs is no better than guessing, new
 * weights begin with a hundredth of the l2 and half of the noise they had, for the epochs that are left.
 */
export async function learnWithRestarts(task: Task, from: Point, seed: number): Promise<Outcome> {
  const patience = Math.max(1, Math.round(task.epochs / 5))
  let [point, left, attempt] = [from, task.epochs, 0]
  for (;;) {
    const first = left > patience
    const outcome = await learn(task, point, {
      ...{ fixed: false, seed: seed + 10_000 * attempt, epochs: left },
      tell: (epoch, { loss }) => !(first && epoch === patience && stalled(loss)),
    })
    left -= outcome.epochs
    if (left <= 0 || outcome.epochs === 0) return outcome
    point = { l2: Math.max(-8, outcome.l2 - 2), noise: outcome.noise / 2 }
    attempt++
  }
}
