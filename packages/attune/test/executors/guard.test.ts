import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { createGuard } from '../../src/executors/guard.ts'
import type { GuardOptions } from '../../src/executors/guard.ts'
import { listProcesses } from '../../src/executors/process-table.ts'
import { groupExists } from '../../src/executors/process-tree.ts'
import { eventually, marked, newMark, readPids, runs, temporaryFolder } from './processes.ts'

const linux = process.platform === 'linux'
const guardFile = fileURLToPath(new URL('../../src/executors/guard.ts', import.meta.url))
const started: ChildProcess[] = []

afterEach(() => {
  for (const { pid } of started.splice(0)) {
    if (groupExists(pid!)) process.kill(-pid!, 'SIGKILL')
  }
})

const guards = async (parent: number): Promise<number[]> =>
  (await listProcesses()).filter((p) => p.parent === parent && p.group === p.pid).map((p) => p.pid)

function startGroup(script: string, mark?: string): number {
  const env = { ...process.env, ...(mark === undefined ? {} : { ATTUNE_MARK: mark }) }
  const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore', env })
  started.push(child)
  return child.pid!
}

/** A program that guards one group, which runs `script`, and then runs `after`. */
function startGuarded(
  script: string,
  after: string,
  file: string,
  mark = newMark(),
  options: GuardOptions = {},
): ChildProcess {
  const program = `
    import { spawn } from 'node:child_process'
    import { createGuard } from ${JSON.stringify(guardFile)}
    const guard = createGuard(${JSON.stringify(options)})
    const env = { ...process.env, ATTUNE_MARK: process.argv[1] + '1' }
    const child = spawn('sh', ['-c', process.argv[2]], { detached: true, stdio: 'ignore', env })
    guard.add(child.pid)
    ${after}`
  const args = ['--conditions=@attune/source', '--input-type=module', '-e', program, mark, script]
  const env = { ...process.env, F: file, NODE_NO_WARNINGS: '1' }
  const child = spawn(process.execPath, args, { stdio: 'inherit', detached: true, env })
  started.push(child)
  return child
}

describe('a guard', () => {
  it('knows a group as soon as it was told, even if its process is killed in that moment', async () => {
    const mark = newMark()
    const file = join(temporaryFolder(), 'pids')
    const after = `import { writeFileSync } from 'node:fs'
      process.kill(process.pid, 'SIGKILL', writeFileSync(process.env.F, String(child.pid)))`
    const parent = startGuarded('sleep 60 & sleep 60', after, file, mark)
    await once(parent, 'exit')
    const [pid] = await readPids(file, 1)
    expect(await eventually(() => !groupExists(pid!), 2_000)).toBe(true)
    expect(marked(mark)).toEqual([])
  })

  it('ends registered groups, those that ignore SIGTERM too, after kill -9 of its process group', async () => {
    const mark = newMark()
    const file = join(temporaryFolder(), 'pids')
    const script = `trap '' TERM; echo $$ >$F; sleep 60 & echo $! >>$F; wait; sleep 60`
    const parent = startGuarded(script, 'setInterval(() => {}, 1_000)', file, mark)
    const pids = await readPids(file, 2)
    const [guard] = (await guards(parent.pid!)).filter((pid) => !pids.includes(pid))
    process.kill(-parent.pid!, 'SIGKILL')
    expect(await eventually(() => ![...pids, guard!].some(runs), 2_000)).toBe(true)
    expect(pids).toHaveLength(2)
    expect(marked(mark)).toEqual([])
  })

  it.runIf(linux)('ends marked processes that left their group, and only those', async () => {
    const mark = newMark()
    const file = join(temporaryFolder(), 'pids')
    const other = startGroup('exec sleep 60', `other-${mark}`)
    const script = `(setsid sh -c 'trap "" TERM; echo $$ >$F; while :; do sleep 1; done' &)`
    const parent = startGuarded(script, 'setInterval(() => {}, 1_000)', file, mark, { mark })
    const [escaped] = await readPids(file, 1)
    parent.kill('SIGKILL')
    expect(await eventually(() => !runs(escaped!))).toBe(true)
    expect(runs(other)).toBe(true)
  })

  it('lets its process end by itself, and cleans up then too', async () => {
    const file = join(temporaryFolder(), 'pids')
    const wait = `while (!existsSync(process.env.F)) await new Promise((r) => setTimeout(r, 10))`
    const after = `import { existsSync } from 'node:fs'; child.unref(); ${wait}`
    const parent = startGuarded('echo $$ >$F; exec sleep 60', after, file)
    expect(await once(parent, 'exit')).toEqual([0, null])
    const [pid] = await readPids(file, 1)
    expect(await eventually(() => !runs(pid!))).toBe(true)
  })

  it('ends what is registered when it is closed, and nothing else', async () => {
    const before = await guards(process.pid)
    const guard = createGuard()
    const [kept, forgotten, last] = [1, 2, 3].map(() => startGroup('exec sleep 60')) as number[]
    for (const pgid of [kept, forgotten, last]) guard.add(pgid!)
    guard.remove(forgotten!)
    guard.remove(12_345_678)
    await guard.close()
    expect(await eventually(() => !runs(kept!) && !runs(last!))).toBe(true)
    expect(runs(forgotten!)).toBe(true)
    const left = (await guards(process.pid)).filter((pid) => !before.includes(pid))
    expect(left).toEqual([forgotten])
    await guard.close()
    guard.add(forgotten!)
    expect(runs(forgotten!)).toBe(true)
  })

  it('closes at once when there is nothing to end', async () => {
    const guard = createGuard({ mark: newMark() })
    const start = performance.now()
    await guard.close()
    expect(performance.now() - start).toBeLessThan(250)
  })

  it('is replaced when somebody kills it, and remembers the groups', async () => {
    const before = await guards(process.pid)
    const guard = createGuard()
    const group = startGroup('exec sleep 60')
    guard.add(group)
    const own = async (): Promise<number[]> =>
      (await guards(process.pid)).filter((pid) => !before.includes(pid) && pid !== group)
    const [first] = await own()
    process.kill(first!, 'SIGKILL')
    expect(
      await eventually(async () => {
        const [now] = await own()
        return now !== undefined && now !== first
      }),
    ).toBe(true)
    await guard.close()
    expect(await eventually(() => !runs(group))).toBe(true)
    expect(await own()).toEqual([])
  })

  it('survives signals that a terminal sends to everything in it', async () => {
    const before = await guards(process.pid)
    const guard = createGuard()
    const own = (await guards(process.pid)).filter((pid) => !before.includes(pid))
    // The shell sets its traps in its first moments.
    await new Promise((resolve) => setTimeout(resolve, 100))
    for (const name of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGQUIT'] as const)
      process.kill(own[0]!, name)
    const group = startGroup('exec sleep 60')
    guard.add(group)
    expect(own).toHaveLength(1)
    expect(runs(own[0]!)).toBe(true)
    await guard.close()
    expect(await eventually(() => !runs(group))).toBe(true)
  })
})
