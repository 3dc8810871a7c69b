// What it costs to watch 16 trials that sleep: node bench/overhead/watching.ts [seconds]
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createResourceWatch } from '../../packages/attune/src/executors/resource-watch.ts'
import type { ResourceLimits } from '../../packages/attune/src/executors/watched-program.ts'

const seconds = Number(process.argv[2] ?? 10)
const trials = 16

/** The share of a core that this process uses while the programs sleep. */
async function share(limits: ResourceLimits | undefined): Promise<number> {
  const watch = createResourceWatch()
  const children = Array.from({ length: trials }, () =>
    spawn('sleep', [String(seconds + 30)], { detached: true, stdio: 'ignore' }),
  )
  if (limits !== undefined) {
    for (const [i, child] of children.entries()) {
      const program = watch.add(child.pid as number, `bench-${i}`, limits)
      program.begin({ folder: import.meta.dirname, onBreach: () => {} })
    }
  }
  // The looks are close together while trials are young, and the code is not compiled yet.
  await sleep(3_000)
  const before = process.cpuUsage()
  await sleep(seconds * 1000)
  const { user, system } = process.cpuUsage(before)
  watch.close()
  for (const child of children) child.kill('SIGKILL')
  return (user + system) / 1e6 / seconds
}

const cases: readonly [string, ResourceLimits | undefined][] = [
  ['nothing watched', undefined],
  ['no limits', {}],
  ['memory 2 GB', { memoryBytes: 2e9 }],
  ['memory 64 MB, cpu 10 s', { memoryBytes: 64e6, cpuSeconds: 10 }],
  ['all limits', { memoryBytes: 512e6, cpuSeconds: 60, outputBytes: 1e6, diskBytes: 1e8 }],
]
for (const [name, limits] of cases) {
  console.log(`${name.padEnd(24)} ${(100 * (await share(limits))).toFixed(2)} % of a core`)
}
