import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { createTrial, inline, messageOf } from '@attune/core/worker'
import type { Decision, Executor, LiveTrial, Objective, Outcome, TrialData } from '@attune/core'
import type { FromWorker, ToWorker } from './module-messages.ts'
import { highWater } from './process-stat.ts'
import { isOfSomeTrials } from './trial-environment.ts'

// The process in which trials of a module run, one after the other. It ends with its parent.

let executor: Executor | undefined
let abort = new AbortController()
let marker = ''
let reports = 0
const decisions = new Map<number, (decision: Decision) => void>()

// Bound before an objective can put something of its own in their place.
const writers = [process.stdout, process.stderr].map((stream) => stream.write.bind(stream))

const say = (message: FromWorker): void => void process.send?.(message)

async function load(message: Extract<ToWorker, { kind: 'load' }>): Promise<void> {
  const { file, objectives } = message
  marker = message.marker
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown }
    if (typeof module.default !== 'function') {
      say({ kind: 'refused', message: `${file} has no default export that is a function.` })
      return
    }
    executor = inline(module.default as Objective, { objectives })
    say({ kind: 'ready' })
  } catch (error) {
    say({ kind: 'refused', message: `${file} could not be loaded: ${messageOf(error)}` })
  }
}

async function run(data: TrialData, env: Readonly<Record<string, string>>): Promise<void> {
  for (const name of Object.keys(process.env)) if (isOfSomeTrials(name)) delete process.env[name]
  Object.assign(process.env, env)
  forgetPeak()
  const before = process.cpuUsage()
  abort = new AbortController()
  const trial: LiveTrial = createTrial(data, {
    signal: () => abort.signal,
    send(step, values, discovered) {
      const id = reports++
      say({ kind: 'report', id, step, values, discovered })
      return new Promise((resolve) => decisions.set(id, resolve))
    },
  })
  const outcome = (await executor?.run(trial)) as Outcome
  const { user, system } = process.cpuUsage(before)
  const own = {
    cpuSeconds: (user + system) / 1e6,
    peakMemoryBytes: peakMemory(),
  }
  for (const write of writers) write(marker)
  say({ kind: 'done', outcome, own, discovered: trial.takeDiscovered() })
}

/** What the usage of resources says of it begins with the size of the process that started this one. */
const peakMemory = (): number => highWater(process.pid) ?? process.resourceUsage().maxRSS * 1024

/** Has the kernel forget how large this process once was, so that the peak is that of one trial. */
function forgetPeak(): void {
  if (process.platform !== 'linux') return
  try {
    // See clear_refs in proc(5): 5 resets the peak of the resident set to its current size.
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // Then it is the peak since the process started.
  }
}

process.on('message', (message: ToWorker) => {
  if (message.kind === 'load') void load(message)
  else if (message.kind === 'run') void run(message.trial, message.env)
  else if (message.kind === 'abort') abort.abort('the trial must end')
  else {
    decisions.get(message.id)?.(message.decision)
    decisions.delete(message.id)
  }
})
process.on('disconnect', () => process.exit(0))
