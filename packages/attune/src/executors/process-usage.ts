import { readdirSync } from 'node:fs'
import type { StatReader } from './process-stat.ts'
import { highWater, openStat, proportionalBytes } from './process-stat.ts'
import type { ProcessStat } from './process-stat.ts'
import { readMark } from './process-table.ts'

/** A program with all it started, and what they use. */
export interface ProcessTree {
  readonly pid: number
  /** Memory now, in bytes; pages that several of its processes share count for each. */
  memory(): number
  /** The same with shared pages counted once; slow, and never more than `memory`. */
  memoryOnce(): number
  /** The largest of its processes at its largest, as the kernel remembers it, or memory now. */
  highWater(): number
  /** CPU seconds since it was added, of what has ended too; never falls. */
  cpuSeconds(): number
  /** CPU seconds of the first process and of what it waited for, as last seen. */
  rootSeconds(): number
  /** CPU seconds of the first process itself, as last seen. */
  ownSeconds(): number
  /** How many of its processes run, the first one left out. */
  others(): number
  /** Whether any of its processes was seen since it was added. */
  seen(): boolean
  /** Kills all its processes that are known (SIGKILL), at once. */
  strike(): void
}

/** All programs that are watched. */
export interface ProcessUsage {
  add(pid: number, mark: string): ProcessTree
  remove(tree: ProcessTree): void
  /** Looks at the processes that are known of one tree, or of all. */
  look(tree?: ProcessTree): void
  /** Looks for processes that are new. */
  discover(): void
  /** Reads everything anew, where that takes a while; `look` and `discover` do nothing there. */
  refresh?(): Promise<void>
  /** Seconds that children of this process used which have ended; all that it waited for. */
  reapedSeconds?(): number
  close(): void
}

interface Member {
  readonly pid: number
  readonly reader: StatReader
  last: ProcessStat
}

interface Tree extends ProcessTree {
  readonly mark: string
  readonly members: Map<number, Member>
  look(): void
  adopt(pid: number, reader: StatReader, stat: ProcessStat): void
  drop(): void
}

const isDead = ({ state }: ProcessStat): boolean => state === 'Z' || state === 'X'

/**
 * What trees of processes use, from /proc (Linux only). A process belongs to a tree when it is in its
 * group or session, when its parent does, or when its environment carries the tree's mark. Every
 * process of the machine is judged once, when it is new; after that only those that belong to a tree
 * are read, through files that stay open.
 */
export function createProcessUsage(): ProcessUsage {
  const trees = new Set<Tree>()
  const owners = new Map<number, Tree>()
  let seen = new Set<number>()
  const self = openStat('self')

  const ownerOf = (pid: number, stat: ProcessStat): Tree | undefined => {
    const near = owners.get(stat.parent)
    if (near !== undefined) return near
    for (const tree of trees) if (stat.group === tree.pid || stat.session === tree.pid) return tree
    const mark = readMark(pid)
    if (mark === undefined) return undefined
    for (const tree of trees) if (tree.mark === mark) return tree
    return undefined
  }
  const judge = (pid: number): void => {
    const reader = openStat(pid)
    const stat = reader?.read()
    if (reader === undefined || stat === undefined || isDead(stat)) return reader?.close()
    const owner = ownerOf(pid, stat)
    if (owner === undefined) reader.close()
    else owner.adopt(pid, reader, stat)
  }
  return {
    add(pid, mark) {
      const tree = createTree(pid, mark, owners)
      trees.add(tree)
      owners.set(pid, tree)
      const reader = openStat(pid)
      const stat = reader?.read()
      if (reader !== undefined && stat !== undefined) tree.adopt(pid, reader, stat)
      else reader?.close()
      return tree
    },
    remove(tree) {
      if (trees.delete(tree as Tree)) (tree as Tree).drop()
    },
    look(tree) {
      for (const each of tree === undefined ? trees : [tree as Tree]) each.look()
    },
    discover() {
      const now = new Set(processIds())
      for (const pid of now) {
        if (pid !== process.pid && !seen.has(pid) && !owners.has(pid)) judge(pid)
      }
      seen = now
    },
    reapedSeconds: () => self?.read()?.childSeconds ?? 0,
    close() {
      for (const tree of trees) tree.drop()
      trees.clear()
      self?.close()
    },
  }
}

function createTree(pid: number, mark: string, owners: Map<number, ProcessTree>): Tree {
  const members = new Map<number, Member>()
  /** Seconds of processes that ended and were waited for by none of the tree. */
  let gone = 0
  let most = 0
  let root = 0
  let own = 0
  let wasSeen = false
  const forget = ({ pid, reader }: Member): void => {
    reader.close()
    members.delete(pid)
    if (owners.get(pid) === tree) owners.delete(pid)
  }
  const sum = (of: (member: Member) => number): number => {
    let total = 0
    for (const member of members.values()) total += of(member)
    return total
  }
  const tree: Tree = {
    pid,
    mark,
    members,
    memory: () => sum(({ last }) => last.residentBytes),
    memoryOnce: () =>
      sum(({ pid, last }) => Math.min(proportionalBytes(pid) ?? Infinity, last.residentBytes)),
    highWater() {
      let highest = tree.memory()
      for (const member of members.values()) {
        highest = Math.max(highest, highWater(member.pid) ?? 0)
      }
      return highest
    },
    cpuSeconds() {
      const now = gone + sum(({ last }) => last.cpuSeconds + last.childSeconds)
      most = Math.max(most, now)
      return most
    },
    rootSeconds: () => root,
    ownSeconds: () => own,
    strike() {
      const all = [...members.values()]
      // In one stroke first, so that none of the group can start another one meanwhile.
      if (all.some(({ last }) => last.group === pid)) kill(-pid)
      for (const member of all) if (member.last.group !== pid) kill(member.pid)
    },
    others: () => members.size - (members.has(pid) ? 1 : 0),
    seen: () => wasSeen,
    look() {
      const ended: Member[] = []
      for (const member of members.values()) {
        const stat = member.reader.read()
        if (stat !== undefined) member.last = stat
        if (stat === undefined || isDead(stat)) ended.push(member)
        if (member.pid === pid) {
          own = member.last.cpuSeconds
          root = own + member.last.childSeconds
        }
      }
      // What a parent within the tree waited for is in its own count now.
      for (const member of ended) {
        if (!members.has(member.last.parent)) {
          gone += member.last.cpuSeconds + member.last.childSeconds
        }
      }
      ended.forEach(forget)
      tree.cpuSeconds()
    },
    adopt(id, reader, stat) {
      wasSeen = true
      members.set(id, { pid: id, reader, last: stat })
      owners.set(id, tree)
    },
    drop() {
      for (const member of [...members.values()]) forget(member)
      owners.delete(pid)
    },
  }
  return tree
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was gone already.
  }
}

function processIds(): number[] {
  const ids: number[] = []
  try {
    for (const name of readdirSync('/proc')) {
      const id = Number(name)
      if (id > 0) ids.push(id)
    }
  } catch {
    // Without a list, the processes that are known are all there are.
  }
  return ids
}
