import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RunRecord } from './run-task.ts'

/** Finished runs in a file of lines, so that a bench goes on where it was stopped. */
export interface RunStore {
  /** A run that went at least as far. */
  find(run: { task: string; sampler: string; seed: number; upTo: number }): RunRecord | undefined
  add(record: RunRecord): void
}

const keyOf = (run: { task: string; sampler: string; seed: number }): string =>
  `${run.task} ${run.sampler} ${run.seed}`

/** Runs of other builds count only with `anyBuild`. */
export function openStore(file: string, code: string, anyBuild: boolean): RunStore {
  mkdirSync(dirname(file), { recursive: true })
  const known = new Map<string, RunRecord>()
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const lines = text.split('\n')
  // The next line does not go on where a killed bench stopped.
  if (!text.endsWith('\n') && text !== '') appendFileSync(file, '\n')
  for (const line of lines) {
    const record = parse(line)
    if (record === undefined || record.error !== undefined) continue
    if (anyBuild || record.code === code) known.set(keyOf(record), record)
  }
  return {
    find(run) {
      const found = known.get(keyOf(run))
      return found !== undefined && found.upTo >= run.upTo ? found : undefined
    },
    add(record) {
      known.set(keyOf(record), record)
      appendFileSync(file, `${JSON.stringify(record)}\n`)
    },
  }
}

/** A line that was cut off when the bench was killed is no run. */
function parse(line: string): RunRecord | undefined {
  try {
    return JSON.parse(line) as RunRecord
  } catch {
    return undefined
  }
}

/** A fingerprint of the built engine, the tasks and their data: the same means the same runs. */
export function fingerprint(data: string | undefined): string {
  const root = join(import.meta.dirname, '../..')
  const hash = createHash('sha256').update(data ?? '')
  for (const folder of ['packages/core/dist', 'bench/quality/tasks']) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    for (const file of files.filter((name) => /\.(js|ts)$/.test(name)).sort()) {
      if (/\.d\.ts$|^(testing|executors|expression)/.test(file)) continue
      hash.update(file).update(readFileSync(join(root, folder, file)))
    }
  }
  return hash.digest('hex').slice(0, 12)
}
