// What the dashboard costs, beside optuna-dashboard: npm run bench:dashboard [-- --only small,many] [-- --runs 1] [-- --json FILE]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { chromiumProgram } from '../packages/dashboard/test/browser/harness.ts'
import { writeStudies } from '../packages/dashboard/test/made-studies.ts'
import type { Measure, MeasureName, Size } from './dashboard/anchor.ts'
import { measures, sizes, titles } from './dashboard/anchor.ts'
import { firstLoad } from './dashboard/first-load.ts'
import type { Figures, StudyOnDisk } from './dashboard/study-run.ts'
import { coldRun, idOf } from './dashboard/study-run.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string', default: sizes.join(',') },
    runs: { type: 'string', default: '3' },
  },
})
if (chromiumProgram === undefined) {
  console.error('There is no chromium on the PATH. Install it, or set CHROMIUM to its program.')
  process.exit(1)
}

const names: Readonly<Record<Size, { readonly name: string; readonly trials: number }>> = {
  small: { name: 'small-net', trials: 200 },
  many: { name: 'many-10000', trials: 10_000 },
  huge: { name: 'many-100000', trials: 100_000 },
}

/** The middle of three, of each figure. */
function medians(runs: readonly Figures[]): Figures {
  const found: Figures = {}
  for (const name of Object.keys(measures) as MeasureName[]) {
    const all = runs.flatMap((run) => run[name] ?? []).sort((a, b) => a - b)
    const middle = all[Math.floor(all.length / 2)]
    if (middle !== undefined) found[name] = middle
  }
  return found
}

async function measured(
  size: Size,
  folder: string,
): Promise<{ figures: Figures; runs: Figures[] }> {
  const study: StudyOnDisk = { file: join(folder, `${size}.db`), ...names[size] }
  await writeStudies(study.file, [study.name])
  const id = await idOf(study)
  const runs: Figures[] = []
  for (let run = 0; run < Number(flags.runs); run++) {
    runs.push(await coldRun(study, id, run === 0))
    console.error(`${titles[size]}, run ${run + 1}: ${JSON.stringify(runs.at(-1))}`)
  }
  const app = size === 'small' ? await firstLoad(study, id) : {}
  return { figures: { ...medians(runs), ...app }, runs }
}

const show = (x: number): string => (x >= 100 ? x.toFixed(0) : String(Number(x.toPrecision(3))))

interface Row {
  readonly what: string
  readonly study: string
  readonly unit: string
  readonly ours: number
  readonly budget: number
  readonly met: boolean
  readonly anchor: string
}

function rowsOf(size: Size, figures: Figures): Row[] {
  return Object.entries(measures).flatMap(([name, measure]: [string, Measure]): Row[] => {
    const ours = figures[name as MeasureName]
    const budget = measure.budget[size]
    if (ours === undefined || budget === undefined) return []
    const { what, unit } = measure
    const row = { what, study: titles[size], unit, ours, budget, met: ours <= budget }
    return [{ ...row, anchor: measure.anchor[size] ?? '' }]
  })
}

// What others do on the machine meanwhile makes all times longer.
const load = Number(loadavg()[0]?.toFixed(1))
const folder = mkdtempSync(join(tmpdir(), 'attune-bench-dashboard-'))
const rows: Row[] = []
const runs: Partial<Record<Size, Figures[]>> = {}
try {
  const wanted = sizes.filter((size) => flags.only.split(',').includes(size))
  for (const size of wanted) {
    const { figures, runs: all } = await measured(size, folder)
    rows.push(...rowsOf(size, figures))
    runs[size] = all
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

console.log(
  `attune ui on ${cpus()[0]?.model ?? 'an unknown CPU'}, ${cpus().length} cores, Node ${process.version}, medians of ${flags.runs} cold runs, load before ${load}`,
)
for (const { what, study, unit, ours, budget, met, anchor } of rows) {
  const value = `${show(ours)} ${unit}`.trim()
  const peer = anchor === '' ? '' : `optuna-dashboard ${anchor}`
  console.log(
    `${study.padEnd(13)} ${what.padEnd(36)} ${value.padStart(12)}   budget ${String(budget).padEnd(6)} ${(met ? 'met' : 'NOT MET').padEnd(8)} ${peer}`,
  )
}
const file = flags.json ?? resolve(import.meta.dirname, 'results/dashboard.json')
mkdirSync(resolve(file, '..'), { recursive: true })
const about = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  load,
}
writeFileSync(file, `${JSON.stringify({ ...about, rows, runs }, null, 1)}\n`)
console.log(`\nwritten to ${file}`)
