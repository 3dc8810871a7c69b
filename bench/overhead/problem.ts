import type { SearchSpace, StudyEvent, Values } from '@attune/core'
import {
  choice,
  createRng,
  decodePoint,
  float,
  int,
  objectiveSpecs,
  space,
  spaceToJson,
} from '@attune/core'

/** The ten mixed parameters all overhead figures are measured on, ours and the peers'. */
export const mixedSpace = space({
  f0: float(-5, 5),
  f1: float(-5, 5),
  f2: float(-5, 5),
  f3: float(-5, 5),
  f4: float(-5, 5),
  l0: float(1e-5, 1, { scale: 'log' }),
  l1: float(1e-5, 1, { scale: 'log' }),
  i0: int(1, 32),
  i1: int(1, 32),
  c: choice(['a', 'b', 'c']),
})

export function mixedValue(v: Values): number {
  const f = ['f0', 'f1', 'f2', 'f3', 'f4'].reduce((sum, k) => sum + ((v[k] as number) - 1) ** 2, 0)
  const l = ['l0', 'l1'].reduce((sum, k) => sum + Math.abs((v[k] as number) - 0.01), 0)
  return f + l + (v['i0'] as number) + (v['i1'] as number) + (v['c'] === 'b' ? 1 : 0)
}

/** The five parameters the storage figures are measured on. */
export const storageSpace = space({
  x0: float(-5, 5),
  x1: float(-5, 5),
  x2: float(-5, 5),
  x3: float(-5, 5),
  x4: float(-5, 5),
})

export function storageValue(v: Values): number {
  return Object.values(v).reduce<number>((sum, x) => sum + ((x as number) - 1) ** 2, 0)
}

/** The log of a study with `trials` finished trials of random values, as a run would leave it. */
export function* studyEvents(
  searchSpace: SearchSpace,
  value: (v: Values) => number,
  options: {
    name: string
    trials: number
    reports?: number
    sampler: { name: string; options?: object }
  },
): Generator<StudyEvent[]> {
  const { name, trials, reports = 0 } = options
  const at = 1_700_000_000_000
  const study = {
    name,
    space: spaceToJson(searchSpace),
    objectives: objectiveSpecs('minimize'),
    constraints: [],
    seed: 0,
    deterministic: false,
    lag: 8,
    sampler: options.sampler as { name: string },
    scheduler: { name: 'none' },
  }
  yield [{ type: 'study-created', version: 1, at, study }]
  const point = new Float64Array(searchSpace.params.length)
  const rng = createRng('bench')
  for (let trial = 0; trial < trials; trial++) {
    for (let j = 0; j < point.length; j++) point[j] = rng.next()
    const values = decodePoint(searchSpace, point)
    const result = value(values)
    const events: StudyEvent[] = [
      { type: 'trial-opened', at, trial },
      { type: 'trial-claimed', at, trial, worker: 'bench', epoch: 0 },
      { type: 'trial-suggested', at, trial, values, why: 'drawn for the bench' },
    ]
    for (let step = 1; step <= reports; step++) {
      const report = { value: result + 10 / (step + 1) }
      events.push({ type: 'trial-reported', at, trial, epoch: 0, step, values: report })
    }
    const resources = { seconds: 0.25 }
    const metrics = { value: result }
    events.push({
      type: 'trial-finished',
      at,
      trial,
      epoch: 0,
      state: 'complete',
      metrics,
      resources,
    })
    yield events
  }
}
