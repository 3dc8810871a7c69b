import type {
  Described,
  ObjectivesOption,
  SearchSpace,
  Study,
  StudyEvent,
  Trial,
  Values,
} from '../../src/index.ts'
import {
  choice,
  createRng,
  createSampler,
  createScheduler,
  createStudy,
  flag,
  float,
  int,
  memoryJournal,
  samplerNames,
  schedulerNames,
  simulatedClock,
  space,
  variant,
} from '../../src/index.ts'
import { expect } from 'vitest'
import { someOrigin } from '../journal/some-origin.ts'
import { eventsOf } from './support.ts'

/** A study whose next events must always follow from those before them. */
export interface Recipe {
  readonly name: string
  readonly sampler: Described
  readonly scheduler: Described
  readonly deterministic: boolean
  readonly lag: number
  readonly space: SearchSpace
  readonly objective: ObjectivesOption
}

const mixed = space(
  {
    lr: float(1e-5, 1, { scale: 'log' }),
    units: int(1, 64),
    optimizer: variant({ sgd: { momentum: float(0, 0.99) }, adam: {} }),
    act: choice(['relu', 'tanh', 'gelu']),
  },
  { require: ['lr < 0.5 or units < 32'] },
) as SearchSpace
const finite = space({
  n: int(1, 8),
  act: choice(['relu', 'tanh', 'gelu']),
  v: variant({ a: { on: flag() }, b: {} }),
}) as SearchSpace

/** Small populations, so that 50 trials are many generations. */
const samplerOptions: Readonly<Record<string, Described['options']>> = {
  cmaEs: { population: 6 },
  differentialEvolution: { populationSize: 8 },
  genetic: { populationSize: 8, elites: 3 },
  nsga2: { populationSize: 8, startupTrials: 6 },
  nsga3: { populationSize: 8, startupTrials: 6 },
}
const schedulerOptions: Readonly<Record<string, readonly Described['options'][]>> = {
  asha: [{ factor: 2 }, { factor: 2, maxSteps: 4, promote: true }],
  hyperband: [
    { factor: 2, maxSteps: 4 },
    { factor: 2, maxSteps: 4, promote: true },
  ],
  median: [{ startupTrials: 3 }],
}

/** Samplers that fit a model which takes its time. */
export const slowSamplers: ReadonlySet<string> = new Set(['auto', 'forest', 'gamma', 'gp'])

const labelOf = ({ name, options = {} }: Described): string =>
  options['promote'] === true ? `${name} that promotes` : name

/** Every sampler with every scheduler, in deterministic and in ordinary mode. */
export function recipes(samplers: readonly string[] = samplerNames): readonly Recipe[] {
  const schedulers = schedulerNames.flatMap((name) =>
    (schedulerOptions[name] ?? [{}]).map((options) => ({ name, options: options ?? {} })),
  )
  return samplers.flatMap((name) =>
    [...schedulers, 'two objectives' as const].flatMap((scheduler) =>
      [false, true].flatMap((deterministic): Recipe[] => {
        const sampler = { name, options: samplerOptions[name] ?? {} }
        const mode = deterministic ? 'deterministic' : 'ordinary'
        const where = name === 'grid' ? finite : mixed
        const promotes = scheduler !== 'two objectives' && scheduler.options['promote'] === true
        // Promotions are deterministic with one trial at a time only.
        const lag = promotes ? 1 : 8
        const shared = { sampler, deterministic, lag, space: where }
        if (scheduler !== 'two objectives') {
          const label = `${name}, ${labelOf(scheduler)}, ${mode}`
          return [{ ...shared, name: label, scheduler, objective: { minimize: 'loss' } }]
        }
        if (createSampler(sampler).supports.objectives === 'one') return []
        const objective = [{ minimize: 'loss' }, { maximize: 'gain' }] as const
        const label = `${name}, two objectives, ${mode}`
        return [{ ...shared, name: label, scheduler: { name: 'none' }, objective }]
      }),
    ),
  )
}

/** Opens the study of a recipe on a journal in memory that holds `events`. */
async function open(
  recipe: Recipe,
  events: readonly StudyEvent[],
): Promise<{ study: Study; eventsNow: () => Promise<StudyEvent[]> }> {
  const journal = memoryJournal(events)
  const study = await createStudy({
    space: recipe.space,
    objective: recipe.objective,
    sampler: createSampler(recipe.sampler),
    scheduler: createScheduler(recipe.scheduler),
    deterministic: recipe.deterministic,
    lag: recipe.lag,
    seed: 5,
    journal,
    worker: 'w',
    clock: simulatedClock(),
  })
  return { study: study as unknown as Study, eventsNow: () => eventsOf(journal) }
}

/** Arithmetic alone; the best place moves with `i`. */
function lossAt(values: Values, i: number): number {
  let sum = 0
  for (const value of Object.values(values)) {
    const x = typeof value === 'number' ? value : String(value).length
    const squashed = x / (1 + Math.abs(x))
    sum += (squashed - 0.2 - 0.4 * i) * (squashed - 0.2 - 0.4 * i)
  }
  return sum
}

