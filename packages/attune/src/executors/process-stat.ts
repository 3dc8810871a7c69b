import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

/** What Linux says of a process in /proc/<pid>/stat. */
export interface ProcessStat {
  /** One letter; Z and X are dead. */
  readonly state: string
  readonly parent: number
  readonly group: number
  readonly session: number
  /** In ticks since the machine started. */
  readonly start: string
  /** Seconds of its own, counted in ticks of 10 ms on nearly all machines. */
  readonly cpuSeconds: number
  /** Seconds of its children that have ended and been waited for, with theirs. */
  readonly childSeconds: number
  /** Pages in memory, shared ones included. */
  readonly residentBytes: number
}

/** Reads one process again and again, at a quarter of what opening the file each time costs. */
export interface StatReader {
  /** `undefined` when the process is gone; never that of another process with the same number. */
  read(): ProcessStat | undefined
  close(): void
}

export function openStat(pid: number | 'self'): StatReader | undefined {
  let fd: number
  try {
    fd = openSync(`/proc/${pid}/stat`, 'r')
  } catch {
    return undefined
  }
  return {
    read() {
      try {
        return parseStat(buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0)))
      } catch {
        return undefined
      }
    },
    close: () => closeSync(fd),
  }
}

const buffer = Buffer.alloc(2048)

/**
 * Fields of /proc/<pid>/stat, numbered as in proc(5): 3 state, 4 ppid, 5 pgrp, 6 session, 14 to 17
 * times, 22 start, 24 resident pages.
 */
export function parseStat(text: string): ProcessStat {
  // The second field is the program's name in parentheses, which may itself hold blanks and more.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const number = (field: number): number => Number(fields[field - 3])
  const { ticks, page } = units()
  return {
    state: fields[0] ?? '',
    parent: number(4),
    group: number(5),
    session: number(6),
    start: fields[22 - 3] ?? '',
    cpuSeconds: (number(14) + number(15)) / ticks,
    childSeconds: (number(16) + number(17)) / ticks,
    residentBytes: Math.max(0, number(24)) * page,
  }
}

/** The largest size that a process has had in memory since it started its program. */
export function highWater(pid: number): number | undefined {
  const kilobytes = field(`/proc/${pid}/status`, 'VmHWM')
  return kilobytes === undefined ? undefined : kilobytes * 1024
}

/** The memory of a process in which a page that n processes share counts a nth; slow to find out. */
export function proportionalBytes(pid: number): number | undefined {
  const kilobytes = field(`/proc/${pid}/smaps_rollup`, 'Pss')
  return kilobytes === undefined ? undefined : kilobytes * 1024
}

/** The number behind a name at the beginning of a line. */
export function field(file: string, name: string): number | undefined {
  try {
    const text = `\n${readFileSync(file, 'latin1')}`
    const at = text.indexOf(`\n${name}`)
    if (at < 0) return undefined
    const number = /^:?\s*(\d+)/.exec(text.slice(at + 1 + name.length, at + 64 + name.length))
    return number === null ? undefined : Number(number[1])
  } catch {
    return undefined
  }
}

let known: { readonly ticks: number; readonly page: number } | undefined

/** The units of the kernel's numbers, from what it tells every program at its start (getauxval(3)). */
function units(): NonNullable<typeof known> {
  if (known !== undefined) return known
  let ticks = 100
  let page = 4096
  try {
    const entries = readFileSync('/proc/self/auxv')
    for (let at = 0; at + 16 <= entries.length; at += 16) {
      const key = entries.readBigUInt64LE(at)
      // AT_PAGESZ and AT_CLKTCK, see elf.h.
      if (key === 6n) page = Number(entries.readBigUInt64LE(at + 8))
      if (key === 17n) ticks = Number(entries.readBigUInt64LE(at + 8))
    }
  } catch {
    // What nearly all machines have will do.
  }
  known = { ticks: ticks || 100, page: page || 4096 }
  return known
}
