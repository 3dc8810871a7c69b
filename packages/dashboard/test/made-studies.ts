import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Journal, SearchSpace, SimulatedReport, StudyEvent, Values } from '@attune/core'
import {
  asha,
  choice,
  flag,
  float,
  int,
  list,
  median,
  nsga2,
  openHistory,
  snapshotBytes,
  space,
  tpe,
  variant,
} from '@attune/core'
import { openStore } from 'attune'

import { trialFolder } from '../../attune/src/executors/trial-folder.ts'
import { begin, manyTrials, trialEvents } from './many-trials.ts'
import type { RanStudy } from './ran-studies.ts'
import { noise, ranEvents } from './ran-studies.ts'

/** What somebody may try to make a page do. */
export const evil = `<script>window.__ran=1</script>"'><img src=x onerror="window.__ran=1">`
export const controls = '\u001b[31mred\u0007 \u202eturned\u202c \u0000nul'
export const long = `${'long_name_'.repeat(19)}of_200_chr`

const num = (values: Values, name: string): number => Number(values[name])
const log10 = (x: number): number => Math.log(x) / Math.LN10

const net = space({
  lr: float(1e-5, 1e-1, { scale: 'log' }),
  weight_decay: float(1e-6, 1e-1, { scale: 'log' }),
  dropout: float(0, 0.6),
  momentum: float(0.5, 0.999),
  batch_size: int(16, 256, { scale: 'log' }),
  layers: int(2, 8),
  activation: choice(['relu', 'gelu', 'tanh']),
  augment: flag(),
}) as SearchSpace

/** The error a network of `net` ends with. */
function errorOf(values: Values): number {
  const lr = (log10(num(values, 'lr')) + 2.7) ** 2
  const decay = (log10(num(values, 'weight_decay')) + 4) ** 2
  return (
    0.06 +
    0.05 * lr +
    0.006 * decay +
    0.4 * (num(values, 'dropout') - 0.2) ** 2 +
    0.01 * Math.abs(num(values, 'layers') - 5) +
    (values['activation'] === 'gelu' ? 0 : 0.015) +
    (values['augment'] === true ? 0 : 0.02)
  )
}

function curveOf(trial: number, values: Values, steps: number): SimulatedReport[] {
  const next = noise(trial)
  const end = errorOf(values)
  return Array.from({ length: steps }, (_, i) => ({
    seconds: 1.5 + next(),
    step: i + 1,
    values: {
      loss: end + 0.8 * Math.exp(-(i + 1) / 6) + 0.006 * (next() - 0.5),
      lr_now: num(values, 'lr') / (i + 1),
    },
  }))
}

const small = space({
  x: float(0, 1),
  units: int(1, 64),
  act: choice(['relu', 'tanh']),
}) as SearchSpace
const bowl = (values: Values): number =>
  (num(values, 'x') - 0.3) ** 2 + (values['act'] === 'relu' ? 0 : 0.1)
const sixty = space(
  Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [
      `weight_${i}`,
      i % 7 === 6 ? choice(['a', 'b', 'c']) : float(0, 1),
    ]),
  ),
) as SearchSpace
const nasty = space({
  x: float(0, 1),
  [long]: float(0, 1),
  n: int(1, 9),
  act: choice([evil, `${long}${evil}`, controls]),
}) as SearchSpace
const nastyMetric = `loss ${evil}`

