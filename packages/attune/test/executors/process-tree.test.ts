import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import {
  isSameProcess,
  listProcesses,
  processStartTime,
} from '../../src/executors/process-table.ts'
import { groupExists, killTree, sweepMarked } from '../../src/executors/process-tree.ts'
import {
  eventually,
  marked,
  newMark,
  readPids,
  runs,
  sorted,
  temporaryFolder,
} from './processes.ts'

const linux = process.platform === 'linux'
const started: ChildProcess[] = []

afterEach(() => {
  for (const { pid } of started.splice(0)) {
    if (groupExists(pid!)) process.kill(-pid!, 'SIGKILL')
  }
})

/** Starts a shell script as leader of a group; $F is a file for the ids of what it starts. */
async function startTree(
  script: string,
  options: { mark?: string; pids: number },
): Promise<{ pid: number; child: ChildProcess; file: string; pids: number[] }> {
  const file = join(temporaryFolder(), 'pids')
  const child = spawn('sh', ['-c', script], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, F: file, ...(options.mark ? { ATTUNE_MARK: options.mark } : {}) },
  })
  started.push(child)
  return { pid: child.pid!, child, file, pids: await readPids(file, options.pids) }
}

const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

describe('killTree', () => {
  it('ends a whole group with SIGTERM, well before the grace is over', async () => {
    const tree = await startTree('sleep 60 & echo $! >$F; sleep 60 & echo $! >>$F; wait', {
      pids: 2,
    })
    expect(await elapsed(() => killTree(tree.pid, { graceMs: 5_000 }))).toBeLessThan(1_000)
    expect([tree.pid, ...tree.pids].filter(runs)).toEqual([])
  })

  it('leaves time to clean up', async () => {
    const script = `trap 'sleep 0.2; echo 1 >>$F; exit' TERM; echo 0 >$F; while :; do sleep 0.05; done`
    const tree = await startTree(script, { pids: 1 })
    expect(await killTree(tree.pid, { graceMs: 3_000 })).toBe(true)
    expect(await readPids(tree.file, 2)).toEqual([0, 1])
  })

  it('kills what ignores SIGTERM when the grace is over', async () => {
    const tree = await startTree(`trap '' TERM; sleep 60 & echo $! >$F; wait; sleep 60`, {
      pids: 1,
    })
    const ms = await elapsed(() => killTree(tree.pid, { graceMs: 200 }))
    expect(ms).toBeGreaterThanOrEqual(199)
    expect(ms).toBeLessThan(1_500)
    expect([tree.pid, ...tree.pids].filter(runs)).toEqual([])
  })

  it('kills at once without a grace', async () => {
    const tree = await startTree(`trap '' TERM; echo $$ >$F; while :; do sleep 1; done`, {
      pids: 1,
    })
    expect(await elapsed(() => killTree(tree.pid, { graceMs: 0 }))).toBeLessThan(1_000)
    expect(runs(tree.pid)).toBe(false)
  })

  it('reaches stopped processes', async () => {
    const tree = await startTree(`echo $$ >$F; kill -STOP $$; sleep 60`, { pids: 1 })
    expect(await killTree(tree.pid, { graceMs: 100 })).toBe(true)
    expect(runs(tree.pid)).toBe(false)
  })

  it.runIf(linux)('finds descendants that left the group or the session', async () => {
    const script = `timeout 60 sleep 60 & echo $! >$F; setsid sh -c 'echo $$ >>$F; sleep 60; :' & wait`
    const tree = await startTree(script, { pids: 2 })
    expect(await killTree(tree.pid, { graceMs: 1_000 })).toBe(true)
    expect(tree.pids).toHaveLength(2)
    expect(tree.pids.filter(runs)).toEqual([])
  })

  it.runIf(linux)(
    'finds what left the group and lost its parents, but stayed in the session',
    async () => {
      const script = `(timeout 60 sh -c 'echo $$ >$F; sleep 60; :' &); sleep 60`
      const tree = await startTree(script, { pids: 1 })
      expect(await killTree(tree.pid, { graceMs: 1_000 })).toBe(true)
      expect(tree.pids.filter(runs)).toEqual([])
    },
  )

  it.runIf(linux)('finds by its mark what left the session and lost its parents', async () => {
    const mark = newMark()
    const script = `(setsid sh -c 'trap "" TERM; echo $$ >$F; while :; do sleep 1; done' &) ; sleep 60`
    const tree = await startTree(script, { mark, pids: 1 })
    const other = await startTree('echo $$ >$F; exec sleep 60', { mark: `${mark}x`, pids: 1 })
    expect(await killTree(tree.pid, { mark, graceMs: 100 })).toBe(true)
    expect(marked(mark)).toEqual([other.pid])
    expect(runs(tree.pids[0]!)).toBe(false)
  })

  it('is content when nothing runs any more', async () => {
    const tree = await startTree('echo $$ >$F', { pids: 1 })
    await eventually(() => !groupExists(tree.pid))
    expect(await killTree(tree.pid, { mark: newMark(), graceMs: 1_000 })).toBe(true)
  })

  it.runIf(linux)('never touches a process that got the number of another one', async () => {
    const tree = await startTree('sleep 60 & echo $! >$F; wait', { pids: 1 })
    expect(await killTree(tree.pid, { startTime: '1@before', graceMs: 0 })).toBe(true)
    expect(runs(tree.pid)).toBe(true)
    const startTime = processStartTime(tree.pid)
    expect(await killTree(tree.pid, { startTime, graceMs: 0 })).toBe(true)
    expect([tree.pid, ...tree.pids].filter(runs)).toEqual([])
  })

  it.runIf(linux)('never touches a group whose leader somebody else started', async () => {
    const tree = await startTree(`setsid sh -c 'echo $$ >$F; sleep 60; :'`, { pids: 1 })
    expect(await killTree(tree.pids[0]!, { mark: newMark(), graceMs: 0 })).toBe(true)
    expect(runs(tree.pids[0]!)).toBe(true)
    await killTree(tree.pid, { graceMs: 0 })
    expect(runs(tree.pids[0]!)).toBe(false)
  })

  it('ends a tree that keeps starting new processes', async () => {
    const mark = newMark()
    const script = `trap '' TERM; echo $$ >$F; while :; do (setsid sleep 5 &); sleep 0.01; done`
    const tree = await startTree(script, { mark, pids: 1 })
    expect(await killTree(tree.pid, { mark, graceMs: 150 })).toBe(true)
    expect(marked(mark)).toEqual([])
  })
})

