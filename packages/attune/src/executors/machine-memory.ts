import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cgroupPlace } from './cgroup-place.ts'
import type { CgroupPlace } from './cgroup-place.ts'
import { field } from './process-stat.ts'

/** The memory that this machine, or the container this process lives in, has left (Linux only). */
export interface MachineMemory {
  /** Bytes that programs can still get; `undefined` where it cannot be known. */
  availableBytes(): number | undefined
  /** When less is left, a trial has to end: 3 % of the memory, at least 64 MiB, at most 1 GiB. */
  readonly reserveBytes: number
  /** How many programs the kernel has ended so far because memory ran out. */
  kernelKills(): number | undefined
}

const MEBIBYTE = 1024 * 1024

export function createMachineMemory(): MachineMemory {
  const groups = limitedGroups()
  const machine = (field('/proc/meminfo', 'MemTotal') ?? Infinity) * 1024
  const total = Math.min(machine, ...groups.map(({ limit }) => limit))
  const share = Number.isFinite(total) ? 0.03 * total : 0
  return {
    reserveBytes: Math.min(1024 * MEBIBYTE, Math.max(64 * MEBIBYTE, share)),
    availableBytes() {
      const free = field('/proc/meminfo', 'MemAvailable')
      if (free === undefined) return undefined
      return Math.min(free * 1024, ...groups.map(({ limit, used }) => limit - used()))
    },
    kernelKills: () => field('/proc/vmstat', 'oom_kill '),
  }
}

interface LimitedGroup {
  readonly limit: number
  /** Without the files that could be dropped from memory at once. */
  used(): number
}

/** The groups around this process that have less memory than the machine. */
function limitedGroups(): readonly LimitedGroup[] {
  const found: LimitedGroup[] = []
  for (const place of [cgroupPlace(), cgroupPlace('memory')]) {
    if (place === undefined) continue
    const { version, top } = place
    for (let folder = place.folder; ; folder = dirname(folder)) {
      const group = limitedGroup({ version, folder, top })
      if (group !== undefined) found.push(group)
      if (folder === top || folder.length <= top.length) break
    }
  }
  return found
}

function limitedGroup({ version, folder }: CgroupPlace): LimitedGroup | undefined {
  const limitFile = version === 2 ? 'memory.max' : 'memory.limit_in_bytes'
  const usageFile = join(folder, version === 2 ? 'memory.current' : 'memory.usage_in_bytes')
  const idle = version === 2 ? 'inactive_file ' : 'total_inactive_file '
  const limit = readNumber(join(folder, limitFile))
  // Version 1 writes a huge number for no limit, version 2 "max".
  if (limit === undefined || limit > 2 ** 60) return undefined
  return {
    limit,
    used: () => (readNumber(usageFile) ?? 0) - (field(join(folder, 'memory.stat'), idle) ?? 0),
  }
}

/** The number that a file holds. */
export function readNumber(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'latin1').trim()
    return /^\d+$/.test(text) ? Number(text) : undefined
  } catch {
    return undefined
  }
}
