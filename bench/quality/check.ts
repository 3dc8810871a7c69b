import { hypervolume } from '@attune/core'
import type { Constants } from './tasks/constants.ts'
import { normalise } from './tasks/constants.ts'
import { readJson } from './tasks/files.ts'
import { loadGrid } from './tasks/grid.ts'
import { noiseHash } from './tasks/noise.ts'
import { loadPool, loadTwoObjectivePool } from './tasks/pool-tasks.ts'
import { surrogateConstants, surrogateValue } from './tasks/surrogate-tasks.ts'
import { synthProblems } from './tasks/synth-problems.ts'
import { idealMixed, twoObjectiveProblems } from './tasks/synth-two-objectives.ts'
import type { Params } from './tasks/task.ts'
import { loadCurves } from './tasks/taskset.ts'

interface Check {
  readonly params: Params
  readonly row: number
  readonly seeds: readonly (number | null)[]
  readonly mean: number
  readonly L: number
  readonly value: number
  readonly values: readonly [number, number]
  readonly normalised: readonly [number, number]
  readonly regret: number
  readonly observed: readonly (readonly [seed: number, evaluation: number, value: number])[]
  readonly curve: Readonly<Record<string, number>>
}
interface TaskChecks {
  readonly constants: Readonly<Record<string, number>>
  readonly checks: readonly Check[]
  readonly sequence_seed3?: { readonly rows: readonly (readonly number[])[] }
  readonly sequence?: {
    readonly epochs_per_trial: readonly number[]
    readonly last_reported: readonly number[]
    readonly recommended: number
    readonly score: number
    readonly regret: number
  }
  readonly hv_of_the_checks?: number
}
interface TabCheck {
  readonly hash: readonly (readonly [number, number, number])[]
  readonly tasks: Readonly<Record<string, TaskChecks>>
}
type SynthCheck = Readonly<
  Record<string, { params: Params; value?: number; values?: readonly number[]; ideal_hv?: number }>
>

/** Tells of one comparison; `tolerance` is relative, 0 for values that must be equal. */
type Compare = (what: string, ours: number, theirs: number, tolerance?: number) => void

export interface CheckResult {
  readonly compared: number
  readonly tasks: number
  readonly wrong: readonly string[]
}

/** Compares the ports of the problems with values computed by others. */
export function checkPorts(data: string | undefined): CheckResult {
  const wrong: string[] = []
  let compared = 0
  const compare: Compare = (what, ours, theirs, tolerance = 1e-9) => {
    compared++
    const close =
      ours === theirs || Math.abs(ours - theirs) <= tolerance * Math.max(Math.abs(theirs), 1e-3)
    if (!close) wrong.push(`${what}: ${ours} instead of ${theirs}`)
  }
  const peers = `${import.meta.dirname}/../peers`
  const synth = readJson(peers, 'synth_reference.json') as SynthCheck
  checkSynth(synth, compare)
  const tab = readJson(peers, 'tab_check.json') as TabCheck
  for (const [seed, i, hash] of tab.hash) compare(`h32(${seed}, ${i})`, noiseHash(seed, i), hash, 0)
  const tasks = data === undefined ? [] : Object.entries(tab.tasks)
  for (const [name, checks] of tasks) checkTask(data!, name, checks, compare)
  return { compared, tasks: Object.keys(synth).length + tasks.length, wrong }
}

function checkSynth(reference: SynthCheck, compare: Compare): void {
  for (const problem of synthProblems) {
    const { params, value } = reference[problem.name]!
    compare(problem.name, problem.value(params), value!)
  }
  for (const problem of twoObjectiveProblems) {
    const { params, values, ideal_hv: ideal } = reference[problem.name]!
    problem.values(params).forEach((v, k) => compare(`${problem.name} ${k}`, v, values![k]!))
    compare(`${problem.name} ideal hypervolume`, problem.idealHypervolume, ideal!)
  }
  const mixed = twoObjectiveProblems.find(({ name }) => name === 'mo_mixed')!
  compare('mo_mixed front', hypervolume(idealMixed(), mixed.reference), mixed.idealHypervolume)
}

function checkTask(data: string, name: string, task: TaskChecks, compare: Compare): void {
  const [family, table] = name.split('/') as [string, string]
  const at = (i: number, what: string): string => `${name} check ${i} ${what}`
  switch (family) {
    case 'fcnet':
    case 'mlp':
    case 'nb201':
      return checkGrid(data, family, table, task, compare)
    case 'xgb':
    case 'deepar': {
      const pool = loadPool(data, family, table)
      compareConstants(name, pool.constants, task, compare)
      task.checks.forEach((check, i) => {
        const row = pool.rowOf(check.params)
        compare(at(i, 'row'), row, check.row, 0)
        compare(at(i, 'value'), pool.losses[row]!, check.value, 0)
        compare(at(i, 'regret'), normalise(pool.losses[row]!, pool.constants), check.regret)
      })
      return
    }
    case 'deepar2': {
      const pool = loadTwoObjectivePool(data, table)
      compare(`${name} rows`, pool.rows, task.constants['rows']!, 0)
      compare(`${name} hypervolume`, pool.hypervolume, task.constants['pool_hv']!)
      const rows = task.checks.map((check, i) => {
        const row = pool.rowOf(check.params)
        compare(at(i, 'row'), row, check.row, 0)
        for (const k of [0, 1] as const) {
          compare(at(i, `value ${k}`), pool.valuesOf(row)[k], check.values[k], 0)
          compare(at(i, `normalised ${k}`), pool.normalisedOf(row)[k], check.normalised[k])
        }
        return pool.normalisedOf(row)
      })
      // The file gives the share of the pool's volume.
      const share = hypervolume(rows, [1, 1]) / pool.hypervolume
      compare(`${name} hypervolume of the checks`, share, task.hv_of_the_checks!)
      return
    }
    case 'rbv2':
    case 'lcb': {
      const constants = surrogateConstants(data, family, table)
      task.checks.forEach((check, i) => {
        const value = surrogateValue(data, family, table, check.params)
        compare(at(i, 'value'), value, check.value)
        compare(at(i, 'regret'), normalise(-value, constants), check.regret)
      })
      return
    }
    default:
      return checkCurves(data, name, task, compare)
  }
}

