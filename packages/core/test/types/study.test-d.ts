import { expectTypeOf } from 'vitest'
import type { Trial, TrialRecord } from '../../src/index.ts'
import { createStudy, float, int, list, space, variant } from '../../src/index.ts'

const net = space({
  lr: float(0, 1),
  layers: list(1, 3, { units: int(8, 64) }),
  optimizer: variant({ sgd: { momentum: float(0, 1) }, adam: {} }),
})
type Net = {
  lr: number
  layers: { units: number }[]
  optimizer: { kind: 'sgd'; momentum: number } | { kind: 'adam' }
}

// One objective: a number, or named metrics.
const one = await createStudy({ space: net, objective: 'minimize' })
await one.optimize((trial) => {
  expectTypeOf(trial).toEqualTypeOf<Trial<Net>>()
  return trial.params.lr
})
await one.optimize(async ({ params }) => params.layers.length)
await one.optimize(() => ({ value: 1, seconds: 3, standardErrors: { value: 0.1 } }))
// @ts-expect-error an objective returns numbers
await one.optimize(() => 'good')
// @ts-expect-error one objective takes no list
await one.optimize(() => [1])
// @ts-expect-error there is no such parameter
await one.optimize(({ params }) => params.rate)
// @ts-expect-error momentum belongs to sgd alone
await one.optimize(({ params }) => params.optimizer.momentum)

// Several objectives: as many numbers as there are objectives, or named metrics.
const two = await createStudy({
  space: net,
  objective: [{ minimize: 'loss' }, { maximize: 'acc' }],
})
await two.optimize(({ params }) => [params.lr, 1])
await two.optimize(() => ({ loss: 1, acc: 2 }))
// @ts-expect-error two objectives take two numbers
await two.optimize(() => [1])
// @ts-expect-error two objectives take two numbers
await two.optimize(() => [1, 2, 3])
// @ts-expect-error two objectives take no single number
await two.optimize(() => 1)

// Ask and tell carry the same types.
const asked = await two.ask()
expectTypeOf(asked).toEqualTypeOf<Trial<Net>>()
expectTypeOf(await two.tell(asked, [1, 2])).toEqualTypeOf<TrialRecord<Net>>()
await two.tell(asked.number, { loss: 1, acc: 2 })
await two.tell(asked, 'pruned')
await two.tell(asked, new TypeError('no data'))
// @ts-expect-error a trial ends with a result, `pruned` or an error
await two.tell(asked, 'failed')
// @ts-expect-error two objectives take two numbers
await two.tell(asked, 1)

// Any part of a configuration may be enqueued, and nothing else.
await one.enqueue({ lr: 0.1 })
await one.enqueue({ optimizer: { kind: 'sgd', momentum: 0.9 } })
await one.enqueue({})
// @ts-expect-error there is no such parameter
await one.enqueue({ rate: 0.1 })
// @ts-expect-error a number is wanted
await one.enqueue({ lr: 'high' })
// @ts-expect-error there is no such option
await one.enqueue({ optimizer: { kind: 'rms' } })

// Without a space everything is suggested while running, with the types of what is asked for.
const free = await createStudy()
await free.optimize((trial) => {
  expectTypeOf(trial.params).toEqualTypeOf<Record<string, never>>()
  expectTypeOf(trial.suggestFloat('x', 0, 1)).toEqualTypeOf<number>()
  expectTypeOf(trial.suggestChoice('c', ['a', 3, null])).toEqualTypeOf<'a' | 3 | null>()
  return trial.suggestInt('n', 1, 3)
})

// A decision is told apart by its kind.
const decision = await asked.report({ loss: 1 }, { step: 1 })
if (decision.kind === 'stop') expectTypeOf(decision.reason).toEqualTypeOf<string>()
// @ts-expect-error only a stop has a reason
else void decision.reason

// @ts-expect-error an objective is minimised or maximised
await createStudy({ objective: 'best' })
