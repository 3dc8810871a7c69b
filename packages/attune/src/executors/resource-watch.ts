import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { cgroupParent, createGroup } from './cgroup.ts'
import type { ProgramGroup } from './cgroup.ts'
import { createDiskTimer } from './disk-timer.ts'
import { folderBytes } from './folder-size.ts'
import type { Breach } from './limits.ts'
import { cpuBreach, diskBreach, machineBreach, memoryBreach } from './limits.ts'
import { createMachineMemory } from './machine-memory.ts'
import type { ProcessTree, ProcessUsage } from './process-usage.ts'
import { createProcessUsage } from './process-usage.ts'
import { createPsUsage } from './process-usage-ps.ts'
import { createReaping } from './reaping.ts'
import { FIRST_LOOK_MS, measure, totalSeconds, watchedProgram } from './watched-program.ts'
import type { Program, ResourceLimits, WatchedProgram } from './watched-program.ts'

/** Looks after what running trials use; one for all trials of an executor. */
export interface ResourceWatch {
  /** Begins to watch a program; call it when it has just been started, as leader of its group. */
  add(pid: number, mark: string, limits: ResourceLimits): WatchedProgram
  /** Whether the kernel ended some program for want of memory since then (`performance.now()`). */
  kernelKilledSince(atMs: number): boolean
  close(): void
}

/** Between two looks when there is nothing to fear. */
const LONGEST_MS = 1_000
const SHORTEST_MS = 20
/** New processes are looked for no more often, since that reads the list of all there are. */
const DISCOVER_MS = 250
/** The memory that a program is thought able to fill in a millisecond: 4 GB a second. */
const FILLED_PER_MS = 4_000_000
/** Looks take at most 0.5 % of a core, whatever they cost; a tenth when memory is seen to fill. */
const USUAL_SHARE = 200
const DANGER_SHARE = 10
/** Slower growth, 10 MB a second, is left to the usual looks. */
const NOTICED_GROWTH = 10_000
/** Trials are more likely to be taken by the kernel than attune is, when memory runs out. */
const KERNEL_SCORE = '500'

/**
 * A watch over the memory, processor time, output and disk use of trials, by one timer and one pass over
 * the processes for all of them. On Linux a look costs about 5 µs a process, and it is the more frequent
 * the nearer a limit or the end of the machine's memory is, assuming that 4 GB a second may be filled;
 * but never so frequent that looks take more than 0.5 % of a core, unless memory is seen running out.
 *
 * Without any limit, when the machine (or the container) has less memory left than its reserve
 * (`MachineMemory`), the largest trial is ended, so that it is not the kernel that chooses.
 */
