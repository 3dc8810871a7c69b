import { setImmediate as turn } from 'node:timers/promises'
import type { Resources } from '@attune/core'
import type { ProgramGroup } from './cgroup.ts'
import { folderBytes } from './folder-size.ts'
import type { Breach, TrialLimits } from './limits.ts'
import { diskBreach, memoryBreach, outputBreach } from './limits.ts'
import type { ProcessTree, ProcessUsage } from './process-usage.ts'
import type { Reaping } from './reaping.ts'

/** A program in which trials run, one after the other. */
export interface WatchedProgram {
  /** Begins a trial. `onBreach` is called at most once; for memory the tree has been killed by then. */
  begin(trial: { readonly folder: string; readonly onBreach: (breach: Breach) => void }): void
  /** Counts what was printed, and takes it as an occasion to look. */
  printed(bytes: number): void
  /** Call it from the very event of its exit. */
  exited(): void
  /** Whether anything it started still runs, wherever that went. */
  leftAny(): boolean
  /** Ends the trial. `own` is what the first process says of itself, which is exact. */
  end(own?: Own): Promise<{ readonly used: Resources; readonly breach?: Breach }>
  /** Ends the watching; what was ended by then is cleared away. */
  forget(): Promise<void>
}

/** What each trial of a program may use; time by the clock is looked after elsewhere. */
export type ResourceLimits = Omit<TrialLimits, 'timeoutSeconds'>

/** What a process says that it used during a trial, its children left out. */
export interface Own {
  readonly cpuSeconds: number
  /** The most it had in memory at once. */
  readonly peakMemoryBytes: number
}

/** A new program is looked at first after this, then when it is twice as old, and so on. */
export const FIRST_LOOK_MS = 25
/** Output is an occasion for a look at most this often. */
const GLANCE_MS = 250
/** Below this, what processes share is not worth finding out. */
const WORTH_SHARING = 256 * 1024 * 1024

export interface Running {
  readonly folder: string
  readonly onBreach: (breach: Breach) => void
  readonly startedAt: number
  /** CPU seconds before the trial: of all, and of the first process itself. */
  readonly before: { readonly all: number; readonly own: number; readonly kills: number }
  peak: number
  printed: number
  breach?: Breach
}

export interface Program {
  readonly tree: ProcessTree
  readonly limits: ResourceLimits
  readonly group: ProgramGroup | undefined
  running: Running | undefined
  exited: boolean
  lookedAt: number
  /** Memory now, shared pages counted once as far as known. */
  used: number
  /** How much less that is than the plain sum was, when it was last found out. */
  shared: number
  /** Bytes a millisecond. */
  growth: number
}

/** What a program needs of its watch. */
export interface WatchOfPrograms {
  schedule(delay: number): void
  discover(now: number): void
  noteKills(now: number): void
  readonly reaping: Reaping
  breach(program: Program, why: Breach): void
  /** Has folders looked at. */
  weighDisks(): void
}

/** The handle of a program. */
export function watchedProgram(
  program: Program,
  usage: ProcessUsage | undefined,
  watch: WatchOfPrograms,
  onForget: () => void,
): WatchedProgram {
  const { tree } = program
  let missed: (() => number) | undefined
  const look = (now: number): void => {
    usage?.look(tree)
    if (program.running !== undefined) measure(program, program.running, now)
  }
  return {
    begin({ folder, onBreach }) {
      const now = performance.now()
      watch.reaping.note()
      watch.noteKills(now)
      usage?.look(tree)
      const kills = program.group?.kills() ?? 0
      const before = { all: totalSeconds(program), own: tree.ownSeconds(), kills }
      program.running = { folder, onBreach, before, startedAt: now, peak: 0, printed: 0 }
      measure(program, program.running, now)
      if (program.limits.diskBytes !== undefined) watch.weighDisks()
      watch.schedule(FIRST_LOOK_MS)
    },
    printed(bytes) {
      const { running } = program
      if (running === undefined) return
      running.printed += bytes
      const { outputBytes = Infinity } = program.limits
      if (running.printed > outputBytes) watch.breach(program, outputBreach(outputBytes))
      const now = performance.now()
      // Short programs often print once, at their end: the only good moment to see how large they are.
      const pause = Math.min(GLANCE_MS, Math.max(5, now - running.startedAt) / 2)
      if (program.exited || now - program.lookedAt < pause) return
      look(now)
      running.peak = Math.max(running.peak, tree.highWater())
    },
    exited() {
      program.exited = true
      missed = watch.reaping.claim(
        tree.rootSeconds(),
        (performance.now() - program.lookedAt) / 1000,
      )
    },
    leftAny() {
      watch.discover(performance.now())
      usage?.look(tree)
      return tree.others() > 0
    },
    async end(own) {
      const { running } = program
      if (running === undefined) return { used: {} }
      if (program.exited) await turn()
      else look(performance.now())
      program.running = undefined
      const all = totalSeconds(program) - running.before.all
      const others = Math.max(0, all - (tree.ownSeconds() - running.before.own))
      // What the kernel counts for a group is complete.
      const late = program.group?.cpuSeconds() === undefined ? (missed?.() ?? 0) : 0
      const cpuSeconds = own === undefined ? all + late : own.cpuSeconds + others
      const known = own !== undefined || tree.seen()
      const peak = Math.max(running.peak, own?.peakMemoryBytes ?? 0)
      const breach =
        running.breach ?? killedByKernel(program, running) ?? (await tooLarge(program, running))
      return {
        used: {
          ...(known ? { cpuSeconds: Math.round(1e6 * cpuSeconds) / 1e6 } : {}),
          ...(peak > 0 ? { peakMemoryBytes: Math.round(peak) } : {}),
        },
        ...(breach === undefined ? {} : { breach }),
      }
    },
    async forget() {
      onForget()
      await program.group?.remove()
    },
  }
}

export function totalSeconds({ tree, group }: Program): number {
  return Math.max(group?.cpuSeconds() ?? 0, tree.cpuSeconds())
}

/** The kernel may have been faster than the watch. */
function killedByKernel({ group, limits }: Program, { before }: Running): Breach | undefined {
  const killed = (group?.kills() ?? 0) > before.kills
  return killed ? memoryBreach(limits.memoryBytes as number) : undefined
}

/** What lies in the folder stays there, so that it counts at the end as well. */
async function tooLarge({ limits }: Program, { folder }: Running): Promise<Breach | undefined> {
  const { diskBytes } = limits
  if (diskBytes === undefined) return undefined
  if ((await folderBytes(folder, diskBytes)) <= diskBytes) return undefined
  return { ...diskBreach(diskBytes), found: 'late' }
}

/** Takes in what the last look showed. */
export function measure(program: Program, running: Running, now: number): void {
  const { tree } = program
  const { memoryBytes = Infinity } = program.limits
  const sum = tree.memory()
  if (tree.others() === 0) program.shared = 0
  let used = sum - program.shared
  // Forked processes share most of their pages; how many, the kernel only finds out by walking them.
  const larger = used > 1.25 * running.peak && used > WORTH_SHARING
  if (tree.others() > 0 && (used > memoryBytes || larger)) {
    used = tree.memoryOnce()
    program.shared = sum - used
  }
  program.growth = (used - program.used) / Math.max(1, now - program.lookedAt)
  program.used = used
  program.lookedAt = now
  running.peak = Math.max(running.peak, used)
}
