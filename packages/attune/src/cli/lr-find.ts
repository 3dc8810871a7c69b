import { extname, resolve } from 'node:path'
import type {
  Direction,
  History,
  LearningRateProposal,
  ObjectiveSpec,
  Study,
  SweepRun,
} from '@attune/core'
import {
  AttuneError,
  cell,
  learningRateChart,
  objectiveSpecs,
  proposeLearningRate,
  stateOf,
} from '@attune/core'
import { describeNotes, describeProposal, formatRate } from '../describe/describe-learning-rate.ts'
import { sectionsText } from '../describe/sections.ts'
import { parseCommandLineWords } from '../executors/command-template.ts'
import { shortRuns } from '../executors/short-runs.ts'
import { parseNumber } from '../study-file/param-flag.ts'
import { mergeFlags, specFromFlags } from '../study-file/spec-from-flags.ts'
import type { StudyFlags } from '../study-file/study-flags.ts'
import type { StudySpec } from '../study-file/study-spec.ts'
import type { Sweep } from '../study-file/sweep-spec.ts'
import { sweepOf, sweepSpec } from '../study-file/sweep-spec.ts'
import { formatLabel } from '../text/format.ts'
import { jsonLine } from '../text/json-line.ts'
import { shownPath } from '../text/shown-path.ts'
import { plain } from '../text/text.ts'
import { wholeNumber } from './flags.ts'
import type { Io } from './io.ts'
import { readStudyFile } from './run.ts'
import type { ConcludedPlace } from './run-session.ts'
import { runSession } from './run-session.ts'

/** The options of `attune lr-find`, as the command line gives them. */
export interface LrFindFlags extends StudyFlags {
  readonly name?: string
  /** The parameter that is the learning rate. */
  readonly param?: string
  readonly range?: string
  readonly set: readonly string[]
  readonly goals: readonly { readonly direction: Direction; readonly name: string }[]
  readonly metric?: string
  readonly result?: string
  /** How many reports a run may make. */
  readonly steps?: string
  readonly method?: string
  readonly pieces?: string
  /** A file, or false for none. */
  readonly picture?: string | false
  readonly acceptChanges?: boolean
  readonly json?: boolean
}

const usualTrials = 20
const usualRange = '1e-5..1'
const methods = ['strips', 'onion', 'slope'] as const

/** What a sweep is about, once everything is read. */
interface Plan {
  readonly spec: StudySpec
  readonly sweep: Sweep
  readonly objective: ObjectiveSpec
  readonly steps: number | undefined
  readonly method: (typeof methods)[number]
  readonly pieces: number | undefined
  readonly picture: string | undefined
}

/**
 * `attune lr-find`: sweeps the learning rate of a study file, or of a command after `--`, with short
 * runs, and proposes one by a convex hull. An ordinary study keeps the runs, so that the same command
 * continues it. Exit code 0, 1 when no run lends itself to a proposal, 130 after Ctrl-C.
 */
export async function lrFind(
  file: string | undefined,
  flags: LrFindFlags,
  words: readonly string[],
  io: Io,
): Promise<number> {
  const plan = await readPlan(file, flags, words)
  const { spec, sweep, steps, objective } = plan
  if (flags.json !== true) for (const line of describeFixed(sweep)) io.out(`${line}\n`)
  return runSession(
    {
      spec,
      journal: flags.journal,
      json: flags.json,
      acceptChanges: flags.acceptChanges,
      importance: false,
      prepare: (study) => fixRanges(study, sweep),
      around: (executor) =>
        shortRuns(executor, {
          objectives: [objective],
          result: spec.result,
          ...(steps === undefined ? {} : { reports: steps }),
        }),
      conclude: (study, place) => conclude(study, plan, place, io),
    },
    io,
  )
}