const ran = {
  /** As the anchor was measured: 8 parameters, 30 steps, median pruning, failures, two that run. */
  'small-net': {
    trials: 198,
    space: net,
    options: { sampler: tpe(), scheduler: median({ startupTrials: 5, warmupSteps: 4 }) },
    running: [7, 12],
    run: (trial, values) => {
      if (trial.number % 71 === 40) {
        const error = `CUDA out of memory with a batch of ${values['batch_size']}`
        return { seconds: 9, result: undefined, error }
      }
      const reports = curveOf(trial.number, values, 30)
      const { loss } = reports.at(-1)!.values
      return { reports, result: { loss, accuracy: 1 - loss! } }
    },
  },
  'two-objectives': {
    trials: 300,
    space: net,
    objective: [{ minimize: 'error' }, { maximize: 'images_per_s' }],
    options: { sampler: nsga2(), constraints: ['memory_gb <= 9', 'error <= 0.6'] },
    run: (trial, values) => {
      const next = noise(trial.number)
      const speed =
        (9000 * num(values, 'batch_size')) /
        (60 + num(values, 'batch_size')) /
        num(values, 'layers')
      const memory = 0.5 + (num(values, 'batch_size') * num(values, 'layers')) / 140
      const error =
        errorOf(values) + 0.05 * Math.log(num(values, 'batch_size') / 16) + 0.01 * next()
      return {
        seconds: 10 + 20 * next(),
        result: { error, images_per_s: speed, memory_gb: memory },
      }
    },
  },
  'three-objectives': {
    trials: 150,
    space: net,
    objective: [{ minimize: 'error' }, { minimize: 'latency_ms' }, { minimize: 'size_mb' }],
    run: (trial, values) => {
      const size = num(values, 'layers') * 4.5
      const latency = size * (1.2 + num(values, 'dropout')) + 3 * noise(trial.number)()
      return { seconds: 8, result: [errorOf(values) + 0.5 / size, latency, size] }
    },
  },
  conditional: {
    trials: 80,
    space: space({
      optimizer: variant({
        sgd: { lr: float(1e-4, 1, { scale: 'log' }), momentum: float(0, 0.99) },
        adam: { lr: float(1e-5, 1e-1, { scale: 'log' }), beta2: float(0.9, 0.9999) },
        none: {},
      }),
      layers: list(1, 4, { units: int(8, 512, { scale: 'log' }), dropout: float(0, 0.5) }),
    }) as SearchSpace,
    options: { sampler: tpe() },
    run: (trial, values) => {
      const best = values['optimizer'] === 'adam' ? 0.1 : values['optimizer'] === 'sgd' ? 0.2 : 0.9
      const units = num(values, 'layers.0.units') / 512
      return { seconds: 5, result: best + (units - 0.4) ** 2 + 0.02 * noise(trial.number)() }
    },
  },
  empty: { trials: 0, space: small, run: () => ({ result: 0 }) },
  'one-trial': {
    trials: 1,
    space: small,
    run: (_, values) => ({ seconds: 92, result: bowl(values) }),
  },
  'all-failed': {
    trials: 12,
    space: small,
    run: ({ number }) => {
      if (number % 3 === 0) return { seconds: 3, result: Number.NaN }
      const error = number % 3 === 1 ? 'no such file: train.csv' : 'CUDA out of memory'
      return { seconds: number, result: undefined, error }
    },
  },
  'all-pruned': {
    trials: 14,
    space: small,
    options: {
      scheduler: {
        ...median(),
        onReport: () => ({
          kind: 'stop',
          reason: 'median: worse than the median 0.1 of 9 trials at this step',
        }),
      },
    },
    run: (trial, values) => ({
      reports: [1, 2].map((step) => ({
        seconds: 2,
        step,
        values: { loss: bowl(values) + 1 / step },
      })),
      result: bowl(values) + trial.number,
    }),
  },
  constant: { trials: 25, space: small, run: () => ({ seconds: 4, result: 0.25 }) },
  'not-finite': {
    trials: 40,
    space: small,
    run: ({ number }, values) => {
      const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, 1e-300][
        number % 8
      ]
      const side = [Number.NaN, Number.NEGATIVE_INFINITY, 3][number % 3]!
      const loss = odd ?? bowl(values)
      return {
        reports: [{ seconds: 1, step: 1, values: { loss: odd ?? 1, side } }],
        result: { loss, side },
      }
    },
  },
  'one-param': {
    trials: 30,
    space: space({ lr: float(1e-4, 1, { scale: 'log' }) }) as SearchSpace,
    run: (_, values) => ({ seconds: 6, result: (log10(num(values, 'lr')) + 2) ** 2 }),
  },
  'sixty-params': {
    trials: 120,
    space: sixty,
    run: (_, values) => ({
      seconds: 7,
      result: (num(values, 'weight_0') - 0.4) ** 2 + 0.3 * num(values, 'weight_1'),
    }),
  },
  paused: {
    trials: 40,
    space: net,
    options: { scheduler: asha({ promote: true, minSteps: 3, maxSteps: 27 }) },
    run: (trial, values) => {
      const reports = curveOf(trial.number, values, 27).slice(trial.resume?.step ?? 0)
      return { reports, result: reports.at(-1)?.values['loss'] ?? errorOf(values) }
    },
  },
  [`evil ${evil}`]: {
    trials: 36,
    space: nasty,
    objective: [{ minimize: nastyMetric }],
    run: ({ number }, values) => {
      if (number % 4 === 3) return { result: undefined, error: `${evil} ${controls}` }
      const result = { [nastyMetric]: num(values, 'x'), [`m ${controls}`]: number, [long]: 1 }
      return { reports: [{ seconds: 2, step: 1, values: { [nastyMetric]: 1 } }], result }
    },
  },
  [long]: {
    trials: 20,
    space: space({
      [long]: float(0, 1),
      [`${long.slice(0, -1)}2`]: choice([long, `${long} again`]),
    }) as SearchSpace,
    run: (_, values) => ({ seconds: 3, result: num(values, long) }),
  },
  'met-while-running': {
    trials: 30,
    run: (trial) => {
      const depth = trial.suggestInt('depth', 1, 4)
      const widths = Array.from({ length: depth }, (_, i) =>
        trial.suggestInt(`width_${i}`, 8, 128, { scale: 'log' }),
      )
      const kind = trial.suggestChoice('kind', ['small', 'large'])
      const loss =
        Math.abs(depth - 2) +
        widths.reduce((sum, w) => sum + w, 0) / 500 +
        (kind === 'small' ? 0 : 0.1)
      return { reports: [{ seconds: 3, step: 1, values: { loss } }], result: loss }
    },
  },
} as const satisfies Readonly<Record<string, Omit<RanStudy, 'name'>>>

