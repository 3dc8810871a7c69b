import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createResourceWatch } from '../../packages/attune/src/executors/resource-watch.ts'

const limits = { memoryBytes: 512e6, cpuSeconds: 60, outputBytes: 1e6, diskBytes: 1e8 }

/** The share of a core that it takes to watch so many sleeping trials with every limit, in percent. */
export async function watchingShare(trials: number, seconds: number): Promise<number> {
  const watch = createResourceWatch()
  const children = Array.from({ length: trials }, () =>
    spawn('sleep', [String(seconds + 30)], { detached: true, stdio: 'ignore' }),
  )
  for (const [i, child] of children.entries()) {
    const program = watch.add(child.pid as number, `bench-${i}`, limits)
    program.begin({ folder: import.meta.dirname, onBreach: () => {} })
  }
  // The looks are close together while trials are young, and the code is not compiled yet.
  await sleep(3_000)
  const before = process.cpuUsage()
  await sleep(seconds * 1000)
  const { user, system } = process.cpuUsage(before)
  watch.close()
  for (const child of children) child.kill('SIGKILL')
  return (user + system) / 1e4 / seconds
}
