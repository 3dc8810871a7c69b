import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cgroupPlace } from './cgroup-place.ts'
import type { CgroupPlace } from './cgroup-place.ts'
import { readNumber } from './machine-memory.ts'
import { field } from './process-stat.ts'

/** The group of one program, by which the kernel itself keeps it within its memory. */
export interface ProgramGroup {
  /** CPU seconds of all that ever ran in it; `undefined` where the kernel does not count them here. */
  cpuSeconds(): number | undefined
  /** How many of its processes the kernel ended because the limit was reached. */
  kills(): number
  /** Removes it, with what still runs in it. */
  remove(): Promise<void>
}

/** A group within which others may be made. */
export type CgroupParent = Pick<CgroupPlace, 'version' | 'folder'>

const PREFIX = 'attune-'
let made = 0
let probed: { readonly parent: CgroupParent | undefined } | undefined

/**
 * Where groups with a memory limit may be made; looked for once. That is the folder that
 * `ATTUNE_CGROUP` names; or the group this process is in, if that is the top of what it can see, or was
 * given to its user (who is not root). A group that somebody else made around this process is not
 * touched, even if root could: its maker relies on what is in it.
 */
export function cgroupParent(): CgroupParent | undefined {
  probed ??= { parent: findParent() }
  return probed.parent
}

function findParent(): CgroupParent | undefined {
  if (process.platform !== 'linux') return undefined
  const named = process.env['ATTUNE_CGROUP']
  const places =
    named === undefined || named === ''
      ? [cgroupPlace(), cgroupPlace('memory')].filter(
          (place) => place !== undefined && isOurs(place),
        )
      : [namedPlace(named)]
  const found = places.find((place) => place !== undefined && canLimit(place))
  if (found !== undefined) removeStale(found.folder)
  return found
}

const isOurs = ({ folder, top }: CgroupPlace): boolean => folder === top || process.getuid?.() !== 0

function namedPlace(folder: string): CgroupPlace {
  const version = canWrite(join(folder, 'cgroup.subtree_control')) ? 2 : 1
  return { version, folder, top: folder }
}

function canWrite(file: string): boolean {
  try {
    accessSync(file, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Whether groups in it can limit memory, for which version 2 has to be told so first. */
function canLimit({ version, folder }: CgroupPlace): boolean {
  if (!canWrite(folder) || !canWrite(join(folder, 'cgroup.procs'))) return false
  if (version === 1) return readNumber(join(folder, 'memory.usage_in_bytes')) !== undefined
  const control = join(folder, 'cgroup.subtree_control')
  if (wordsOf(control).includes('memory')) return true
  if (!wordsOf(join(folder, 'cgroup.controllers')).includes('memory')) return false
  // The kernel refuses it for a group that has processes of its own.
  return tryWrite(control, '+memory')
}

function wordsOf(file: string): string[] {
  try {
    return readFileSync(file, 'latin1').trim().split(/\s+/)
  } catch {
    return []
  }
}

function tryWrite(file: string, text: string): boolean {
  try {
    writeFileSync(file, text)
    return true
  } catch {
    return false
  }
}

/** Groups that an attune left which was killed; those in use cannot be removed. */
function removeStale(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      if (name.startsWith(PREFIX)) tryRemove(join(folder, name))
    }
  } catch {
    // They cost next to nothing.
  }
}

function tryRemove(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

/**
 * Moves a program that was just started into a group of its own with a limit of memory, swap included.
 * `undefined` when that fails, so that the watch alone has to do; it also has to for what the program
 * starts in the 10 ms or so that moving it takes, since that stays outside.
 */
export function createGroup(
  parent: CgroupParent,
  pid: number,
  memoryBytes?: number,
): ProgramGroup | undefined {
  const folder = join(parent.folder, `${PREFIX}${process.pid}-${++made}`)
  if (!fillGroup(parent.version, folder, pid, memoryBytes)) {
    tryRemove(folder)
    return undefined
  }
  return groupIn(parent.version, folder)
}

function fillGroup(
  version: 1 | 2,
  folder: string,
  pid: number,
  memoryBytes: number | undefined,
): boolean {
  try {
    mkdirSync(folder)
  } catch {
    return false
  }
  const write = (file: string, text: string): boolean => tryWrite(join(folder, file), text)
  if (memoryBytes !== undefined) {
    const limit = String(Math.floor(memoryBytes))
    if (!write(version === 2 ? 'memory.max' : 'memory.limit_in_bytes', limit)) return false
    // Without swap, or accounting for it, there are no such files.
    if (version === 2) write('memory.swap.max', '0')
    else write('memory.memsw.limit_in_bytes', limit)
    if (version === 2) write('memory.oom.group', '1')
  }
  return write('cgroup.procs', String(pid))
}

function groupIn(version: 1 | 2, folder: string): ProgramGroup {
  return {
    cpuSeconds() {
      const microseconds = field(join(folder, 'cpu.stat'), 'usage_usec ')
      return microseconds === undefined ? undefined : microseconds / 1e6
    },
    kills() {
      const file = version === 2 ? 'memory.events' : 'memory.oom_control'
      return field(join(folder, file), 'oom_kill ') ?? 0
    },
    async remove() {
      for (let pause = 1; !tryRemove(folder) && pause < 500; pause *= 2) {
        if (!tryWrite(join(folder, 'cgroup.kill'), '1')) killMembers(join(folder, 'cgroup.procs'))
        await sleep(pause)
      }
    },
  }
}

function killMembers(file: string): void {
  for (const pid of wordsOf(file).map(Number)) {
    try {
      if (pid > 0 && pid !== process.pid) process.kill(pid, 'SIGKILL')
    } catch {
      // It is gone.
    }
  }
}