describe.runIf(linux)('marked processes', () => {
  it('are found and swept by the beginning of their mark', async () => {
    const mark = newMark()
    const script = `trap '' TERM; setsid sleep 60 & echo $! >$F; wait; sleep 60`
    const a = await startTree(script, { mark: `${mark}a/1`, pids: 1 })
    const b = await startTree(script, { mark: `${mark}b/1`, pids: 1 })
    expect(marked(`${mark}a/1`)).toEqual(sorted([a.pid, ...a.pids]))
    expect(await sweepMarked(`${mark}a/`)).toBe(2)
    expect(marked(mark)).toEqual(sorted([b.pid, ...b.pids]))
    expect(await sweepMarked(`${mark}b/`)).toBe(2)
    expect(await sweepMarked(`${mark}b/`)).toBe(0)
    expect(await sweepMarked('')).toBe(0)
  })
})

describe('the process table', () => {
  it('knows this process', async () => {
    const own = (await listProcesses()).find((entry) => entry.pid === process.pid)
    expect(own).toMatchObject({ parent: process.ppid, start: processStartTime(process.pid) })
  })

  it('tells processes apart by their start', async () => {
    const tree = await startTree('echo $$ >$F; sleep 60', { pids: 1 })
    const start = processStartTime(tree.pid)
    expect(start).toBe(processStartTime(tree.pid))
    expect(isSameProcess(tree.pid, start)).toBe(true)
    expect(isSameProcess(tree.pid, undefined)).toBe(true)
    expect(isSameProcess(tree.pid, '1@before')).toBe(false)
    tree.child.kill('SIGKILL')
    await eventually(() => processStartTime(tree.pid) === undefined)
    expect(isSameProcess(tree.pid, start)).toBe(false)
    expect(isSameProcess(tree.pid, undefined)).toBe(false)
  })

  it.runIf(linux)('counts a process that is dead but not cleared away as dead', async () => {
    const tree = await startTree('exec 3>$F; sleep 0 & echo $! >&3; exec sleep 60', { pids: 1 })
    const [zombie] = tree.pids
    expect(await eventually(() => !runs(zombie!))).toBe(true)
    expect(process.kill(zombie!, 0)).toBe(true)
    expect(processStartTime(zombie!)).toBeUndefined()
  })
})
