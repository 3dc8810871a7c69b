import type { RunEnded, RunStarted } from './event.ts'
import type { History, StudyRun } from './history.ts'

/** So many runs are kept; of those before, how many there were. */
export const mostRuns = 20

/** Applies that a run began or ended; see RunStarted. */
export function noteRun(history: History, event: RunStarted | RunEnded): void {
  if (event.type === 'run-started') begin(history, event)
  else end(history, event)
}

function begin(history: History, event: RunStarted): void {
  const { at, worker, attune, runtime, machine, workers, limits, command } = event
  const run: StudyRun = {
    ...{ at, worker, attune, runtime, machine, workers, limits },
    ...(command === undefined ? {} : { command }),
  }
  const runs = [...history.runs, run]
  history.earlierRuns += Math.max(0, runs.length - mostRuns)
  history.runs = runs.slice(-mostRuns)
}

/** Ends the newest run of the worker, which may run one after the other. */
function end(history: History, { worker, at, why }: RunEnded): void {
  const place = history.runs.findLastIndex((run) => run.worker === worker)
  const run = history.runs[place]
  if (run === undefined || run.ended !== undefined) return
  const ended: StudyRun = { ...run, ended: { at, why } }
  history.runs = history.runs.with(place, ended)
}
