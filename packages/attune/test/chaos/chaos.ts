import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StudyEvent } from '@attune/core'
import { createRng, valuesOf } from '@attune/core'
import { isSameProcess, processStartTime } from '../../src/executors/process-table.ts'
import { eventsOf, historyOf, programsOf, start } from '../cli/support/attune.ts'
import type { Running } from '../cli/support/attune.ts'

export interface ChaosOptions {
  /** Where the study is kept; must be empty. */
  readonly folder: string
  readonly trials: number
  /** How often attune, or one of the programs it runs, is killed with SIGKILL. */
  readonly kills: number
  readonly workers?: number
  readonly seed: string
  readonly onKill?: (kills: number, finished: number) => void
}

/** What was seen; all counts of things that must not happen come first. */
export interface ChaosReport {
  /** Results that attune had printed and that the journal does not hold. */
  readonly lostResults: readonly string[]
  /** Trials with more than one result. */
  readonly doubled: readonly number[]
  /** The longest time from a kill of attune until all that it had started was gone, in seconds. */
  readonly longestOrphan: number
  /** Programs that still ran at the end. */
  readonly leftProcesses: number
  /** Control groups that were left at the end. */
  readonly leftGroups: readonly string[]
  /** Standard error of runs that were not killed. */
  readonly complaints: readonly string[]
  readonly smallestFreeBytes: number
  readonly trials: number
  readonly finished: number
  readonly kills: { readonly attune: number; readonly programs: number }
  /** Shares of trials in the failing quarter that failed there, of the first and the last third. */
  readonly regionShares: { readonly first: number; readonly last: number }
  /** How many trials ended how. */
  readonly outcomes: Readonly<Record<string, number>>
  readonly seconds: number
}

const program = resolve(import.meta.dirname, 'program.mjs')
/** Orphans are waited for no longer than this. */
const patienceMs = 15_000

/** Runs a study of the nasty program to its end while everything is killed again and again. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { folder, trials, kills, workers = 4, seed } = options
  const name = `chaos-${seed}`
  const journal = join(folder, 'chaos.db')
  writeStudy(folder, { name, trials, workers })
  const rng = createRng('chaos', seed)
  const printed = new Map<number, string>()
  const complaints: string[] = []
  const begun = performance.now()
  const memory = watchMemory()
  const counts = { attune: 0, programs: 0 }
  let longestOrphan = 0
  let run: Running | undefined
  let lastCode: number | null = null

  const begin = (): Running => start(['run', 'chaos.yaml', '--json', '--journal', journal], folder)
  const collect = async (one: Running): Promise<void> => {
    const { stdout, stderr, code, signal } = await one.ended
    readResults(stdout, printed)
    if (signal === null) lastCode = code
    if (signal === null && stderr !== '') complaints.push(stderr)
  }
  const ended = (): number => printed.size + (run === undefined ? 0 : count(run.stdout()))
  for (let kill = 0; kill < kills; kill++) {
    const current = (run ??= begin())
    const state = { isOver: false }
    void current.ended.then(() => (state.isOver = true))
    await sleep(100 + rng.next() * 500)
    // Kills are spread over the trials, so that the last ones are hit too.
    const due = ((kill + rng.next()) * trials) / kills
    while (!state.isOver && ended() < due) await sleep(20)
    if (state.isOver) break
    options.onKill?.(kill + 1, ended())
    const programs = programsOf(name)
    const victim = programs[rng.int(Math.max(1, programs.length))]
    if (rng.next() < 0.4 && victim !== undefined) {
      counts.programs++
      killQuietly(victim)
      continue
    }
    counts.attune++
    const orphans = programs.map((pid) => ({ pid, startTime: processStartTime(pid) }))
    run.kill('SIGKILL')
    const waiting = untilGone(orphans)
    // Sometimes the next run begins while the orphans of the last one are still there.
    if (rng.next() < 0.5) longestOrphan = Math.max(longestOrphan, await waiting)
    await collect(run)
    run = begin()
    longestOrphan = Math.max(longestOrphan, await waiting)
  }
  run ??= begin()
  await collect(run)
  if (lastCode !== 0) {
    // It was killed with the last blow.
    await collect(begin())
  }
  const smallestFreeBytes = memory.stop()
  const leftover = performance.now() + 5_000
  while (programsOf(name).length > 0 && performance.now() < leftover) await sleep(50)

  const events = await eventsOf(journal, name)
  return {
    ...judge(events, printed),
    longestOrphan,
    leftProcesses: programsOf(name).length,
    leftGroups: leftGroups(),
    complaints,
    smallestFreeBytes,
    kills: counts,
    seconds: (performance.now() - begun) / 1000,
  }
}

function writeStudy(
  folder: string,
  { name, trials, workers }: { name: string; trials: number; workers: number },
): void {
  const text = `name: ${name}
command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(program)}]
space:
  x: { float: [0, 1] }
  y: { float: [0, 1] }
objective: { minimize: loss }
trials: ${trials}
workers: ${workers}
trial: { timeout: 3s, grace: 200ms, memory: 300MB, output: 20MB }
retry: { times: 3, on: [killed] }
seed: 3
`
  writeFileSync(join(folder, 'chaos.yaml'), text)
}

/** Takes in what attune said of trials that ended; what it says twice must be the same. */
function readResults(stdout: string, printed: Map<number, string>): void {
  for (const line of stdout.split('\n')) {
    // The last line of a killed process may be cut.
    if (!line.startsWith('{"type":"trial"') || !line.endsWith('}')) continue
    const { number, state, objectives } = JSON.parse(line) as {
      number: number
      state: string
      objectives: Readonly<Record<string, number>>
    }
    if (state !== 're-queued') printed.set(number, resultText(state, objectives['loss']))
  }
}

