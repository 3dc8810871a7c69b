// What attune costs beside the objective, next to the peers: npm run bench [-- --json FILE]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { executorCost, waitingShare } from './overhead/executors.ts'
import { importanceCost } from './overhead/importance.ts'
import { studyMemory } from './overhead/memory.ts'
import { openingCost } from './overhead/opening.ts'
import { runCosts } from './overhead/sampler-run.ts'
import { bundleSize } from './overhead/size.ts'
import { startup } from './overhead/startup.ts'
import { storageRate } from './overhead/storage.ts'
import { suggestionCost } from './overhead/suggestion.ts'
import { watchingShare } from './overhead/watching.ts'

const { values: flags } = parseArgs({ options: { json: { type: 'string' } } })
const folder = import.meta.dirname
type Cpu = { readonly cpu_ms: Readonly<Record<string, number>>; readonly rss_mb: number }
interface Storage {
  readonly kind: string
  readonly procs: number
  readonly steps: number
  readonly trials_per_s: number
}
const peers = JSON.parse(
  readFileSync(resolve(folder, 'peers/overhead_baselines.json'), 'utf8'),
) as {
  readonly 'optuna_5.0.0.dev': Readonly<Record<string, Cpu>>
  readonly 'storage_optuna_5.0.0.dev': { readonly disk_quiet: readonly Storage[] }
  readonly others_cpu_ms: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly startup: Readonly<Record<string, number | number[]>>
  /** At 100 and at 1,000 trials. */
  readonly importance_cpu_s: {
    readonly ped_anova: readonly [number, number]
    readonly fanova: readonly [number, number]
  }
}
const optuna = peers['optuna_5.0.0.dev']
const hyperopt = peers.others_cpu_ms['hyperopt_tpe'] ?? {}

interface Row {
  readonly what: string
  readonly unit: string
  readonly ours: number
  readonly budget: string
  readonly met: boolean
  readonly peers: string
}
const rows: Row[] = []
const show = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(3))
const note = (row: Row): void => {
  rows.push(row)
  const verdict = row.met ? 'met' : 'NOT MET'
  console.log(
    `${row.what.padEnd(58)} ${`${show(row.ours)} ${row.unit}`.padStart(14)}   budget ${row.budget.padEnd(10)} ${verdict.padEnd(8)} ${row.peers}`,
  )
}
const atMost = (what: string, unit: string, ours: number, budget: number, text: string): void =>
  note({ what, unit, ours, budget: `<= ${budget}`, met: ours <= budget, peers: text })
const atLeast = (what: string, unit: string, ours: number, budget: number, text: string): void =>
  note({ what, unit, ours, budget: `>= ${budget}`, met: ours >= budget, peers: text })

const tpePeers = (n: number): string => {
  const parts = [
    `Optuna 5 ${optuna['tpe_default (quiet)']?.cpu_ms[n] ?? '-'} ms`,
    `hyperopt ${hyperopt[n] ?? '-'} ms`,
  ]
  return parts.join(', ')
}

console.log(
  `attune overhead on ${cpus()[0]?.model ?? 'an unknown CPU'}, ${cpus().length} cores, Node ${process.version}`,
)
console.log('CPU milliseconds of ask + tell, 10 mixed parameters, in memory')
const cost = async (sampler: string, n: number): Promise<number> =>
  (await suggestionCost(sampler, n)).cpuMs
atMost(
  'random, 1,000 trials',
  'ms',
  await cost('random', 1000),
  0.02,
  `Optuna 5 ${optuna['random']?.cpu_ms['100']} ms (100 trials)`,
)
atMost(
  'Sobol, 1,000 trials',
  'ms',
  await cost('sobol', 1000),
  0.03,
  `Optuna 5 ${optuna['qmc']?.cpu_ms['1000']} ms`,
)
for (const [n, budget] of [
  [100, 0.8],
  [1000, 0.8],
  [5000, 3.5],
  [100_000, 6],
] as const) {
  atMost(`TPE, ${n.toLocaleString('en')} trials`, 'ms', await cost('tpe', n), budget, tpePeers(n))
}
const [gp100, gp200] = await runCosts('gp', [100, 200], { seeds: 3 })
for (const [run, budget] of [
  [gp100, 30],
  [gp200, 80],
] as const) {
  const n = run?.trials ?? 0
  const peer = `Optuna 5 ${optuna['gp']?.cpu_ms[n]} ms`
  atMost(`GP, ${n} trials, refits included`, 'ms', run?.cpuMs ?? Number.NaN, budget, peer)
}
const [evolved] = await runCosts('cmaEs', [1000], { seeds: 15 })
atMost(
  'CMA-ES, 1,000 trials',
  'ms',
  evolved?.cpuMs ?? Number.NaN,
  0.08,
  `Optuna 5 ${optuna['cmaes']?.cpu_ms['1000']} ms`,
)
const [sorted] = await runCosts('nsga2', [1000], { objectives: 2, seeds: 15 })
atMost(
  'NSGA-II, two objectives, 1,000 trials',
  'ms',
  sorted?.cpuMs ?? Number.NaN,
  0.08,
  `Optuna 5 ${optuna['nsga2 (quiet)']?.cpu_ms['1000']} ms`,
)
atMost('forest, 1,000 trials', 'ms', await cost('forest', 1000), 60, '')

