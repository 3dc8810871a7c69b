import { spawn } from 'node:child_process'
import { rmSync, mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createStudy, inline, openStore, random, workerIdentity, probeWorker } from 'attune'
import { storageSpace, storageValue } from './problem.ts'

export interface StorageRate {
  readonly processes: number
  readonly reports: number
  readonly trials: number
  readonly trialsPerSecond: number
  readonly cpuMsPerTrial: number
  readonly bytesPerTrial: number
}

/** One process's share of a study in a SQLite file, up to `trials` trials in all. */
export async function work(file: string, trials: number, reports: number): Promise<void> {
  await using store = await openStore(file)
  await using study = await createStudy({
    name: 'bench',
    space: storageSpace,
    sampler: random(),
    journal: await store.journal('bench'),
    worker: workerIdentity(),
    probeWorker,
  })
  const objective = inline<(typeof storageSpace)['~params']>(
    async (trial) => {
      const value = storageValue(trial.values)
      for (let step = 1; step <= reports; step++) {
        await trial.report(value + 10 / (step + 1), { step })
      }
      return value
    },
    { objectives: study.config.objectives },
  )
  await study.optimize(objective as never, { trials })
}

/** Durable trials a second: every event is in the file when the trial goes on. */
export async function storageRate(
  processes: number,
  trials: number,
  reports: number,
): Promise<StorageRate> {
  const folder = mkdtempSync(join(tmpdir(), 'attune-bench-'))
  const file = join(folder, 'bench.db')
  try {
    // The study exists before the clock starts, as it does for the peers.
    await work(file, 0, 0)
    const usage = await Promise.all(
      Array.from({ length: processes }, () => child(file, trials, reports)),
    )
    // What counts is the time in which trials were run, not that of starting Node.
    const first = Math.min(...usage.map((u) => u.from))
    const last = Math.max(...usage.map((u) => u.to))
    const seconds = (last - first) / 1000
    const cpu = usage.reduce((sum, u) => sum + u.cpuMs, 0)
    return {
      processes,
      reports,
      trials,
      trialsPerSecond: trials / seconds,
      cpuMsPerTrial: cpu / trials,
      bytesPerTrial: statSync(file).size / trials,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Usage {
  readonly from: number
  readonly to: number
  readonly cpuMs: number
}

function child(file: string, trials: number, reports: number): Promise<Usage> {
  const entry = fileURLToPath(import.meta.url)
  const process_ = spawn(
    process.execPath,
    [...process.execArgv, entry, file, String(trials), String(reports)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  return new Promise((resolve, reject) => {
    let text = ''
    process_.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    process_.on('exit', (code) =>
      code === 0
        ? resolve(JSON.parse(text) as Usage)
        : reject(new Error(`a storage worker ended with ${code}`)),
    )
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , file = '', trials = '', reports = ''] = process.argv
  const from = Date.now()
  const before = process.cpuUsage()
  await work(file, Number(trials), Number(reports))
  const used = process.cpuUsage(before)
  const cpuMs = (used.user + used.system) / 1000
  process.stdout.write(JSON.stringify({ from, to: Date.now(), cpuMs }))
}
