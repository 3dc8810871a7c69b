import { AttuneError } from '../errors.ts'
import type { Described } from '../journal/event.ts'
import { nearest } from '../nearest.ts'
import { auto } from '../samplers/auto.ts'
import { cmaEs } from '../samplers/cma-es/cma-es.ts'
import { forest } from '../samplers/forest/forest.ts'
import { gamma } from '../samplers/gamma/gamma.ts'
import { differentialEvolution } from '../samplers/genetic/differential-evolution.ts'
import { genetic } from '../samplers/genetic/genetic.ts'
import { gp } from '../samplers/gp/gp.ts'
import { grid } from '../samplers/grid.ts'
import { halton } from '../samplers/halton.ts'
import { latinHypercube } from '../samplers/latin-hypercube.ts'
import { nsga2 } from '../samplers/nsga/nsga2.ts'
import { nsga3 } from '../samplers/nsga/nsga3.ts'
import { random } from '../samplers/random.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { sobol } from '../samplers/sobol.ts'
import { tpe } from '../samplers/tpe/tpe.ts'
import { asha } from '../schedulers/asha.ts'
import { hyperband } from '../schedulers/hyperband.ts'
import { median } from '../schedulers/median.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import { none } from '../schedulers/scheduler.ts'

const samplers: Readonly<Record<string, (options: never) => Sampler>> = {
  auto,
  cmaEs,
  differentialEvolution,
  forest,
  gamma,
  genetic,
  gp,
  grid,
  halton,
  latinHypercube,
  nsga2,
  nsga3,
  random,
  sobol,
  tpe,
}
const schedulers: Readonly<Record<string, (options: never) => Scheduler>> = {
  asha,
  hyperband,
  median,
  none,
}

export const samplerNames: readonly string[] = Object.keys(samplers)
export const schedulerNames: readonly string[] = Object.keys(schedulers)

function make<T extends Described>(
  kind: 'sampler' | 'scheduler',
  factories: Readonly<Record<string, (options: never) => T>>,
  { name, options }: Described,
): T {
  if (Object.hasOwn(factories, name)) {
    const made = (factories[name] as (options: never) => T)((options ?? {}) as never)
    refuseUnknownOptions(kind, name, options ?? {}, made.options ?? {})
    return made
  }
  const near = nearest(name, Object.keys(factories))
  throw new AttuneError(
    kind === 'sampler' ? 'sampler/options' : 'scheduler/options',
    `There is no ${kind} "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`} Known: ${Object.keys(factories).join(', ')}.`,
  )
}

function refuseUnknownOptions(
  kind: 'sampler' | 'scheduler',
  name: string,
  given: object,
  known: object,
): void {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(known, key))
  if (unknown === undefined) return
  const near = nearest(unknown, Object.keys(known))
  const options = Object.keys(known).join(', ') || 'none'
  throw new AttuneError(
    kind === 'sampler' ? 'sampler/options' : 'scheduler/options',
    `${name}: there is no option "${unknown}".${near === undefined ? '' : ` Did you mean "${near}"?`} Known: ${options}.`,
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
