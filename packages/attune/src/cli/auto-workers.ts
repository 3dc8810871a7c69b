import { availableParallelism } from 'node:os'
import { AttuneError } from '@attune/core'
import type { GpuShare } from '../executors/gpus.ts'
import { gpuSlots } from '../executors/gpus.ts'

/** What one trial needs of the machine. */
export interface TrialNeeds {
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
export function autoWorkers(
  { cores = 1, memoryBytes, gpuShare }: TrialNeeds,
  machine: Machine,
): number {
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
  return new AttuneError(
    'usage',
    `A trial needs ${perTrial} GPUs, but ${gpus.length === 0 ? 'no GPU was found' : `there are ${gpus.length}`}. Name them (gpus: [0, 1]), or ask for fewer (trial.gpus).`,
  )
}

export const thisMachine = (freeBytes: number): Machine => ({
  cores: availableParallelism(),
  freeBytes,
})
