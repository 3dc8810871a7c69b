import type { RunLimits, RunMachine } from '../journal/event.ts'
import type { StudyRun } from '../journal/history.ts'
import type { Summary } from '../study/optimize.ts'

/** How numbers with units are shown where words of runs stand. */
export interface RunFormats {
  number(x: number): string
  duration(seconds: number): string
  bytes(bytes: number): string
}

/** What is known of a worker whose run has not said that it ended. */
export type WorkerStanding = 'alive' | 'dead' | 'silent'

const ends: Readonly<Record<Summary['reason'] | 'error', string>> = {
  trials: 'all trials that were asked for are done',
  time: 'the time was up',
  target: 'the target was reached',
  patience: 'no new best for as long as the patience allows',
  cost: 'the cost limit was reached',
  cpuSeconds: 'the limit of processor time was reached',
  failures: 'one trial after the other failed',
  stopped: 'it was stopped',
  regret: 'hardly anything was left to gain',
  exhausted: 'every configuration was tried',
  signal: 'it was interrupted',
  error: 'an error ended it',
}

/** Why a run ended, in words, or what is known of it when it did not say so. */
export function runEndWords(
  { ended }: StudyRun,
  standing: WorkerStanding | undefined,
  silentSince: string,
): string {
  if (ended !== undefined) {
    return Object.hasOwn(ends, ended.why) ? ends[ended.why as 'error'] : ended.why
  }
  if (standing === 'alive') return 'runs'
  if (standing === 'dead') return 'its process died'
  return `no word since ${silentSince}`
}

/** What a run was told to end at: `200 trials, 2 h, target 0.1`; empty for nothing. */
export function runLimitWords(limits: RunLimits | undefined, show: RunFormats): string {
  const { trials, seconds, target, patience, cost, cpuSeconds, failures, regret } = limits ?? {}
  const words: readonly (readonly [number | undefined, (x: number) => string])[] = [
    [trials, (x) => `${show.number(x)} ${x === 1 ? 'trial' : 'trials'}`],
    [seconds, show.duration],
    [target, (x) => `target ${show.number(x)}`],
    [patience, (x) => `patience ${show.number(x)}`],
    [cost?.limit, (x) => `cost ${show.number(x)}`],
    [cpuSeconds, (x) => `${show.duration(x)} of processor time`],
    [failures, (x) => `${show.number(x)} failures in a row`],
    [regret, (x) => `regret ${show.number(x)}`],
  ]
  return words.flatMap(([x, say]) => (x === undefined ? [] : [say(x)])).join(', ')
}

/** `linux x64, 8 cores, 16 GB, Some CPU` */
export function machineWords(machine: RunMachine | undefined, show: RunFormats): string {
  if (machine === undefined) return ''
  const { platform, arch, cores, memoryBytes, cpu } = machine
  const parts = [
    `${platform} ${arch}`,
    `${show.number(cores)} ${cores === 1 ? 'core' : 'cores'}`,
    show.bytes(memoryBytes),
    ...(cpu === undefined ? [] : [cpu]),
  ]
  return parts.join(', ')
}