/** The names of studies that tests make, beside those of `manyTrials`. */
export const madeNames: readonly string[] = Object.keys(ran)
export type MadeName = keyof typeof ran
export const evilName: string = `evil ${evil}`

/** The events of a made study; `many-N` has N trials of 12 parameters, without reports. */
export async function madeEvents(name: string): Promise<Iterable<StudyEvent>> {
  const many = /^many-(\d+)$/.exec(name)?.[1]
  if (many !== undefined) return manyTrials(name, Number(many))
  const study: Omit<RanStudy, 'name'> | undefined = (
    ran as Readonly<Record<string, Omit<RanStudy, 'name'>>>
  )[name]
  if (study === undefined) throw new Error(`There is no made study "${name}".`)
  const events = await ranEvents({ ...study, name })
  return name === evilName ? [...events, ...evilWords(events)] : events
}

/** Notes, tags and a title that somebody wrote who wants to run something. */
function evilWords(events: readonly StudyEvent[]): StudyEvent[] {
  const at = events.at(-1)!.at + 1000
  const note = `# ${evil}\n\n[link](javascript:window.__ran=1) ![x](x) \`${evil}\`\n\n${controls}`
  return [
    { type: 'annotated', at, by: evil, note, was: 0, tags: [evil, long], title: evil },
    { type: 'annotated', at, trial: 1, by: evil, note, was: 0, tags: [controls] },
  ] as unknown as StudyEvent[]
}

const batch = 20_000

/** Appends events in batches. */
async function appendAll(journal: Journal, events: Iterable<StudyEvent>): Promise<void> {
  let waiting: StudyEvent[] = []
  for (const event of events) {
    waiting.push(event)
    if (waiting.length < batch) continue
    await journal.append(waiting)
    waiting = []
  }
  await journal.append(waiting)
}

/** What the programs of a study that means harm print. */
function writeOutputs(file: string): void {
  for (let trial = 0; trial < 6; trial++) {
    const folder = trialFolder(file, evilName, trial)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'stdout.log'), `${evil}\n${controls}\n</code></pre><h1>${long}\n`)
    writeFileSync(join(folder, 'stderr.log'), `${evil}\n`.repeat(200))
  }
}

/** As every study of so many events has when whoever ran it has closed it. */
async function leaveSnapshot(journal: Journal): Promise<void> {
  const { history } = await openHistory(journal)
  await journal.snapshot?.save(history.seq, snapshotBytes(history))
}

/** Writes made studies into a journal; a file of JSON lines takes one. */
export async function writeStudies(file: string, names: readonly string[]): Promise<void> {
  await using store = await openStore(file)
  for (const name of names) {
    await using journal = await store.journal(name)
    await appendAll(journal, await madeEvents(name))
    if (name === evilName) writeOutputs(file)
    if (name.startsWith('many-')) await leaveSnapshot(journal)
  }
}

/** The events of a trial that has ended, again and again under further numbers. */
function* copiesOf(
  events: readonly StudyEvent[],
  from: number,
  count: number,
): Generator<StudyEvent> {
  const end = events.findLast(
    (event) => event.type === 'trial-finished' && event.state === 'complete',
  )
  const copied = events.filter(
    (event) => 'trial' in event && event.trial === (end as { trial: number }).trial,
  )
  for (let i = 0; i < count; i++) {
    for (const event of copied) {
      if (event.type !== 'annotated') yield { ...event, trial: from + i } as StudyEvent
    }
  }
}

/**
 * Appends trials, which have all ended, to a made study in a journal, as another process would, in one
 * step. Gives the time at which it began to write, in milliseconds since the epoch.
 */
export async function appendTrials(
  file: string,
  name: string,
  from: number,
  count: number,
): Promise<number> {
  await using store = await openStore(file)
  await using journal = await store.journal(name)
  const { seq } = (await journal.append([])) as { seq: number }
  const events = name.startsWith('many-')
    ? trialEvents(from, from + count, { seq, at: begin + 1000 * 200 * from })
    : copiesOf([...(await madeEvents(name))], from, count)
  const all = [...events]
  const at = Date.now()
  await journal.append(all)
  return at
}
