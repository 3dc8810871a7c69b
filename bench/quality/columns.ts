import { median } from '@attune/core/math'
import { join } from 'node:path'
import type { RunRecord } from './run-task.ts'
import { readJson } from './tasks/files.ts'
import type { Task } from './tasks/task.ts'

/** The runs of one sampler, ours or a peer's, on one task. */
export interface Column {
  /** Ours as the command line writes them, peers as `optuna/tpe`. */
  readonly sampler: string
  readonly ours: boolean
  readonly budgets: readonly number[]
  /** The regret of every run at every budget. */
  readonly runs: readonly (readonly number[])[]
  /** CPU milliseconds of a suggestion, where measured. */
  readonly cpuMs?: number
}

/** A task with everything that was run on it. */
export interface Result {
  readonly task: string
  readonly family: string
  readonly budgets: readonly number[]
  readonly columns: readonly Column[]
}

interface PeerRuns {
  readonly runs: readonly {
    readonly task: string
    readonly sampler: string
    readonly budgets: readonly number[]
    readonly cpuSeconds?: number
    readonly runs: readonly (readonly number[])[]
  }[]
}

const peersFolder = join(import.meta.dirname, '../peers')

/** What the peers reached, by task. */
export function peerColumns(): Map<string, Column[]> {
  const columns = new Map<string, Column[]>()
  for (const file of ['synth_runs.json', 'tab_runs.json']) {
    for (const { task, sampler, budgets, runs, cpuSeconds } of (
      readJson(peersFolder, file) as PeerRuns
    ).runs) {
      // The synthetic problems of two objectives come as the share of the volume reached.
      const share = task === 'zdt1_8' || task === 'mo_mixed'
      const found: Column = {
        sampler: peerName(sampler),
        ours: false,
        budgets,
        runs: share ? runs.map((run) => run.map((x) => 1 - x)) : runs,
        ...(cpuSeconds === undefined ? {} : { cpuMs: (cpuSeconds * 1000) / budgets.at(-1)! }),
      }
      columns.set(task, [...(columns.get(task) ?? []), found])
    }
  }
  return columns
}

function peerName(sampler: string): string {
  if (sampler.startsWith('ng_')) return sampler.replace('ng_', 'nevergrad/')
  return sampler === 'hyperopt_tpe' ? 'hyperopt/tpe' : `optuna/${sampler}`
}

/**
 * The peers' runs are written with six significant digits (SYNTH) or five (TAB). Ours are rounded
 * alike: tables give the same regret again and again, and equals must stay equal.
 */
function rounded(regret: number, suite: Task['suite']): number {
  return Number(regret.toPrecision(suite === 'synth' ? 6 : 5))
}

/** Our runs of one sampler on a task as a column, as far as every one of them went. */
function ourColumn(task: Task, sampler: string, records: readonly RunRecord[]): Column | undefined {
  const good = records.filter((record) => record.regret.length > 0)
  if (good.length === 0) return undefined
  const reached = Math.min(...good.map((record) => record.regret.length))
  return {
    sampler,
    ours: true,
    budgets: task.budgets.slice(0, reached),
    runs: good.map((record) => record.regret.map((regret) => rounded(regret, task.suite))),
    cpuMs: median(good.map((record) => record.cpuMs)),
  }
}

export function collect(
  tasks: readonly Task[],
  samplers: readonly string[],
  records: readonly RunRecord[],
): Result[] {
  const peers = peerColumns()
  return tasks.map((task) => {
    const ours = samplers.flatMap((sampler) => {
      const own = records.filter((r) => r.task === task.name && r.sampler === sampler)
      return ourColumn(task, sampler, own) ?? []
    })
    return {
      task: task.name,
      family: task.family,
      budgets: task.budgets,
      columns: [...ours, ...(peers.get(task.name) ?? [])],
    }
  })
}

/** The regrets of the runs at a budget; undefined where the column does not reach it. */
export function regretAt(column: Column, budget: number): number[] | undefined {
  const at = column.budgets.indexOf(budget)
  return at === -1 ? undefined : column.runs.map((run) => run[at]!)
}

/**
 * What samplers are compared by. One synthetic objective: log10 of the regret, not below 1e-8 of
 * what random search has at this budget (median of the peers' runs), so that nobody wins by digits
 * that mean nothing. All else: the regret.
 */
export function scoresAt(result: Result, column: Column, budget: number): number[] | undefined {
  const regrets = regretAt(column, budget)
  if (regrets === undefined || result.family !== 'synth') return regrets
  const random = result.columns.find(({ sampler }) => sampler === 'optuna/random')
  const typical = random === undefined ? undefined : regretAt(random, budget)
  const floor = typical === undefined ? 1e-12 : 1e-8 * median(typical)
  return regrets.map((regret) => Math.log10(Math.max(regret, floor)))
}
