import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { History, StudyEvent } from '@attune/core'
import { createHistory, applyEntry } from '@attune/core'
import { openStore } from 'attune'

export const bin = resolve(import.meta.dirname, '../../../bin/attune.js')
export const objective = resolve(import.meta.dirname, 'objective.mjs')
export const objectiveModule = resolve(import.meta.dirname, 'objective-module.mjs')

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly pid: number
  readonly ended: Promise<Ended>
  kill(signal: NodeJS.Signals): void
  /** What has been printed so far. */
  stdout(): string
}

/** A folder of its own that is removed when the test is over. */
export function temporaryFolder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'attune-cli-'))
  return {
    path,
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** Starts the built command line. */
export function start(args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }))
  })
  return {
    pid: child.pid as number,
    ended,
    kill: (signal) => void child.kill(signal),
    stdout: () => stdout,
  }
}

export function attune(args: readonly string[], cwd: string): Promise<Ended> {
  return start(args, cwd).ended
}

/** A study file for the small program; `more` is appended. */
export function writeStudy(folder: string, name: string, more = '', wait = 3): string {
  const file = join(folder, 'study.yaml')
  writeFileSync(
    file,
    `name: ${name}
command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(objective)}, --x, "{x}", --act, "{act}", --wait, "${wait}", [--momentum, "{momentum}"]]
space:
  x: { float: [0, 1] }
  act: { choice: [relu, tanh] }
  optimizer: { variant: { sgd: { momentum: { float: [0, 0.99] } }, adam: {} } }
objective: { minimize: loss }
seed: 5
${more}`,
  )
  return file
}

/** The events of a study, read from its journal. */
export async function eventsOf(journalFile: string, study: string): Promise<StudyEvent[]> {
  await using store = await openStore(journalFile, { readOnly: true })
  await using journal = await store.journal(study)
  const events: StudyEvent[] = []
  for await (const entries of journal.read(0)) events.push(...entries.map((entry) => entry.event))
  return events
}

export function historyOf(events: readonly StudyEvent[]): History {
  const history = createHistory()
  events.forEach((event, i) => applyEntry(history, { seq: i + 1, event }))
  return history
}

/** What a trial was given and what came of it, without times and places. */
export function essence(events: readonly StudyEvent[]): string[] {
  const kept = events.flatMap((event): [number, number, ...unknown[]][] => {
    switch (event.type) {
      case 'trial-suggested':
        return [[event.trial, 0, 'suggested', event.values]]
      case 'trial-reported':
        return [[event.trial, event.step, 'reported', event.values]]
      case 'trial-decided':
        return [[event.trial, event.step + 0.1, event.decision, event.reason]]
      case 'trial-finished':
        return [[event.trial, Number.MAX_VALUE, event.state, event.metrics]]
      default:
        return []
    }
  })
  const lines = kept
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .map((entry) => JSON.stringify(entry))
  // A trial that was run again reports the same again.
  return [...new Set(lines)]
}

/** Processes whose environment names this study: programs that attune started for it. */
export function programsOf(study: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8')
          .split('\0')
          .includes(`ATTUNE_STUDY=${study}`)
      } catch {
        return false
      }
    })
    .map(Number)
}
