// A process of its own that runs what it is sent, one run after the other.
import type { Competitor } from './competitor.ts'
import { parseCompetitor } from './competitor.ts'
import type { RunResult } from './run-task.ts'
import { runTask } from './run-task.ts'
import { allTasks } from './tasks/all-tasks.ts'

export interface Job {
  readonly task: string
  readonly sampler: string
  readonly seed: number
  readonly upTo: number
}
export interface Answer {
  readonly job: Job
  readonly result: RunResult
}

const tasks = new Map(allTasks(process.argv[2]).map((task) => [task.name, task]))
const competitors = new Map<string, Competitor>()

async function answer(job: Job): Promise<Answer> {
  const competitor = competitors.get(job.sampler) ?? parseCompetitor(job.sampler)
  competitors.set(job.sampler, competitor)
  return { job, result: await runTask(tasks.get(job.task)!, competitor, job.seed, job.upTo) }
}

process.on('message', (job: Job) => {
  void answer(job).then((done) => process.send?.(done))
})
process.send?.('ready')
