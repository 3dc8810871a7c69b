// How good the search is, next to the peers: npm run bench:quality [-- --profile full …]
import { existsSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { checkPorts } from './quality/check.ts'
import { collect } from './quality/columns.ts'
import { compareAll } from './quality/comparison.ts'
import { parseCompetitor } from './quality/competitor.ts'
import { page } from './quality/page.ts'
import { comparisonLines, cpuLines, taskLines } from './quality/report-text.ts'
import type { RunRecord } from './quality/run-task.ts'
import { fingerprint, openStore } from './quality/store.ts'
import { allTasks } from './quality/tasks/all-tasks.ts'
import type { Task } from './quality/tasks/task.ts'
import type { Job } from './quality/worker.ts'
import { runJobs } from './quality/workers.ts'

const usage = `npm run bench:quality -- [options]
  --check             only compare the problems with the reference values
  --data DIR          the real tables (default: ../shared/data beside the repository)
  --suite NAMES       synth, tab, mf (multi-fidelity), more (all other surrogates, without peers);
                      default synth,tab
  --tasks NAMES       such as ackley5,fcnet/*; default: all of the suites
  --half even|odd     the 2nd, 4th, … or the 1st, 3rd, … task in the order of the alphabet
  --samplers NAMES    such as auto,tpe:multivariate=false,random+asha; default auto,tpe,sobol,random
  --profile NAME      short (default): 10 seeds to budget 100, ends after 2 minutes;
                      full: 20 seeds to every budget
  --seeds N  --budget N  --minutes N   instead of what the profile says
  --processes N       default: one a core
  --reuse             count runs of earlier builds too
  --json FILE         where the figures go (default bench/results/quality.json); the page stands beside it`

const { values: flags } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    data: { type: 'string' },
    suite: { type: 'string', default: 'synth,tab' },
    tasks: { type: 'string' },
    half: { type: 'string' },
    samplers: { type: 'string', default: 'auto,tpe,sobol,random' },
    profile: { type: 'string', default: 'short' },
    seeds: { type: 'string' },
    budget: { type: 'string' },
    minutes: { type: 'string' },
    processes: { type: 'string' },
    reuse: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}

function count(flag: 'seeds' | 'budget' | 'minutes' | 'processes', otherwise: number): number {
  const given = flags[flag]
  if (given === undefined) return otherwise
  const value = Number(given)
  return value > 0 ? value : fail(`--${flag} takes a number above 0, got ${given}.`)
}

function dataFolder(): string | undefined {
  const folder = resolve(flags.data ?? resolve(import.meta.dirname, '../../shared/data'))
  if (existsSync(folder)) return folder
  if (flags.data !== undefined) fail(`--data: there is no folder ${folder}.`)
  console.log('The real tables are not here: SYNTH only. Name their folder with --data DIR.')
  return undefined
}

const suites = ['synth', 'tab', 'mf', 'more']

function chosenTasks(tasks: readonly Task[]): Task[] {
  const wanted = flags.suite.split(',')
  const odd = wanted.find((suite) => !suites.includes(suite))
  if (odd !== undefined) fail(`--suite: there is no suite ${odd}; known: ${suites.join(', ')}.`)
  if (!['even', 'odd', undefined].includes(flags.half)) fail('--half is even or odd.')
  const inSuites = tasks.filter(({ suite }) => wanted.includes(suite))
  const named = flags.tasks?.split(',').flatMap((pattern) => {
    const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
    // A whole name is taken from whatever suite.
    const from = pattern.includes('*') ? inSuites : tasks
    const found = from.filter(({ name }) => new RegExp(`^${source}$`).test(name))
    const names = from.map(({ name }) => name).join(', ')
    return found.length > 0 ? found : fail(`--tasks: there is no ${pattern}. Known: ${names}.`)
  })
  const kept = [...new Set(named ?? inSuites)].filter((task) => halfOf(task, tasks))
  return kept.length > 0 ? kept : fail('No task is left.')
}

