import type { Json, ObjectivesOption, SearchSpace, StudyEvent, Values } from '@attune/core'
import {
  choice,
  createStudy,
  float,
  int,
  list,
  median,
  random,
  simulatedClock,
  space,
  variant,
} from '@attune/core'

import type { Io } from '../../../src/cli/io.ts'
import { openStore } from '../../../src/journals/store.ts'

/** What a command wrote. */
export interface Recorder extends Io {
  readonly stdout: string
  readonly stderr: string
  /** The lines of standard output. */
  lines(): string[]
  /** The lines of standard output as JSON. */
  json<T = Record<string, unknown>>(): T[]
}

export function recorder(options: { columns?: number; color?: boolean } = {}): Recorder {
  let stdout = ''
  let stderr = ''
  const lines = (): string[] => stdout.split('\n').slice(0, -1)
  return {
    columns: options.columns ?? 200,
    color: options.color ?? false,
    out: (text) => void (stdout += text),
    err: (text) => void (stderr += text),
    get stdout() {
      return stdout
    },
    get stderr() {
      return stderr
    },
    lines,
    json: () => lines().map((line) => JSON.parse(line)),
  }
}

export const digitsSpace: SearchSpace = space(
  {
    lr: float(1e-5, 1, { scale: 'log' }),
    batch: int(8, 512),
    act: choice(['relu', 'tanh']),
    optimizer: variant({ sgd: { momentum: float(0, 1) }, adam: {} }),
    layers: list(1, 3, { units: int(4, 64) }),
  },
  { require: ['lr * batch < 100'] },
) as SearchSpace

/** How a trial of the study below goes. */
interface Run {
  readonly values: Values
  readonly reports?: readonly number[]
  readonly result?: number | Record<string, number> | Error
}

const adam = { optimizer: 'adam', layers: 1, 'layers.0.units': 32 }
const sgd = {
  optimizer: 'sgd',
  'optimizer.sgd.momentum': 0.9,
  layers: 2,
  'layers.0.units': 16,
  'layers.1.units': 8,
}
const runs: readonly Run[] = [
  {
    values: { lr: 0.01, batch: 32, act: 'relu', ...sgd },
    reports: [0.5, 0.8],
    result: { accuracy: 0.8, latency: 20 },
  },
  {
    values: { lr: 0.001, batch: 64, act: 'tanh', ...adam },
    reports: [0.6, 0.9],
    result: { accuracy: 0.9, latency: 10 },
  },
  { values: { lr: 0.5, batch: 8, act: 'relu', ...adam }, reports: [0.1] },
  {
    values: { lr: 0.02, batch: 16, act: 'relu', ...adam },
    result: new Error('no \u001b[31mmemory\u001b[0m left\nasked for 3 GB'),
  },
  { values: { lr: 0.9, batch: 100, act: 'relu', ...sgd }, result: Number.NaN },
  {
    values: { lr: 0.002, batch: 128, act: 'tanh', ...adam },
    result: { accuracy: 0.95, latency: 80 },
  },
  {
    values: { lr: 0.003, batch: 48, act: 'relu', ...sgd },
    result: { accuracy: 0.85, latency: 30 },
  },
  {
    values: { lr: 0.03, batch: 24, act: 'tanh', ...adam },
    result: new Error('a second one'),
  },
]

/** How the study below runs its trials, when it is run by a command. */
export const program: Json = {
  command: ['train it', '--lr={lr}', '{batch}', '{act}', '{optimizer}', ['-m', '{momentum}']],
  cwd: '/work folder',
  result: 'last',
}

/**
 * A study of nine trials: 0, 1, 5 (infeasible) and 6 complete, 2 stopped, 3 and 7 failed with an
 * error, 4 with NaN, 8 still running. Trial k takes k + 1 seconds; the first starts at 1,000,000 s.
 */
export async function makeDigits(
  file: string,
  options: { readonly name?: string; readonly program?: Json } = {},
): Promise<void> {
  const { name = 'digits' } = options
  const clock = simulatedClock({ start: 1e9 })
  await using store = await openStore(file)
  const study = await createStudy({
    name,
    space: digitsSpace,
    objective: { maximize: 'accuracy' },
    constraints: ['latency <= 50'],
    sampler: random(),
    scheduler: median({ startupTrials: 2 }),
    seed: 7,
    clock,
    worker: 'here',
    journal: await store.journal(name),
    ...(options.program === undefined ? {} : { program: options.program }),
  })
  for (const { values } of runs) await study.enqueueValues(values)
  for (const { reports = [], result } of runs) {
    const trial = await study.ask()
    for (const accuracy of reports) await trial.report({ accuracy, loss: 1 - accuracy })
    await clock.advance((trial.number + 1) * 1000)
    await study.tell(trial, result ?? 'pruned')
  }
  await study.close()
  await using journal = await store.journal(name)
  await journal.append(running(runs.length, clock.now()))
}

/** A trial of another worker, with one report. */
function running(trial: number, at: number): StudyEvent[] {
  const values = { lr: 0.05, batch: 8, act: 'relu', ...adam }
  return [
    { type: 'trial-opened', at, trial },
    { type: 'trial-claimed', at, trial, worker: 'elsewhere', epoch: 0 },
    { type: 'trial-suggested', at, trial, values, why: 'a hunch' },
    { type: 'trial-reported', at, trial, epoch: 0, step: 3, values: { accuracy: 0.7, loss: 0.3 } },
  ]
}

/** A study without space, whose trials return what they are given. */
export async function makeStudy(
  file: string,
  name: string,
  results: readonly (number | Record<string, number>)[],
  objective: ObjectivesOption = { minimize: 'loss' },
): Promise<void> {
  await using store = await openStore(file)
  await using study = await createStudy({
    name,
    objective,
    space: space({ x: float(0, 1) }),
    sampler: random(),
    journal: await store.journal(name),
  })
  for (const result of results) await study.tell(await study.ask(), result as number)
}

/** The cells of CSV text by RFC 4180; an empty cell that is not quoted is undefined. */
export function parseCsv(text: string): (string | undefined)[][] {
  const rows: (string | undefined)[][] = []
  let row: (string | undefined)[] = []
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  for (const [, quoted, bare, end] of text.matchAll(cells)) {
    row.push(quoted?.replaceAll('""', '"') ?? (bare === '' ? undefined : bare))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}
