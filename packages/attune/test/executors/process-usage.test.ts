import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createMachineMemory } from '../../src/executors/machine-memory.ts'
import { parseStat } from '../../src/executors/process-stat.ts'
import { createProcessUsage } from '../../src/executors/process-usage.ts'
import { createPsUsage } from '../../src/executors/process-usage-ps.ts'
import { groupExists } from '../../src/executors/process-tree.ts'
import { eventually, newMark, readPids, runs, temporaryFolder } from './processes.ts'

const linux = process.platform === 'linux'
const started: ChildProcess[] = []

afterEach(() => {
  for (const { pid } of started.splice(0)) {
    if (groupExists(pid!)) process.kill(-pid!, 'SIGKILL')
  }
})

async function start(
  script: string,
  pids: number,
): Promise<{ pid: number; pids: number[]; mark: string; file: string }> {
  const file = join(temporaryFolder(), 'pids')
  const mark = newMark()
  const env = { ...process.env, F: file, ATTUNE_MARK: mark }
  const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore', env })
  started.push(child)
  return { pid: child.pid!, pids: await readPids(file, pids), mark, file }
}

describe.runIf(linux)('the use of processes on Linux', () => {
  it('takes in the whole tree: the group, what left it, and what lost its parents', async () => {
    const script = `sleep 60 & echo $! >>$F
      setsid sh -c 'echo $$ >>$F; sleep 60; :' &
      (setsid sh -c '(echo $$ >>$F; exec sleep 60) &' )
      while [ $(wc -l <$F) -lt 3 ]; do sleep 0.01; done; echo $$ >>$F; wait`
    const { pid, mark, pids } = await start(script, 4)
    const usage = createProcessUsage()
    const tree = usage.add(pid, mark)
    expect(tree.others()).toBe(0)
    usage.discover()
    usage.look()
    // Two sleeps, the shell in its own session with its sleep, and the one without parents.
    expect(tree.others()).toBe(4)
    expect(tree.memory()).toBeGreaterThan(1e6)
    expect(tree.memoryOnce()).toBeGreaterThan(0)
    expect(tree.memoryOnce()).toBeLessThanOrEqual(tree.memory())
    tree.strike()
    expect(await eventually(() => !pids.some(runs))).toBe(true)
    const isEmpty = (): boolean => {
      usage.look()
      return tree.others() === 0 && tree.memory() === 0
    }
    expect(await eventually(isEmpty)).toBe(true)
    usage.close()
  })

  it('leaves out processes of others', async () => {
    const mine = await start('echo $$ >$F; sleep 60; :', 1)
    const other = await start('sleep 60 & echo $$ >$F; wait', 1)
    const usage = createProcessUsage()
    const tree = usage.add(mine.pid, mine.mark)
    usage.discover()
    usage.look()
    expect(tree.others()).toBe(1)
    tree.strike()
    expect(runs(other.pid)).toBe(true)
    usage.close()
  })

  it('counts processor time that ended processes used, and never less than before', async () => {
    const spin = 'i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done'
    const script = `echo $$ >$F; for k in 1 2 3; do sh -c '${spin}'; done; ${spin}; echo $$ >>$F; sleep 60; :`
    const { pid, mark, file } = await start(script, 1)
    const usage = createProcessUsage()
    const tree = usage.add(pid, mark)
    let before = 0
    let falls = 0
    await eventually(() => {
      usage.discover()
      usage.look()
      if (tree.cpuSeconds() < before) falls++
      before = tree.cpuSeconds()
      return readFileSync(file, 'latin1').split('\n').length === 3
    }, 9_000)
    usage.look()
    before = tree.cpuSeconds()
    expect(falls).toBe(0)
    const { cpuSeconds, childSeconds } = parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    expect(cpuSeconds + childSeconds).toBeGreaterThan(0.1)
    expect(before).toBeGreaterThanOrEqual(cpuSeconds + childSeconds - 0.001)
    expect(before).toBeLessThan(cpuSeconds + childSeconds + 0.1)
    usage.close()
  })

  it('knows what the machine has left, less a reserve', () => {
    const machine = createMachineMemory()
    expect(machine.reserveBytes).toBeGreaterThanOrEqual(64 * 1024 ** 2)
    expect(machine.reserveBytes).toBeLessThanOrEqual(1024 ** 3)
    expect(machine.availableBytes()).toBeGreaterThan(10e6)
  })

  it('reads names of programs that hold blanks and parentheses', () => {
    // The form of proc(5), with made up numbers.
    const text =
      '77 (a) b (c) S 5 77 70 0 -1 4194304 1 2 3 4 150 50 30 20 20 0 1 0 12345 8192 10 18446744073709551615 1'
    const stat = parseStat(text)
    expect(stat).toMatchObject({ state: 'S', parent: 5, group: 77, session: 70, start: '12345' })
    expect(stat.cpuSeconds / stat.childSeconds).toBeCloseTo(4)
    expect(stat.residentBytes % 10).toBe(0)
    expect(stat.residentBytes).toBeGreaterThanOrEqual(40_960)
  })
})

describe('the use of processes by ps', () => {
  it('adds up the group and all descendants, and what has ended', async () => {
    const rows = [
      [
        '11 10 11 3000 0:01.50',
        '10 1 10 1000 00:00:02',
        '12 11 12 500 1-00:00:00',
        '20 1 20 9 0:09',
      ],
      ['10 1 10 1000 00:00:03', '20 1 20 9 0:10'],
    ]
    const usage = createPsUsage(() => Promise.resolve((rows.shift() ?? []).join('\n')), 0)
    const tree = usage.add(10, 'mark')
    await usage.refresh?.()
    expect([tree.memory(), tree.others()]).toEqual([4500 * 1024, 2])
    expect(tree.cpuSeconds()).toBeCloseTo(86_403.5)
    await usage.refresh?.()
    expect([tree.memory(), tree.others()]).toEqual([1000 * 1024, 0])
    expect(tree.cpuSeconds()).toBeCloseTo(86_404.5)
  })

  it.runIf(process.platform !== 'win32')('understands the ps of this system', async () => {
    const { pid, mark } = await start('sleep 60 & echo $$ >$F; wait', 1)
    const usage = createPsUsage()
    const tree = usage.add(pid, mark)
    await usage.refresh?.()
    expect(tree.others()).toBe(1)
    expect(tree.memory()).toBeGreaterThan(500_000)
    tree.strike()
    expect(await eventually(() => !runs(pid))).toBe(true)
  })
})