/** Whether a task is in the half that was asked for. */
function halfOf({ name, suite }: Task, tasks: readonly Task[]): boolean {
  if (flags.half === undefined) return true
  const alike = tasks.filter((task) => (task.suite === 'more') === (suite === 'more'))
  const place = alike
    .map((task) => task.name)
    .sort()
    .indexOf(name)
  return (place % 2 === 1) === (flags.half === 'even')
}

if (flags.help) {
  console.log(usage)
  process.exit()
}
const data = dataFolder()
if (flags.check) {
  const { compared, tasks, wrong } = checkPorts(data)
  for (const line of wrong) console.error(line)
  console.log(`${compared} values of ${tasks} tasks compared, ${wrong.length} wrong`)
  process.exit(wrong.length === 0 ? 0 : 1)
}

if (!['short', 'full'].includes(flags.profile)) fail('--profile is short or full.')
const short = flags.profile === 'short'
const seeds = count('seeds', short ? 10 : 20)
const budget = count('budget', short ? 100 : Number.POSITIVE_INFINITY)
const minutes = count('minutes', short ? 2 : Number.POSITIVE_INFINITY)
const tasks = chosenTasks(allTasks(data))
const samplers = flags.samplers.split(',')
for (const sampler of samplers) {
  try {
    parseCompetitor(sampler)
  } catch (error) {
    fail(`--samplers ${sampler}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const code = fingerprint(data)
const store = openStore(resolve(import.meta.dirname, 'results/quality.jsonl'), code, flags.reuse)
// Seed by seed, so that a bench that is stopped has as many runs of every task.
const jobs = Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed) =>
  samplers.flatMap((sampler) =>
    tasks.flatMap((task): Job[] => {
      const upTo = task.budgets.findLast((at) => at <= budget)
      return upTo === undefined ? [] : [{ task: task.name, sampler, seed, upTo }]
    }),
  ),
)
const wanted = jobs.filter((job) => store.find(job) === undefined)
const cpu = `${cpus()[0]?.model ?? 'an unknown CPU'}, Node ${process.version}`
const about = `${tasks.length} tasks, ${seeds} seeds, ${flags.profile} profile; ${cpu}; build ${code}`
console.log(`Search quality: ${about}`)
console.log(`${jobs.length} runs, ${jobs.length - wanted.length} of them done before`)

const end = Date.now() + minutes * 60_000
let told = Date.now()
let done = 0
const failures: RunRecord[] = []
const left = await runJobs(wanted, {
  data,
  processes: count('processes', availableParallelism()),
  enough: () => Date.now() > end,
  done({ job: { task, sampler, seed }, result }) {
    const record: RunRecord = { task, sampler, seed, code, ...result }
    store.add(record)
    done++
    if (record.error !== undefined) failures.push(record)
    if (Date.now() - told < 10_000) return
    told = Date.now()
    console.log(`${done} of ${wanted.length} runs`)
  },
})

const records = jobs.flatMap((job) => store.find(job) ?? [])
const results = collect(tasks, samplers, records)
const comparisons = compareAll(results)
const unsupported = new Map(
  records.flatMap((r) =>
    r.unsupported === undefined ? [] : [[`${r.sampler} on ${r.task}`, r.unsupported]],
  ),
)
const lines = [
  ...results.flatMap(taskLines),
  ...comparisons.flatMap(comparisonLines),
  ...cpuLines(results),
  '',
  ...[...unsupported].map(([what, why]) => `not run: ${what}: ${why}`),
  ...failures.map((r) => `FAILED: ${r.sampler} on ${r.task}, seed ${r.seed}: ${r.error}`),
  ...(left > 0
    ? [`${left} runs are left after ${minutes} minutes; the same command goes on.`]
    : []),
]
console.log(lines.join('\n'))
const file = resolve(flags.json ?? resolve(import.meta.dirname, 'results/quality.json'))
const pageFile = file.replace(/(\.json)?$/, '.html')
writeFileSync(file, `${JSON.stringify({ about, code, comparisons, results }, null, 1)}\n`)
writeFileSync(pageFile, page(about, results, comparisons))
console.log(`written to ${file} and ${pageFile}`)
if (failures.length > 0) process.exitCode = 1