console.log('\nCPU milliseconds of the importance of 10 parameters, 1,000 trials')
for (const [method, key, budget] of [
  ['fanova', 'fanova', 300],
  ['pedAnova', 'ped_anova', 3],
] as const) {
  const peer = peers.importance_cpu_s[key][1] * 1000
  atMost(method, 'ms', importanceCost(method, 1000), budget, `Optuna 5 ${show(peer)} ms`)
}

console.log('\nPeak memory of a process')
const memory = await studyMemory(5000)
atMost(
  `5,000 trials, default sampler (${show(memory.base)} MB before the first)`,
  'MB',
  memory.peak,
  150,
  `Optuna 5 TPE ${optuna['tpe_default (quiet)']?.rss_mb} MB`,
)

console.log('\nDurable trials a second, SQLite on disk, 5 parameters')
const stored = (procs: number, steps: number): string => {
  const found = peers['storage_optuna_5.0.0.dev'].disk_quiet.filter(
    (s) => s.kind !== 'memory' && s.procs === procs && s.steps === steps,
  )
  return found.map((s) => `Optuna 5 ${s.kind} ${show(s.trials_per_s)}`).join(', ')
}
for (const [procs, trials, reports, budget] of [
  [1, 20_000, 0, 2000],
  [2, 20_000, 0, 3000],
  [1, 4000, 20, 500],
  [2, 4000, 20, 500],
] as const) {
  const rate = await storageRate(procs, trials, reports)
  const what = `${procs} process${procs > 1 ? 'es' : ''}${reports > 0 ? `, ${reports} reports each` : ''}`
  atLeast(what, '/s', rate.trialsPerSecond, budget, stored(procs, reports))
}

console.log('\nA trial beside its program, which does nothing')
const reused = await executorCost('worker', 300)
atMost('module, reused worker, wall clock', 'ms', reused.wallMs, 1, '')
const fresh = await executorCost('process', 20)
atMost('module, fresh process, wall clock', 'ms', fresh.wallMs, 80, '')
const command = await executorCost('command', 100)
atMost('command, CPU of attune', 'ms', command.cpuMs, 10, '')
atMost('16 sleeping trials with all limits watched', '% core', await watchingShare(16, 10), 1, '')
const waited = 100 * (await waitingShare(100, 20))
atMost('two workers wait for suggestions of 0.1 s, trials of 1 s', '%', waited, 5, '')

console.log('\nOpening 100,000 trials with 20 reports each')
const opening = await openingCost(100_000, 20)
atMost(`from the log (${show(opening.megabytes)} MB)`, 's', opening.fromLogSeconds, 8, '')
atMost('from a snapshot', 's', opening.fromSnapshotSeconds, 0.8, '')
atMost('memory of the process', 'MB', opening.memoryMegabytes, 300, '')

console.log('\nStart-up, wall clock')
const start = startup()
atMost(
  `attune --version (bare Node ${show(start.bareNodeMs)} ms)`,
  'ms',
  start.versionMs,
  120,
  `Optuna CLI ${String(peers.startup['cli_ask_on_sqlite_wall_ms'])} ms (ask)`,
)
atMost('first trial running', 'ms', start.firstTrialMs, 300, '')

console.log('\nBundle')
const size = await bundleSize('space, createStudy, random')
atMost(
  `import { ${size.imports} }, min+gzip`,
  'kB',
  size.importKb,
  15,
  `with the engine that createStudy loads: ${show(size.runKb)} kB`,
)

const file = flags.json ?? resolve(folder, 'results/overhead.json')
mkdirSync(resolve(file, '..'), { recursive: true })
writeFileSync(
  file,
  `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, rows }, null, 1)}\n`,
)
console.log(`\nwritten to ${file}`)
