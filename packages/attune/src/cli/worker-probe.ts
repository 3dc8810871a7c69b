import { sweepMarked } from '../executors/process-tree.ts'
import type { Liveness } from '../journals/worker-identity.ts'
import { probeWorker } from '../journals/worker-identity.ts'

/** Tells whether other workers live, and ends what dead ones left running. */
export interface WorkerProbe {
  readonly probe: (worker: string) => Liveness
  /** Resolves when the programs of all dead workers that were met have ended. */
  swept(): Promise<void>
}

export function createWorkerProbe(): WorkerProbe {
  const sweeps: Promise<unknown>[] = []
  return {
    probe(worker) {
      const state = probeWorker(worker)
      // What a dead worker left running goes before its trials are run again.
      if (state === 'dead') sweeps.push(sweepMarked(`${worker}/`))
      return state
    },
    async swept() {
      await Promise.all(sweeps)
    },
  }
}
