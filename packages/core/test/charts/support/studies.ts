import type { History, ObjectiveSpec, SearchSpace, StudyEvent, Values } from '../../../src/index.ts'
import { choice, createRng, float, int, space, variant } from '../../../src/index.ts'
import type { MadeTrial } from '../../../src/testing/made-history.ts'
import { historyOf, madeEvents } from '../../../src/testing/made-history.ts'

/** Two numbers that matter, a label that does, one that does not, and a conditional one. */
export const mixed: SearchSpace = space({
  lr: float(1e-4, 1, { scale: 'log' }),
  units: int(8, 128, { scale: 'log' }),
  act: choice(['relu', 'tanh', 'gelu']),
  dull: float(0, 1),
  optimizer: variant({ sgd: { momentum: float(0, 1) }, adam: {} }),
}) as SearchSpace

/** A bowl over lr and units, tanh half a unit worse. */
export function lossAt(values: Values): number {
  const { lr, units, act } = values as { lr: number; units: number; act: string }
  return (
    (Math.log10(lr) + 2.6) ** 2 + 0.5 * (Math.log2(units) - 5) ** 2 + (act === 'tanh' ? 0.5 : 0)
  )
}

export function drawValues(seed: number): Values {
  const rng = createRng(seed, 'values')
  const optimizer = rng.next() < 0.5 ? 'sgd' : 'adam'
  return {
    lr: 10 ** (-4 * rng.next()),
    units: Math.round(8 * 16 ** rng.next()),
    act: ['relu', 'tanh', 'gelu'][rng.int(3)]!,
    dull: rng.next(),
    optimizer,
    ...(optimizer === 'sgd' ? { 'optimizer.sgd.momentum': rng.next() } : {}),
  }
}

export const complete = (
  values: Values,
  value: number = lossAt(values),
  more: Readonly<Record<string, number>> = {},
): MadeTrial => ({ values, state: 'complete', metrics: { value, ...more } })

/** As many complete trials of the bowl; every tenth was pruned, and high rates fail. */
export function bowlTrials(count: number, options: { readonly clean?: boolean } = {}): MadeTrial[] {
  return Array.from({ length: count }, (_, i): MadeTrial => {
    const values = drawValues(i)
    if (options.clean === true) return complete(values)
    if ((values['lr'] as number) > 0.3) return { values, state: 'failed', reason: 'timeout' }
    if (i % 10 === 9) {
      return { values, state: 'pruned', reports: [[1, { value: lossAt(values) + 1 }]] }
    }
    return {
      ...complete(values, lossAt(values), { size: values['units'] as number, cost: i % 7 }),
      reports: [
        [1, { value: lossAt(values) + 1 }],
        [2, { value: lossAt(values) }],
      ],
    }
  })
}

export interface Made {
  readonly history: History
  readonly events: readonly StudyEvent[]
}

export function make(
  trials: readonly MadeTrial[],
  options: { readonly space?: SearchSpace; readonly objectives?: readonly ObjectiveSpec[] } = {},
): Made {
  const events = madeEvents({ space: mixed, ...options }, trials)
  return { events, history: historyOf(events) }
}
