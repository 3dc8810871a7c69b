import { AttuneError } from '../errors.ts'
import type { Described } from '../journal/event.ts'
import { nearest } from '../nearest.ts'
import { auto } from '../samplers/auto.ts'
import { grid } from '../samplers/grid.ts'
import { random } from '../samplers/random.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { sobol } from '../samplers/sobol.ts'
import { tpe } from '../samplers/tpe/tpe.ts'
import { asha } from '../schedulers/asha.ts'
import { median } from '../schedulers/median.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import { none } from '../schedulers/scheduler.ts'

const samplers: Readonly<Record<string, (options: never) => Sampler>> = {
  auto,
  grid,
  random,
  sobol,
  tpe,
}
const schedulers: Readonly<Record<string, (options: never) => Scheduler>> = { asha, median, none }

export const samplerNames: readonly string[] = Object.keys(samplers)
export const schedulerNames: readonly string[] = Object.keys(schedulers)

function make<T>(
  kind: 'sampler' | 'scheduler',
  factories: Readonly<Record<string, (options: never) => T>>,
  { name, options }: Described,
): T {
  const factory = factories[name]
  if (factory !== undefined) return factory((options ?? {}) as never)
  const near = nearest(name, Object.keys(factories))
  throw new AttuneError(
    kind === 'sampler' ? 'sampler/options' : 'scheduler/options',
    `There is no ${kind} "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`} Known: ${Object.keys(factories).join(', ')}.`,
  )
}

/** Makes a sampler from its stored name and options. */
export function createSampler(described: Described): Sampler {
  return make('sampler', samplers, described)
}

/** Makes a scheduler from its stored name and options. */
export function createScheduler(described: Described): Scheduler {
  return make('scheduler', schedulers, described)
}
