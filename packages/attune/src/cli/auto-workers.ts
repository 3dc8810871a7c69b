import { availableParallelism } from 'node:os'
import { AttuneError } from '@attune/core'
import type { GpuShare } from '../executors/gpus.ts'
import { findGpus, gpuSlots } from '../executors/gpus.ts'
import { createMachineMemory } from '../executors/machine-memory.ts'
import type { StudySpec } from '../study-file/study-spec.ts'

/** What one trial needs of the machine. */
export interface Needs {
  /** Default 1. */
  readonly cores?: number
  /** Its limit of memory; without one, memory does not bound the number of workers. */
  readonly memoryBytes?: number
  readonly gpuShare?: GpuShare
}

/** What the machine has to give. */
export interface Machine {
  readonly cores: number
  /** Memory that is free for programs. */
  readonly freeBytes: number
}

/**
 * How many trials run at once with `workers: auto`: as many as there are cores, memory and GPUs for, and
 * one at least.
 * @throws AttuneError `usage` when there are fewer GPUs than one trial needs
 */
export function autoWorkers({ cores = 1, memoryBytes, gpuShare }: Needs, machine: Machine): number {
  const byCores = Math.floor(machine.cores / cores)
  const byMemory =
    memoryBytes === undefined ? Infinity : Math.floor(machine.freeBytes / memoryBytes)
  const byGpus = gpuShare === undefined ? Infinity : gpuSlots(gpuShare)
  if (byGpus === 0) throw tooFewGpus(gpuShare as GpuShare)
  return Math.max(1, Math.min(byCores, byMemory, byGpus))
}

/**
 * Refuses more workers than GPUs serve.
 * @throws AttuneError `usage`
 */
export function checkGpus(workers: number, share: GpuShare | undefined): void {
  if (share === undefined) return
  const served = gpuSlots(share)
  if (served === 0) throw tooFewGpus(share)
  if (workers <= served) return
  throw new AttuneError(
    'usage',
    `${workers} workers need more GPUs than there are: ${share.gpus.length} serve ${served} trials of ${share.perTrial} each. Use fewer workers, workers: auto, or a smaller part of a GPU for each trial.`,
  )
}

function tooFewGpus({ gpus, perTrial }: GpuShare): AttuneError {
  const found = gpus.length === 0 ? 'no GPU was found' : `there are ${gpus.length}`
  return new AttuneError(
    'usage',
    `A trial needs ${perTrial} GPUs, but ${found}. Name them (gpus: [0, 1]), or ask for fewer (trial.gpus).`,
  )
}

/** The GPUs that a study uses, if it says that it uses some. */
export function gpuShareOf({
  gpus,
  trial,
}: Pick<StudySpec, 'gpus' | 'trial'>): GpuShare | undefined {
  if (gpus === undefined && trial.gpus === undefined) return undefined
  const found =
    gpus === undefined || gpus === 'auto'
      ? findGpus(process.env)
      : typeof gpus === 'number'
        ? Array.from({ length: gpus }, (_, i) => String(i))
        : gpus
  return { gpus: found, perTrial: trial.gpus ?? 1 }
}

/**
 * How many trials of a study run at once here.
 * @throws AttuneError `usage` when its GPUs do not serve them
 */
export function workersOf(
  { workers = 1, trial, deterministic, lag }: StudySpec,
  gpuShare: GpuShare | undefined,
): number {
  if (workers !== 'auto') {
    checkGpus(workers, gpuShare)
    return workers
  }
  const machine = {
    cores: availableParallelism(),
    freeBytes: createMachineMemory().availableBytes() ?? Infinity,
  }
  const { cores, memoryBytes } = trial
  const needs = {
    ...(cores === undefined ? {} : { cores }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(gpuShare === undefined ? {} : { gpuShare }),
  }
  const most = autoWorkers(needs, machine)
  return deterministic === true && lag !== undefined ? Math.min(most, lag) : most
}
