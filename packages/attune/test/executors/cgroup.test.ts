import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cgroupParent, createGroup } from '../../src/executors/cgroup.ts'
import { cgroupPlace } from '../../src/executors/cgroup-place.ts'
import { eventually, newMark, readPids, runs, temporaryFolder } from './processes.ts'

/** A place whose groups are nobody else's: the top of the unified hierarchy, if it may be written. */
const place = cgroupPlace()
const writable = ((): boolean => {
  if (place === undefined || place.folder !== place.top) return false
  try {
    accessSync(join(place.folder, 'cgroup.procs'), constants.W_OK)
    accessSync(place.folder, constants.W_OK)
    return true
  } catch {
    return false
  }
})()

const ours = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith(`attune-${process.pid}-`))

describe('where this process stands', () => {
  it.runIf(place !== undefined)('is a group whose processes include it', () => {
    const pids = readFileSync(join(place!.folder, 'cgroup.procs'), 'latin1').split('\n')
    expect(pids).toContain(String(process.pid))
  })
})

describe.runIf(writable)('a group of a program', () => {
  it('counts the processor time of all in it, and is removed with what still runs', async () => {
    const folder = temporaryFolder()
    const script = `sleep 0.3; (setsid sh -c 'echo $$ >$F; trap "" TERM; while :; do sleep 1; done' &)
      while [ ! -s $F ]; do sleep 0.01; done
      i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done`
    const env = { ...process.env, F: join(folder, 'pids'), ATTUNE_MARK: newMark() }
    const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore', env })
    const group = createGroup(place!, child.pid!)
    expect(ours(place!.folder)).toHaveLength(1)
    await once(child, 'exit')
    const [escaped] = await readPids(join(folder, 'pids'), 1)
    expect(group?.cpuSeconds()).toBeGreaterThan(0.02)
    expect(group?.kills()).toBe(0)
    const before = runs(escaped!)
    await group?.remove()
    const gone = await eventually(() => !runs(escaped!))
    if (!gone) process.kill(escaped!, 'SIGKILL')
    expect([before, gone]).toEqual([true, true])
    expect(ours(place!.folder)).toEqual([])
  })

  it('is not made for a process that does not exist', () => {
    expect(createGroup(place!, 2 ** 30)).toBeUndefined()
    expect(ours(place!.folder)).toEqual([])
  })
})

describe.runIf(cgroupParent() !== undefined)('a limit of memory by the kernel', () => {
  it('ends a program that fills more, and says so', async () => {
    const script = 'const a = []; for (;;) a.push(Buffer.alloc(10e6, 1))'
    const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' })
    const group = createGroup(cgroupParent()!, child.pid!, 200e6)
    expect(group).toBeDefined()
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL')
    expect(group?.kills()).toBeGreaterThan(0)
    await group?.remove()
  })
})

describe('a folder that is no group', () => {
  it('gives none, and is left as it was', () => {
    const folder = temporaryFolder()
    expect(createGroup({ version: 2, folder: join(folder, 'none') }, 2 ** 30)).toBeUndefined()
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })
})