export function createResourceWatch(): ResourceWatch {
  const usage: ProcessUsage | undefined =
    process.platform === 'linux'
      ? createProcessUsage()
      : process.platform === 'win32'
        ? undefined
        : createPsUsage()
  const machine = process.platform === 'linux' ? createMachineMemory() : undefined
  const reaping = createReaping(() => usage?.reapedSeconds?.())
  const programs = new Set<Program>()
  let timer: NodeJS.Timeout | undefined
  let dueAt = Infinity
  let discoveredAt = -Infinity
  /** Milliseconds of processor time that a look takes, on average. */
  let cost = 0
  let struckAt = -Infinity
  let kills = machine?.kernelKills()
  let killsSeenAt = performance.now()
  let killedAt = -Infinity

  const noteKills = (now: number, atMost = LONGEST_MS): void => {
    if (now - killsSeenAt < atMost) return
    killsSeenAt = now
    const count = machine?.kernelKills()
    if ((count ?? 0) > (kills ?? 0)) killedAt = now
    kills = count
  }
  const discover = (now: number): void => {
    discoveredAt = now
    usage?.discover()
  }
  const schedule = (delay: number): void => {
    const at = performance.now() + delay
    if (usage === undefined || at >= dueAt) return
    clearTimeout(timer)
    dueAt = at
    timer = setTimeout(() => void tick(), delay)
    timer.unref()
  }
  const tick = async (): Promise<void> => {
    if (usage?.refresh !== undefined) await usage.refresh()
    const now = performance.now()
    const before = process.cpuUsage()
    dueAt = Infinity
    if (now - discoveredAt >= DISCOVER_MS - 5) discover(now)
    noteKills(now)
    usage?.look()
    let delay = LONGEST_MS
    for (const program of programs) {
      const headroom = judge(program, now)
      if (headroom !== undefined) delay = Math.min(delay, headroom)
    }
    const left = judgeMachine(now)
    reaping.note()
    if ([...programs].every(({ running }) => running === undefined)) return
    const { user, system } = process.cpuUsage(before)
    cost = 0.7 * cost + (0.3 * (user + system)) / 1000
    const usual = Math.max(SHORTEST_MS, USUAL_SHARE * cost, Math.min(delay, left))
    schedule(Math.min(usual, Math.max(SHORTEST_MS / 2, DANGER_SHARE * cost, danger(left))))
  }
  /** Ends the largest trial when memory runs out; milliseconds until that may be. */
  const judgeMachine = (now: number): number => {
    const available = machine?.availableBytes()
    if (machine === undefined || available === undefined) return Infinity
    const { reserveBytes } = machine
    // What was killed last takes a moment to give its memory back.
    if (available >= reserveBytes || now - struckAt < 500) {
      return Math.max(0, available - reserveBytes) / FILLED_PER_MS
    }
    const able = [...programs].filter(({ running, exited }) => running !== undefined && !exited)
    const largest = able.toSorted((a, b) => b.used - a.used)[0]
    // Ending a small one would not help; then it is not the trials that fill the memory.
    if (largest !== undefined && largest.used > reserveBytes / 4) {
      struckAt = now
      breach(largest, machineBreach(available, largest.used))
    }
    return 0
  }
  /** Milliseconds after which to look again since memory is seen to fill. */
  const danger = (left: number): number => {
    let soonest = Infinity
    let growth = 0
    for (const { running, limits, growth: own, used } of programs) {
      const limit = limits.memoryBytes
      if (running === undefined || running.breach !== undefined || own < NOTICED_GROWTH) continue
      growth += own
      if (limit !== undefined) soonest = Math.min(soonest, (limit - used) / own / 4)
    }
    return growth <= 0 ? soonest : Math.min(soonest, (left * FILLED_PER_MS) / growth / 4)
  }
  /** Milliseconds until one of its limits may be reached. */
  const judge = (program: Program, now: number): number | undefined => {
    const { running } = program
    if (running === undefined || running.breach !== undefined || program.exited) return undefined
    measure(program, running, now)
    const { cpuSeconds = Infinity, memoryBytes = Infinity } = program.limits
    const used = totalSeconds(program) - running.before.all
    if (program.used > memoryBytes) breach(program, memoryBreach(memoryBytes))
    else if (used > cpuSeconds) breach(program, cpuBreach(cpuSeconds))
    return Math.min(
      Math.max(FIRST_LOOK_MS, now - running.startedAt),
      (memoryBytes - program.used) / FILLED_PER_MS,
      Math.max(50, ((cpuSeconds - used) * 1000) / availableParallelism()),
    )
  }
  const breach = (program: Program, why: Breach): void => {
    const { running, tree } = program
    if (running === undefined || running.breach !== undefined) return
    running.breach = why
    // Memory does not wait for a grace.
    if (why.reason === 'out-of-memory') tree.strike()
    running.onBreach(why)
  }
  const weighDisks = async (): Promise<void> => {
    for (const program of programs) {
      const { running } = program
      const limit = program.limits.diskBytes
      if (running === undefined || limit === undefined || program.exited) continue
      const bytes = await folderBytes(running.folder, limit)
      if (bytes > limit && program.running === running) breach(program, diskBreach(limit))
    }
  }
  const disks = createDiskTimer(weighDisks)
  const weigh = (): void => disks.start()
  const watch = { schedule, discover, noteKills, reaping, breach, weighDisks: weigh }

  return {
    add(pid, mark, limits) {
      if (machine !== undefined) preferToAttune(pid)
      const tree = usage?.add(pid, mark) ?? unknownTree(pid)
      const program: Program = {
        tree,
        limits,
        group: groupFor(pid, limits),
        running: undefined,
        exited: false,
        lookedAt: 0,
        used: 0,
        shared: 0,
        growth: 0,
      }
      programs.add(program)
      return watchedProgram(program, usage, watch, () => {
        programs.delete(program)
        usage?.remove(tree)
        if (programs.size > 0) return
        clearTimeout(timer)
        dueAt = Infinity
        disks.stop()
      })
    },
    kernelKilledSince(atMs) {
      noteKills(performance.now(), 0)
      return killedAt > atMs
    },
    close() {
      clearTimeout(timer)
      disks.stop()
      programs.clear()
      usage?.close()
    },
  }
}

/** Where nothing can be known of processes, only output and disk are watched. */
function unknownTree(pid: number): ProcessTree {
  return {
    pid,
    memory: () => 0,
    memoryOnce: () => 0,
    highWater: () => 0,
    cpuSeconds: () => 0,
    rootSeconds: () => 0,
    ownSeconds: () => 0,
    others: () => 0,
    seen: () => false,
    strike() {},
  }
}

/** Only limits of memory need a group; moving a program into one takes the kernel a moment. */
function groupFor(pid: number, { memoryBytes }: ResourceLimits): ProgramGroup | undefined {
  const parent = memoryBytes === undefined ? undefined : cgroupParent()
  return parent === undefined ? undefined : createGroup(parent, pid, memoryBytes)
}

/** Asks the kernel to take this program first when memory runs out; what it starts inherits that. */
function preferToAttune(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, KERNEL_SCORE)
  } catch {
    // A program that is gone, or that was made an even better choice by somebody else.
  }
}