async function readPlan(
  file: string | undefined,
  flags: LrFindFlags,
  words: readonly string[],
): Promise<Plan> {
  const method = methods.find((known) => known === (flags.method ?? 'strips'))
  if (method === undefined) {
    throw new AttuneError('usage', `--method takes ${methods.join(', ')}, got "${flags.method}".`)
  }
  const pieces = wholeNumber('--pieces', flags.pieces, 1)
  if (pieces !== undefined && method === 'slope') {
    throw new AttuneError('usage', '--pieces: the method slope has none. Leave it out.')
  }
  const steps = wholeNumber('--steps', flags.steps, 1)
  const range = readRange(flags.range)
  const given = file === undefined ? commandSpec(flags, words) : await fileSpec(file, flags, words)
  const sweep = sweepOf(given.space, {
    param: flags.param ?? (file === undefined ? rateIn(words) : undefined),
    range,
    set: file === undefined ? [] : flags.set,
  })
  const named = flags.name ?? (file === undefined ? given.name : `${given.name}-lr`)
  const { sampler, trials } = flags
  const spec = mergeFlags(sweepSpec(given, named, sweep), {
    ...flags,
    trials: trials ?? String(usualTrials),
    ...(sampler === undefined ? {} : { sampler }),
  })
  const [objective] = objectiveSpecs(spec.objectives) as [ObjectiveSpec]
  return { spec, sweep, objective, steps, method, pieces, picture: pictureOf(flags, named) }
}

function readRange(text: string | undefined): Sweep['range'] | undefined {
  if (text === undefined) return undefined
  const [low, high, more] = text.split('..').map((end) => parseNumber(end))
  if (low !== undefined && high !== undefined && more === undefined && low > 0 && low < high) {
    return { low, high }
  }
  throw new AttuneError(
    'usage',
    `--range takes LOW..HIGH with 0 < LOW < HIGH, got "${text}". Example: --range 1e-5..1`,
  )
}

/** The study of a command alone. Its learning rate is the placeholder that is called like one. */
function commandSpec(flags: LrFindFlags, words: readonly string[]): StudySpec {
  const rate = flags.param ?? rateIn(words)
  const { name = 'lr-find', range = usualRange, metric, result } = flags
  return specFromFlags({
    ...flags,
    name,
    param: [`${rate}=log:${range}`, ...flags.set.map(constantFlag)],
    require: [],
    goals: flags.goals.length === 0 ? [{ direction: 'minimize', name: 'loss' }] : oneGoal(flags),
    ...(metric === undefined ? {} : { metric }),
    ...(result === undefined ? {} : { result }),
    words: parseCommandLineWords(words),
  })
}

const usualNames = ['lr', 'learning_rate', 'learningRate', 'learning-rate', 'rate', 'eta']

function rateIn(words: readonly string[]): string {
  return usualNames.find((name) => words.some((word) => word.includes(`{${name}}`))) ?? 'lr'
}

function constantFlag(word: string): string {
  const at = word.indexOf('=')
  if (at > 0) return `${word.slice(0, at)}=choice:${word.slice(at + 1)}`
  throw new AttuneError('usage', `--set takes NAME=VALUE, got "${word}". Example: --set epochs=1`)
}

async function fileSpec(
  file: string,
  flags: LrFindFlags,
  words: readonly string[],
): Promise<StudySpec> {
  const said = [
    ...(flags.metric === undefined ? [] : ['--metric']),
    ...(flags.result === undefined ? [] : ['--result']),
    ...(words.length > 0 ? ['a command after --'] : []),
  ]
  if (said.length > 0) {
    throw new AttuneError(
      'usage',
      `A study file says these itself: ${said.join(', ')}. Leave them out, or leave out ${file}.`,
    )
  }
  const spec = await readStudyFile(file)
  if (flags.goals.length === 0) return spec
  const [{ direction, name }] = oneGoal(flags) as [LrFindFlags['goals'][number]]
  const objective = direction === 'minimize' ? { minimize: name } : { maximize: name }
  return { ...spec, objectives: [objective] }
}

function oneGoal({ goals }: LrFindFlags): LrFindFlags['goals'] {
  if (goals.length === 1) return goals
  throw new AttuneError('usage', 'A sweep looks at one metric: one --minimize or --maximize.')
}

function pictureOf({ picture }: LrFindFlags, name: string): string | undefined {
  if (picture === false) return undefined
  const file = picture ?? `${name}.svg`
  if (['.svg', '.html'].includes(extname(file))) return resolve(file)
  throw new AttuneError(
    'usage',
    `--picture takes a file that ends in .svg or .html, got "${file}".`,
  )
}

function describeFixed({ fixed, guessed, rate, range }: Sweep): string[] {
  const entries = Object.entries(fixed).map(([name, value]) => `${name}=${formatLabel(value)}`)
  const others = entries.length === 0 ? '' : `; fixed: ${entries.join(' ')}`
  const guesses =
    guessed.length === 0
      ? []
      : [
          `${guessed.join(', ')}: no default, so the middle of the range or the first label; --set says otherwise.`,
        ]
  return [
    `Sweeping ${rate} from ${formatRate(range.low)} to ${formatRate(range.high)}${others}`,
    ...guesses,
  ].map(plain)
}

