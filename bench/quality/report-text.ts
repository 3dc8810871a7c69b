import { median } from '@attune/core/math'
import type { Result } from './columns.ts'
import { regretAt } from './columns.ts'
import type { Comparison, Duel } from './comparison.ts'
import { quartiles } from './statistics.ts'

/** A regret with three digits, short. */
export function show(x: number): string {
  const size = Math.abs(x)
  if (x === 0) return '0'
  return size >= 1000 || size < 0.001 ? x.toExponential(1) : x.toPrecision(3)
}

/** Rows of cells as aligned lines, the first column to the left. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, k) => (widths[k] = Math.max(widths[k] ?? 0, cell.length)))
  }
  return rows.map((row) =>
    row
      .map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!)))
      .join('  ')
      .trimEnd(),
  )
}

/** Median and quartiles of the regret of every sampler on a task. */
export function taskLines(result: Result): string[] {
  const budgets = result.budgets.filter((budget) =>
    result.columns.some((column) => column.ours && regretAt(column, budget) !== undefined),
  )
  if (budgets.length === 0) return []
  const header = [result.task, 'runs', ...budgets.map(String), 'CPU ms']
  const rows = result.columns.map((column) => [
    `  ${column.sampler}`,
    String(column.runs.length),
    ...budgets.map((budget) => {
      const regrets = regretAt(column, budget)
      if (regrets === undefined) return '-'
      const [low, middle, high] = quartiles(regrets).map(show) as [string, string, string]
      return `${middle} [${low}, ${high}]`
    }),
    column.cpuMs === undefined ? '-' : show(column.cpuMs),
  ])
  return ['', ...align([header, ...rows])]
}

const describeDuel = (d: Duel, tasks: number): string => {
  const share = Math.round((100 * d.wins) / tasks)
  const score = `${d.wins}:${d.losses}${d.ties > 0 ? ` (${d.ties} equal)` : ''}, ahead on ${share} %`
  const level = `under its upper quartile ${d.underUpper}/${tasks}, its median ${d.underMedian}/${tasks}`
  return `  ${d.ours} against ${d.peer}: ${score}, sign test p ${show(d.p)}, corrected ${show(d.corrected)}; ${level}: ${d.level ? 'level' : 'not level'}`
}

/** How the samplers stand over a group, and how ours fare against each peer. */
export function comparisonLines(comparison: Comparison): string[] {
  const { group, budget, tasks, standings, duels, leads } = comparison
  const header = ['  sampler', 'mean rank', 'suite figure', 'median', 'runs']
  const rows = standings.map((s) => [
    `${s.ours ? '* ' : '  '}${s.sampler}`,
    s.meanRank.toFixed(3),
    show(s.figure),
    show(s.medianFigure),
    String(s.runs),
  ])
  const verdicts = leads.map((lead) => {
    const rank = `mean rank ${lead.meanRank.toFixed(3)} beside the peers, best peer ${lead.bestPeer} ${lead.bestPeerRank.toFixed(3)}: ${lead.bestRank ? 'FIRST' : 'not first'}`
    const figure = `suite figure ${show(lead.figure)}, best peer ${lead.bestFigurePeer} ${show(lead.bestFigure)}: ${lead.figureVerdict.toUpperCase()}`
    return `  ${lead.sampler}: ${rank}; ${figure}`
  })
  return [
    '',
    `${group}, ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}, budget ${budget}`,
    ...align([header, ...rows]),
    ...verdicts,
    ...(tasks.length >= 5 ? duels.map((duel) => describeDuel(duel, tasks.length)) : []),
  ]
}

/** CPU time of a suggestion over all tasks: the median and the most. */
export function cpuLines(results: readonly Result[]): string[] {
  const columns = results.flatMap((result) => result.columns)
  const names = [...new Set(columns.map(({ sampler }) => sampler))]
  const rows = names.flatMap((name) => {
    const found = columns.flatMap(({ sampler, cpuMs }) =>
      sampler === name && cpuMs !== undefined ? [cpuMs] : [],
    )
    if (found.length === 0) return []
    return [[`  ${name}`, show(median(found)), show(Math.max(...found))]]
  })
  if (rows.length === 0) return []
  const header = ['CPU milliseconds a suggestion, mean over a run', 'median task', 'dearest task']
  return ['', ...align([header, ...rows])]
}
