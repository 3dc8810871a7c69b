import { gridTasks } from './grid.ts'
import { poolTasks } from './pool-tasks.ts'
import { surrogateTasks } from './surrogate-tasks.ts'
import { synthTasks } from './synth.ts'
import type { Task } from './task.ts'
import { tasksetTasks } from './taskset.ts'

/** Every task there is data for, in the order of the alphabet within a family. */
export function allTasks(data: string | undefined): Task[] {
  if (data === undefined) return [...synthTasks]
  return [
    ...synthTasks,
    ...gridTasks(data),
    ...poolTasks(data),
    ...surrogateTasks(data),
    ...tasksetTasks(data),
  ]
}
