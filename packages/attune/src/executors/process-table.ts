import { execFile, execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { parseStat } from './process-stat.ts'

/** The environment variable by which the processes of a trial are known, wherever they went. */
export const MARK_VARIABLE = 'ATTUNE_MARK'

/** A process that runs; zombies are left out. */
export interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  readonly group: number
  /** Known on Linux only. */
  readonly session: number | undefined
  /** When it started, in the form of `processStartTime`. */
  readonly start: string
}

/** A process that carries a mark. */
export interface MarkedProcess {
  readonly pid: number
  readonly mark: string
}

const hasProc = process.platform === 'linux'

/** All running processes: from /proc on Linux, from `ps` elsewhere, none where there is neither. */
export async function listProcesses(): Promise<readonly ProcessEntry[]> {
  if (hasProc) return procIds().flatMap((pid) => readProcStat(pid) ?? [])
  if (process.platform === 'win32') return []
  try {
    const columns = 'pid=,ppid=,pgid=,stat=,lstart='
    const options = { env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 64 * 1024 * 1024 }
    const { stdout } = await promisify(execFile)('ps', ['-axo', columns], options)
    return stdout.split('\n').flatMap((line) => parsePsLine(line) ?? [])
  } catch {
    return []
  }
}

/**
 * A text that, with the process id, tells a process from all others that ever had its id on this
 * machine. `undefined` when there is no such process, when it is dead but not yet cleared away, and
 * where the platform does not say.
 */
export function processStartTime(pid: number): string | undefined {
  if (hasProc) return readProcStat(pid)?.start
  if (process.platform === 'win32') return undefined
  try {
    const options = { env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'ignore'] }
    const columns = 'pid=,ppid=,pgid=,stat=,lstart='
    const line = execFileSync('ps', ['-o', columns, '-p', String(pid)], options as object)
    return parsePsLine(line.toString())?.start
  } catch {
    return undefined
  }
}

/**
 * Whether the process with this id is the one that started at `startTime`, and still runs. Without a
 * start time, or where the platform has none, any running process of that id will do.
 */
export function isSameProcess(pid: number, startTime: string | undefined): boolean {
  if (startTime !== undefined && process.platform !== 'win32') {
    return processStartTime(pid) === startTime
  }
  if (hasProc) return readProcStat(pid) !== undefined
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The running processes, this one left out, whose mark fits. None except on Linux. */
export function findMarked(predicate: (mark: string) => boolean): readonly MarkedProcess[] {
  if (!hasProc) return []
  return procIds().flatMap((pid) => {
    const mark = pid === process.pid ? undefined : readMark(pid)
    return mark !== undefined && predicate(mark) ? [{ pid, mark }] : []
  })
}

function procIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** The mark of a process; none for zombies and kernel threads, nor for those of others. */
export function readMark(pid: number): string | undefined {
  try {
    const environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`
    const key = `\0${MARK_VARIABLE}=`
    const at = environment.indexOf(key)
    return at < 0 ? undefined : environment.slice(at + key.length).split('\0', 1)[0]
  } catch {
    return undefined
  }
}

let boot: string | undefined

/** Start times count from the start of the machine, so they need to say which start that was. */
function bootId(): string {
  if (boot === undefined) {
    try {
      boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)
    } catch {
      boot = ''
    }
  }
  return boot
}

function readProcStat(pid: number): ProcessEntry | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return undefined
  }
  const { state, parent, group, session, start } = parseStat(text)
  if (state === 'Z' || state === 'X') return undefined
  return { pid, parent, group, session, start: `${start}@${bootId()}` }
}

function parsePsLine(line: string): ProcessEntry | undefined {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S.*?)\s*$/.exec(line)
  if (match === null || match[4]!.startsWith('Z')) return undefined
  const [, pid, parent, group, , start] = match
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    session: undefined,
    start: start!,
  }
}