const resultText = (state: string, loss: unknown): string =>
  state === 'complete' ? `${state} ${String(loss)}` : state

const count = (stdout: string): number => stdout.split('"type":"trial"').length - 1

function judge(
  events: readonly StudyEvent[],
  printed: ReadonlyMap<number, string>,
): Pick<
  ChaosReport,
  'lostResults' | 'doubled' | 'trials' | 'finished' | 'regionShares' | 'outcomes'
> {
  const history = historyOf(events)
  const ends = new Map<number, string[]>()
  const outcomes: Record<string, number> = {}
  for (const event of events) {
    if (event.type !== 'trial-finished') continue
    const said = resultText(event.state, event.metrics?.['loss'])
    ends.set(event.trial, [...(ends.get(event.trial) ?? []), said])
    const kind = event.failure?.reason ?? event.state
    outcomes[kind] = (outcomes[kind] ?? 0) + 1
  }
  const inRegion = Array.from({ length: history.length }, (_, trial) => {
    const { x, y } = valuesOf(history, trial) as { x: number; y: number }
    return x > 0.5 && y > 0.5 ? 1 : 0
  })
  const third = Math.floor(history.length / 3)
  const shareOf = (part: readonly number[]): number =>
    part.reduce((sum: number, one) => sum + one, 0) / Math.max(1, part.length)
  return {
    lostResults: [...printed].flatMap(([trial, said]) => {
      const stored = ends.get(trial) ?? []
      return stored.includes(said) ? [] : [`trial ${trial}: ${said}, stored ${stored.join(', ')}`]
    }),
    doubled: [...ends].flatMap(([trial, all]) => (all.length > 1 ? [trial] : [])),
    trials: history.length,
    finished: history.finished,
    regionShares: {
      first: shareOf(inRegion.slice(0, third)),
      last: shareOf(inRegion.slice(-third)),
    },
    outcomes,
  }
}

/** Seconds until all of these are gone. */
async function untilGone(
  processes: readonly { pid: number; startTime: string | undefined }[],
): Promise<number> {
  const from = performance.now()
  const isLeft = (): boolean =>
    processes.some(({ pid, startTime }) => startTime !== undefined && isSameProcess(pid, startTime))
  while (isLeft() && performance.now() - from < patienceMs) await sleep(20)
  return (performance.now() - from) / 1000
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** The smallest amount of memory that was free meanwhile. */
function watchMemory(): { stop(): number } {
  let smallest = Number.POSITIVE_INFINITY
  const look = (): void => {
    smallest = Math.min(smallest, availableBytes())
  }
  look()
  const timer = setInterval(look, 50)
  return {
    stop() {
      clearInterval(timer)
      return smallest
    },
  }
}

function availableBytes(): number {
  try {
    const found = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))
    return found === null ? freemem() : Number(found[1]) * 1024
  } catch {
    return freemem()
  }
}

/** Control groups that attune made and did not remove. */
function leftGroups(): string[] {
  const roots = ['/sys/fs/cgroup', '/sys/fs/cgroup/memory'].filter((root) => existsSync(root))
  return roots.flatMap((root) =>
    readdirSync(root)
      .filter((entry) => entry.startsWith('attune'))
      .map((entry) => join(root, entry)),
  )
}
