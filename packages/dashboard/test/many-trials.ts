import type { StudyEvent } from '@attune/core'
import { createRng, float, int, choice, flag, space, spaceToJson } from '@attune/core'
import type { SpaceJson, Values } from '@attune/core'

/** The space of studies of many trials: 12 parameters of every kind. */
export const twelve: SpaceJson = spaceToJson(
  space({
    lr: float(1e-5, 1e-1, { scale: 'log' }),
    weight_decay: float(1e-6, 1e-1, { scale: 'log' }),
    dropout: float(0, 0.6),
    label_smoothing: float(0, 0.3),
    momentum: float(0.5, 0.999),
    mixup: float(0, 1),
    batch_size: int(16, 512, { scale: 'log' }),
    layers: int(2, 12),
    width: int(32, 1024, { step: 32 }),
    activation: choice(['relu', 'gelu', 'silu', 'tanh']),
    optimizer: choice(['sgd', 'adam', 'adamw', 'lion']),
    augment: flag(),
  }),
)

/** Where the loss is least, by parameter, from 0 to 1 of its range. */
const least = [0.55, 0.4, 0.25, 0.3, 0.8, 0.45, 0.35, 0.6, 0.7, 0.3, 0.6, 0.75]
const weights = [3, 0.6, 0.8, 0.15, 0.5, 0.2, 0.4, 0.7, 0.9, 0.12, 0.3, 0.1]
const labels = [
  ['relu', 'gelu', 'silu', 'tanh'],
  ['sgd', 'adam', 'adamw', 'lion'],
  [false, true],
]

/** Begin of all made studies: 2025-10-09, 08:53:20 UTC. */
export const begin = 1_760_000_000_000

const logOf = (low: number, high: number, u: number): number => low * (high / low) ** u
const labelOf = (i: number, u: number): string | boolean => {
  const list = labels[i]!
  return list[Math.min(list.length - 1, Math.floor(u * list.length))]!
}

function valuesAt(u: readonly number[]): Values {
  const [a, b, c, d, e, f, g, h, i, j, k, l] = u as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return {
    lr: logOf(1e-5, 1e-1, a),
    weight_decay: logOf(1e-6, 1e-1, b),
    dropout: 0.6 * c,
    label_smoothing: 0.3 * d,
    momentum: 0.5 + 0.499 * e,
    mixup: f,
    batch_size: Math.round(logOf(16, 512, g)),
    layers: 2 + Math.floor(10.999 * h),
    width: 32 * (1 + Math.floor(31.999 * i)),
    activation: labelOf(0, j),
    optimizer: labelOf(1, k),
    augment: labelOf(2, l),
  }
}

interface MadeResult {
  readonly values: Values
  readonly state: 'complete' | 'pruned' | 'failed'
  readonly loss: number
  readonly seconds: number
}

const numbers = createRng(7, 'made trials')

/** What a trial gets and how it ends: of its number alone. Later ones are nearer to the best. */
function resultOf(trial: number): MadeResult {
  const rng = numbers.fork(trial)
  const next = (): number => rng.next()
  const isNear = next() < Math.min(0.75, trial / 400)
  const spread = 0.5 / Math.sqrt(1 + trial / 200) + 0.06
  const u = least.map((best) => {
    const far = next()
    if (!isNear) return far
    return Math.min(1, Math.max(0, best + spread * (next() + next() + next() - 1.5)))
  })
  const distance = u.reduce((sum, x, i) => sum + weights[i]! * (x - least[i]!) ** 2, 0)
  const loss = 0.18 + distance + 0.01 * (next() + next() - 1)
  const end = next()
  // A large learning rate diverges now and then.
  const state = end < (u[0]! > 0.8 ? 0.05 : 0.007) ? 'failed' : end > 0.96 ? 'pruned' : 'complete'
  const whole = 20 + 160 * u[8]! * (0.8 + 0.4 * next())
  return {
    values: valuesAt(u),
    state,
    loss,
    seconds: Math.round(whole * (state === 'complete' ? 1 : 0.3)),
  }
}

/** Where trials are put behind others. */
export interface After {
  /** The number of the last event. */
  readonly seq: number
  readonly at: number
}

/**
 * The events of trials from one number up to, but without, another, as eight workers run them side by
 * side; all of them end.
 */
export function* trialEvents(
  from: number,
  to: number,
  after: After,
  workers = 8,
): Generator<StudyEvent> {
  let { seq, at } = after
  const slots: { until: number; trial?: number }[] = Array.from(
    { length: Math.min(workers, to - from) },
    () => ({ until: at }),
  )
  const counted = (event: StudyEvent): StudyEvent => {
    seq++
    return event
  }
  for (let trial = from, open = 0; trial < to || open > 0;) {
    const slot = slots.reduce((a, b) => (b.until < a.until ? b : a))
    at = slot.until
    if (slot.trial !== undefined) {
      yield counted(finishOf(slot.trial, at))
      delete slot.trial
      open--
    }
    if (trial >= to) {
      slot.until = Number.POSITIVE_INFINITY
      continue
    }
    const worker = `host-${slots.indexOf(slot) < 4 ? 'a' : 'b'}/${4000 + slots.indexOf(slot)}/77/1`
    yield counted({ type: 'trial-opened', at, trial })
    yield counted({ type: 'trial-claimed', at, trial, worker, epoch: 0 })
    const { values, seconds } = resultOf(trial)
    const suggested = { type: 'trial-suggested', at: at + 3, trial, seen: seq, values } as const
    yield counted(suggested)
    slot.trial = trial++
    slot.until = at + 1000 * seconds
    open++
  }
}

function finishOf(trial: number, at: number): StudyEvent {
  const { state, loss, seconds } = resultOf(trial)
  const of = { type: 'trial-finished', at, trial, epoch: 0, state } as const
  const resources = {
    seconds,
    cpuSeconds: 0.9 * seconds,
    peakMemoryBytes: 4e8 + 1e6 * (trial % 97),
  }
  if (state === 'complete') {
    return { ...of, metrics: { loss, accuracy: 1 / (1 + loss) }, resources }
  }
  if (state === 'pruned') return { ...of, resources }
  return {
    ...of,
    failure: {
      reason: trial % 3 === 0 ? 'out-of-memory' : 'not-a-number',
      message: trial % 3 === 0 ? 'no memory left for a batch' : 'loss is NaN in epoch 3',
      help: 'Lower the learning rate or the batch size.',
      output: ['epoch 1 loss 2.31', 'epoch 2 loss 17.2', 'epoch 3 loss nan'],
    },
    resources,
  }
}

/** A study of many trials without reports, which have all ended. */
export function* manyTrials(name: string, trials: number): Generator<StudyEvent> {
  yield {
    type: 'study-created',
    version: 1,
    at: begin,
    study: {
      name,
      space: twelve,
      objectives: [{ name: 'loss', direction: 'minimize' }],
      constraints: [],
      seed: 7,
      deterministic: false,
      lag: 8,
      program: {
        command: ['python3', 'train.py', '--lr={lr}', '--width={width}'],
        cwd: '/home/ada/net',
      },
      sampler: { name: 'random' },
      scheduler: { name: 'none' },
    },
  }
  yield* trialEvents(0, trials, { seq: 1, at: begin })
}
