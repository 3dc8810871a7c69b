import { jsonLine } from '../text/json-line.ts'
import { plain } from '../text/text.ts'
import type { Io } from './io.ts'
import type { Runner } from './open-to-steer.ts'

/** Who runs a study now, in a sentence: `Process 4711 runs it now, with 2 trials.` */
export function describeRunners(runners: readonly Runner[]): string {
  const running = runners.reduce((sum, { trials }) => sum + trials.length, 0)
  const count = running === 1 ? '1 trial' : `${running === 0 ? 'no' : running} trials`
  const [only] = runners
  if (only === undefined) return 'Nobody runs it now.'
  if (runners.length > 1) return `${runners.length} processes run it now, with ${count}.`
  return `${processOf(only.worker)} runs it now, with ${count}.`
}

/** Workers of programs of their own may be called anything. */
function processOf(worker: string): string {
  const [host, pid] = worker.split('/')
  return /^\d+$/.test(pid ?? '') ? `Process ${pid} on ${host}` : `Worker ${worker}`
}

/** The trials that run now, in the order of their numbers. */
export function runningTrials(runners: readonly Runner[]): number[] {
  return runners.flatMap(({ trials }) => trials).toSorted((a, b) => a - b)
}

/** What a command did, in sentences for people or as one JSON object with `lines` as its `text`. */
export function answer(
  io: Io,
  json: boolean | undefined,
  lines: readonly string[],
  object: {
    readonly study: string
    readonly runners: readonly Runner[]
    readonly [key: string]: unknown
  },
): void {
  if (json) io.out(jsonLine({ ...object, text: lines.join('\n') }))
  else io.out(lines.map((line) => `${plain(line)}\n`).join(''))
}
