import { existsSync, mkdirSync } from 'node:fs'
import { cp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AttuneError, messageOf } from '@attune/core'
import type { Trial } from '@attune/core'

/** What the folders beside a journal begin with: its path without its ending. */
export function journalBase(journal: string): string {
  return resolve(journal).replace(journalEnding, '')
}

/** Journals that differ only in these have the same folders beside them. */
export const journalEndings: readonly string[] = ['', '.db', '.sqlite', '.jsonl', '.ndjson']
const journalEnding = /\.(db|sqlite|jsonl|ndjson)$/

/**
 * The private folder of a trial, `<journal without its ending>.trials/<study>/<number>`: its output
 * is kept there, and the program may keep anything in it. A trial that is run again finds it as it
 * was left.
 */
export function trialFolder(journal: string, study: string, trial: number): string {
  // A study may be named like no file should be.
  const name = study.replaceAll(/[^\p{L}\p{N}._-]/gu, '_').replace(/^\.+/, '_')
  return join(`${journalBase(journal)}.trials`, name, String(trial))
}

const ownFile = /^(std(out|err)(\.\d+)?\.log|result\.json)$/

/** Whether attune itself writes a file of this name into the folders of trials. */
export const isOwnFile = (name: string): boolean => ownFile.test(name)

/**
 * Makes the folder of a trial ready for its next run. A trial that starts with what another one left
 * gets a copy of that folder, but for what attune wrote there. The output of an earlier run is kept as
 * `stdout.1.log` after attempt 1, and so on.
 *
 * @throws AttuneError `executor/failed` when the folder cannot be made.
 */
export async function makeTrialFolder(
  journal: string,
  study: string,
  { number, epoch, resume }: Pick<Trial, 'number' | 'epoch' | 'resume'>,
): Promise<string> {
  const folder = trialFolder(journal, study, number)
  try {
    if (resume !== undefined && resume.from !== number && !existsSync(folder)) {
      await copyFolder(trialFolder(journal, study, resume.from), folder)
    }
    // At once: by way of a thread it takes longer than a whole small trial may.
    mkdirSync(folder, { recursive: true })
    if (epoch > 0) await keepOutput(folder, epoch)
  } catch (cause) {
    const message = `The folder of trial ${number} cannot be made: ${messageOf(cause)}. Make its place writable, or make room there.`
    throw new AttuneError('executor/failed', message, { details: { folder }, cause })
  }
  return folder
}

/** Copies under another name first, so that a copy that was cut short is never taken for a whole one. */
async function copyFolder(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return
  const unfinished = `${to}.copy`
  await rm(unfinished, { recursive: true, force: true })
  await cp(from, unfinished, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => dirname(path) !== from || !isOwnFile(basename(path)),
  })
  await rename(unfinished, to)
}

async function keepOutput(folder: string, attempt: number): Promise<void> {
  for (const name of ['stdout', 'stderr']) {
    const file = join(folder, `${name}.log`)
    if (existsSync(file)) await rename(file, join(folder, `${name}.${attempt}.log`))
  }
}