/** Somebody excludes two trials on the way, and takes one of them back. */
async function exclude({ history, annotate }: Study, number: number): Promise<void> {
  for (const trial of number === 20 ? [2, 12] : []) {
    if (!history.excluded.has(trial)) await annotate({ trial, excluded: true })
  }
  if (number === 30 && history.excluded.has(2)) await annotate({ trial: 2, excluded: false })
}

/** Reports at steps 1, 2 and 4 (a promoted trial those it has not reported), fails now and then. */
async function objective(study: Study, trial: Trial): Promise<Record<string, number>> {
  const { values, number, resume } = trial
  await exclude(study, number)
  const loss = lossAt(values, 0)
  for (const step of [1, 2, 4].filter((step) => step > (resume?.step ?? 0))) {
    const bias = ((number * 7) % 5) / (10 * step)
    if ((await trial.report({ loss: loss + bias }, { step })).kind === 'stop') break
  }
  return { loss: number % 11 === 10 ? Number.NaN : loss, gain: -lossAt(values, 1) }
}

/**
 * Runs the study of a recipe from what a journal holds until it has `trials` trials. Runs that go on say who
 * they are, which must change nothing.
 */
async function runOn(
  recipe: Recipe,
  events: readonly StudyEvent[],
  trials: (study: Study) => number,
): Promise<StudyEvent[]> {
  const { study, eventsNow } = await open(recipe, events)
  const run = (trial: Trial): Promise<Record<string, number>> => objective(study, trial)
  const who = events.length === 0 ? {} : { origin: someOrigin }
  await study.optimize(run as never, { trials: trials(study), ...who })
  return eventsNow()
}

/** What must be the same when a study goes on elsewhere or later; undefined for who runs it. */
function essential(event: StudyEvent): unknown {
  const ofWhoRuns = ['trial-claimed', 'trial-requeued', 'annotated', 'run-started', 'run-ended']
  if (ofWhoRuns.includes(event.type)) return undefined
  const {
    at: _at,
    epoch: _epoch,
    seen: _seen,
    resources: _resources,
    ...rest
  } = event as StudyEvent & Record<string, unknown>
  return rest
}

/** What was recorded by a run with one worker, to be compared with runs that go on from a part of it. */
export interface Recording {
  readonly events: readonly StudyEvent[]
  /**
   * The `count` events that must follow when the first `k` are opened again: those after them; of a
   * trial that was running then all of its run, but not its values once more.
   */
  following(k: number, count: number): unknown[]
}

export async function record(recipe: Recipe): Promise<Recording> {
  const events = await runOn(recipe, [], () => recordedTrials)
  const essence = events.map(essential)
  return {
    events,
    following(k, count) {
      const claim = events.slice(0, k).findLastIndex(({ type }) => type === 'trial-claimed')
      const ended = ['trial-finished', 'trial-paused']
      const isRunning =
        claim >= 0 && !events.slice(claim, k).some(({ type }) => ended.includes(type))
      const found: unknown[] = []
      for (let i = isRunning ? claim : k; i < events.length && found.length < count; i++) {
        const isKnown = i < k && events[i]?.type === 'trial-suggested'
        if (!isKnown && essence[i] !== undefined) found.push(essence[i])
      }
      return found
    },
  }
}

/** How many trials a recorded study has. */
const recordedTrials = 50

/**
 * Goes on from the first `k` events and compares what is appended with what was recorded. Tells how many
 * events were compared.
 */
async function goOn(
  recipe: Recipe,
  recording: Recording,
  k: number,
  trials: (study: Study) => number,
): Promise<number> {
  const events = await runOn(recipe, recording.events.slice(0, k), trials)
  const next = events
    .slice(k)
    .map(essential)
    .filter((event) => event !== undefined)
  const expected = recording.following(k, next.length)
  // Quicker than to look for what differs, which is seldom there.
  if (JSON.stringify(next) !== JSON.stringify(expected)) {
    expect(next, `${recipe.name}, from event ${k} on`).toEqual(expected)
  }
  return next.length
}

/** From every prefix of a journal the next events are the recorded ones. */
export async function checkPrefixes(recipe: Recipe): Promise<void> {
  const recording = await record(recipe)
  const { length } = recording.events
  let compared = 0
  for (let k = 1; k < length; k++) compared += await goOn(recipe, recording, k, oneMore)
  // Every prefix but those at the end leaves something to do.
  expect(compared).toBeGreaterThan(2 * length)
}

/** From random prefixes of a journal the study goes on to the same end. */
export async function checkContinuations(recipe: Recipe, count: number): Promise<void> {
  const recording = await record(recipe)
  const { length } = recording.events
  const rng = createRng('prefixes', recipe.name)
  for (let i = 0; i < count; i++) {
    const k = 1 + rng.int(length - 1)
    const compared = await goOn(recipe, recording, k, () => recordedTrials)
    expect(compared).toBe(recording.following(k, length).length)
  }
}

/** As many trials as there are, with one more unless one is still open. */
function oneMore({ history }: Study): number {
  return history.open.size > 0 ? history.length : Math.min(recordedTrials, history.length + 1)
}

/** Every quick sampler once, and with them every scheduler and both modes. */
export function oneOfEach(): readonly Recipe[] {
  const quick = samplerNames.filter((name) => !slowSamplers.has(name))
  return quick.map((name, i) => {
    const all = recipes([name])
    return all[(i * 5) % all.length] as Recipe
  })
}