function checkGrid(
  data: string,
  family: 'fcnet' | 'mlp' | 'nb201',
  table: string,
  task: TaskChecks,
  compare: Compare,
): void {
  const name = `${family}/${table}`
  const grid = loadGrid(data, family, table)
  const observe = (row: number, seed: number, i: number): number => {
    const found = grid.seedsOf(row)
    return found[noiseHash(seed, i) % found.length]!
  }
  const regretOf = (row: number): number => normalise(grid.lossOf(grid.meanOf(row)), grid.constants)
  compareConstants(name, grid.constants, task, compare)
  task.checks.forEach((check, i) => {
    const at = (what: string): string => `${name} check ${i} ${what}`
    const row = grid.rowOf(check.params)
    compare(at('row'), row, check.row, 0)
    const seeds = check.seeds.filter((x) => x !== null)
    compare(at('seeds'), grid.seedsOf(row).length, seeds.length, 0)
    grid.seedsOf(row).forEach((x, k) => compare(at(`seed ${k}`), x, seeds[k]!, 0))
    compare(at('mean'), grid.meanOf(row), check.mean)
    compare(at('L'), grid.lossOf(grid.meanOf(row)), check.L)
    compare(at('regret'), regretOf(row), check.regret)
    for (const [seed, evaluation, value] of check.observed) {
      compare(at(`observed ${seed}, ${evaluation}`), observe(row, seed, evaluation), value, 0)
    }
  })
  let incumbent = -1
  let lowest = Number.POSITIVE_INFINITY
  task.sequence_seed3?.rows.forEach(([observed, row, score, regret], i) => {
    const at = (what: string): string => `${name} sequence ${i} ${what}`
    const now = grid.rowOf(task.checks[i]!.params)
    const value = observe(now, 3, i)
    const loss = family === 'fcnet' ? value : -value
    if (loss < lowest) [lowest, incumbent] = [loss, now]
    compare(at('observed'), value, observed!, 0)
    compare(at('incumbent'), incumbent, row!, 0)
    compare(at('score'), grid.meanOf(incumbent), score!)
    compare(at('regret'), regretOf(incumbent), regret!)
  })
}

function compareConstants(name: string, ours: Constants, task: TaskChecks, compare: Compare): void {
  compare(`${name} best`, ours.best, task.constants['best_L']!)
  compare(`${name} median`, ours.median, task.constants['median_L']!)
  compare(`${name} top hundredth`, ours.top, task.constants['p99_L']!)
}

function checkCurves(data: string, name: string, task: TaskChecks, compare: Compare): void {
  const [family, table] = name.split('/') as [string, string]
  const pool = family === 'mf-taskset' ? loadCurves(data, table) : undefined
  const constants = pool?.constants ?? surrogateConstants(data, 'lcb', table)
  if (pool !== undefined) compareConstants(name, pool.constants, task, compare)
  const steps = pool === undefined ? 52 : 50
  const sign = pool === undefined ? -1 : 1
  const valueAt = (params: Params, step: number): number =>
    pool?.valueAt(pool.rowOf(params), step) ?? surrogateValue(data, 'lcb', table, params, step)
  task.checks.forEach((check, i) => {
    const at = (what: string): string => `${name} check ${i} ${what}`
    if (pool !== undefined) compare(at('row'), pool.rowOf(check.params), check.row, 0)
    for (const [step, value] of Object.entries(check.curve)) {
      compare(at(`step ${step}`), valueAt(check.params, Number(step)), value)
    }
    const final = sign * valueAt(check.params, steps)
    compare(at('regret'), normalise(final, constants), check.regret)
  })
  const { sequence } = task
  if (sequence === undefined) return
  const last = sequence.epochs_per_trial.map((step, i) => valueAt(task.checks[i]!.params, step))
  last.forEach((x, i) => compare(`${name} last of trial ${i}`, x, sequence.last_reported[i]!))
  const losses = last.map((x) => sign * x)
  const recommended = losses.indexOf(Math.min(...losses))
  compare(`${name} recommended`, recommended, sequence.recommended, 0)
  const score = valueAt(task.checks[recommended]!.params, steps)
  compare(`${name} score`, score, sequence.score)
  compare(`${name} regret`, normalise(sign * score, constants), sequence.regret)
}
