import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { findMarked, isSameProcess, listProcesses } from './process-table.ts'
import type { ProcessEntry } from './process-table.ts'

/** How long killed processes may take to disappear before they count as unkillable. */
const LAST_WAIT_MS = 2_000

export interface KillOptions {
  /** The value of `ATTUNE_MARK` that the processes to end carry. */
  readonly mark?: string | undefined
  /** The start time of the process at the top, if it was noted while that surely was alive. */
  readonly startTime?: string | undefined
  /** Milliseconds between SIGTERM and SIGKILL. Default 2,000; 0 sends SIGKILL at once. */
  readonly graceMs?: number
}

/**
 * Ends everything that a program started: its process group and session (it must have been spawned
 * `detached`, so that both have the number `pid`), all descendants, and on Linux every process whose
 * environment carries `mark`, even if it left the session and lost its parents. They get SIGTERM,
 * and SIGKILL if they still run after `graceMs`.
 *
 * A process that got the number of a dead one is never touched: a group counts only while its leader
 * is the one that started at `startTime` (without it: our child or marked) or is gone, and single
 * processes are known by their start time or mark. On Windows `taskkill` ends the tree by force.
 *
 * @returns whether all of it is gone; false for processes that cannot be killed.
 */
export async function killTree(pid: number, options: KillOptions = {}): Promise<boolean> {
  const { graceMs = 2_000 } = options
  if (process.platform === 'win32') return taskkill(pid)
  const known = new Map<number, ProcessEntry>()
  const grace = performance.now() + graceMs
  // What the processes start while they end is asked to end too, and has the rest of the time.
  while (performance.now() < grace) {
    if (!(await signalTree(pid, options, known, 'SIGTERM'))) return true
    await untilGone(known, grace)
  }
  const deadline = performance.now() + LAST_WAIT_MS
  while (await signalTree(pid, options, known, 'SIGKILL')) {
    if (performance.now() > deadline) return false
    await untilGone(known, performance.now() + 100)
  }
  return true
}

/** Whether a process group has members, counting dead ones that were not cleared away yet. */
export function groupExists(pgid: number): boolean {
  return process.platform !== 'win32' && signal(-pgid, 0)
}

/**
 * Kills (SIGKILL) all processes whose mark starts with `prefix`: what a worker left behind that died.
 * A prefix should end in the separator that follows it in the marks, lest `w1` means `w12` too; an
 * empty one means nothing. Does nothing except on Linux.
 *
 * @returns how many processes were killed.
 */
export async function sweepMarked(prefix: string): Promise<number> {
  if (prefix === '') return 0
  const killed = new Set<number>()
  const deadline = performance.now() + LAST_WAIT_MS
  // Again and again, since a process may have started another one while the list was read.
  while (performance.now() < deadline) {
    const found = findMarked((mark) => mark.startsWith(prefix))
    if (found.length === 0) break
    for (const { pid } of found) if (signal(pid, 'SIGKILL')) killed.add(pid)
    await sleep(5)
  }
  return killed.size
}

/** Signals what belongs to the tree now, adds it to `known`, and says whether there was anything. */
async function signalTree(
  pid: number,
  { mark, startTime }: KillOptions,
  known: Map<number, ProcessEntry>,
  name: NodeJS.Signals,
): Promise<boolean> {
  const table = await listProcesses()
  const marked = new Set(mark === undefined ? [] : findMarked((m) => m === mark).map((p) => p.pid))
  const leader = table.find((entry) => entry.pid === pid)
  const isLeader = (entry: ProcessEntry): boolean =>
    startTime === undefined
      ? entry.parent === process.pid || marked.has(pid)
      : entry.start === startTime
  const groupIsOurs = leader === undefined || isLeader(leader)
  if (table.length === 0) return groupIsOurs && signal(-pid, name)

  const members = membersOf(table, (entry) => {
    const inGroup = entry.pid === pid || entry.group === pid || entry.session === pid
    return (
      (groupIsOurs && inGroup) ||
      marked.has(entry.pid) ||
      known.get(entry.pid)?.start === entry.start
    )
  })
  // The group gets its signal in one stroke, so that none of it can start another one meanwhile.
  if (groupIsOurs && members.some((entry) => entry.group === pid)) signal(-pid, name)
  for (const entry of members) {
    known.set(entry.pid, entry)
    if (entry.group !== pid) signal(entry.pid, name)
  }
  return members.length > 0
}

/** The processes that fit and all their descendants, this process left out. */
function membersOf(
  table: readonly ProcessEntry[],
  fits: (entry: ProcessEntry) => boolean,
): readonly ProcessEntry[] {
  const children = new Map<number, ProcessEntry[]>()
  for (const entry of table) {
    const siblings = children.get(entry.parent)
    if (siblings === undefined) children.set(entry.parent, [entry])
    else siblings.push(entry)
  }
  const members = new Map<number, ProcessEntry>()
  const queue = table.filter(fits)
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    if (members.has(entry.pid) || entry.pid === process.pid || entry.pid <= 1) continue
    members.set(entry.pid, entry)
    queue.push(...(children.get(entry.pid) ?? []))
  }
  return [...members.values()]
}

/** Waits at least a moment, since all else here may run without ever yielding. */
async function untilGone(
  known: ReadonlyMap<number, ProcessEntry>,
  deadline: number,
): Promise<void> {
  // On macOS every look at a start time costs a process, so there the number alone is asked for.
  const runs = ({ pid, start }: ProcessEntry): boolean =>
    process.platform === 'linux' ? isSameProcess(pid, start) : signal(pid, 0)
  for (let pause = 2; ; pause = Math.min(2 * pause, 50)) {
    await sleep(Math.max(1, Math.min(pause, deadline - performance.now())))
    if (performance.now() >= deadline || ![...known.values()].some(runs)) return
  }
}

/** Sends a signal and says whether there was anything to receive it. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function taskkill(pid: number): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true }, (error) =>
      resolve(error === null || !isSameProcess(pid, undefined)),
    )
  })
}
