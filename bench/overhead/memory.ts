import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

export interface StudyMemory {
  /** Resident megabytes when the engine is loaded and nothing has happened, and at the most. */
  readonly base: number
  readonly peak: number
}

const rounds = 3
const engine = resolve(import.meta.dirname, '../../packages/core/dist/index.js')

/**
 * Resident memory of a fresh process that runs a study with the default sampler, the median of three
 * by their peaks. The process runs plain JavaScript with the built engine, as a user's does: Node's
 * own type stripping, by which the rest of the bench runs, takes 20 MB.
 */
export async function studyMemory(trials: number): Promise<StudyMemory> {
  const folder = mkdtempSync(join(tmpdir(), 'attune-memory-'))
  try {
    const bundle = await rolldown({
      input: join(import.meta.dirname, 'memory-study.ts'),
      platform: 'node',
      external: ['@attune/core'],
    })
    const entry = join(folder, 'memory-study.mjs')
    const paths = { '@attune/core': pathToFileURL(engine).href }
    await bundle.write({ file: entry, format: 'esm', paths })
    const runs = Array.from({ length: rounds }, () => memoryOf(entry, trials))
    return runs.sort((a, b) => a.peak - b.peak)[Math.floor(rounds / 2)] as StudyMemory
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function memoryOf(entry: string, trials: number): StudyMemory {
  const run = spawnSync(process.execPath, [entry, String(trials)], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`the study failed: ${run.stderr}`)
  return JSON.parse(run.stdout) as StudyMemory
}