/** Fixes variants and lengths of lists, which the space itself keeps; those of a stored study stay. */
async function fixRanges(study: Study, { ranges }: Sweep): Promise<void> {
  const isFixed = Object.keys(ranges).every((name) => study.history.adjusted.has(name))
  if (!isFixed) await study.narrow(ranges)
}

/** The finished runs of a sweep, and those that failed for other reasons than divergence. */
function runsOf(
  history: History,
  rate: string,
  metric: string,
): { readonly runs: SweepRun[]; readonly failed: SweepRun[] } {
  const runs: SweepRun[] = []
  const failed: SweepRun[] = []
  for (let trial = 0; trial < history.length; trial++) {
    const learningRate = history.values.get(rate, trial)
    if (typeof learningRate !== 'number') continue
    const state = stateOf(history, trial)
    const name = `trial ${trial}`
    if (state === 'complete') {
      runs.push({ learningRate, value: cell(history, `metric:${metric}`, trial), name })
    } else if (state === 'failed') {
      const isDiverged = history.details.get(trial)?.failure?.reason === 'not-a-number'
      ;(isDiverged ? runs : failed).push({ learningRate, value: Number.NaN, name })
    }
  }
  return { runs, failed }
}

async function conclude(
  study: Study,
  plan: Plan,
  { mode, code }: ConcludedPlace,
  io: Io,
): Promise<number> {
  const { sweep, objective, method, pieces, picture } = plan
  const { runs, failed } = runsOf(study.history, sweep.rate, objective.name)
  const isJson = mode === 'json'
  if (!runs.some(({ value }) => Math.abs(value) <= 1e150)) {
    if (isJson) io.out(jsonLine({ type: 'learning-rate', learningRate: null }))
    else io.out('\nNo run came to a finite value, so no learning rate is proposed.\n')
    return 1
  }
  const proposal = proposeLearningRate(runs, {
    direction: objective.direction,
    method,
    ...(pieces === undefined ? {} : { pieces }),
  })
  const written = picture === undefined ? undefined : await draw(proposal, failed, plan, picture)
  const words = {
    metric: objective.name,
    direction: objective.direction,
    range: sweep.range,
    failed: failed.length,
  }
  const warnings = describeNotes(proposal.notes, words)
  if (isJson) {
    io.out(jsonLine(proposalJson(proposal, plan, failed.length, warnings)))
    return code
  }
  const lines = [
    ...describeProposal(proposal, words),
    ...warnings.map((line) => `! ${line}`),
    ...(written === undefined ? [] : [`picture: ${shownPath(written)}`]),
  ]
  const title = `Proposed ${sweep.rate}: ${formatRate(proposal.learningRate)}`
  io.out(`\n${sectionsText([{ title, lines: lines.map(plain) }], io.color)}`)
  return code
}

function proposalJson(
  proposal: LearningRateProposal,
  { sweep, picture, objective }: Plan,
  failed: number,
  warnings: readonly string[],
): object {
  const { learningRate, near, expected, best, runs, diverged, notes, prediction } = proposal
  const { method, pieces, hulls } = prediction
  return {
    type: 'learning-rate',
    parameter: sweep.rate,
    learningRate,
    near,
    expected,
    metric: objective.name,
    best,
    range: sweep.range,
    fixed: sweep.fixed,
    runs: runs.length,
    diverged: diverged.length,
    failed,
    notes,
    warnings,
    method,
    pieces,
    hulls,
    picture: picture ?? null,
  }
}

/** Writes the picture of a sweep; a page holds it as it is. */
async function draw(
  proposal: LearningRateProposal,
  failed: readonly SweepRun[],
  { spec, objective, sweep }: Plan,
  file: string,
): Promise<string> {
  const chart = learningRateChart(proposal, {
    metric: objective.name,
    title: `${spec.name}: ${objective.name} of short runs by ${sweep.rate}`,
    failed,
  })
  const { writePlot } = await import('./plot-files.ts')
  const look = {
    theme: 'light',
    width: 900,
    height: 520,
    title: chart.title,
    small: false,
  } as const
  await writePlot([chart], file, look)
  return file
}
