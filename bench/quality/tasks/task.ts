import type { ObjectivesOption, SearchSpace, Values } from '@attune/core'

/** `mf` is multi-fidelity; `more` are further surrogates, which no peer was run on. */
export type Suite = 'synth' | 'tab' | 'mf' | 'more'
/** Parameters by the names of the problem, without the branches a variant puts them in. */
export type Params = Values

interface TaskBase {
  readonly name: string
  readonly suite: Suite
  /** What tasks are grouped by: the data they come from. */
  readonly family: string
  /** Evaluations (multi-fidelity: full trainings' worth of steps) after which regret is noted. */
  readonly budgets: readonly number[]
  readonly space: SearchSpace
  readonly objective: ObjectivesOption
}

/** A problem whose trials are single evaluations. */
export interface PlainTask extends TaskBase {
  readonly kind: 'plain'
  /** A fresh run; its seed decides the noise. */
  start(seed: number): PlainRun
}
export interface PlainRun {
  /** Evaluates a configuration; every call counts. One value an objective, as the sampler sees it. */
  evaluate(params: Params): readonly number[]
  /** The regret after the evaluations so far. */
  regret(): number
}

/** A problem whose trials report step by step. */
export interface CurveTask extends TaskBase {
  readonly kind: 'curve'
  /** Steps of a full training. */
  readonly steps: number
  /** The values after step 1, 2, … of a configuration, as the sampler sees them. */
  curveOf(params: Params): (step: number) => number
  /** The regret of recommending a configuration whose value at the last step is `value`. */
  regretOf(value: number): number
}

export type Task = PlainTask | CurveTask

/** The parameters of a configuration under the names the problem knows them by. */
export function paramsOf(values: Values): Params {
  const entries = Object.entries(values).map(([name, value]) => {
    for (const [parent, label] of Object.entries(values)) {
      const branch = `${parent}.${String(label)}.`
      if (name.startsWith(branch)) return [name.slice(branch.length), value] as const
    }
    return [name, value] as const
  })
  return Object.fromEntries(entries)
}

export function number(params: Params, name: string): number {
  const value = params[name]
  if (typeof value !== 'number') throw new TypeError(`${name} is ${String(value)}, not a number`)
  return value
}
