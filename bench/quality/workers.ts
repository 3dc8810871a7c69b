import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Answer, Job } from './worker.ts'

export interface WorkerOptions {
  readonly data: string | undefined
  readonly processes: number
  /** Asked before every job; no further one starts once it says so. */
  enough(): boolean
  done(answer: Answer): void
}

/** Runs jobs in worker processes, each as soon as one is free; gives how many were left. */
export async function runJobs(jobs: readonly Job[], options: WorkerOptions): Promise<number> {
  let next = 0
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const args = options.data === undefined ? [] : [options.data]
      const worker = fork(join(import.meta.dirname, 'worker.ts'), args)
      let running: Job | undefined
      const feed = (): void => {
        running = options.enough() ? undefined : jobs[next]
        if (running === undefined) {
          worker.disconnect()
          return
        }
        next++
        worker.send(running)
      }
      worker.on('message', (message: Answer | 'ready') => {
        if (message !== 'ready') options.done(message)
        feed()
      })
      worker.on('exit', (code, signal) => {
        if (running === undefined) return resolve()
        const what = `${running.task} with ${running.sampler}, seed ${running.seed}`
        reject(new Error(`A worker ended (${signal ?? code}) during ${what}.`))
      })
    })
  const count = Math.min(options.processes, jobs.length)
  await Promise.all(Array.from({ length: count }, work))
  return jobs.length - next
}
