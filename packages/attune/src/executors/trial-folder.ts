import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * The private folder of a trial, `<journal without its ending>.trials/<study>/<number>`: its output
 * is kept there, and the program may keep anything in it. A trial that is run again finds it as it
 * was left.
 */
export function trialFolder(journal: string, study: string, trial: number): string {
  const base = resolve(journal).replace(/\.(db|sqlite|jsonl|ndjson)$/, '')
  // A study may be named like no file should be.
  const name = study.replaceAll(/[^\p{L}\p{N}._-]/gu, '_').replace(/^\.+/, '_')
  return join(`${base}.trials`, name, String(trial))
}

export function makeTrialFolder(journal: string, study: string, trial: number): string {
  const folder = trialFolder(journal, study, trial)
  mkdirSync(folder, { recursive: true })
  return folder
}
