import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openHistory, openStore, snapshotBytes } from 'attune'
import { mixedSpace, mixedValue, studyEvents } from './problem.ts'

export interface Opening {
  readonly trials: number
  readonly reports: number
  readonly megabytes: number
  readonly fromLogSeconds: number
  readonly fromSnapshotSeconds: number
  /** Resident memory of a process that has the study open. */
  readonly memoryMegabytes: number
}

/** Opening a large study from its log and from its snapshot, each in a fresh process. */
export async function openingCost(trials: number, reports: number): Promise<Opening> {
  const folder = mkdtempSync(join(tmpdir(), 'attune-bench-'))
  const file = join(folder, 'large.db')
  try {
    await fill(file, trials, reports)
    const log = measure(file, 'log')
    const snapshot = measure(file, 'snapshot')
    return {
      trials,
      reports,
      megabytes: statSync(file).size / 1e6,
      fromLogSeconds: log.seconds,
      fromSnapshotSeconds: snapshot.seconds,
      memoryMegabytes: snapshot.memory,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fill(file: string, trials: number, reports: number): Promise<void> {
  await using store = await openStore(file)
  await using journal = await store.journal('large')
  const log = studyEvents(mixedSpace, mixedValue, {
    name: 'large',
    trials,
    reports,
    sampler: { name: 'random' },
  })
  let batch = []
  for (const events of log) {
    batch.push(...events)
    if (batch.length < 20_000) continue
    await journal.append(batch)
    batch = []
  }
  await journal.append(batch)
}

/** Opens in a process of its own; `log` leaves a snapshot behind for the next. */
function measure(file: string, from: 'log' | 'snapshot'): { seconds: number; memory: number } {
  const entry = fileURLToPath(import.meta.url)
  const run = spawnSync(process.execPath, [...process.execArgv, entry, file, from], {
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(`opening failed: ${run.stderr}`)
  return JSON.parse(run.stdout) as { seconds: number; memory: number }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , file = '', from] = process.argv
  await using store = await openStore(file)
  const journal = await store.journal('large')
  const started = performance.now()
  const { history } = await openHistory(journal)
  const seconds = (performance.now() - started) / 1000
  const memory = process.memoryUsage.rss() / 1e6
  if (from === 'log') await journal.snapshot?.save(history.seq, snapshotBytes(history))
  process.stdout.write(JSON.stringify({ seconds, memory }))
}
