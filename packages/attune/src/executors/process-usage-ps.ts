import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ProcessTree, ProcessUsage } from './process-usage.ts'

interface Row {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly bytes: number
  readonly seconds: number
}

/** `ps` costs about 10 ms, so it is asked no more often than this. */
const PAUSE_MS = 2_000

/**
 * What trees of processes use, from `ps` (macOS and other systems without /proc). Processes that left
 * both their group and their parents are not found, and shared pages count for each process.
 */
export function createPsUsage(
  readRows: () => Promise<string> = runPs,
  pauseMs: number = PAUSE_MS,
): ProcessUsage {
  const trees = new Set<PsTree>()
  let readAt = -Infinity
  return {
    add(pid) {
      const tree = createPsTree(pid)
      trees.add(tree)
      return tree
    },
    remove: (tree) => void trees.delete(tree as PsTree),
    look() {},
    discover() {},
    async refresh() {
      if (performance.now() - readAt < pauseMs) return
      readAt = performance.now()
      const rows = parseRows(await readRows())
      for (const tree of trees) tree.take(rows)
    },
    close: () => trees.clear(),
  }
}

interface PsTree extends ProcessTree {
  take(rows: readonly Row[]): void
}

function createPsTree(pid: number): PsTree {
  let members: readonly Row[] = []
  let gone = 0
  let most = 0
  const seconds = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + row.seconds, 0)
  const root = (): number => members.find((row) => row.pid === pid)?.seconds ?? 0
  const memory = (): number => members.reduce((sum, row) => sum + row.bytes, 0)
  return {
    pid,
    memory,
    memoryOnce: memory,
    highWater: memory,
    cpuSeconds: () => most,
    rootSeconds: root,
    ownSeconds: root,
    others: () => members.filter((row) => row.pid !== pid).length,
    seen: () => members.length > 0 || most > 0,
    strike() {
      for (const row of members) {
        try {
          process.kill(row.group === pid ? -pid : row.pid, 'SIGKILL')
        } catch {
          // It was gone already.
        }
      }
    },
    take(rows) {
      const found = new Set<number>([pid])
      // Parents need not stand before their children.
      for (let before = 0; before !== found.size;) {
        before = found.size
        for (const row of rows) {
          if (found.has(row.parent) || row.group === pid) found.add(row.pid)
        }
      }
      const now = rows.filter((row) => found.has(row.pid))
      const alive = new Set(now.map((row) => row.pid))
      gone += seconds(members.filter((row) => !alive.has(row.pid)))
      members = now
      most = Math.max(most, gone + seconds(now))
    },
  }
}

async function runPs(): Promise<string> {
  try {
    const options = { env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 64 * 1024 * 1024 }
    return (await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,pgid=,rss=,time='], options))
      .stdout
  } catch {
    return ''
  }
}

function parseRows(text: string): Row[] {
  return text.split('\n').flatMap((line) => {
    const [pid, parent, group, kilobytes, time] = line.trim().split(/\s+/)
    if (time === undefined) return []
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      bytes: Number(kilobytes) * 1024,
      seconds: secondsOf(time),
    }
  })
}

/** `2-03:04:05`, `03:04:05` or `04:05.67` in seconds. */
function secondsOf(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time]
  const parts = (clock as string).split(':').map(Number)
  return parts.reduce((sum, part) => 60 * sum + part, 0) + 86_400 * Number(days)
}
